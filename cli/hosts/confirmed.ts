import { UsageError } from '../report-error';
import type { Terminal } from '../terminal';

/**
 * Whether to go on with something that cannot be undone, or disturbs what runs.
 *
 * @param what One or more lines that say what will happen.
 * @throws UsageError when there is nobody to ask, and `--yes` was not given.
 */
export async function confirmed(
  { ask, stderr }: Terminal,
  what: string,
  { yes, quiet, json }: { readonly yes: boolean; readonly quiet: boolean; readonly json: boolean },
): Promise<boolean> {
  if (yes) {
    if (!quiet && !json) stderr.write(`${what}\n`);
    return true;
  }
  if (ask === undefined)
    throw new UsageError(`this asks before it goes on, and there is nobody to ask; add --yes\n${what}`);
  stderr.write(`${what}\n`);
  return /^y(es)?$/i.test((await ask('Go on? [y/N] ')).trim());
}

/** Option of commands that ask. */
export const yesOption = { yes: { kind: 'flag', help: 'Go on without asking' } } as const;
