import { find, findAll } from './page.js';

/** Tabs by the ARIA pattern: arrows, Home and End move and select. The address remembers them. */
const tabs = () => findAll('[role=tab]');

export function startTabs() {
  const named = tabs().find((tab) => `#${tab.getAttribute('aria-controls')}` === location.hash);
  if (named) {
    select(named);
  }
  for (const tab of tabs()) {
    tab.addEventListener('click', () => select(tab));
    tab.addEventListener('keydown', (event) => {
      const next = neighbour(tab, event.key);
      if (next) {
        event.preventDefault();
        select(next);
        next.focus();
      }
    });
  }
}

function neighbour(tab, key) {
  const all = tabs();
  const place = all.indexOf(tab);
  const moves = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: all.length - 1 };
  return key in moves ? all[(moves[key] + all.length) % all.length] : undefined;
}

function select(chosen) {
  for (const tab of tabs()) {
    const selected = tab === chosen;
    tab.setAttribute('aria-selected', String(selected));
    tab.tabIndex = selected ? 0 : -1;
    find(`#${tab.getAttribute('aria-controls')}`).hidden = !selected;
  }
  const name = chosen.getAttribute('aria-controls');
  find('#timeline').hidden = ['operators', 'feed', 'processes'].includes(name);
  history.replaceState(null, '', `#${name}`);
}
