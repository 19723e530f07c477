import { call } from './http.js';
import { on } from './stream.js';
import { calm, enable, enabled, find, findAll, make, say } from './page.js';
import { count, DEPENDENCIES, MODES, percent, rate } from './words.js';

/**
 * The flow as it is: who calls whom, how often, and whether it is answered. Every dot is one call of
 * the last second, up to a few for each edge.
 */
const EDGES = [
  { from: 'append', to: 'pending-index', side: 'left', at: 0.27, does: 'claim, park' },
  { from: 'read', to: 'pending-index', side: 'left', at: 0.73, does: 'look, park' },
  { from: 'append', to: 'fallback-queue', side: 'left', at: 0.27, does: 'hint' },
  { from: 'read', to: 'fallback-queue', side: 'left', at: 0.73, does: 'hint' },
  { from: 'append', to: 'event-table', side: 'left', at: 0.27, does: 'look, record' },
  { from: 'read', to: 'event-table', side: 'left', at: 0.73, does: 'look' },
  { from: 'sweep', to: 'pending-index', side: 'right', at: 0.27, does: 'find' },
  { from: 'drain', to: 'pending-index', side: 'right', at: 0.73, does: 'settle' },
  { from: 'sweep', to: 'fallback-queue', side: 'right', at: 0.27, does: 'put back' },
  { from: 'drain', to: 'fallback-queue', side: 'right', at: 0.73, does: 'receive', back: true, caller: 'drain-poller' },
  { from: 'sweep', to: 'event-table', side: 'right', at: 0.27, does: 'find' },
  { from: 'drain', to: 'event-table', side: 'right', at: 0.73, does: 'record' },
];
const REQUESTS = [
  { from: 'client', to: 'append' },
  { from: 'client', to: 'read' },
];
const MOST_DOTS = 6;
const SMOOTHED_OVER = 3;
const SVG = 'http://www.w3.org/2000/svg';

const COUNTS = {
  'event-table': [['recorded', (state) => state.recorded]],
  'pending-index': [
    ['pending', (state) => state.pending],
    ['unclaimed', (state) => state.unclaimed],
    ['conflicts', (state) => state.conflicts],
  ],
  'fallback-queue': [
    ['queue', (state) => state.queue],
    ['dead-letter queue', (state) => state.deadLetterQueue],
  ],
};

const flow = () => find('#flow');
const node = (name) =>
  name === 'client' ? find('#traffic') : (find(`[data-function=${name}]`, flow()) ?? find(`[data-dependency=${name}]`, flow()));
const recent = [];
/** What was counted before a switch was pressed and is told after it would press it back. */
const OLD_NEWS_MILLIS = 1_200;
let pressedAt = -OLD_NEWS_MILLIS;
let failing = [];
const faultListeners = [];

/** Hears of everything that can fail, and how it does. */
export const onFaults = (listener) => faultListeners.push(listener);

export function startFlow() {
  find('#dependencies').append(...DEPENDENCIES.map(newDependency));
  for (const edge of [...EDGES, ...REQUESTS]) {
    edge.line = document.createElementNS(SVG, 'path');
    edge.line.setAttribute('class', 'edge');
    find('#edges').append(edge.line);
  }
  new ResizeObserver(draw).observe(flow());
  const healAll = find('#heal-all');
  healAll.addEventListener('click', () => enabled(healAll) && failing.forEach(heal));
  on('tick', tick);
  on('state', state);
}

function newDependency({ key, letter, title }) {
  const card = find('#dependency').content.firstElementChild.cloneNode(true);
  card.dataset.dependency = key;
  say(find('.letter', card), letter);
  say(find('.title', card), title);
  for (const edge of EDGES.filter((each) => each.to === key)) {
    edge.pill = make(
      'p',
      { class: 'call', 'data-from': edge.from, 'data-at': edge.at },
      make('span', { class: 'who' }, `${edge.from}: `),
      make('span', { class: 'does' }, edge.does),
      make('span', { class: 'rate' }, '–'),
    );
    find(`.calls.${edge.side}`, card).append(edge.pill);
  }
  for (const [name] of COUNTS[key]) {
    find('.counts', card).append(make('div', { 'data-count': name }, make('dt', {}, name), make('dd', {}, '–')));
  }
  const switches = find('.faults', card);
  switches.setAttribute('aria-label', `How the ${title.toLowerCase()} fails`);
  for (const [mode, label, meaning] of MODES) {
    switches.append(
      make('button', { type: 'button', 'data-mode': mode, 'aria-pressed': 'false', title: meaning, onclick: () => toggle(card, key, mode) }, label),
    );
  }
  const share = find('.share input', card);
  share.addEventListener('input', () => say(find('.share output', card), percent(share.value / 100)));
  share.addEventListener('change', () => {
    const mode = pressed(card);
    if (mode) {
      inject(card, key, mode);
    }
  });
  const button = find('.heal', card);
  button.setAttribute('aria-label', `Heal the ${title.toLowerCase()}`);
  button.addEventListener('click', () => enabled(button) && heal(key));
  return card;
}

const pressed = (card) => find('[data-mode][aria-pressed=true]', card)?.dataset.mode;

const toggle = (card, key, mode) => (pressed(card) === mode ? heal(key) : inject(card, key, mode));

async function inject(card, key, mode) {
  const share = find('.share input', card).valueAsNumber / 100;
  showAll(await call('PUT', `/_local/faults/${key}`, { mode, share }));
}

/** Loses a region, as a whole. */
export async function lose(region) {
  showAll(await call('PUT', `/_local/faults/${region}`));
}

export async function heal(key) {
  showAll(await call('DELETE', `/_local/faults/${key}`));
}

function showAll({ status, body }) {
  if (status === 200) {
    pressedAt = performance.now();
    faults(body);
  }
}

function faults(all) {
  for (const { key } of DEPENDENCIES) {
    const card = node(key);
    const fault = all[key] ?? null;
    card.dataset.fault = String(fault !== null);
    for (const button of findAll('[data-mode]', card)) {
      button.setAttribute('aria-pressed', String(button.dataset.mode === fault?.mode));
    }
    enable(find('.heal', card), fault !== null);
    const share = find('.share input', card);
    if (fault && document.activeElement !== share) {
      share.value = Math.round(fault.share * 100);
      say(find('.share output', card), percent(fault.share));
    }
  }
  failing = Object.keys(all).filter((key) => all[key] !== null);
  enable(find('#heal-all'), failing.length > 0);
  faultListeners.forEach((listener) => listener(all));
}

function state(now) {
  if (performance.now() - pressedAt > OLD_NEWS_MILLIS) {
    faults(now.faults);
  }
  for (const { key } of DEPENDENCIES) {
    for (const [name, value] of COUNTS[key]) {
      const place = find(`[data-count="${name}"]`, node(key));
      const number = value(now);
      say(find('dd', place), count(number));
      place.dataset.some = String(number > 0);
    }
  }
  for (const card of findAll('.function', flow())) {
    const workers = now.functions.filter((worker) => worker.function === card.dataset.function);
    const dots = find('[data-processes]', card);
    const states = workers.map((worker) => worker.state).join(' ');
    if (dots.dataset.states !== states) {
      dots.dataset.states = states;
      dots.replaceChildren(
        make('span', { class: 'unseen' }, `processes: ${states || 'none'}`),
        ...workers.map((worker) => make('i', { 'data-state': worker.state, title: worker.state })),
      );
    }
  }
}

const HEALTHS = { healthy: 'healthy', failing: 'failing', down: 'down', idle: 'no calls' };

function tick(now) {
  recent.push(now);
  recent.splice(0, recent.length - SMOOTHED_OVER);
  for (const { key } of DEPENDENCIES) {
    const health = find('.health', node(key));
    const seen = now.health[key] ?? 'idle';
    health.dataset.health = seen;
    say(find('.word', health), HEALTHS[seen] ?? seen);
  }
  for (const edge of EDGES) {
    const calls = recent.map((each) => callsOf(each, edge));
    const failed = mean(calls.map((each) => each.failed));
    const all = failed + mean(calls.map((each) => each.answered));
    say(find('.rate', edge.pill), all === 0 ? '–' : `${rate(all)}/s`);
    edge.pill.dataset.state = failed > 0 ? 'failing' : all > 0 ? 'busy' : 'idle';
    edge.line.dataset.state = edge.pill.dataset.state;
    run(edge, callsOf(now, edge));
  }
  const requests = {
    append: recent.map((each) => each.latency.append?.count ?? 0),
    read: recent.map((each) => each.latency.read?.count ?? 0),
  };
  for (const edge of REQUESTS) {
    edge.line.dataset.state = mean(requests[edge.to]) > 0 ? 'busy' : 'idle';
    run(edge, { answered: requests[edge.to].at(-1), failed: 0 });
    say(find('[data-rate]', node(edge.to)), rate(mean(requests[edge.to])));
  }
  say(find('#client-rate'), rate(mean(requests.append) + mean(requests.read)));
  for (const name of ['drain', 'sweep']) {
    const calls = recent.map((each) =>
      each.calls.filter((one) => one.function === name).reduce((sum, one) => sum + one.answered + one.failed, 0),
    );
    say(find('[data-rate]', node(name)), rate(mean(calls)));
  }
}

const mean = (numbers) => numbers.reduce((sum, each) => sum + each, 0) / Math.max(numbers.length, 1);

const callsOf = (now, edge) =>
  now.calls.find((each) => each.function === (edge.caller ?? edge.from) && each.dependency === edge.to) ?? { answered: 0, failed: 0 };

/** Sends the second's calls along the edge, spread over the next second. */
function run(edge, { answered, failed }) {
  const all = answered + failed;
  if (all === 0 || !edge.path || calm() || document.hidden) {
    return;
  }
  const dots = Math.min(all, MOST_DOTS);
  const red = failed === 0 ? 0 : Math.max(1, Math.round((dots * failed) / all));
  for (let number = 0; number < dots; number++) {
    dot(edge, number < red, ((number + Math.random() * 0.6) / dots) * 1000);
  }
}

function dot(edge, isRed, delay) {
  const circle = document.createElementNS(SVG, 'circle');
  circle.setAttribute('r', isRed ? 4 : 3.2);
  circle.setAttribute('class', isRed ? 'dot failed' : 'dot');
  circle.style.offsetPath = `path("${edge.path}")`;
  find('#edges').append(circle);
  const steps = [
    { offsetDistance: '0%', opacity: 0 },
    { opacity: 1, offset: 0.1 },
    { opacity: 1, offset: 0.85 },
    { offsetDistance: '100%', opacity: 0 },
  ];
  circle.animate(steps, { duration: 850, delay, fill: 'both', easing: 'ease-in-out' }).finished.then(
    () => circle.remove(),
    () => circle.remove(),
  );
}

/** Where there is no room for a drawing, the edges are not shown, and the calls are told in words. */
function draw() {
  const box = flow().getBoundingClientRect();
  const drawn = getComputedStyle(find('#edges')).display !== 'none';
  find('#edges').setAttribute('viewBox', `0 0 ${box.width} ${box.height}`);
  const place = (name) => {
    const it = node(name).getBoundingClientRect();
    return { left: it.left - box.left, right: it.right - box.left, top: it.top - box.top, height: it.height };
  };
  const order = { left: {}, right: {} };
  for (const edge of EDGES) {
    (order[edge.side][edge.from] ??= []).push(edge);
  }
  for (const edge of [...EDGES, ...REQUESTS]) {
    const siblings = edge.side ? order[edge.side][edge.from] : [edge];
    const fan = edge.side ? (siblings.indexOf(edge) + 1) / (siblings.length + 1) : 0.5;
    const from = place(edge.from);
    const to = place(edge.to);
    const start =
      edge.side === 'right' ? [from.left, from.top + from.height * fan] : [from.right, edge.side ? from.top + from.height * fan : to.top + to.height / 2];
    const end = edge.side === 'right' ? [to.right, to.top + to.height * edge.at] : [to.left, to.top + to.height * (edge.at ?? 0.5)];
    edge.path = drawn ? curve(...(edge.back ? [end, start] : [start, end])) : null;
    edge.line.setAttribute('d', edge.path ?? '');
  }
}

function curve([x1, y1], [x2, y2]) {
  const bend = (x2 - x1) * 0.5;
  return `M${x1.toFixed(1)} ${y1.toFixed(1)}C${(x1 + bend).toFixed(1)} ${y1.toFixed(1)} ${(x2 - bend).toFixed(1)} ${y2.toFixed(1)} ${x2.toFixed(1)} ${y2.toFixed(1)}`;
}
