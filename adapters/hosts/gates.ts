import type { HostFacts } from '../../lib/hosts/facts';
import type { Step, StepKind } from '../../lib/synthesis/graph';
import type { Synthesis } from '../../lib/synthesis/synthesis';
import { runGate } from './gate-command';

/** The user's command between nodes: before the next one is disturbed after one has been, and before the cluster as a whole counts as done. */
export class Gates {
  /** Clusters in which a node was disturbed since the command was last content. */
  private readonly disturbed = new Set<string>();
  private readonly running = new Map<string, Promise<void>>();

  constructor(
    private readonly synthesis: Synthesis,
    private readonly folder: string,
    private readonly tell: (line: string) => void,
  ) {}

  /**
   * @param facts Of the step's host as they were when the run began: only a node that ran then can be disturbed.
   * @throws K3stackError `GATE_REFUSED`.
   */
  async pass(step: Step, facts: () => Promise<HostFacts | undefined>): Promise<void> {
    const command = this.command(step.cluster);
    if (command === undefined) return;
    if (WAITS.has(step.kind) && this.disturbed.has(step.cluster)) await this.run(step.cluster, command);
    if (DISTURBS.has(step.kind) && (await facts())?.activeDigest !== undefined)
      this.disturbed.add(step.cluster);
  }

  private command(cluster: string): string | undefined {
    const gate = this.synthesis.clusters.find(({ name }) => name === cluster)?.facts['gate'];
    return typeof gate === 'string' && gate !== '' ? gate : undefined;
  }

  /** Pools that go on at the same time share one run. */
  private run(cluster: string, command: string): Promise<void> {
    let running = this.running.get(cluster);
    if (running === undefined) {
      this.tell(`${cluster}: running upgrade.gate`);
      running = runGate({ command, environment: this.synthesis.environment, cluster, folder: this.folder })
        .then(() => void this.disturbed.delete(cluster))
        .finally(() => this.running.delete(cluster));
      this.running.set(cluster, running);
    }
    return running;
  }
}

const WAITS: ReadonlySet<StepKind> = new Set(['run', 'gate', 'nodes']);
const DISTURBS: ReadonlySet<StepKind> = new Set(['run', 'roll']);
