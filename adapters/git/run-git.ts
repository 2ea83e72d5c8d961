import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { K3stackError } from '../../lib/errors';
import { onEndOfProcess } from '../end-of-process';

/** What a run of git left behind. */
export interface GitResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How git is run. */
export interface GitOptions {
  /** Variables besides those of this process. @default - none */
  readonly env?: Readonly<Record<string, string>>;

  /** Given on standard input. @default - nothing */
  readonly input?: string;

  /** Exit codes that are an answer. @default [0] */
  readonly codes?: readonly number[];

  /** Milliseconds after which it is ended, with what it has started. @default - five minutes */
  readonly patience?: number;
}

/**
 * Runs git without a shell, a hook, a question or a change of its own: what it is asked for, and nothing else.
 *
 * @param args Words after `git`; whatever a user wrote stands behind `--end-of-options` or `--`.
 * @throws K3stackError `GIT_MISSING`, `NOT_A_REPOSITORY`, `GIT_UNSAFE_REPOSITORY`, `GIT_FAILED`.
 */
export async function runGit(
  folder: string,
  args: readonly string[],
  { env = {}, input = '', codes = [0], patience = PATIENCE }: GitOptions = {},
): Promise<GitResult> {
  const started = startGit(folder, args, { ...ownEnvironment(), ...env });
  const timer = setTimeout(() => end(started), patience);
  // A group of its own is not reached by what ends this process, such as Ctrl-C.
  const release = onEndOfProcess(() => end(started));
  const result = await resultOf(started, folder, input).finally(() => {
    clearTimeout(timer);
    release();
  });
  if (ended.has(started)) throw tooLong(folder, args, patience);
  if (codes.includes(result.code)) return result;
  throw failure(folder, args, result);
}

/** In a group of its own, so that filters and helpers can be ended with it, and without a terminal on which one of them could ask. */
function startGit(folder: string, args: readonly string[], env: NodeJS.ProcessEnv): Git {
  return spawn('git', [...HARMLESS, ...args], { cwd: folder, env, windowsHide: true, detached: IS_POSIX });
}

function end(child: Git): void {
  ended.add(child);
  try {
    if (IS_POSIX && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // It has come to an end meanwhile.
  }
  // Who left the group may hold them open.
  child.stdout.destroy();
  child.stderr.destroy();
}

function resultOf(child: Git, folder: string, input: string): Promise<GitResult> {
  return new Promise((done, fail) => {
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', (error: NodeJS.ErrnoException) => fail(cannotStart(folder, error)));
    child.on('close', (code) =>
      done({
        code: code ?? -1,
        stdout: Buffer.concat(out).toString('utf8'),
        stderr: Buffer.concat(err).toString('utf8'),
      }),
    );
    child.stdin.on('error', () => {}); // git need not read
    child.stdin.end(input);
  });
}

/** Without the variables by which a hook, or a rebase, would point git at another repository. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !REDIRECTIONS.has(name));
  return { ...Object.fromEntries(inherited), ...QUIET };
}

function cannotStart(folder: string, error: NodeJS.ErrnoException): Error {
  // A working directory that is gone gives ENOENT as well, and names git.
  if (error.code !== 'ENOENT' && error.code !== 'EACCES') return error;
  return new K3stackError(
    'GIT_MISSING',
    `cannot run git in ${folder} (${error.code}); install git, and make sure that it is in PATH`,
    undefined,
    { cause: error },
  );
}

function failure(folder: string, args: readonly string[], { code, stderr }: GitResult): K3stackError {
  const said = stderr.trim();
  if (/not a git repository|must be run in a work tree/.test(said)) {
    return new K3stackError(
      'NOT_A_REPOSITORY',
      `${folder} is not in a git repository with a working tree; a preview compares with a commit: run git init and commit, ` +
        'or compare two folders with k3stack diff BEFORE AFTER',
    );
  }
  if (/detected dubious ownership/.test(said)) {
    return new K3stackError(
      'GIT_UNSAFE_REPOSITORY',
      `git does not trust the repository of ${folder}, which belongs to another user; ` +
        `when it is yours, run git config --global --add safe.directory "$(cd '${folder}' && pwd -P)", or own its files`,
    );
  }
  return new K3stackError(
    'GIT_FAILED',
    `git ${subjectOf(args)} in ${folder} ended with ${code}: ${said === '' ? 'it said nothing' : said}`,
  );
}

function tooLong(folder: string, args: readonly string[], patience: number): K3stackError {
  return new K3stackError(
    'GIT_FAILED',
    `git ${subjectOf(args)} in ${folder} had not come to an end after ${patience / 1000} seconds, and was ended; ` +
      'a filter such as Git LFS, or a helper that asks for a password, may wait for somebody: run it yourself to see',
  );
}

/** Its words, without the settings before them. */
function subjectOf(args: readonly string[]): string {
  return args.find((word, index) => !word.startsWith('-') && args[index - 1] !== '-c') ?? '';
}

type Git = ChildProcessByStdio<Writable, Readable, Readable>;
const ended = new WeakSet<Git>();

/** Elsewhere there are no groups that a signal could be sent to. */
const IS_POSIX = process.platform !== 'win32';

/** Milliseconds: the largest of repositories are checked out in less. */
const PATIENCE = 5 * 60_000;

/** No hook and no file system monitor of the repository runs, no path is quoted, and an index of our own is one whole file. */
const HARMLESS = [
  '--no-pager',
  '--no-optional-locks',
  ...[
    'core.hooksPath=/dev/null',
    'core.fsmonitor=false',
    'core.quotePath=false',
    'core.splitIndex=false',
    'index.sparse=false',
  ]
    .map((setting) => ['-c', setting])
    .flat(),
];

/** The words of git are read: English; nobody is there to answer. */
const QUIET = { LC_ALL: 'C', LANGUAGE: '', GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '', SSH_ASKPASS: '' };

/** `git rev-parse --local-env-vars` of git 2.39, but for those that hold configuration. */
const REDIRECTIONS = new Set([
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_OBJECT_DIRECTORY',
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_GRAFT_FILE',
  'GIT_INDEX_FILE',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_REPLACE_REF_BASE',
  'GIT_PREFIX',
  'GIT_SHALLOW_FILE',
  'GIT_COMMON_DIR',
]);
