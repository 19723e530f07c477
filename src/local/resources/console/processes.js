import { on } from './stream.js';
import { call } from './http.js';
import { find, make, say } from './page.js';
import { age, count } from './words.js';

/** The functions' processes, one row each, kept in place so that a focused button stays focused. */
const rows = new Map();

export function startProcesses() {
  on('state', ({ functions }) => {
    const body = find('#process-rows');
    const alive = new Set(functions.map((each) => each.pid));
    for (const [pid, row] of rows) {
      if (!alive.has(pid)) {
        row.remove();
        rows.delete(pid);
      }
    }
    const hasTwoDoors = functions.some((each) => each.door !== 'home');
    for (const worker of functions) {
      if (!rows.has(worker.pid)) {
        rows.set(worker.pid, newRow(worker, hasTwoDoors));
      }
      const row = rows.get(worker.pid);
      say(row.cells[2], worker.state);
      row.cells[2].dataset.state = worker.state;
      say(row.cells[3], count(worker.served));
      say(row.cells[4], age((Date.now() - Date.parse(worker.startedAt)) / 1000));
    }
    const order = functions.map((worker) => rows.get(worker.pid));
    if (order.some((row, place) => body.rows[place] !== row)) {
      body.replaceChildren(...order);
    }
  });
}

function newRow(worker, hasTwoDoors) {
  const name = `${worker.function}, pid ${worker.pid}`;
  const where = hasTwoDoors ? make('small', {}, worker.door === 'home' ? ' home' : ' second door') : null;
  return make(
    'tr',
    { 'data-function': worker.function, 'data-pid': worker.pid },
    make('th', { scope: 'row' }, worker.function, where),
    make('td', { class: 'mono' }, String(worker.pid)),
    make('td', { class: 'worker-state' }),
    make('td', { class: 'number' }),
    make('td', { class: 'number' }),
    make(
      'td',
      { class: 'number' },
      make(
        'button',
        { type: 'button', class: 'danger', 'aria-label': `Kill ${name}`, onclick: () => kill(worker.pid, name) },
        'Kill',
      ),
    ),
  );
}

async function kill(pid, name) {
  const { status } = await call('DELETE', `/_local/processes/${pid}`);
  say(find('#killed'), status === 204 ? `Killed ${name}.` : `${name} is gone already.`);
}
