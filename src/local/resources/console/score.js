import { on } from './stream.js';
import { find, make, say } from './page.js';
import { count, plural } from './words.js';

/** The scoreboard: how often each promise was broken, out of how much that was checked. */
const PROMISES = {
  r1: (it) => [
    it.blocked,
    it.attempted === 0
      ? 'no price yet'
      : `of ${plural(it.attempted - it.beyond, 'new price')}` +
        (it.beyond > 0 ? `; ${count(it.beyond)} more while two stores failed` : ''),
  ],
  r2: (it) => [
    it.stale + it.withheld,
    it.reads + it.withheld + it.unanswered === 0
      ? 'no read yet'
      : `of ${plural(it.reads, 'read')}` +
        (it.withheld > 0 ? `; ${plural(it.withheld, 'current price')} withheld` : '') +
        (it.unanswered > 0 ? `; ${count(it.unanswered)} more openly not answered` : ''),
  ],
  r3: (it) => [
    it.doubled,
    it.bookings === 0
      ? 'no code yet'
      : `of ${plural(it.bookings, 'code')}` +
        (it.refused > 0 ? `; ${plural(it.refused, 'rival')} refused` : ''),
  ],
  r4: (it) => [
    it.lost,
    it.acknowledged === 0 ? 'no event yet' : `of ${plural(it.acknowledged, 'acknowledged event')}`,
  ],
};

export function startScore() {
  on('score', (score) => {
    for (const [name, read] of Object.entries(PROMISES)) {
      const [broken, checked] = read(score[name]);
      const card = find(`[data-promise=${name}]`);
      card.dataset.kept = String(broken === 0);
      say(find('[data-broken]', card), count(broken));
      say(find('[data-checked]', card), checked);
    }
    judge(score);
    leaveOut(score.unjudged);
  });
}

/** What the numbers above do not say. */
function leaveOut({ bookings, now }) {
  find('#unjudged').hidden = bookings === 0 && !now;
  find('#unjudged').dataset.now = String(now);
  say(find('#unjudged-count'), now ? 'not judged now' : `${plural(bookings, 'booking')} not judged`);
  find('#unjudged-now').hidden = !now;
  find('#unjudged-some').hidden = bookings === 0;
  say(find('#unjudged-bookings'), plural(bookings, 'booking'));
}

function judge({ linearizable, violations }) {
  const kept = linearizable && violations.length === 0;
  find('#verdict').dataset.kept = String(kept);
  say(
    find('#verdict-text'),
    kept ? 'Every promise kept' : plural(Math.max(violations.length, 1), 'violation'),
  );
  find('#violations-none').hidden = !kept;
  const sentences = linearizable ? violations : ['The history is not linearizable.', ...violations];
  find('#violations-list').replaceChildren(...sentences.map((each) => make('li', {}, each)));
}
