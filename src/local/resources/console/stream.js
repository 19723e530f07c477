import { stream } from './source.js';

/**
 * The live stream: `on(name, listener)` hears `past` (the ticks so far), `tick`, `state`, `score`,
 * `traffic`, `story` and `connection` ('live' or 'lost'). A page that nobody sees lets go of its
 * connection: browsers have six for each server, all tabs together.
 */
const listeners = new Map();

export function on(name, listener) {
  listeners.set(name, [...(listeners.get(name) ?? []), listener]);
}

function tell(name, data) {
  for (const listener of listeners.get(name) ?? []) {
    listener(data);
  }
}

export function connect() {
  let close = document.hidden ? null : open();
  document.addEventListener('visibilitychange', () => {
    close?.();
    close = document.hidden ? null : open();
  });
}

const NAMES = ['tick', 'state', 'score', 'traffic', 'story'];

function open() {
  return stream(
    '/_local/live',
    { hello, ...Object.fromEntries(NAMES.map((name) => [name, (data) => tell(name, data)])) },
    () => tell('connection', 'lost'),
  );
}

function hello(said) {
  tell('connection', 'live');
  tell('past', said.ticks);
  for (const name of ['state', 'score', 'traffic', 'story']) {
    if (said[name]) {
      tell(name, said[name]);
    }
  }
}
