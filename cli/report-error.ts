import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ownFolder } from '../adapters/own-package';
import { ExitCode, K3stackError } from '../lib/errors';
import type { Violation } from '../lib/rules/violation';
import { paletteFor, writeJson, type Terminal } from './terminal';

/** The command line itself was wrong. */
export class UsageError extends K3stackError {
  override readonly name = 'UsageError';

  constructor(message: string) {
    super('USAGE', message);
  }
}

/** An error as `--json` shows it. */
export interface ErrorJson {
  readonly code: string;
  readonly message: string;
  readonly violations?: readonly Violation[];
}

/**
 * Tells what went wrong: to the user what to mend, of a defect of this package everything that a report needs.
 *
 * @param json Write an object to standard output instead of text to standard error.
 */
export function reportError(error: unknown, terminal: Terminal, json: boolean): ExitCode {
  const { stderr, env } = terminal;
  if (json) writeJson(terminal, { error: errorJson(error) });
  if (!(error instanceof K3stackError)) {
    stderr.write(
      `${errorStack(error)}\n\nThis is a defect of k3stack. Please report it with the lines above: ${REPORT_TO}\n`,
    );
    return ExitCode.failure;
  }
  if (!json && error.message !== '') {
    const color = paletteFor(stderr, env);
    stderr.write(`${color.red('error')}: ${error.message}\n`);
    if (!(error instanceof UsageError))
      stderr.write(`${color.dim(`see ${errorPage(error.code, terminal.cwd)}`)}\n`);
  }
  return error.exitCode;
}

/** What a machine is told of an error. */
export function errorJson(error: unknown): ErrorJson {
  if (!(error instanceof K3stackError)) return { code: 'DEFECT', message: errorStack(error) };
  const { code, message } = error;
  return {
    code,
    message,
    ...('violations' in error && { violations: error.violations as readonly Violation[] }),
  };
}

function errorStack(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Path of the page about an error, as short as it can be opened from the working directory. */
function errorPage(code: string, cwd: string): string {
  const name = join('docs', 'errors', `${code}.md`);
  const file = join(ownFolder(), name);
  return existsSync(file) ? relative(cwd, file) : name;
}

const REPORT_TO = 'https://github.com/k3stack/k3stack/issues';
