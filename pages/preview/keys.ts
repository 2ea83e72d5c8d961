import type { View } from './state';

/** What keys do. */
export interface KeyActions {
  readonly view: (view: View) => void;
  readonly help: () => void;
}

/** Listens to keys; those of fields and those with a modifier are left alone, and all can be switched off. */
export function listenToKeys(actions: KeyActions): void {
  const on = document.querySelector<HTMLInputElement>('#keys-on');
  const text = document.querySelector<HTMLInputElement>('#filter-text');
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target as Element;
    if (event.key === 'Escape' && target === text) text.blur();
    if (on?.checked !== true || target.closest('input, select, textarea, dialog') !== null) return;
    if (!act(event.key, actions, text)) return;
    event.preventDefault();
  });
}

function act(key: string, { view, help }: KeyActions, text: HTMLInputElement | null): boolean {
  if (key === '/') text?.focus();
  else if (key === 'j') step(1);
  else if (key === 'k') step(-1);
  else if (key === 'f') view('fields');
  else if (key === 'u') view('unified');
  else if (key === 's') view('split');
  else if (key === '?') help();
  else return false;
  return true;
}

function step(by: 1 | -1): void {
  const all = [
    ...document.querySelectorAll<HTMLElement>('article[data-item]:not([hidden]) > details > summary'),
  ];
  const own = document.activeElement?.closest('article')?.querySelector<HTMLElement>('summary') ?? null;
  const current = own === null ? -1 : all.indexOf(own);
  const next = current < 0 ? (by > 0 ? all[0] : all.at(-1)) : all[current + by];
  if (next === undefined) return;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
}
