import { relative } from 'node:path';
import { createColors } from 'picocolors';
import type { Palette } from '../lib/report/palette';
import type { ReachHosts } from './hosts/host-operator';

/** Where text goes; `process.stdout` is one. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;

  /** Width of the terminal in characters. */
  readonly columns?: number;
}

/** Everything a command knows about where it runs, so that tests can run it without a process. */
export interface Terminal {
  /** Absolute path. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;

  /** The whole standard input. */
  readonly stdin: () => Promise<string>;

  /** Standard input as it comes, of any length. @default - what `stdin` gives */
  readonly input?: AsyncIterable<unknown>;

  /** Asks a person one line. @default - nobody is there to answer */
  readonly ask?: (question: string) => Promise<string>;

  /** How hosts are reached. @default - over SSH */
  readonly reachHosts?: ReachHosts;
}

/** Colours for one output: on a terminal, unless `NO_COLOR` or `FORCE_COLOR` say otherwise. */
export function paletteFor(output: Output, env: Terminal['env']): Palette {
  return createColors(useColor(output, env));
}

/** Whether text for an output may have colours (no-color.org, force-color.org). */
export function useColor(output: Output, env: Terminal['env']): boolean {
  if (env['NO_COLOR']) return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  return output.isTTY === true && env['TERM'] !== 'dumb';
}

/** A path as it is shortest to type: from the working directory, or from the root. */
export function shownPath({ cwd }: Terminal, path: string): string {
  const fromHere = relative(cwd, path) || '.';
  return fromHere.length < path.length ? fromHere : path;
}

/** Writes the answer of `--json`. */
export function writeJson({ stdout }: Terminal, data: unknown): void {
  stdout.write(`${JSON.stringify(data, undefined, 2)}\n`);
}
