import { call } from './http.js';
import { on } from './stream.js';
import { find, findAll, make, say } from './page.js';
import { age, count, plural } from './words.js';

/** The operator functions, as the runbook uses them. */
const EVENTS = { pending: { limit: 50 }, conflicts: { limit: 50 }, sweep: {}, redrive: { limit: 100 }, backfill: {}, republish: {}, audit: { itemsPerSecond: 1000 } };

/** What an audit counts, as the runbook has it. */
const VIOLATIONS = ['gap', 'fingerprint', 'backdated', 'behind', 'owner', 'overdue', 'unreadable'];

export function startOperators() {
  for (const button of findAll('[data-invoke]')) {
    button.addEventListener('click', () => ask(button.dataset.invoke));
  }
  on('state', ({ conflicts }) => {
    const badge = find('#operators-count');
    badge.hidden = conflicts === 0;
    say(badge, conflicts === 0 ? '' : count(conflicts));
    badge.title = plural(conflicts, 'conflict');
  });
}

async function ask(name) {
  let answer = await invoke(name, EVENTS[name]);
  // An answer that is not done is the next event.
  while (answer?.done === false && !answer.paused) {
    answer = await invoke(name, answer);
  }
  if (answer) {
    SHOW[name](answer);
  }
}

/** Invokes a function and says what came; answers its body, or nothing where it failed. */
async function invoke(name, event) {
  tell('none', `${name} is asked…`);
  const { status, body, seconds } = await call('POST', `/_local/invoke/${name}`, event);
  const failed = status !== 200 || body?.errorType;
  if (failed) {
    const why = [body?.errorType, body?.errorMessage ?? body?.detail ?? body?.title].filter(Boolean).join(': ');
    tell('bad', `${name} failed: ${why || 'no answer'}`, body);
    return null;
  }
  const kind = body.outcome === 'refused' || body.outcome === 'invalid' || body.outcome === 'unavailable' ? 'refused' : 'good';
  tell(kind, `${sentence(name, body)} (${seconds.toFixed(1)} s)`, body);
  return body;
}

function sentence(name, body) {
  if (body.outcome || body.message) {
    return [body.outcome, body.message].filter(Boolean).join(': ');
  }
  switch (name) {
    case 'pending':
      return `${plural(body.pending?.length ?? 0, 'event')} wait${body.pending?.length === 1 ? 's' : ''} for the event table.`;
    case 'conflicts':
      return `${plural(body.conflicts?.length ?? 0, 'conflict')}.`;
    case 'sweep':
      return `Swept: ${count(body.requeued ?? 0)} put back on the queue, ${count(body.pending ?? 0)} pending, ${count(body.unclaimed ?? 0)} unclaimed, ${plural(body.conflicts ?? 0, 'conflict')}.`;
    case 'backfill':
      return `Read ${plural(body.scanned ?? 0, 'event')}: ${count(body.claimed ?? 0)} bookings had no head, ${count(body.standing ?? 0)} the right one, ${count(body.corrected ?? 0)} an old one, ${count(body.pending ?? 0)} one where events wait, ${count(body.unreadable ?? 0)} one that cannot be read.`;
    case 'republish':
      return `Read ${plural(body.scanned ?? 0, 'event')}: ${count(body.republished ?? 0)} put on the change feed again.`;
    case 'audit': {
      const found = VIOLATIONS.filter((kind) => body[kind] > 0).map((kind) => `${count(body[kind])} ${kind}`);
      return `Read ${plural(body.scanned ?? 0, 'event and head', 'events and heads')}: ${found.length === 0 ? 'nothing is wrong' : found.join(', ')}.`;
    }
    default:
      return `Redriven ${count(body.redriven ?? 0)}, malformed ${count(body.malformed ?? 0)}, waiting ${count(body.waiting ?? 0)}, hidden ${count(body.hidden ?? 0)}.`;
  }
}

function tell(kind, text, body) {
  const place = find('#operators-answer');
  place.dataset.kind = kind;
  place.replaceChildren(
    make('p', {}, text),
    ...(body ? [make('details', {}, make('summary', {}, 'the whole answer'), make('pre', { tabindex: 0 }, JSON.stringify(body, null, 2)))] : []),
  );
}

const list = (...children) => find('#operators-list').replaceChildren(...children);

const SHOW = {
  pending: ({ pending }) =>
    list(
      ...(pending.length === 0
        ? []
        : [
            make(
              'table',
              {},
              make('caption', { class: 'unseen' }, 'Pending events'),
              make('thead', {}, make('tr', {}, ...['Booking code', 'Version', 'Type', 'Age'].map((each) => make('th', { scope: 'col' }, each)))),
              make(
                'tbody',
                {},
                ...pending.map((each) =>
                  make(
                    'tr',
                    {},
                    make('th', { scope: 'row', class: 'mono' }, each.bookingCode),
                    make('td', {}, String(each.version)),
                    make('td', {}, each.type),
                    make('td', {}, age(each.ageSeconds)),
                  ),
                ),
              ),
            ),
          ]),
    ),
  conflicts: ({ conflicts }) => list(...conflicts.map(conflictCard)),
  sweep: () => {},
  redrive: () => {},
  backfill: () => {},
  republish: () => {},
  audit: ({ examples }) => list(...(examples.length === 0 ? [] : [make('ul', { class: 'mono', 'aria-label': 'Violations' }, ...examples.map((each) => make('li', {}, each)))])),
};

const price = (event) => (event ? `${event.price.amount} ${event.price.currency}` : 'not told');

function conflictCard(conflict, place) {
  const isFirst = conflict.version === 1;
  const form = make(
    'form',
    { class: 'fields conflict', 'aria-label': `Conflict of ${conflict.bookingCode}`, 'data-code': conflict.bookingCode },
    make(
      'p',
      { class: 'wide' },
      make('b', { class: 'mono' }, conflict.bookingCode),
      `, version ${conflict.version}, was accepted twice. Recorded: `,
      make('b', {}, price(conflict.recorded)),
      '. Kept aside: ',
      make('b', {}, price(conflict.kept)),
      '.',
    ),
    make(
      'fieldset',
      { class: 'wide choice' },
      make('legend', {}, 'The event that was kept aside'),
      isFirst
        ? make('label', {}, make('input', { type: 'radio', name: 'action', value: 'reassign', checked: true }), ' gets a new code')
        : make('label', {}, make('input', { type: 'radio', name: 'action', value: 'reappend', checked: true }), ' becomes the next version'),
      make('label', {}, make('input', { type: 'radio', name: 'action', value: 'discard' }), ' is discarded'),
    ),
    ...(isFirst
      ? [make('label', { class: 'wide' }, 'New booking code ', make('input', { name: 'newBookingCode', id: `new-${place}`, value: `${conflict.bookingCode}-B`, maxlength: 64, autocomplete: 'off' }))]
      : []),
    make('label', {}, 'Operator ', make('input', { name: 'operator', required: true, value: 'jane', autocomplete: 'off' })),
    make('label', {}, 'Reason ', make('input', { name: 'reason', required: true, value: 'both are meant', autocomplete: 'off' })),
    make('div', { class: 'buttons wide' }, make('button', { type: 'submit', class: 'primary' }, 'Resolve')),
  );
  form.addEventListener('change', () => {
    if (isFirst) {
      form.newBookingCode.disabled = form.action.value === 'discard';
    }
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    const answer = await invoke('resolve', {
      action: fields.get('action'),
      bookingCode: conflict.bookingCode,
      eventId: conflict.eventId,
      ...(fields.get('action') === 'reassign' ? { newBookingCode: fields.get('newBookingCode') } : {}),
      operator: fields.get('operator'),
      reason: fields.get('reason'),
    });
    if (['reassigned', 'reappended', 'discarded'].includes(answer?.outcome)) {
      form.remove();
    }
  });
  return form;
}
