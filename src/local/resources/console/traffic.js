import { call } from './http.js';
import { on } from './stream.js';
import { find, say } from './page.js';
import { count, percent } from './words.js';

/** The clients that the local cloud plays by itself: how many calls a second, how many collide. */
let running = false;
const form = () => find('#traffic');

export function startTraffic() {
  form().addEventListener('submit', (event) => {
    event.preventDefault();
    if (running) {
      call('DELETE', '/_local/traffic');
    } else {
      send();
    }
  });
  form().addEventListener('input', label);
  form().addEventListener('change', () => running && send());
  on('traffic', show);
}

function send() {
  return call('PUT', '/_local/traffic', {
    rate: form().rate.valueAsNumber,
    collisions: form().collisions.valueAsNumber / 100,
  });
}

function label() {
  say(find('#rate-shown'), `${form().rate.value}/s`);
  say(find('#collisions-shown'), percent(form().collisions.valueAsNumber / 100));
}

function show(traffic) {
  running = traffic.rate > 0;
  if (running && !form().contains(document.activeElement)) {
    form().rate.value = traffic.rate;
    form().collisions.value = traffic.collisions * 100;
    label();
  }
  const button = find('#traffic-switch');
  button.dataset.running = String(running);
  say(button, running ? 'Stop traffic' : 'Start traffic');
  say(find('#traffic-sent'), count(traffic.sent));
}
