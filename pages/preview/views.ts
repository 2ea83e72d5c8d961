import { lineTable } from './line-table';
import type { View } from './state';

/** Shows the YAML of what is open in a view, and of what is opened later as well. */
export class Views {
  private view: View = 'fields';

  /** Only what comes into sight gets its columns: a page may have thousands. */
  private readonly seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) this.render(target as HTMLElement);
  });

  constructor() {
    // `toggle` does not bubble.
    document.addEventListener('toggle', (event) => this.toggled(event.target), true);
  }

  show(view: View): void {
    const before = this.view;
    this.view = view;
    document.documentElement.dataset['view'] = view;
    if (before === view) return;
    for (const details of document.querySelectorAll<HTMLDetailsElement>('details.yaml')) {
      if (view === 'fields') details.open = false;
      else if (details.closest<HTMLDetailsElement>('article > details')?.open === true) details.open = true;
    }
    for (const code of document.querySelectorAll<HTMLElement>('details.yaml[open] > .code')) this.watch(code);
  }

  private toggled(target: EventTarget | null): void {
    if (!(target instanceof HTMLDetailsElement) || !target.open) return;
    const code = target.matches('.yaml') ? target.querySelector<HTMLElement>('.code') : null;
    if (code !== null) this.watch(code);
    else if (this.view !== 'fields') {
      for (const yaml of target.querySelectorAll<HTMLDetailsElement>('details.yaml')) yaml.open = true;
    }
  }

  private watch(code: HTMLElement): void {
    this.seen.unobserve(code);
    this.seen.observe(code);
  }

  private render(code: HTMLElement): void {
    const wanted = this.view === 'split' ? 'split' : 'unified';
    const written = code.querySelector<HTMLElement>(':scope > .d');
    if (written === null || code.dataset['shown'] === wanted) return;
    code.dataset['shown'] = wanted;
    code.querySelector(':scope > table')?.remove();
    written.hidden = true;
    const title = code.dataset['title'] ?? '';
    code.append(lineTable(written, title, wanted === 'split'));
    scrollable(code, wanted === 'split', title);
  }
}

/** Two columns have a least width: on a narrow screen they are moved sideways, with keys as well. */
function scrollable(code: HTMLElement, on: boolean, title: string): void {
  code.classList.toggle('wide', on);
  if (on) {
    code.tabIndex = 0;
    code.setAttribute('role', 'group');
    code.setAttribute('aria-label', `${title}, side by side`);
  } else {
    code.removeAttribute('tabindex');
    code.removeAttribute('role');
    code.removeAttribute('aria-label');
  }
}
