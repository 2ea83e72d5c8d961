import type { HostFacts } from '../../lib/hosts/facts';
import { hostsOfInput } from '../../lib/hosts/run-input';
import type { Step, StepKind } from '../../lib/synthesis/graph';
import type { Synthesis } from '../../lib/synthesis/synthesis';
import { runGate } from './gate-command';

/** The user's command between nodes: before the next one is disturbed after one has been, and before the cluster as a whole counts as done. */
export class Gates {
  /** Clusters in which a node was disturbed since the command was last content. */
  private readonly disturbed = new Set<string>();

  /** Clusters of which a first node was looked at in this run. */
  private readonly asked = new Set<string>();
  private readonly running = new Map<string, Promise<void>>();

  constructor(
    private readonly synthesis: Synthesis,
    private readonly folder: string,
    private readonly tell: (line: string) => void,
  ) {}

  /**
   * @param factsOf A host as it was when the run began: only a node that ran then can be disturbed; and one that had been staged then and not
   * activated tells of a run that was stopped, whose last disturbance nobody has judged.
   * @throws K3stackError `GATE_REFUSED`.
   */
  async pass(
    step: Step,
    operation: 'create' | 'update' | undefined,
    factsOf: (host: string) => Promise<HostFacts | undefined>,
  ): Promise<void> {
    const { cluster, kind } = step;
    const command = this.command(cluster);
    if (command === undefined) return;
    const facts = DISTURBS.has(kind) || kind === 'gate' ? await this.factsOfAll(step, factsOf) : [];
    if (!this.asked.has(cluster) && facts.some(isHalfDone)) this.disturbed.add(cluster);
    if (facts.length > 0) this.asked.add(cluster);
    // An update of `nodes` follows the last node that was disturbed, maybe by a run that was stopped here.
    if (WAITS.has(kind) && (this.disturbed.has(cluster) || (kind === 'nodes' && operation === 'update')))
      await this.run(step, command);
    if (DISTURBS.has(kind) && facts.some(({ activeDigest }) => activeDigest !== undefined))
      this.disturbed.add(cluster);
  }

  private async factsOfAll(
    step: Step,
    factsOf: (host: string) => Promise<HostFacts | undefined>,
  ): Promise<HostFacts[]> {
    const hosts = hostsOfInput(step, this.synthesis.graph);
    // One that cannot be reached has its own step to fail in.
    const facts = await Promise.all(hosts.map((host) => factsOf(host).catch(() => undefined)));
    return facts.filter((each) => each !== undefined);
  }

  private command(cluster: string): string | undefined {
    const gate = this.synthesis.clusters.find(({ name }) => name === cluster)?.facts['gate'];
    return typeof gate === 'string' && gate !== '' ? gate : undefined;
  }

  /** Pools that go on at the same time share one run. */
  private run({ cluster, kind, summary: next }: Step, command: string): Promise<void> {
    let running = this.running.get(cluster);
    if (running === undefined) {
      this.tell(`${cluster}: running upgrade.gate`);
      const { environment } = this.synthesis;
      running = runGate({ command, environment, cluster, next, last: kind === 'nodes', folder: this.folder })
        .then(() => void this.disturbed.delete(cluster))
        .finally(() => this.running.delete(cluster));
      this.running.set(cluster, running);
    }
    return running;
  }
}

function isHalfDone({ activeDigest, stagedDigest }: HostFacts): boolean {
  return activeDigest !== undefined && stagedDigest !== undefined && activeDigest !== stagedDigest;
}

const WAITS: ReadonlySet<StepKind> = new Set(['run', 'gate', 'nodes']);
const DISTURBS: ReadonlySet<StepKind> = new Set(['run', 'roll']);
