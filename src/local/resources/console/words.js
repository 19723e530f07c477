/** How numbers, times and names read on the page. */

const whole = new Intl.NumberFormat('en');

export const count = (n) => whole.format(n);

export const plural = (n, one, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;

export const rate = (n) => (n < 99.95 ? n.toFixed(1) : String(Math.round(n)));

export const percent = (share) => `${Math.round(share * 100)} %`;

export const milliseconds = (ms) =>
  ms < 10 ? `${ms.toFixed(1)} ms` : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;

export const age = (seconds) =>
  seconds < 100
    ? `${Math.round(seconds)} s`
    : seconds < 6000
      ? `${Math.round(seconds / 60)} min`
      : `${Math.round(seconds / 3600)} h`;

/** 09:15:03, in the reader's own time zone. */
export const clock = (moment) => new Date(moment).toLocaleTimeString('en-GB');

export const DEPENDENCIES = [
  { key: 'pending-index', letter: 'P', title: 'Pending index' },
  { key: 'fallback-queue', letter: 'Q', title: 'Fallback queue' },
  { key: 'event-table', letter: 'S', title: 'Event table' },
];

export const MODES = [
  ['refuse', 'refuse', 'The connection is closed; nothing is done'],
  ['hang', 'hang', 'No answer at all; nothing is done'],
  ['error', 'error', 'It answers 500; nothing is done'],
  ['throttle', 'throttle', 'It says that it is asked too much; nothing is done'],
  ['key-disabled', 'no key', 'It says that its KMS key is disabled; nothing is done'],
  ['slow', 'slow', 'It works, 300 ms late'],
  ['lose-answer', 'lose answer', 'The work is done, and the answer is lost'],
];
