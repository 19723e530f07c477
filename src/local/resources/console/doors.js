import { on } from './stream.js';
import { heal, lose, onFaults } from './flow.js';
import { find, make, say } from './page.js';
import { count, rate } from './words.js';

/**
 * The doors, where there are two: what passes each of them, which one the page's own calls go
 * through, and the switch that loses the home region.
 */
const HOME_REGION = 'home-region';
const NAMES = { home: 'Home region', second: 'Second door' };
const SMOOTHED_OVER = 3;
const recent = [];
let doors = [];

export function startDoors() {
  on('state', state);
  on('tick', tick);
  onFaults((all) => find('#lose-home').setAttribute('aria-pressed', String(Boolean(all[HOME_REGION]))));
  find('#lose-home').addEventListener('click', ({ currentTarget }) =>
    currentTarget.getAttribute('aria-pressed') === 'true' ? heal(HOME_REGION) : lose(HOME_REGION),
  );
}

const chosen = () => find('#doors input:checked')?.value ?? 'home';

/** Where a path of the API is, through the door that was chosen. */
export const through = (path) => (doors.length > 1 ? `/_local/doors/${chosen()}${path}` : path);

/** Through which door a call goes, in words; empty where there is one. */
export const doorInWords = () =>
  doors.length > 1 ? (chosen() === 'home' ? 'at home' : 'at the second door') : '';

function state(now) {
  doors = now.doors ?? [];
  const strip = find('#doors');
  strip.hidden = doors.length < 2;
  if (strip.hidden) {
    return;
  }
  for (const each of doors) {
    const card = find(`[data-door=${each.door}]`, strip) ?? newDoor(each);
    card.dataset.lost = String(each.lost);
    say(find('[data-part=word]', card), each.lost ? 'lost' : 'open');
    say(find('[data-part=queue]', card), `queue ${count(each.queue)}`);
  }
}

function newDoor({ door, api }) {
  const card = make(
    'label',
    { class: 'door', 'data-door': door, title: api },
    make('input', { type: 'radio', name: 'door', value: door, checked: door === 'home' }),
    make('b', {}, NAMES[door]),
    make('span', { 'data-part': 'word' }),
    make('span', { 'data-part': 'rate' }, '0.0/s'),
    make('span', { 'data-part': 'queue' }),
  );
  find('#door-choice').append(card);
  return card;
}

function tick(now) {
  recent.push(now);
  recent.splice(0, recent.length - SMOOTHED_OVER);
  for (const { door } of doors) {
    const calls = recent.reduce((sum, each) => sum + (each.doors?.[door] ?? 0), 0) / recent.length;
    say(find(`[data-door=${door}] [data-part=rate]`, find('#doors')), `${rate(calls)}/s`);
  }
}
