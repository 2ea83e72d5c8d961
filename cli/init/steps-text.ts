import { relative } from 'node:path';
import type { Step } from '../../lib/init/steps';
import { quoteShell } from '../../lib/hosts/shell';
import type { Palette } from '../../lib/report/palette';
import { alignedRows } from '../../lib/report/text-table';

/** Steps as aligned lines under a title. */
export function stepsText(title: string, steps: readonly Step[], color: Palette): string {
  const rows = steps.map(({ command, why }) => [command, why]);
  const lines = alignedRows(rows, (cell, column) => (column === 0 ? color.cyan(cell) : color.dim(cell)));
  return [`\n${color.bold(title)}`, ...lines.map((line) => `  ${line}`), ''].join('\n');
}

/** The step into a folder; none for the one that the user is in. */
export function enterSteps(folder: string, cwd: string): Step[] {
  const place = relative(cwd, folder);
  if (place === '') return [];
  return [{ command: `cd ${/^[\w./][\w./-]*$/.test(place) ? place : quoteShell(place)}`, why: '' }];
}
