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
 * @param patience Milliseconds after which it is ended. Default: a quarter of an hour.
 * @throws the system's error when the program cannot be started.
 */
export function runChild(
  [command = '', ...args]: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>> = {},
  started?: () => void,
  patience: number = PATIENCE,
): Promise<ChildResult> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    if (started !== undefined) child.on('spawn', started);
    const out = new Output();
    const err = new Output();
    let ended = '';
    // What it has started may hold its output open, so that is closed here too.
    const end = (why: string): void => {
      if (ended !== '') return;
      ended = `${command} ${why}, and was ended\n`;
      child.kill('SIGKILL');
      child.stdout.destroy();
      child.stderr.destroy();
    };
    // The timeout of spawn itself stays behind when the program cannot be started.
    const timer = setTimeout(
      () => end(`had not come to an end after ${patience / 60_000} minutes`),
      patience,
    );
    for (const [stream, output] of [[child.stdout, out] as const, [child.stderr, err] as const])
      stream.on('data', (chunk: Buffer) => {
        if (!output.take(chunk)) end(`wrote more than ${MOST_OUTPUT / 1_048_576} MiB`);
      });
    child.on('error', (error) => {
      clearTimeout(timer);
      fail(error);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      done({
        code: ended === '' ? (code ?? -1) : -1,
        stdout: out.text(),
        stderr: `${ended}${err.text()}`,
      });
    });
  });
}

/** What a process writes, as long as it is not too much. */
class Output {
  readonly #chunks: Buffer[] = [];
  #size = 0;

  take(chunk: Buffer): boolean {
    this.#size += chunk.length;
    if (this.#size > MOST_OUTPUT) return false;
    this.#chunks.push(chunk);
    return true;
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}

/** Bytes: a synthesis tells no more than names and errors. */
const MOST_OUTPUT = 67_108_864;

/** Milliseconds: a slow machine installs and synthesizes in less, and what never ends has to. */
const PATIENCE = 15 * 60_000;
