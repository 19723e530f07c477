import uPlot from '/_local/console/lib/uplot/uPlot.esm.js';
import { on } from './stream.js';
import { onTheme } from './theme.js';
import { find, make, say } from './page.js';
import { age, DEPENDENCIES, milliseconds, rate } from './words.js';

/** Answers a second, latency, and how long the oldest event waits: the last two minutes. */
const SECONDS = 120;
const SUMMARY_EVERY = 10;
const STILL_COUNTS = 3;
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);

/** From the bottom of the stack to its top. */
const OUTCOMES = [
  { name: 'read', of: ['read', 'not-found'], ink: 'chart-read' },
  { name: 'recorded', of: ['recorded', 'repeated'], ink: 'chart-recorded' },
  { name: 'pending', of: ['pending'], ink: 'chart-pending' },
  { name: 'refused', of: ['taken', 'conflict', 'refused'], ink: 'chart-refused' },
  { name: 'unavailable', of: ['unavailable', 'failed'], ink: 'chart-bad' },
];
const LATENCIES = [
  { name: 'append p50', of: (tick) => tick.latency.append?.p50, ink: 'chart-recorded', line: true },
  { name: 'append p99', of: (tick) => tick.latency.append?.p99, ink: 'chart-recorded', line: true, dash: [4, 3] },
  { name: 'read p50', of: (tick) => tick.latency.read?.p50, ink: 'chart-read', line: true },
  { name: 'read p99', of: (tick) => tick.latency.read?.p99, ink: 'chart-read', line: true, dash: [4, 3] },
];

const ticks = [];
const states = [];
let faults = {};

export function startCharts() {
  const charts = [answers(), latency(), oldest()];
  const refresh = () => charts.forEach((chart) => chart.refresh());
  on('past', (past) => {
    const marks = new Map(ticks.map((tick) => [tick.at, tick.faults]));
    ticks.splice(0, ticks.length, ...past.map((tick) => ({ ...tick, faults: marks.get(tick.at) ?? '' })));
    refresh();
  });
  on('state', (state) => {
    faults = state.faults;
    states.push({ at: Date.now(), oldest: state.oldestPendingSeconds ?? 0 });
    states.splice(0, states.length - SECONDS);
  });
  on('tick', (tick) => {
    ticks.push({ ...tick, faults: failing() });
    ticks.splice(0, ticks.length - SECONDS);
    refresh();
  });
  onTheme(() => charts.forEach((chart) => chart.plot.redraw(false)));
}

/** The letters of what is switched to fail. */
const failing = () =>
  DEPENDENCIES.filter(({ key }) => faults[key])
    .map(({ letter }) => letter)
    .join(' ');

/** One value for each of the last seconds, undefined where none was measured. */
function bySecond(rows, read) {
  const values = new Array(SECONDS).fill(undefined);
  let place = SECONDS;
  for (let row = rows.length - 1; row >= 0 && place > 0; row--) {
    const later = rows[row + 1]?.at ?? rows[row].at;
    // Clocks tick a little early or late: no second is left out, or taken twice, for that.
    place -= Math.max(1, Math.round((later - rows[row].at) / 1000));
    if (place >= 0) {
      values[place] = read(rows[row]) ?? undefined;
    }
  }
  return values;
}

/** The same, where a value counts for a few seconds more when no other one follows. */
function lasting(values) {
  let since = 0;
  let last;
  return values.map((value) => {
    since = value === undefined ? since + 1 : 0;
    last = value ?? (since > STILL_COUNTS ? undefined : last);
    return last;
  });
}

const xs = Array.from({ length: SECONDS }, (_, place) => place - SECONDS + 1);

function figure(title, entries, options) {
  const body = make('div', { class: 'plot', 'aria-hidden': 'true' });
  const summary = make('p', { class: 'unseen' });
  const legend = make(
    'ul',
    { class: 'legend', 'data-columns': entries.length === 4 ? 2 : 3, 'aria-hidden': 'true' },
    ...entries.map((entry) => {
      entry.value = make('b', {}, '–');
      const key = make('i', { 'data-line': entry.line === undefined ? null : String(Boolean(entry.dash)) });
      key.style.setProperty('--ink', `var(--${entry.ink})`);
      return make('li', {}, key, entry.name, ' ', entry.value);
    }),
  );
  find('#charts').append(make('figure', { class: 'card chart' }, make('figcaption', {}, title), legend, body, summary));
  const plot = new uPlot(
    {
      width: 200,
      height: 100,
      legend: { show: false },
      cursor: { show: false },
      select: { show: false },
      padding: [8, 4, 0, 0],
      scales: { x: { time: false, range: [1 - SECONDS, 0] }, y: options.y },
      axes: [axis({ size: 20, splits: () => [-90, -60, -30], values: () => ['−90 s', '−60 s', '−30 s'] }), axis({ size: 44, ...options.axis })],
      series: [{}, ...options.series],
      hooks: { drawClear: [shade] },
    },
    [xs, ...options.series.map(() => xs.map(() => null))],
    body,
  );
  new ResizeObserver(() => {
    const { width, height } = body.getBoundingClientRect();
    plot.setSize({ width: Math.floor(width), height: Math.floor(height) });
  }).observe(body);
  let since = 0;
  return {
    plot,
    show(data, values, words) {
      plot.setData([xs, ...data.map((each) => each.map((value) => value ?? null))]);
      entries.forEach((entry, place) => say(entry.value, values[place]));
      if (since++ % SUMMARY_EVERY === 0) {
        say(summary, words);
      }
    },
  };
}

const axis = (more) => ({
  stroke: () => colour('muted'),
  font: '11px Inter, "Segoe UI", Roboto, Arial, sans-serif',
  grid: { stroke: () => colour('grid'), width: 1 },
  ticks: { show: false },
  gap: 4,
  ...more,
});

/** Behind the lines: when something was switched to fail, and what. */
function shade(plot) {
  const { ctx, bbox } = plot;
  const letters = bySecond(ticks, (tick) => tick.faults);
  ctx.save();
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  ctx.font = `600 ${11 * devicePixelRatio}px Inter, "Segoe UI", Roboto, Arial, sans-serif`;
  for (let place = 0; place < SECONDS; place++) {
    if (!letters[place]) {
      continue;
    }
    let last = place;
    while (last + 1 < SECONDS && letters[last + 1] === letters[place]) {
      last++;
    }
    const left = plot.valToPos(xs[place], 'x', true);
    const right = plot.valToPos(xs[Math.min(last + 1, SECONDS - 1)], 'x', true);
    ctx.fillStyle = colour('shade');
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    ctx.fillStyle = colour('bad');
    if (right - left > 14 * devicePixelRatio * ((letters[place].length + 1) / 2)) {
      ctx.fillText(letters[place], left + 4 * devicePixelRatio, bbox.top + 11 * devicePixelRatio);
    }
    place = last;
  }
  ctx.restore();
}

const compact = (value) => (value === null ? '' : value >= 1000 ? `${value / 1000} s` : `${value} ms`);

function answers() {
  // The whole stack is drawn first, and what lies lower in it is drawn over that.
  const top = [...OUTCOMES].reverse();
  const chart = figure('Answers per second', OUTCOMES, {
    y: { range: (_, min, max) => [0, Math.max(5, Math.ceil((max ?? 0) * 1.15))] },
    axis: { incrs: [1, 2, 5, 10, 20, 50], space: 34 },
    series: top.map(({ ink }) => ({
      stroke: () => colour(ink),
      fill: () => colour(ink),
      width: 0,
      points: { show: false },
      paths: uPlot.paths.stepped({ align: -1 }),
    })),
  });
  chart.refresh = () => {
    const parts = OUTCOMES.map(({ of }) => bySecond(ticks, (tick) => sum(of.map((each) => tick.outcomes[each] ?? 0))));
    const stacked = top.map((_, place) =>
      xs.map((_, second) => {
        const below = parts.slice(0, OUTCOMES.length - place).map((part) => part[second]);
        return below[0] === undefined ? undefined : sum(below);
      }),
    );
    const now = parts.map((part) => sum(part.slice(-3).map((each) => each ?? 0)) / 3);
    chart.show(
      stacked,
      now.map(rate),
      `Answers per second now: ${OUTCOMES.map(({ name }, place) => `${rate(now[place])} ${name}`).join(', ')}.`,
    );
  };
  return chart;
}

function latency() {
  const chart = figure('Latency', LATENCIES, {
    y: { distr: 3, log: 10, range: [1, 10_000] },
    axis: { splits: () => [1, 10, 100, 1000, 10_000], values: (_, splits) => splits.map(compact), size: 50 },
    series: LATENCIES.map(({ ink, dash }) => ({
      stroke: () => colour(ink),
      width: dash ? 1.25 : 2,
      dash,
      points: { show: false },
    })),
  });
  chart.refresh = () => {
    const lines = LATENCIES.map(({ of }) =>
      lasting(bySecond(ticks, of)).map((value) => (value === undefined ? undefined : Math.min(Math.max(value, 1), 10_000))),
    );
    const last = LATENCIES.map(({ of }) => ticks.slice(-10).map(of).findLast((value) => value !== undefined && value !== null));
    const words = last.map((value) => (value === undefined ? '–' : milliseconds(value)));
    chart.show(
      lines,
      words,
      `Latency now: append p50 ${words[0]}, p99 ${words[1]}; read p50 ${words[2]}, p99 ${words[3]}.`,
    );
  };
  return chart;
}

function oldest() {
  const entries = [{ name: 'age', ink: 'chart-pending' }];
  const chart = figure('Oldest pending event', entries, {
    y: { range: (_, min, max) => [0, Math.max(10, (max ?? 0) * 1.15)] },
    axis: { incrs: [2, 5, 10, 20, 30, 60, 120, 300], space: 34, values: (_, splits) => splits.map((each) => (each === 0 ? '0' : age(each))) },
    series: [
      {
        stroke: () => colour('chart-pending'),
        fill: () => colour('chart-pending-faint'),
        width: 2,
        points: { show: false },
      },
    ],
  });
  chart.refresh = () => {
    const now = states.at(-1)?.oldest ?? 0;
    const words = now > 0 ? age(now) : 'nothing waits';
    chart.show([bySecond(states, (state) => state.oldest)], [words], `Oldest pending event: ${words}.`);
  };
  return chart;
}
