import { setImmediate } from 'node:timers/promises';
import { createSpinner, type Spinner } from 'nanospinner';
import type { Output, Terminal } from './terminal';

/** Tells a person at a terminal what is being worked on, once it takes longer than a second. */
export interface Progress {
  /** Says what comes next. */
  step(text: string): Promise<void>;
  stop(): void;
}

/**
 * @param silent `--quiet` or `--json` was given.
 */
export function startProgress({ stderr, env }: Terminal, silent: boolean): Progress {
  if (silent || stderr.isTTY !== true || env['TERM'] === 'dumb')
    return { step: async () => {}, stop: () => {} };
  let text = '';
  let spinner: Spinner | undefined;
  const start = (): void => {
    spinner ??= createSpinner(text, { stream: streamOf(stderr) }).start();
  };
  const timer = setTimeout(start, DELAY);
  const startedAt = performance.now();
  return {
    step: async (next) => {
      text = next;
      // Building an environment leaves no time to a timer, so that steps look at the clock themselves.
      if (spinner !== undefined) spinner.update(next).render();
      else if (performance.now() - startedAt >= DELAY) start();
      await setImmediate();
    },
    stop: () => {
      clearTimeout(timer);
      spinner?.stop();
    },
  };
}

/** nanospinner divides by the width, and never ends where a terminal says that it has none. */
function streamOf(output: Output): NodeJS.WriteStream {
  const stream = {
    write: (text: string) => output.write(text),
    get columns() {
      return output.columns || 80;
    },
  };
  return stream as unknown as NodeJS.WriteStream;
}

/** Milliseconds. */
const DELAY = 1000;
