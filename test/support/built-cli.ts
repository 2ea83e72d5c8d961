import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { CliResult } from './cli';

const BUILD = join(__dirname, '../../build/cli');

/** A compiled file of the command line. `npm test` compiles first. */
export function built(name: 'main.js' | 'cdk8s-app.js'): string {
  const file = join(BUILD, name);
  if (!existsSync(file)) throw new Error(`${file} is missing: run npm run build first`);
  return file;
}

/** How long a child may take, in milliseconds: a busy machine is slow. */
const CHILD_TIMEOUT = 60_000;

// Whoever uses this file waits for several children in a test.
jest.setTimeout(4 * CHILD_TIMEOUT);

/** Runs a program as a process of its own; one that does not end is killed, and rejects. */
export function spawned(
  command: string,
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string | undefined>>;
    readonly stdin?: string;
  },
): Promise<CliResult> {
  return new Promise((done, fail) => {
    const env = { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined };
    const child = spawn(command, args, { cwd: options.cwd, env: { ...env, ...options.env } });
    const text = { stdout: '', stderr: '' };
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      const line = [command, ...args].join(' ');
      fail(new Error(`timed out after ${CHILD_TIMEOUT / 1000} s: ${line}\n${text.stdout}${text.stderr}`));
    }, CHILD_TIMEOUT);
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => void (text.stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => void (text.stderr += chunk));
    child.on('error', fail);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      done({ code: code ?? (signal === null ? -1 : 128), ...text });
    });
    child.stdin.on('error', () => {}); // a child need not read
    child.stdin.end(options.stdin ?? '');
  });
}

/** Uses the compiled command line in a process of its own. */
export function k3stack(
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string | undefined>>;
    readonly stdin?: string;
  },
): Promise<CliResult> {
  return spawned(process.execPath, [built('main.js'), ...args], options);
}
