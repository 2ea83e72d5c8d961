import { Console } from 'node:console';
import { createInterface } from 'node:readline/promises';
import { limitedText } from '../adapters/input-limit';
import type { Output, Terminal } from './terminal';

/** The process as a terminal. */
export interface ProcessTerminal extends Terminal {
  /** Waits until everything that was written has arrived. */
  readonly flush: () => Promise<void>;
}

/**
 * The process as a terminal. From here on `console.log` and `process.stdout.write` write to standard error, so that a program's own words
 * never get into our output.
 *
 * @param leave Called when the reader of a pipe is gone (`| head`), which is no failure of ours.
 */
export function processTerminal(leave: () => void): ProcessTerminal {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      leave();
    });
  }
  const [stdout, stderr] = [outputTo(process.stdout), outputTo(process.stderr)];
  process.stdout.write = process.stderr.write.bind(process.stderr);
  globalThis.console = new Console(process.stderr);
  return {
    cwd: process.cwd(),
    env: process.env,
    stdout,
    stderr,
    stdin: () => limitedText(process.stdin, 'standard input'),
    get input() {
      return process.stdin;
    },
    ...(process.stdin.isTTY && stderr.isTTY && { ask }),
    flush: async () => {
      await Promise.all([stdout.flush(), stderr.flush()]);
    },
  };
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

/** Keeps writing to a stream when its `write` is another one by then. */
function outputTo(stream: NodeJS.WriteStream): Output & { readonly flush: () => Promise<void> } {
  const write = stream.write.bind(stream) as (text: string, done?: () => void) => boolean;
  return {
    write: (text) => write(text),
    flush: () => new Promise((done) => write('', () => done())),
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      return stream.columns;
    },
  };
}
