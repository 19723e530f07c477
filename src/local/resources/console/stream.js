/**
 * The live stream: `on(name, listener)` hears `past` (the ticks so far), `tick`, `state`, `score`,
 * `traffic`, `story` and `connection` ('live' or 'lost'). The browser itself connects again. A page
 * that nobody sees lets go of its connection: browsers have six for each server, all tabs together.
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
  let source = document.hidden ? null : open();
  document.addEventListener('visibilitychange', () => {
    source?.close();
    source = document.hidden ? null : open();
  });
}

function open() {
  const source = new EventSource('/_local/live');
  source.addEventListener('hello', (event) => {
    const hello = JSON.parse(event.data);
    tell('connection', 'live');
    tell('past', hello.ticks);
    for (const name of ['state', 'score', 'traffic', 'story']) {
      if (hello[name]) {
        tell(name, hello[name]);
      }
    }
  });
  for (const name of ['tick', 'state', 'score', 'traffic', 'story']) {
    source.addEventListener(name, (event) => tell(name, JSON.parse(event.data)));
  }
  source.addEventListener('error', () => tell('connection', 'lost'));
  return source;
}
