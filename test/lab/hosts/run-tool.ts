import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** What a program printed, and the code it ended with. */
export interface ToolResult {
  /** 128 and the number of the signal when one ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is run. */
export interface ToolOptions {
  /** @default '' */
  readonly input?: string | Buffer;

  /** Milliseconds after which the program is killed, and the call rejects. @default 120000 */
  readonly timeout?: number;

  /** Added to the environment. @default {} */
  readonly env?: Readonly<Record<string, string>>;
}

/** The lab could not do what it was asked. */
export class LabError extends Error {
  override readonly name = 'LabError';
}

/** Runs a program of this machine; resolves whatever its exit code is. */
export function runTool(
  command: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<ToolResult> {
  const { input = '', timeout = 120_000, env = {} } = options;
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      env: { ...process.env, PATH: TOOL_PATH, LC_ALL: 'C.UTF-8', ...env },
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, timeout);
    child.stdout.on('data', (chunk: Buffer) => void stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => void stderr.push(chunk));
    child.on('error', (error) => {
      clearTimeout(timer);
      fail(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const line = [command, ...args].join(' ');
      const text = { stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
      if (late)
        fail(new LabError(`timed out after ${timeout / 1000} s: ${line}\n${text.stdout}${text.stderr}`));
      else done({ code: code ?? 128 + constants.signals[signal ?? 'SIGKILL'], ...text });
    });
    child.stdin.on('error', () => {}); // a program need not read
    child.stdin.end(input);
  });
}

/** Runs a program of this machine; returns what it printed, and rejects when it fails. */
export async function tool(
  command: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await runTool(command, args, options);
  if (code !== 0) {
    throw new LabError(
      `${[command, ...args].join(' ')} failed with code ${code}: ${(stderr || stdout).trim()}`,
    );
  }
  return stdout;
}

/** Where programs of this machine are looked for: an administrator's tools are not on everyone's PATH. */
export const TOOL_PATH = `${process.env.PATH ?? '/usr/bin:/bin'}:/usr/local/sbin:/usr/sbin:/sbin`;
