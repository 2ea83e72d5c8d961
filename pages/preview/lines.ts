/** A line of a difference. */
export interface Line {
  readonly kind: 'same' | 'del' | 'ins';
  readonly content: readonly Node[];
}

/** Lines that follow one another; `fold` when they can be folded away, `gap` when they are not in the page. */
export type Run =
  | { readonly kind: 'lines' | 'fold'; readonly lines: readonly Line[] }
  | { readonly kind: 'gap'; readonly count: number };

/** Reads a difference out of the page, where it stands so that it can be read without a script. */
export function runsOf(written: Element): readonly Run[] {
  if (written.classList.contains('add'))
    return [{ kind: 'lines', lines: linesOf(written.textContent ?? '', 'ins') }];
  if (written.classList.contains('rem'))
    return [{ kind: 'lines', lines: linesOf(written.textContent ?? '', 'del') }];
  return [...written.childNodes].map(runOf);
}

function runOf(node: Node): Run {
  if (!(node instanceof HTMLElement))
    return { kind: 'lines', lines: linesOf(node.textContent ?? '', 'same') };
  if (node.matches('.run')) {
    return { kind: 'fold', lines: linesOf(node.querySelector('div')?.textContent ?? '', 'same') };
  }
  if (node.matches('.gap')) return { kind: 'gap', count: Number(node.dataset['lines']) };
  const content = [...node.childNodes].map((child) => child.cloneNode(true));
  for (const child of content) {
    if (child instanceof Text) child.data = child.data.replace(/\n$/, '');
  }
  return { kind: 'lines', lines: [{ kind: node.localName === 'del' ? 'del' : 'ins', content }] };
}

function linesOf(text: string, kind: Line['kind']): readonly Line[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => ({ kind, content: [document.createTextNode(line)] }));
}
