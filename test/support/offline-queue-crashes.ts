import { setTimeout as sleep } from 'node:timers/promises';
import { randomFrom, type QueueProcess, type Upstream } from './offline-queue';

/** What happened while a queue was killed again and again. */
export interface Crashes {
  /** Ids of the messages that were acknowledged, in the order of each writer. */
  readonly acknowledged: readonly string[];

  /** Ids that were handed over, acknowledged or not. */
  readonly offered: ReadonlySet<string>;
}

/**
 * Several writers hand over messages of any size while the process is killed and started again, and upstream answers, fails, hangs or breaks off as it likes.
 */
export async function killedAgainAndAgain(
  queue: QueueProcess,
  upstream: Upstream,
  { seed, kills, writers = 4 }: { readonly seed: number; readonly kills: number; readonly writers?: number },
): Promise<Crashes> {
  const random = randomFrom(seed);
  const acknowledged: string[] = [];
  const offered = new Set<string>();
  upstream.behaviour = () => {
    const dice = random();
    if (dice < 0.1) return 503;
    if (dice < 0.15) return 'reset';
    if (dice < 0.2) return 'take-and-reset';
    return dice < 0.22 ? 'hang' : 204;
  };
  for (let kill = 0; kill < kills; kill++) {
    await queue.start(upstream);
    let isOver = false;
    const writing = Array.from({ length: writers }, async (_, writer) => {
      for (let number = 0; !isOver; number++) {
        const id = `${kill}-${writer}-${number}`;
        offered.add(id);
        if (await queue.post(id, 'x'.repeat(Math.floor(random() ** 4 * 60_000)))) acknowledged.push(id);
      }
    });
    await sleep(5 + random() * 150);
    await queue.kill();
    isOver = true;
    await Promise.all(writing);
  }
  upstream.behaviour = () => 204;
  return { acknowledged, offered };
}
