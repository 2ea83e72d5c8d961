import { spawn } from 'node:child_process';

/** What a child process left behind. */
export interface ChildResult {
  /** `-1` when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end, without a shell and without anything to read.
 *
 * @param env Variables besides those of this process; one that is `undefined` is taken away.
 * @param started Called when it runs. Default: nobody asks.
 * @throws the system's error when the program cannot be started.
 */
export function runChild(
  [command = '', ...args]: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>> = {},
  started?: () => void,
): Promise<ChildResult> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    if (started !== undefined) child.on('spawn', started);
    // The timeout of spawn itself stays behind when the program cannot be started.
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', (error) => {
      clearTimeout(timer);
      fail(error);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      done({
        code: code ?? -1,
        stdout: Buffer.concat(out).toString('utf8'),
        stderr: Buffer.concat(err).toString('utf8'),
      });
    });
  });
}

/** Milliseconds: a slow machine installs and synthesizes in less, and what never ends has to. */
const PATIENCE = 15 * 60_000;
