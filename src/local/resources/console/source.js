/**
 * A stream of events that is opened again whatever ended it. The browser itself does so only where a
 * connection broke. An answer that is no stream, as a proxy gives it for a server that is not there
 * (502, 503, 204, a page of HTML), ends an EventSource for good (HTML, "Server-sent events").
 */
const SHORTEST_WAIT = 1_000;
const LONGEST_WAIT = 15_000;

/**
 * Opens a stream.
 *
 * @param listeners by the names of the events; each is given what came, as JSON
 * @param lost is called when there is no connection
 * @returns what closes it
 */
export function stream(path, listeners, lost = () => {}) {
  let source;
  let again;
  let wait = SHORTEST_WAIT;
  const open = () => {
    source = new EventSource(path);
    for (const [name, listener] of Object.entries(listeners)) {
      source.addEventListener(name, (event) => {
        wait = SHORTEST_WAIT;
        listener(JSON.parse(event.data));
      });
    }
    source.addEventListener('error', () => {
      lost();
      if (source.readyState === EventSource.CLOSED) {
        again = setTimeout(open, wait);
        wait = Math.min(2 * wait, LONGEST_WAIT);
      }
    });
  };
  open();
  return () => {
    clearTimeout(again);
    source.close();
  };
}
