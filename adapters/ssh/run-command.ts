import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CommandOptions, CommandResult } from './host-connection';
import { CommandOutput, STDOUT_LIMIT } from './command-output';
import { commandTimeout, outputTooLarge } from './ssh-errors';

/** A command that runs: a channel over SSH, or a process. */
export interface RunningCommand {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;

  /** Calls once when all output is there: with the exit code, or with why it is unknown. */
  onEnd(ended: (outcome: { readonly code: number } | { readonly unknown: Error }) => void): void;

  /** Ends it, as far as that can be done from here. */
  kill(): void;
}

/**
 * Feeds a command, and gathers what it writes.
 *
 * @param where Of the host, for errors.
 */
export function runCommand(
  where: string,
  command: RunningCommand,
  { stdin = '', timeout, onStdout, onStderrLine }: CommandOptions,
): Promise<CommandResult> {
  const output = new CommandOutput(onStderrLine);
  const { promise, resolve, reject } = settled<CommandResult>();
  const giveUp = (error: Error): void => {
    reject(error);
    command.kill();
  };
  const timer =
    timeout === undefined
      ? undefined
      : setTimeout(() => giveUp(commandTimeout(where, timeout)), timeout * 1000);
  command.stdout.on('data', (chunk: Buffer) => {
    if (onStdout === undefined) {
      if (!output.addStdout(chunk)) giveUp(outputTooLarge(where, STDOUT_LIMIT));
      return;
    }
    try {
      onStdout(chunk);
    } catch (error) {
      giveUp(error as Error);
    }
  });
  command.stderr.on('data', (chunk: Buffer) => output.addStderr(chunk));
  command.onEnd((outcome) => {
    const text = output.end();
    if ('code' in outcome) resolve({ code: outcome.code, ...text });
    else reject(outcome.unknown);
  });
  feed(command.stdin, stdin, giveUp);
  return promise.finally(() => clearTimeout(timer));
}

/** A command that ends before it has read everything closes its end, which is no failure: how it ended says more. */
function feed(target: Writable, stdin: string | Buffer | Readable, giveUp: (error: Error) => void): void {
  if (!(stdin instanceof Readable)) {
    target.on('error', () => {});
    target.end(stdin);
    return;
  }
  let source: Error | undefined;
  stdin.once('error', (error) => (source = error));
  pipeline(stdin, target).catch(() => {
    if (source !== undefined && !/premature close|EPIPE/i.test(source.message)) giveUp(source);
  });
}

function settled<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: Error) => void;
} {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
