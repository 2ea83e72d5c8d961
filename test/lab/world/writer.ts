import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './api';

/** What a writer saw. */
export interface WriterReport {
  /** Writes that the API acknowledged. */
  readonly acknowledged: number;

  /** Names of acknowledged writes that are not there any more. */
  readonly lost: readonly string[];

  /** Longest time between two acknowledged writes, milliseconds. */
  readonly longestGap: number;

  /** Longest time from the first try of a write to its acknowledgement, milliseconds: an outage as a client sees it. */
  readonly longestWait: number;

  /** One line per write that needed more than one try, or long. */
  readonly log: readonly string[];
}

/** Writes a ConfigMap each second, to whichever server answers, as a client behind a load balancer does. */
export class Writer {
  private readonly acknowledged: { readonly name: string; readonly at: number }[] = [];
  private readonly log: string[] = [];
  private readonly run = randomBytes(3).toString('hex');
  private longestWait = 0;
  private running = true;
  private readonly done: Promise<void>;

  constructor(
    private readonly api: Api,
    private readonly addresses: () => readonly string[],
  ) {
    this.done = this.write();
  }

  /** Stops writing, and reads back everything that was acknowledged. */
  async stop(): Promise<WriterReport> {
    this.running = false;
    await this.done;
    const { items } = await this.api.read<{ items: readonly { metadata: { name: string } }[] }>(
      this.addresses(),
      `${CONFIG_MAPS}?labelSelector=lab%3Dwriter`,
    );
    const there = new Set(items.map((item) => item.metadata.name));
    const times = this.acknowledged.map((write) => write.at);
    return {
      acknowledged: this.acknowledged.length,
      lost: this.acknowledged.map((write) => write.name).filter((name) => !there.has(name)),
      longestGap: Math.max(0, ...times.slice(1).map((at, index) => at - (times[index] as number))),
      longestWait: this.longestWait,
      log: this.log,
    };
  }

  private async write(): Promise<void> {
    const began = Date.now();
    for (let number = 1; this.running; number++) {
      const name = `write-${this.run}-${String(number).padStart(5, '0')}`;
      const asked = Date.now();
      const tries = await this.writeOnce(name);
      const waited = Date.now() - asked;
      this.longestWait = Math.max(this.longestWait, waited);
      if (tries.length > 1 || waited > LONG)
        this.log.push(
          `${((Date.now() - began) / 1000).toFixed(1)} s ${name} after ${waited} ms: ${tries.join(', ')}`,
        );
      await sleep(Math.max(0, began + number * 1000 - Date.now()));
    }
  }

  private async writeOnce(name: string): Promise<string[]> {
    const tries: string[] = [];
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { lab: 'writer' } } };
    while (this.running || tries.length === 0) {
      for (const address of this.addresses()) {
        const answer = await this.api.ask(address, CONFIG_MAPS, { method: 'POST', body, timeout: 3000 }).then(
          ({ status }) => status,
          (error: Error) => error.message,
        );
        tries.push(`${address} ${answer}`);
        if (answer === 201 || answer === 409) {
          this.acknowledged.push({ name, at: Date.now() });
          return tries;
        }
      }
      await sleep(200);
    }
    return tries;
  }
}

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

/** Milliseconds. */
const LONG = 1000;
