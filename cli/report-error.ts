import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inspect, types } from 'node:util';
import { ownFolder } from '../adapters/own-package';
import { ExitCode, K3stackError } from '../lib/errors';
import type { Violation } from '../lib/rules/violation';
import { printableLines } from './printable-lines';
import { paletteFor, shownPath, writeJson, type Terminal } from './terminal';

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
  if (isRefusal(error)) {
    if (!json) stderr.write(`${paletteFor(stderr, env).red('error')}: ${printableLines(error.message)}\n`);
    return ExitCode.failure;
  }
  if (!(error instanceof K3stackError)) {
    stderr.write(
      `${printableLines(inspect(error))}\n\nThis is a defect of k3stack. Please report it to its maintainers, with the lines above.\n`,
    );
    return ExitCode.failure;
  }
  if (!json && error.message !== '') {
    const color = paletteFor(stderr, env);
    stderr.write(`${color.red('error')}: ${printableLines(error.message)}\n`);
    if (!(error instanceof UsageError))
      stderr.write(`${color.dim(`see ${errorPage(error.code, terminal)}`)}\n`);
  }
  return error.exitCode;
}

/** What a machine is told of an error. */
export function errorJson(error: unknown): ErrorJson {
  if (isRefusal(error)) return { code: error.code, message: error.message };
  if (!(error instanceof K3stackError)) return { code: 'DEFECT', message: inspect(error) };
  const { code, message } = error;
  return {
    code,
    message,
    ...('violations' in error && { violations: error.violations as readonly Violation[] }),
  };
}

/** The system does not let us: nothing that a report could help with. */
function isRefusal(error: unknown): error is Error & { readonly code: string } {
  return types.isNativeError(error) && 'code' in error && REFUSALS.has(String(error.code));
}

/** Path of the page about an error. */
function errorPage(code: string, terminal: Terminal): string {
  const name = join('docs', 'errors', `${code}.md`);
  const file = join(ownFolder(), name);
  return existsSync(file) ? shownPath(terminal, file) : name;
}

const REFUSALS = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE']);
