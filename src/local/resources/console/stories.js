import { call } from './http.js';
import { on } from './stream.js';
import { enable, enabled, find, make, say } from './page.js';
import { follow } from './timeline.js';

/** The stories: a card each, played at once or step by step. */
const cards = new Map();
const PLAYING = new Set(['waiting', 'running', 'held']);
const CODE = /\/bookings\/([A-Za-z0-9][A-Za-z0-9._-]{0,63})/;
const STATES = { waiting: 'next', running: 'now', held: 'held', broken: 'broken', stopped: 'stopped', finished: 'held' };
let heard = null;
let bySteps = false;

/** How many doors there are. */
let doors = 1;

export function startStories() {
  on('story', show);
  on('state', (state) => {
    doors = state.doors?.length ?? 1;
    cards.forEach(admit);
  });
  read();
}

async function read() {
  const { status, body } = await call('GET', '/_local/stories');
  const place = find('#story-cards');
  if (status !== 200) {
    place.replaceChildren(make('p', { class: 'hint' }, 'The stories cannot be read yet.'));
    setTimeout(read, 3_000);
    return;
  }
  place.replaceChildren(...body.map(newCard));
  cards.forEach(admit);
  if (heard) {
    show(heard);
  }
}

function newCard(story) {
  const button = (label, name, act) =>
    make('button', { type: 'button', 'data-story': name, class: name === 'play' || name === 'next' ? 'primary' : null, onclick: (event) => enabled(event.currentTarget) && act() }, label);
  const card = make(
    'article',
    { class: 'story', 'data-id': story.id, 'data-status': 'idle', 'aria-labelledby': `story-${story.id}` },
    make('header', {}, make('h3', { id: `story-${story.id}` }, story.title), ...tags(story.promise)),
    make('p', {}, story.about),
    make('p', { class: 'needs', hidden: true }, 'It needs a second door: ', make('code', {}, 'mvn -Plocal -Dlocal.doors=2')),
    make(
      'div',
      { class: 'buttons' },
      button('Play', 'play', () => begin(story.id, 'play')),
      button('Step by step', 'step', () => begin(story.id, 'step')),
      button('Next step', 'next', () => call('POST', '/_local/story/next')),
      button('Stop and heal', 'stop', () => call('DELETE', '/_local/story')),
    ),
    make(
      'ol',
      { class: 'steps', hidden: true },
      ...story.steps.map((step) =>
        make(
          'li',
          { 'data-state': 'ahead' },
          make('span', { class: 'mark', 'aria-hidden': 'true' }),
          make('div', {}, make('p', {}, ...tags(step.promise), step.sentence, make('span', { class: 'unseen', 'data-part': 'state' })), make('p', { class: 'does mono', hidden: true }), make('p', { class: 'saw', hidden: true })),
        ),
      ),
    ),
    make('p', { class: 'end', hidden: true }),
  );
  card.dataset.doors = story.doors;
  find('[data-story=next]', card).hidden = true;
  find('[data-story=stop]', card).hidden = true;
  cards.set(story.id, card);
  return card;
}

/** A story that needs more doors than there are says so, and is not to be told. */
function admit(card) {
  const isTellable = Number(card.dataset.doors) <= doors;
  find('.needs', card).hidden = isTellable;
  find('.buttons', card).hidden = !isTellable;
}

const tags = (promise) =>
  promise ? String(promise).split(/[ ,]+/).map((each) => make('span', { class: 'tag' }, each)) : [];

async function begin(id, pace) {
  bySteps = pace === 'step';
  const { status } = await call('POST', `/_local/stories/${id}`, { pace });
  if (status === 409) {
    say(find('#narration-text'), 'Another story is playing. Stop it first.');
  }
}

function show(story) {
  // The stream may say so before the stories are read.
  heard = story;
  const card = cards.get(story.id);
  if (!card) {
    return;
  }
  const playing = PLAYING.has(story.status);
  if (playing && card.dataset.status === 'idle') {
    clear(card);
    find('#stories').scrollTop = card.offsetTop - find('#stories').offsetTop - 8;
  }
  card.dataset.status = playing ? 'playing' : 'idle';
  find('.steps', card).hidden = false;
  for (const [id, other] of cards) {
    if (id !== story.id) {
      find('.steps', other).hidden = playing || find('.steps', other).hidden;
    }
    for (const name of ['play', 'step']) {
      enable(find(`[data-story=${name}]`, other), !playing);
    }
  }
  bySteps ||= story.status === 'waiting';
  swap(card, playing);
  enable(find('[data-story=next]', card), story.status === 'waiting');
  step(card, story);
  end(card, story);
  narrate(story);
  const code = CODE.exec(story.does ?? '');
  if (code && playing) {
    follow(code[1]);
  }
}

/** Shows the buttons that make sense, and hands the focus over to the one that took a place. */
function swap(card, playing) {
  const places = { play: !playing, step: !playing, next: playing && bySteps, stop: playing };
  const had = card.contains(document.activeElement) ? document.activeElement.dataset.story : null;
  for (const [name, shown] of Object.entries(places)) {
    find(`[data-story=${name}]`, card).hidden = !shown;
  }
  if (had && !places[had]) {
    find(`[data-story=${playing ? (had === 'step' ? 'next' : 'stop') : 'play'}]`, card).focus();
  }
}

function clear(card) {
  for (const item of find('.steps', card).children) {
    item.dataset.state = 'ahead';
    say(find('[data-part=state]', item), '');
    find('.does', item).hidden = true;
    find('.saw', item).hidden = true;
  }
  find('.end', card).hidden = true;
}

function step(card, story) {
  const items = [...find('.steps', card).children];
  items.slice(0, story.step).forEach((item) => item.dataset.state === 'ahead' && (item.dataset.state = 'held'));
  const item = items[story.step];
  if (!item) {
    return;
  }
  const state = STATES[story.status];
  item.dataset.state = state;
  say(find('[data-part=state]', item), ` (${state})`);
  part(item, '.does', story.does);
  part(item, '.saw', story.saw);
  const box = find('#stories');
  const below = item.getBoundingClientRect().bottom - box.getBoundingClientRect().bottom;
  if (below > -24 && box.scrollHeight > box.clientHeight) {
    box.scrollTop += below + 64;
  }
}

function part(item, selector, text) {
  const place = find(selector, item);
  place.hidden = !text;
  say(place, text ?? '');
}

const ENDS = {
  finished: 'The story is over. Everything was as promised.',
  broken: 'Something was not as promised. The story ended here, and what it broke is healed.',
  stopped: 'Stopped. What it broke is healed.',
};

function end(card, story) {
  const text = ENDS[story.status];
  const place = find('.end', card);
  place.hidden = !text;
  place.dataset.status = story.status;
  say(place, text ?? '');
}

function narrate(story) {
  const narration = find('#narration');
  narration.dataset.status = story.status;
  const saw = story.status === 'held' && story.saw ? ` → ${story.saw}` : '';
  say(
    find('#narration-text'),
    story.status in ENDS ? `${story.title}: ${ENDS[story.status]}` : `${story.step + 1} of ${story.of} · ${story.sentence}${saw}`,
  );
}
