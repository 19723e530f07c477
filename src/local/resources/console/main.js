import { connect, on } from './stream.js';
import { find, say } from './page.js';
import { startBooking } from './booking.js';
import { startCharts } from './charts.js';
import { startDoors } from './doors.js';
import { startFeed } from './feed.js';
import { startFlow } from './flow.js';
import { startOperators } from './operators.js';
import { startProcesses } from './processes.js';
import { startScore } from './score.js';
import { startStories } from './stories.js';
import { startTabs } from './tabs.js';
import { startTheme } from './theme.js';
import { startTraffic } from './traffic.js';

on('connection', (state) => {
  find('#connection').dataset.state = state;
  say(find('#connection-text'), state === 'live' ? 'live' : 'connection lost');
});

startTheme();
startTabs();
startScore();
startFlow();
startDoors();
startCharts();
startTraffic();
startBooking();
startOperators();
startProcesses();
startFeed();
startStories();
connect();
