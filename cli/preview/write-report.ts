import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { writeFileAtomically } from '../../adapters/atomic-write';
import { makeFolder } from '../../adapters/make-folder';
import type { PreviewReport } from '../../lib/diff/report';
import { ExitCode } from '../../lib/errors';
import { shortVerdict } from '../../lib/report/preview/markdown/verdict';
import type { OptionValues } from '../command';
import { UsageError } from '../report-error';
import { shownPath, type Terminal } from '../terminal';
import { renderReport, type LinkTo, type ReportFormat } from './render-report';
import type { reportOptions } from './report-options';

/**
 * The forms that were asked for.
 *
 * @throws UsageError for one that there is none of, and for several without a folder to put them in.
 */
export function chosenFormats({
  format,
  out,
}: Pick<OptionValues<typeof reportOptions>, 'format' | 'out'>): ReportFormat[] {
  const unknown = format.find((name) => !Object.hasOwn(FILES, name));
  if (unknown !== undefined)
    throw new UsageError(`--format must be one of ${Object.keys(FILES).join(', ')}, got '${unknown}'`);
  const chosen = [...new Set(format as readonly ReportFormat[])];
  if (chosen.length > 1 && out === undefined)
    throw new UsageError(
      `several formats need a folder to go to; add --out, or write one of ${chosen.join(', ')}`,
    );
  return chosen.length > 0 ? chosen : ['text'];
}

/** How a report is written. */
export interface WriteOptions {
  readonly formats: readonly ReportFormat[];

  /** Folder. @default - standard output */
  readonly out?: string | undefined;

  /** @default - origins are text */
  readonly link?: LinkTo;

  /** Do not say what was written. */
  readonly quiet: boolean;

  /** How long it took to make. It is in no form: the same inputs give the same bytes. */
  readonly milliseconds: number;
}

/** Writes a report in the forms that were asked for, to standard output or to files that are there whole or not at all. */
export function writeReport(
  report: PreviewReport,
  { formats, out, link, quiet, milliseconds }: WriteOptions,
  terminal: Terminal,
): void {
  if (out === undefined) {
    for (const format of formats) terminal.stdout.write(renderReport(report, format, { link, terminal }));
    return;
  }
  const folder = resolve(terminal.cwd, out);
  makeFolder(folder);
  rmSync(join(folder, FAILURE_FILE), { force: true });
  for (const format of formats) {
    const file = join(folder, FILES[format]);
    writeFileAtomically(file, renderReport(report, format, { link }));
    if (!quiet) terminal.stderr.write(`wrote ${shownPath(terminal, file)}\n`);
  }
  if (quiet) return;
  terminal.stderr.write(`compared in ${secondsText(milliseconds)}\n`);
  terminal.stderr.write(
    `${shortVerdict(report)}${report.verdict.gated ? `; the gate is ${report.verdict.gate}` : ''}\n`,
  );
}

/** Such as `1.8 s`. */
export function secondsText(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Leaves word for a job that publishes, and no report of an earlier run beside it. */
export function writeFailure(reason: string, out: string | undefined, { cwd }: Terminal): void {
  if (out === undefined) return;
  const folder = resolve(cwd, out);
  makeFolder(folder);
  for (const file of Object.values(FILES)) rmSync(join(folder, file), { force: true });
  writeFileAtomically(join(folder, FAILURE_FILE), `${reason}\n`);
}

/** What a report means for the check: a gate that is reached, then something that could not be read, then changes. */
export function exitCodeOf({ verdict, environments, problems }: PreviewReport): ExitCode {
  if (verdict.gated) return ExitCode.blocked;
  if (problems.length > 0 || environments.some(({ state }) => state === 'head-failed'))
    return ExitCode.failure;
  return verdict.level === 'none' ? ExitCode.ok : ExitCode.changes;
}

/** Names of the files that `--out` writes. */
export const FILES = {
  md: 'preview.md',
  html: 'preview.html',
  json: 'preview.json',
  sarif: 'preview.sarif',
  text: 'preview.txt',
} as const satisfies Record<ReportFormat, string>;

/** Says why there is no report. */
export const FAILURE_FILE = 'preview-failed.txt';
