import { calm, find, make, say } from './page.js';
import { stream } from './source.js';
import { age, clock, plural } from './words.js';

/**
 * Where one booking's head and its events are, looked up in the stores past every fault. An event
 * that is drained moves from the pending index's lane to the event table's before the reader's eyes;
 * the head stays, and moves on with the next version.
 */
const HEAD = 'head';
let close = null;
let followed = null;
let cards = new Map();

export function follow(code) {
  if (code === followed) {
    return;
  }
  followed = code;
  cards = new Map();
  say(find('#timeline-code'), code);
  say(find('#timeline-head'), '');
  find('#timeline-events').replaceChildren();
  find('#timeline-hint').hidden = false;
  say(find('#timeline-hint'), 'Nothing is stored under this code yet.');
  look();
}

function look() {
  close?.();
  close =
    followed === null || document.hidden
      ? null
      : stream(`/_local/live/bookings/${encodeURIComponent(followed)}`, { booking: show });
}

document.addEventListener('visibilitychange', look);

const inWords = ({ version, state, waiting, kept, unclaimed, revision }) =>
  [
    version ? `head at version ${version}, ${state}` : 'no head yet',
    waiting > 0 && `holds ${plural(waiting, 'event')}`,
    kept > 0 && `${kept} kept aside`,
    unclaimed > 0 && `${unclaimed} unclaimed`,
    revision && `revision ${revision}`,
  ]
    .filter(Boolean)
    .join(' · ');

function show({ head, events }) {
  const words = head ? inWords(head) : '';
  say(find('#timeline-head'), words);
  find('#timeline-head').title = words;
  find('#timeline-hint').hidden = events.length > 0;
  const before = new Map([...cards].map(([id, card]) => [id, card.getBoundingClientRect()]));
  const had = cards;
  cards = new Map();
  for (const event of events) {
    if (event.home === 'event-table' && event.eventId === head?.eventId) {
      cards.set(HEAD, had.get(HEAD) ?? make('li', { class: 'head-mark' }, 'head'));
    }
    cards.set(event.eventId, had.get(event.eventId) ?? newCard());
    fill(cards.get(event.eventId), event);
  }
  const list = find('#timeline-events');
  const order = [...cards.values()];
  const wasThere = new Set(list.children);
  if (order.some((card, place) => list.children[place] !== card) || list.children.length !== order.length) {
    list.replaceChildren(...order);
  }
  if (order.some((card) => !wasThere.has(card))) {
    list.scrollTop = list.scrollHeight;
  }
  move(before);
}

function newCard() {
  return make(
    'li',
    { class: 'event' },
    make('b', { 'data-part': 'version' }),
    make('span', {}, make('span', { 'data-part': 'what' }), make('span', { class: 'unseen', 'data-part': 'status' })),
    make('small', { 'data-part': 'when' }),
  );
}

function fill(card, event) {
  card.dataset.home = event.home;
  card.dataset.status = event.status;
  say(find('[data-part=version]', card), `${event.version}`);
  say(find('[data-part=what]', card), `${event.amount} ${event.currency}`);
  say(find('[data-part=status]', card), `, ${event.status}`);
  const since = event.since ?? event.recordedAt;
  say(find('[data-part=when]', card), `${event.type} · ${event.status === 'conflict' ? 'kept aside' : clock(since)}`);
  card.title = `${event.eventId}, accepted ${age((Date.now() - Date.parse(event.recordedAt)) / 1000)} ago`;
}

/** First, last, invert, play. */
function move(before) {
  if (calm()) {
    return;
  }
  for (const [id, card] of cards) {
    const old = before.get(id);
    const now = card.getBoundingClientRect();
    if (!old) {
      card.animate([{ opacity: 0, transform: 'translateY(8px)' }, {}], { duration: 250, easing: 'ease-out' });
    } else if (Math.abs(old.left - now.left) > 1 || (id === HEAD && Math.abs(old.top - now.top) > 1)) {
      card.animate([{ transform: `translate(${old.left - now.left}px, ${old.top - now.top}px)` }, {}], {
        duration: 900,
        easing: 'cubic-bezier(.4, 0, .2, 1)',
      });
    }
  }
}
