import { find, findAll } from './page.js';

/** Auto, light or dark, kept from visit to visit. */
const KEY = 'holdfast-theme';
const listeners = [];

/** Hears when colours have changed, whether by the switch or by the system. */
export function onTheme(listener) {
  listeners.push(listener);
}

export function startTheme() {
  const theme = localStorage.getItem(KEY) ?? 'auto';
  show(theme);
  for (const choice of findAll('#theme input')) {
    choice.checked = choice.value === theme;
    choice.addEventListener('change', () => {
      localStorage.setItem(KEY, choice.value);
      show(choice.value);
    });
  }
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', tell);
}

function show(theme) {
  document.documentElement.dataset.theme = theme;
  find('meta[name=color-scheme]').content = theme === 'auto' ? 'light dark' : theme;
  tell();
}

function tell() {
  for (const listener of listeners) {
    listener();
  }
}
