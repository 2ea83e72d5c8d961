import { setTimeout as sleep } from 'node:timers/promises';
import type { Violation } from '../../lib/rules/violation';
import type { HostKnowledge } from './host-knowledge';
import { HostNotReadyError } from './host-not-ready';
import { preflight, stopsHost } from './preflight';

/**
 * Hosts that come at about the same time are judged together: all that they lack is told at once, and none of them is changed while another one is not
 * ready.
 */
export class PreflightBatch {
  private current: { readonly names: Set<string>; readonly verdict: Promise<Verdict> } | undefined;
  private lastCame = 0;

  constructor(
    private readonly knowledge: HostKnowledge,
    private readonly tell: (line: string) => void,
  ) {}

  /**
   * @throws HostNotReadyError, also for a host that is ready when another one that came with it is not; what asking the host throws.
   */
  async pass(name: string): Promise<void> {
    this.lastCame = performance.now();
    const batch = (this.current ??= this.open());
    batch.names.add(name);
    const { blocking, failures } = await batch.verdict;
    const failure = failures.get(name);
    if (failure !== undefined) throw failure;
    if (blocking.length === 0) return;
    const { path } = this.knowledge.host(name);
    const own = blocking.filter((violation) => violation.path.endsWith(`/${path}`));
    throw own.length > 0 ? new HostNotReadyError(own) : new HostNotReadyError(blocking, [name]);
  }

  private open(): NonNullable<PreflightBatch['current']> {
    const names = new Set<string>();
    return { names, verdict: this.judge(names) };
  }

  private async judge(names: Set<string>): Promise<Verdict> {
    do await sleep(QUIET / 4);
    while (performance.now() - this.lastCame < QUIET);
    this.current = undefined;
    const failures = new Map<string, Error>();
    const answers = await Promise.all(
      [...names].map((name) =>
        this.knowledge.first(name).catch((error: Error) => void failures.set(name, error)),
      ),
    );
    const seen = answers.flatMap((answer) => answer ?? []);
    const violations = preflight(seen);
    const unanswered = [...failures].map(([name, error]) => this.unanswered(name, error));
    const blocking = [...unanswered, ...violations.filter(stopsHost)];
    if (blocking.length > 0) this.tellHints(violations);
    return { blocking, failures };
  }

  /** What stops nothing is for `k3stack check`, and for who has to see to the hosts anyway. */
  private tellHints(violations: readonly Violation[]): void {
    for (const violation of violations)
      if (!stopsHost(violation)) this.tell(`${violation.path}: ${violation.problem}; ${violation.fix}`);
  }

  private unanswered(name: string, { message }: Error): Violation {
    const { path } = this.knowledge.host(name);
    const [problem = ''] = message.split('\n');
    return {
      rule: 'host-reachable',
      path: `${this.knowledge.environment}/${path}`,
      property: 'ssh.host',
      problem,
      fix: 'see the error of that host',
      blocks: 'provision',
    };
  }
}

interface Verdict {
  readonly blocking: readonly Violation[];

  /** By name of the host that could not be asked. */
  readonly failures: ReadonlyMap<string, Error>;
}

/** Milliseconds without another host, after which a batch is complete. */
const QUIET = 300;
