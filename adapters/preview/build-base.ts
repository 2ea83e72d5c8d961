import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { K3stackError } from '../../lib/errors';
import type { CheckedOut } from '../git/check-out-tree';
import { findProgram } from '../program';
import type { BuiltBase } from './built-base';
import { commandOf, ownCommand } from './base-command';
import { providePackages, type BaseTree } from './base-packages';
import { readDist } from './kept-base';
import type { PreviewCache } from './preview-cache';
import { runChild, type ChildResult } from './run-child';

/** A checkout of the base, to be synthesized. */
export interface BaseBuild extends CheckedOut {
  /** Absolute path of the working tree. */
  readonly root: string;

  /** Folder that may be written to; gets `dist` and `origins.json`. */
  readonly scratch: string;

  /** Absolute path of the checkout. */
  readonly folder: string;

  /** Relative to both, with `/`. */
  readonly program: string;
  readonly cache: PreviewCache;
  readonly command?: readonly string[];
  readonly copyTo: BaseTree['copyTo'];

  /** Called when a process is started. @default - nobody asks */
  readonly started?: () => void;

  /** Words about a failure for a report. */
  readonly reason: (message: string) => string;
}

/** Synthesizes every environment of a base in a process of its own. */
export async function buildBase(build: BaseBuild): Promise<BuiltBase> {
  const notes = notesOf(build);
  const failed = (message: string): BuiltBase => ({
    failed: build.reason(message),
    notes,
    environments: new Map(),
  });
  const program = programIn(build);
  if (program === undefined) return failed(`the base has no ${build.program}`);
  const tree = { ...build, head: build.root };
  const packages = await providePackages(tree, build.cache);
  if ('failed' in packages) return failed(packages.failed);
  if (packages.note !== undefined) notes.push(packages.note);
  let result: ChildResult;
  try {
    result = await synth(program, build);
  } catch (error) {
    return failed(`k3stack synth of the base cannot be started: ${(error as Error).message}`);
  }
  const told = answerOf(result);
  if (told?.environments === undefined) return failed(told?.error?.message ?? wordsOf(result));
  const environments = readDist(
    build.scratch,
    (name, problem) => {
      const own = told.environments?.find(({ environment }) => environment === name);
      return build.reason(own?.error?.message ?? problem);
    },
    told.environments.map(({ environment }) => environment),
  );
  return { notes, environments };
}

function notesOf({ missingSubmodules, lfsPointers }: CheckedOut): string[] {
  return [
    ...missingSubmodules.map(
      (path) => `The submodule ${path} is empty in the base: its commit is not on this machine.`,
    ),
    ...(lfsPointers.length === 0
      ? []
      : [
          `Git LFS has not fetched ${lfsPointers.length} ${lfsPointers.length === 1 ? 'file' : 'files'} of the base, ` +
            `such as ${String(lfsPointers[0])}: install git-lfs, or check out with lfs.`,
        ]),
  ];
}

/** The file may have been renamed since, `environments.ts` to `environments.mts`. */
function programIn({ folder, program }: BaseBuild): string | undefined {
  const file = join(folder, program);
  if (existsSync(file)) return file;
  try {
    return findProgram(dirname(file), undefined);
  } catch (error) {
    if (error instanceof K3stackError) return undefined;
    throw error;
  }
}

async function synth(
  program: string,
  { folder, scratch, command, started }: BaseBuild,
): Promise<ChildResult> {
  const words = [
    ...(command ?? commandOf(program) ?? ownCommand()),
    ...['synth', '--json', '--program', program, '--out', join(scratch, 'dist')],
  ];
  const env = { NO_COLOR: '1', FORCE_COLOR: undefined };
  const result = await runChild([...words, '--origins', join(scratch, 'origins.json')], folder, env, started);
  // An earlier version does not know where its objects come from.
  return /unknown option '--origins'/.test(answerOf(result)?.error?.message ?? '')
    ? await runChild(words, folder, env)
    : result;
}

/** What `synth --json` says. */
interface Answer {
  readonly error?: { readonly message: string };
  readonly environments?: readonly {
    readonly environment: string;
    readonly error?: { readonly message: string };
  }[];
}

/** `undefined` for a process that ended before it could say anything, or said something else besides. */
function answerOf({ stdout }: ChildResult): Answer | undefined {
  // A program may print before.
  const from = stdout.startsWith('{') ? 0 : stdout.indexOf('\n{') + 1;
  try {
    const answer: unknown = JSON.parse(stdout.slice(from));
    return typeof answer === 'object' && answer !== null ? answer : undefined;
  } catch {
    return undefined;
  }
}

function wordsOf({ code, stderr, stdout }: ChildResult): string {
  const said = stderr.trim() === '' ? stdout.trim() : stderr.trim();
  return `k3stack synth of the base ended with ${code}${said === '' ? '' : `:\n${said}`}`;
}
