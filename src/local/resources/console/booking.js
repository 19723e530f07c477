import { doorInWords, through } from './doors.js';
import { call } from './http.js';
import { enable, enabled, find, findAll, make } from './page.js';
import { follow } from './timeline.js';

/** The form that makes bookings, and the answers to it. */
const form = () => find('#booking-form');
const DEPARTMENTS = ['HOTEL', 'CAR', 'FLIGHT'];

/** The last event that was sent as its department sent it, to repeat and to go on from. */
let sent = null;

export function startBooking() {
  makeUp();
  form().addEventListener('submit', (event) => {
    event.preventDefault();
    book();
  });
  form().currency.addEventListener('change', fitAmount);
  const deeds = { next: nextVersion, rival, repeat, read };
  for (const [name, deed] of Object.entries(deeds)) {
    const button = find(`[data-do=${name}]`);
    button.addEventListener('click', () => enabled(button) && deed());
  }
}

function makeUp() {
  const department = DEPARTMENTS[Math.floor(Math.random() * DEPARTMENTS.length)];
  form().code.value = `${department}-${10_000 + Math.floor(Math.random() * 90_000)}`;
  form().eventId.value = crypto.randomUUID();
  form().version.value = 1;
  form().type.value = 'booked';
}

/** An amount has no more decimals than its currency: the yen has none. */
function fitAmount() {
  const { amount, currency } = form();
  const { maximumFractionDigits } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency: currency.value,
  }).resolvedOptions();
  const decimals = (amount.value.split('.')[1] ?? '').length;
  if (decimals > maximumFractionDigits && Number.isFinite(Number(amount.value))) {
    amount.value = Number(amount.value).toFixed(maximumFractionDigits);
  }
}

const inForm = () => ({
  code: form().code.value.trim(),
  event: {
    eventId: form().eventId.value.trim(),
    version: form().version.valueAsNumber,
    type: form().type.value.trim(),
    price: { amount: form().amount.value.trim(), currency: form().currency.value },
    occurredAt: new Date().toISOString(),
  },
});

/** Who books twice wants two bookings: what was sent as it stands is not sent again. */
function book() {
  if (sent && sent.event.eventId === form().eventId.value && sent.code === form().code.value) {
    makeUp();
  }
  return send(inForm(), 'You');
}

function nextVersion() {
  form().code.value = sent.code;
  form().eventId.value = crypto.randomUUID();
  form().version.value = sent.event.version + 1;
  form().type.value = 'upgraded';
  form().amount.value = dearer(form().amount.value);
  return send(inForm(), 'You, version ' + form().version.value);
}

const dearer = (amount) => {
  const decimals = (amount.split('.')[1] ?? '').length;
  return Number.isFinite(Number(amount)) ? (Number(amount) + 25).toFixed(decimals) : amount;
};

function rival() {
  const { amount, currency } = sent.event.price;
  const event = {
    ...inForm().event,
    eventId: crypto.randomUUID(),
    version: sent.event.version,
    type: sent.event.type,
    price: { amount: dearer(amount), currency },
  };
  return send({ code: sent.code, event }, 'Another department', false);
}

const repeat = () => send(sent, 'You, again');

async function read() {
  busy(true);
  const door = doorInWords();
  const answer = await call('GET', through(`/bookings/${encodeURIComponent(sent.code)}`));
  busy(false);
  show(`Any department reads${at(door)}`, `GET /bookings/${sent.code}`, answer);
}

async function send(request, who, keep = true) {
  follow(request.code);
  busy(true);
  const path = `/bookings/${encodeURIComponent(request.code)}/events`;
  const door = doorInWords();
  const answer = await call('POST', through(path), request.event);
  busy(false);
  // A version that was not taken is offered again; everything else is settled, or may be repeated.
  const isStep = request.event.version === 1 || answer.status < 300;
  if (keep && isStep && answer.status !== 400) {
    sent = request;
  }
  for (const button of findAll('[data-do]:not([data-do=book])')) {
    enable(button, sent !== null);
  }
  show(who + at(door), `POST ${path}`, answer);
}

const at = (door) => (door ? `, ${door}` : '');

function busy(is) {
  find('#answer').setAttribute('aria-busy', String(is));
}

const MEANINGS = {
  200: (body) => (body?.status === 'pending' ? 'Here it is; it waits for the event table.' : 'Here it is, recorded.'),
  201: () => 'Recorded in the event table.',
  202: () => 'Accepted. The pending index keeps it until the event table answers.',
  503: (body, retryAfter) =>
    `Cannot be honoured now, and nothing is promised.${retryAfter ? ` Send it again in ${retryAfter} s.` : ' Send it again.'}`,
  0: () => 'No answer came. Send the same call again: it is safe.',
};

const NAMES = { 200: 'OK', 201: 'recorded', 202: 'pending', 0: 'no answer' };

const kindOf = (status) =>
  status === 0 || status >= 500 ? 'bad' : status >= 400 ? 'refused' : status === 202 ? 'pending' : 'good';

function show(who, what, { status, body, seconds, retryAfter }) {
  const problem = String(body?.type ?? '').startsWith('http') ? body.type.split('/').pop() : null;
  const isRepeat = status === 200 && what.startsWith('POST');
  const meaning = isRepeat
    ? 'Known already: the same answer again, nothing is doubled.'
    : (MEANINGS[status]?.(body, retryAfter) ?? body?.detail ?? body?.title ?? '');
  const answer = find('#answer');
  answer.dataset.kind = kindOf(status);
  answer.replaceChildren(
    make(
      'p',
      { class: 'headline' },
      make('b', {}, status === 0 ? '–' : String(status)),
      ' ',
      make('span', {}, isRepeat ? 'recorded before' : (problem ?? NAMES[status] ?? '')),
      make('small', {}, `${seconds.toFixed(2)} s`),
    ),
    make('p', {}, `${who}: `, meaning),
    ...(body?.errors ?? []).map((each) => make('p', { class: 'mono' }, `${each.pointer ?? ''} ${each.detail ?? ''}`)),
    make(
      'details',
      {},
      make('summary', {}, what),
      make('pre', { tabindex: 0 }, JSON.stringify(body, null, 2) ?? ''),
    ),
  );
}
