import { Console } from 'node:console';
import { text } from 'node:stream/consumers';
import type { Terminal } from './terminal';

/** The process as a terminal. From here on `console.log` writes to standard error, so that a program's own words never get into our output. */
export function processTerminal(): Terminal {
  // The reader of a pipe may leave early (`| head`), which is no failure of ours.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit();
    });
  }
  globalThis.console = new Console(process.stderr);
  return {
    cwd: process.cwd(),
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: () => text(process.stdin),
  };
}
