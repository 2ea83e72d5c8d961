import { connect } from '../ssh/connect';
import { Bastions } from '../ssh/bastions';
import type { HostConnection, HostLogin } from '../ssh/host-connection';
import type { HostSynthesis } from '../../lib/synthesis/synthesis';

/** What connections need to know of a host. */
export type ReachableHost = Pick<HostSynthesis, 'name' | 'transport'>;

interface Entry {
  readonly connection: Promise<HostConnection>;
  users: number;
  idleSince: number;
  timer?: NodeJS.Timeout;
}

/** Connections to hosts, each used for all that is done on its host, few at once, and closed when nothing is. */
export class Connections {
  private readonly entries = new Map<string, Entry>();
  private readonly waiting: (() => void)[] = [];
  private readonly bastions = new Bastions();
  private closed = false;

  /** @param patience Seconds until a host that cannot be reached is given up. */
  constructor(
    private readonly login: HostLogin,
    private readonly patience?: number,
  ) {}

  /** Does something on a host. */
  async use<T>(host: ReachableHost, work: (connection: HostConnection) => Promise<T>): Promise<T> {
    const entry = await this.acquire(host);
    try {
      return await work(await entry.connection);
    } catch (error) {
      const opened = await entry.connection.catch(() => undefined);
      if (opened?.open !== true) this.forget(host.name, entry);
      throw error;
    } finally {
      this.release(host.name, entry);
    }
  }

  /** Ends all connections. Another use opens new ones. */
  close(): void {
    this.closed = true;
    for (const [name, entry] of this.entries) if (entry.users === 0) this.end(name, entry);
  }

  private async acquire(host: ReachableHost): Promise<Entry> {
    this.closed = false;
    for (;;) {
      const found = await this.usable(host.name);
      if (found !== undefined) return found;
      if (this.entries.has(host.name)) continue;
      if (this.entries.size < MOST || this.endIdle()) return this.open(host);
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** Counted as used at once, so that it is not ended meanwhile. */
  private async usable(name: string): Promise<Entry | undefined> {
    const entry = this.entries.get(name);
    if (entry === undefined) return undefined;
    entry.users++;
    clearTimeout(entry.timer);
    const opened = await entry.connection.catch(() => undefined);
    if (opened?.open === true) return entry;
    this.forget(name, entry);
    this.release(name, entry);
    return undefined;
  }

  private open(host: ReachableHost): Entry {
    const connection = connect(host, this.login, {
      bastions: this.bastions,
      ...(this.patience !== undefined && { patience: this.patience }),
    });
    connection.catch(() => {});
    const entry: Entry = { connection, users: 1, idleSince: 0 };
    this.entries.set(host.name, entry);
    return entry;
  }

  private release(name: string, entry: Entry): void {
    entry.users--;
    if (entry.users > 0) return;
    if (this.closed || this.entries.get(name) !== entry) return this.end(name, entry);
    entry.idleSince = performance.now();
    entry.timer = setTimeout(() => this.end(name, entry), IDLE);
    entry.timer.unref();
    this.waiting.shift()?.();
  }

  /** Ends the connection that has been idle for longest, to make room. */
  private endIdle(): boolean {
    const [oldest] = [...this.entries]
      .filter(([, entry]) => entry.users === 0)
      .sort(([, a], [, b]) => a.idleSince - b.idleSince);
    if (oldest === undefined) return false;
    this.end(...oldest);
    return true;
  }

  private forget(name: string, entry: Entry): void {
    if (this.entries.get(name) === entry) this.entries.delete(name);
  }

  private end(name: string, entry: Entry): void {
    clearTimeout(entry.timer);
    this.forget(name, entry);
    entry.connection.then(
      (connection) => connection.close(),
      () => {},
    );
    this.waiting.shift()?.();
  }
}

/** Connections at once: a bastion, and a small machine that all this runs on, have to bear them. */
const MOST = 10;

/** Milliseconds until a connection that is not used is ended. */
const IDLE = 15_000;
