import { filter } from './filter';
import { lists } from './items';
import { listenToKeys } from './keys';
import { EVERYTHING, fragmentOf, stateOf, type State, type View } from './state';
import { listenToTheme } from './theme';
import { Views } from './views';

/** Makes the page answer: filters, views, keys, theme. */
function start(): void {
  document.documentElement.classList.add('scripted');
  const environments = JSON.parse(byId('environments').textContent ?? '[]') as readonly string[];
  const all = lists();
  const views = new Views();
  let state = EVERYTHING;

  const show = (next: State): void => {
    state = next;
    byId('shown').textContent = filter(all, state, environments);
    views.show(state.view);
    showControls(state, environments);
  };
  const change = (changes: Partial<State>): void => {
    show({ ...state, ...changes });
    const fragment = fragmentOf(state);
    if (fragment !== '' || location.hash.includes('='))
      history.replaceState(null, '', fragment === '' ? location.pathname + location.search : `#${fragment}`);
  };
  const follow = (): void => {
    const asked = stateOf(location.hash);
    if (asked !== undefined) show(asked);
    else reveal(location.hash.slice(1), () => show({ ...EVERYTHING, view: state.view }));
  };

  listenToFilters(change, () => state);
  listenToKeys({ view: (view) => change({ view }), help: () => byId<HTMLDialogElement>('help').showModal() });
  listenToButtons();
  listenToPrinting();
  listenToTheme(byId('theme'));
  window.addEventListener('hashchange', () => {
    follow();
    if (stateOf(location.hash) !== undefined) document.querySelector('search')?.scrollIntoView();
  });
  show(EVERYTHING);
  follow();
}

function showControls(state: State, environments: readonly string[]): void {
  const place = state.env === undefined ? '' : String(environments.indexOf(state.env));
  byId<HTMLSelectElement>('filter-env').value = place;
  byId<HTMLSelectElement>('filter-kind').value = state.kind;
  const text = byId<HTMLInputElement>('filter-text');
  if (text.value !== state.text) text.value = state.text;
  for (const button of document.querySelectorAll<HTMLElement>('[data-filter-level]')) {
    press(button, state.levels.includes(button.dataset['filterLevel'] ?? ''));
  }
  for (const button of document.querySelectorAll<HTMLElement>('button[data-view]')) {
    press(button, button.dataset['view'] === state.view);
  }
  byId('clear').hidden = fragmentOf({ ...state, view: 'fields' }) === '';
}

function listenToFilters(change: (changes: Partial<State>) => void, now: () => State): void {
  const env = byId<HTMLSelectElement>('filter-env');
  env.addEventListener('change', () => {
    const names = JSON.parse(byId('environments').textContent ?? '[]') as readonly string[];
    change({ env: env.value === '' ? undefined : names[Number(env.value)] });
  });
  const kind = byId<HTMLSelectElement>('filter-kind');
  kind.addEventListener('change', () => change({ kind: kind.value }));
  const text = byId<HTMLInputElement>('filter-text');
  text.addEventListener('input', () => change({ text: text.value }));
  byId('clear').addEventListener('click', () => {
    change({ ...EVERYTHING, view: now().view });
    text.focus();
  });
  for (const button of document.querySelectorAll<HTMLElement>('[data-filter-level]')) {
    const level = button.dataset['filterLevel'] ?? '';
    button.addEventListener('click', () => {
      const { levels } = now();
      change({
        levels: levels.includes(level) ? levels.filter((each) => each !== level) : [...levels, level],
      });
    });
  }
  for (const button of document.querySelectorAll<HTMLElement>('button[data-view]')) {
    button.addEventListener('click', () => change({ view: button.dataset['view'] as View }));
  }
}

function listenToButtons(): void {
  const help = byId<HTMLDialogElement>('help');
  byId('help-open').addEventListener('click', () => help.showModal());
  byId('help-close').addEventListener('click', () => help.close());
  for (const button of document.querySelectorAll<HTMLElement>('[data-open]')) {
    button.addEventListener('click', () => {
      const open = button.dataset['open'] === 'all';
      const selector = `#objects article${open ? ':not([hidden])' : ''} > details`;
      for (const details of document.querySelectorAll<HTMLDetailsElement>(selector)) details.open = open;
    });
  }
}

/** What is shown is printed open. */
function listenToPrinting(): void {
  let opened: HTMLDetailsElement[] = [];
  window.addEventListener('beforeprint', () => {
    opened = [
      ...document.querySelectorAll<HTMLDetailsElement>('article:not([hidden]) > details:not([open])'),
    ];
    for (const details of opened) details.open = true;
  });
  window.addEventListener('afterprint', () => {
    for (const details of opened) details.open = false;
  });
}

/** Opens what a link points to, also where filters hide it. */
function reveal(id: string, showAll: () => void): void {
  const target = id === '' ? null : document.getElementById(id);
  if (target === null) return;
  if (target.hidden) showAll();
  const details = target.querySelector<HTMLDetailsElement>(':scope > details');
  if (details !== null) details.open = true;
  target.scrollIntoView();
}

function press(button: HTMLElement, on: boolean): void {
  button.setAttribute('aria-pressed', String(on));
}

function byId<Kind extends HTMLElement>(id: string): Kind {
  return document.getElementById(id) as Kind;
}

start();
