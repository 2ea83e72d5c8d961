import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './api';

/** What was seen of a cluster while something changed it. */
export interface WatchReport {
  /** How often everybody was asked. */
  readonly rounds: number;

  /** Most servers that took no connection at the same time, and which. */
  readonly serversDown: readonly string[];

  /** Longest time in which none was ready, milliseconds: etcd looks for a new leader. */
  readonly noneReady: number;

  /** Most Nodes that were cordoned or not Ready at the same time, and which. */
  readonly nodesAway: readonly string[];

  /** Nodes that were cordoned at any time. */
  readonly cordoned: readonly string[];

  /** A line for each change of who was down or away. */
  readonly log: readonly string[];
}

/** Asks every server for its readiness and one of them for all Nodes, several times a second. */
export class Watch {
  private running = true;
  private rounds = 0;
  private serversDown: readonly string[] = [];
  private noneReady = 0;
  private nodesAway: readonly string[] = [];
  private readonly cordoned = new Set<string>();
  private readonly log: string[] = [];
  private readonly done: Promise<void>;

  /** @param servers Names to addresses. */
  constructor(
    private readonly api: Api,
    private readonly servers: Readonly<Record<string, string>>,
  ) {
    this.done = this.look();
  }

  async stop(): Promise<WatchReport> {
    this.running = false;
    await this.done;
    const { rounds, serversDown, noneReady, nodesAway, cordoned, log } = this;
    return { rounds, serversDown, noneReady, nodesAway, cordoned: [...cordoned].sort(), log };
  }

  private async look(): Promise<void> {
    const began = Date.now();
    let last = '';
    let lastReady = began;
    while (this.running) {
      const [servers, away] = await Promise.all([this.lookAtServers(), this.lookAtNodes()]);
      const down = Object.keys(servers).filter((name) => servers[name] === 'down');
      const unready = Object.keys(servers).filter((name) => servers[name] === 'unready');
      this.rounds++;
      if (down.length + unready.length < Object.keys(servers).length) lastReady = Date.now();
      this.noneReady = Math.max(this.noneReady, Date.now() - lastReady);
      if (down.length > this.serversDown.length) this.serversDown = down;
      if (away.length > this.nodesAway.length) this.nodesAway = away;
      const now = `down: ${list(down)}, not ready: ${list(unready)}, away: ${list(away)}`;
      if (now !== last) this.log.push(`${((Date.now() - began) / 1000).toFixed(1)} s ${now}`);
      last = now;
      await sleep(INTERVAL);
    }
  }

  private async lookAtServers(): Promise<Record<string, 'ready' | 'unready' | 'down'>> {
    const states = await Promise.all(
      Object.entries(this.servers).map(async ([name, address]) => {
        const state = await this.api.ask(address, '/readyz', { timeout: PATIENCE }).then(
          ({ status }) => (status === 200 ? 'ready' : 'unready'),
          // One that is only slow, as all of them are on a busy machine, has not been taken away.
          (error: Error) => (error.message.includes('did not answer within') ? 'unready' : 'down'),
        );
        return [name, state] as const;
      }),
    );
    return Object.fromEntries(states);
  }

  private async lookAtNodes(): Promise<string[]> {
    const nodes = await this.api
      .read<{ readonly items: readonly NodeObject[] }>(Object.values(this.servers), '/api/v1/nodes')
      .catch(() => ({ items: [] }));
    for (const { metadata, spec } of nodes.items) if (spec.unschedulable) this.cordoned.add(metadata.name);
    return nodes.items
      .filter(({ spec, status }) => spec.unschedulable === true || !isReady(status))
      .map(({ metadata }) => metadata.name);
  }
}

interface NodeObject {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly unschedulable?: boolean };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

function isReady({ conditions = [] }: NodeObject['status']): boolean {
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

function list(names: readonly string[]): string {
  return names.join(' ') || '-';
}

/** Milliseconds. */
const INTERVAL = 500;
const PATIENCE = 5000;
