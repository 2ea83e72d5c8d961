import { setImmediate } from 'node:timers/promises';
import { createSpinner, type Spinner } from 'nanospinner';
import type { Terminal } from './terminal';

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
    spinner ??= createSpinner(text, { stream: stderr as NodeJS.WriteStream }).start();
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

/** Milliseconds. */
const DELAY = 1000;
