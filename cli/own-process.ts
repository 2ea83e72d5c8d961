import { ExitCode, K3stackError } from '../lib/errors';
import { processTerminal } from './process-terminal';
import { reportError } from './report-error';
import { run } from './run';

/** How a process differs from the plain command line. */
export interface ProcessOptions {
  /** Where results go. @default 'stdout' */
  readonly output?: 'stdout' | 'stderr';

  /** Called with the exit code when the command is done. @default - nothing */
  readonly finish?: (code: ExitCode) => void;
}

/**
 * Uses the command line as this process, and ends it when the command is done: a timer of the program would keep it alive. A program that
 * ends the process itself is a failure, whatever exit code it chose.
 *
 * @param args Words after the name of the program.
 */
export async function runProcess(args: readonly string[], options: ProcessOptions = {}): Promise<void> {
  let result: ExitCode | undefined;
  let crashed = false;
  const terminal = processTerminal(() => {
    result ??= ExitCode.ok;
    process.exit();
  });
  process.on('uncaughtExceptionMonitor', () => void (crashed = true));
  process.on('exit', () => {
    if (!crashed) process.exitCode = result ?? reportError(endedEarly(), terminal, args.includes('--json'));
  });

  const { output = 'stdout', finish } = options;
  const code = await run(args, { ...terminal, stdout: terminal[output] });
  finish?.(code);
  result = code;
  await terminal.flush(); // what is still on its way to a pipe would be cut off
  process.exit();
}

function endedEarly(): K3stackError {
  return new K3stackError(
    'PROGRAM_EXIT',
    'the program ended before its environments were there: it calls process.exit(), or awaits what never comes; ' +
      'to stop it, throw an error',
  );
}
