import { setTimeout as sleep } from 'node:timers/promises';
import type { K3stackError } from '../../lib/errors';

/** What went wrong may be different a moment later. */
export class Transient extends Error {
  /** @param final What is told when it stays so. */
  constructor(readonly final: K3stackError) {
    super(final.message);
  }
}

/**
 * Tries again while it fails with {@link Transient}, with growing pauses of random length: many that were turned away at once must not come back at
 * once.
 *
 * @param seconds Until the last failure is thrown.
 */
export async function patiently<T>(attempt: () => Promise<T>, seconds: number): Promise<T> {
  const startedAt = performance.now();
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Transient)) throw error;
      const pause = Math.min(10_000, 250 * 2 ** tries) * (0.5 + Math.random());
      if (performance.now() - startedAt + pause > seconds * 1000) throw error.final;
      await sleep(pause);
    }
  }
}
