import type { StepInput } from '../../lib/hosts/step-input';
import { fillHoles } from '../../lib/synthesis/fill';
import type { HostSynthesis, Synthesis } from '../../lib/synthesis/synthesis';
import { mapStrings } from '../../lib/late';
import type { HostConnection, HostLogin } from '../ssh/host-connection';
import type { OnHost } from './artifact-upload';
import type { Connections } from './connections';
import { becomesRoot, gatherFacts, rootAccess } from './facts';
import { readHostScripts, type HostScripts } from './host-scripts';
import type { SeenHost } from './preflight';

/** What is known of the hosts of one environment: where they are, what they report, each asked once unless told otherwise. */
export class HostKnowledge {
  private readonly seen = new Map<string, Promise<SeenHost>>();
  private readonly scriptsRead = new Map<string, HostScripts>();

  constructor(
    private readonly synthesis: Synthesis,
    private readonly login: HostLogin,
    private readonly connections: Connections,
    private readonly late: Readonly<Record<string, string>>,
  ) {}

  get environment(): string {
    return this.synthesis.environment;
  }

  /** A host by name, with late values in their place. */
  host(name: string): HostSynthesis {
    const found = this.synthesis.hosts.find((host) => host.name === name);
    if (found === undefined) throw new Error(`${this.synthesis.environment} has no host ${name}`);
    const { transport, nodeIp, ...rest } = found;
    const values = { secrets: {}, late: this.late };
    return {
      ...rest,
      ...mapStrings({ transport, ...(nodeIp !== undefined && { nodeIp }) }, (text) =>
        fillHoles(text, values),
      ),
    };
  }

  /** Does something on a host. */
  on(name: string): OnHost {
    const host = this.host(name);
    return (work) => this.connections.use(host, work);
  }

  /** Scripts of this release for a host. */
  scripts({ cluster }: Pick<HostSynthesis, 'cluster'>): HostScripts {
    const distribution = this.synthesis.clusters.find(({ name }) => name === cluster)?.distribution ?? '';
    let scripts = this.scriptsRead.get(distribution);
    if (scripts === undefined) this.scriptsRead.set(distribution, (scripts = readHostScripts(distribution)));
    return scripts;
  }

  /** What a host reported when it was first asked in this run; what failed is asked again. */
  first(name: string): Promise<SeenHost> {
    let seen = this.seen.get(name);
    if (seen === undefined) {
      seen = this.ask(name);
      this.seen.set(name, seen);
      seen.catch(() => this.seen.delete(name));
    }
    return seen;
  }

  /** How the user becomes root on a host, and nothing else of it unless it was asked before. */
  async access(name: string): Promise<SeenHost> {
    const seen = await this.seen.get(name)?.catch(() => undefined);
    return seen ?? this.connections.use(this.host(name), (connection) => this.accessBy(connection, name));
  }

  /** What a host reports now. */
  async ask(name: string): Promise<SeenHost> {
    return this.connections.use(this.host(name), async (connection): Promise<SeenHost> => {
      const seen = await this.accessBy(connection, name);
      const { host, access } = seen;
      if (!becomesRoot(access)) return seen;
      const { sudoPassword } = this.login;
      const facts = await gatherFacts(connection, this.scripts(host), this.input(host), access, sudoPassword);
      return { ...seen, facts };
    });
  }

  private async accessBy(connection: HostConnection, name: string): Promise<SeenHost> {
    const host = this.host(name);
    const facts = this.synthesis.clusters.find((cluster) => cluster.name === host.cluster)?.facts ?? {};
    const run = { environment: this.synthesis.environment, adopt: facts['adopt'] === true };
    return { host, run, access: await rootAccess(connection, this.login.sudoPassword) };
  }

  /** Port of the Kubernetes API, as the steps of a host have it. */
  apiPort(name: string): string {
    return this.values(name)['API_PORT'] ?? '6443';
  }

  /** Input of a script that only looks: what `prepare` of the host has, without what it stages. */
  input(host: HostSynthesis, step = 'facts', records: StepInput['records'] = []): StepInput {
    return {
      step,
      deadline: 100,
      values: { OWNER: `${this.synthesis.environment}/${host.cluster}`, ...this.values(host.name) },
      records,
    };
  }

  private values(name: string): Readonly<Record<string, string>> {
    const prepare = this.synthesis.graph.steps.find((step) => step.kind === 'prepare' && step.host === name);
    return prepare?.script?.values ?? {};
  }
}
