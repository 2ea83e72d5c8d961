import { runsOf, type Line, type Run } from './lines';

/** A difference with line numbers, in one column or in two. */
export function lineTable(written: Element, title: string, split: boolean): HTMLTableElement {
  const table = made('table', split ? 'lines split' : 'lines unified');
  const caption = made('caption', 'sr');
  caption.textContent = `${title}, ${split ? 'side by side' : 'unified'}`;
  const columns = split
    ? ['Line before', 'Before', 'Line after', 'After']
    : ['Line before', 'Line after', 'Change', 'Text'];
  const head = made('thead', 'sr');
  const headRow = head.appendChild(made('tr', ''));
  for (const column of columns) {
    const cell = headRow.appendChild(made('th', ''));
    cell.scope = 'col';
    cell.textContent = column;
  }
  const widths = made('colgroup', '');
  for (const name of split ? ['ln', '', 'ln', ''] : ['ln', 'ln', 'sign', ''])
    widths.append(made('col', name));
  table.append(caption, widths, head);
  const at = { before: 1, after: 1 };
  for (const run of joinedRuns(runsOf(written))) table.append(...bodies(run, at, split));
  return table;
}

interface Place {
  before: number;
  after: number;
}

/** Lines that go and those that come instead are apart in the page, and one run here. */
function joinedRuns(runs: readonly Run[]): readonly Run[] {
  const all: Run[] = [];
  for (const run of runs) {
    const last = all.at(-1);
    if (last?.kind === 'lines' && run.kind === 'lines')
      all[all.length - 1] = { kind: 'lines', lines: [...last.lines, ...run.lines] };
    else all.push(run);
  }
  return all;
}

function bodies(run: Run, at: Place, split: boolean): readonly HTMLElement[] {
  if (run.kind === 'gap') {
    at.before += run.count;
    at.after += run.count;
    return [noteBody(`${run.count} unchanged lines, left out of this page`)];
  }
  const body = made('tbody', '');
  body.append(...(split ? splitRows(run.lines, at) : run.lines.map((line) => unifiedRow(line, at))));
  if (run.kind === 'lines') return [body];
  body.hidden = true;
  return [foldBody(`${run.lines.length} unchanged lines`, body), body];
}

function foldBody(title: string, folded: HTMLElement): HTMLElement {
  const button = made('button', '');
  button.type = 'button';
  button.textContent = title;
  button.setAttribute('aria-expanded', 'false');
  button.addEventListener('click', () => {
    folded.hidden = !folded.hidden;
    button.setAttribute('aria-expanded', String(!folded.hidden));
  });
  return noteBody(button);
}

function noteBody(content: string | Node): HTMLElement {
  const body = made('tbody', 'note');
  const cell = body.appendChild(made('tr', '')).appendChild(made('td', ''));
  cell.colSpan = 4;
  cell.append(content);
  return body;
}

function unifiedRow(line: Line, at: Place): HTMLElement {
  const row = made('tr', line.kind);
  const sign = made('td', 'sign');
  sign.textContent = SIGNS[line.kind];
  row.append(
    number(line.kind === 'ins' ? undefined : at.before++),
    number(line.kind === 'del' ? undefined : at.after++),
    sign,
    textCell(line),
  );
  return row;
}

function splitRows(lines: readonly Line[], at: Place): readonly HTMLElement[] {
  const rows: HTMLElement[] = [];
  let gone: Line[] = [];
  let come: Line[] = [];
  const flush = (): void => {
    for (let index = 0; index < Math.max(gone.length, come.length); index += 1) {
      rows.push(splitRow(gone[index], come[index], at));
    }
    [gone, come] = [[], []];
  };
  for (const line of lines) {
    if (line.kind === 'same') {
      flush();
      rows.push(splitRow(line, { ...line, content: line.content.map((node) => node.cloneNode(true)) }, at));
    } else if (line.kind === 'ins') come.push(line);
    else {
      if (come.length > 0) flush();
      gone.push(line);
    }
  }
  flush();
  return rows;
}

function splitRow(before: Line | undefined, after: Line | undefined, at: Place): HTMLElement {
  const row = made('tr', '');
  row.append(number(before && at.before++), textCell(before), number(after && at.after++), textCell(after));
  return row;
}

function number(line: number | undefined): HTMLElement {
  const cell = made('td', 'ln');
  if (line !== undefined) cell.textContent = String(line);
  return cell;
}

function textCell(line: Line | undefined): HTMLElement {
  const cell = made('td', line === undefined ? 'tx void' : `tx ${line.kind}`);
  if (line === undefined) return cell;
  const content = made(line.kind === 'same' ? 'span' : line.kind, '');
  content.append(...line.content);
  cell.append(content);
  return cell;
}

function made<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (className !== '') element.className = className;
  return element;
}

const SIGNS: Readonly<Record<Line['kind'], string>> = { same: '', del: '−', ins: '+' };
