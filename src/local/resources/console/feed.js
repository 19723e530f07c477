import { stream } from './source.js';
import { find, make } from './page.js';

/**
 * The change feed, while somebody looks: what comes, as badly as EventBridge may deliver it, and what
 * the example of a consumer does with it. Always in the order of one seed, from the beginning.
 */
const SEED = 1;
const MOST_ROWS = 30;

/** The version that was applied last, by booking code. */
const applied = new Map();

export function startFeed() {
  const panel = find('#feed');
  let close = null;
  const look = () => {
    const isSeen = !panel.hidden && !document.hidden;
    if (isSeen && !close) {
      close = stream(`/_local/feed?seed=${SEED}`, { hello: begin, delivery: take });
    } else if (!isSeen && close) {
      close();
      close = null;
    }
  };
  new MutationObserver(look).observe(panel, { attributes: true, attributeFilter: ['hidden'] });
  document.addEventListener('visibilitychange', look);
  look();
}

function begin() {
  applied.clear();
  find('#feed-rows').replaceChildren();
  find('#feed-none').hidden = false;
}

function take({ detail }) {
  find('#feed-none').hidden = true;
  const { bookingCode, price } = detail.data;
  const version = Number(detail.data.version);
  const rows = find('#feed-rows');
  rows.prepend(
    make(
      'tr',
      { 'data-id': detail.id },
      make('th', { scope: 'row', class: 'mono' }, detail.id),
      make('td', { class: 'number' }, `${price.amount} ${price.currency}`),
      make('td', {}, deed(bookingCode, version)),
      make('td', {}, detail.republished ? 'republished' : ''),
    ),
  );
  while (rows.rows.length > MOST_ROWS) {
    rows.rows[MOST_ROWS].remove();
  }
}

/** What the consumer does, and what it has then. */
function deed(code, version) {
  const last = applied.get(code) ?? 0;
  if (version <= last) {
    return 'ignores it';
  }
  applied.set(code, version);
  if (version === last + 1) {
    return 'applies it';
  }
  return version === last + 2 ? `fetches ${last + 1} first` : `fetches ${last + 1} to ${version - 1} first`;
}
