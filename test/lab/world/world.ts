import { readFileSync } from 'node:fs';
import {
  environments,
  K3sCluster,
  type Environment,
  type Environments,
  type K3sAgentProps,
  type K3sClusterProps,
  type K3sServerProps,
} from 'k3stack';
import { run } from 'k3stack/pulumi';
import { synthesisContext } from '../../../adapters/context';
import { synthesize } from '../../../constructs/synthesis/synthesize';
import type { Synthesis } from '../../../lib/synthesis/synthesis';
import { Lab, type LabOptions } from '../hosts/lab';
import type { LabHost } from '../hosts/host';
import { Api } from './api';
import { canaries, leaksIn, leaksOn, type Canaries } from './canaries';
import { longestChain } from './critical-path';
import { labStack } from './choose-stack';
import type { LabStack, RunReport, UpOptions } from './lab-stack';
import { Mirror } from './mirror';
import { Project } from './project';
import { disksFor, equip, withRealNeeds } from './real-k3s';
import { releases, type Releases } from './releases';

/** The program of a scenario: what a cluster is to be, given what differs from the lab's usual one. */
export type ClusterProps = Omit<K3sClusterProps, 'servers' | 'agents' | 'version'> &
  Partial<Pick<K3sClusterProps, 'version'>> & {
    /** Names of hosts, or props over the lab's own. */
    readonly servers: readonly string[] | Readonly<Record<string, Partial<K3sServerProps>>>;
    readonly agents?: readonly string[] | Readonly<Record<string, Partial<K3sAgentProps>>>;
  };

/** Hosts, a project folder, a mirror of releases and a stack: everything a scenario acts on. */
export class World {
  /** Everything an engine printed so far. */
  readonly printed: string[] = [];

  /** What every update and destroy did. */
  readonly runs: RunReport[] = [];
  private current: ((env: Environment) => void) | undefined;
  private wasSearched = true;
  private readonly moreSecrets: Record<string, string> = {};

  private constructor(
    readonly lab: Lab,
    readonly releases: Releases,
    readonly project: Project,
    readonly mirror: Mirror,
    readonly secrets: Canaries,
    readonly stack: LabStack,
    private readonly environments: Environments,
    private readonly box: { build: ((env: Environment) => void) | undefined },
  ) {}

  /** @param options Of the lab; `secrets` are further ones of the program, by name. */
  static async start(options: LabOptions & { readonly secrets?: readonly string[] }): Promise<World> {
    const lab = await Lab.start({ ...options, disks: disksFor(options) });
    const all = await releases();
    const project = new Project();
    project.trust(lab.hosts);
    project.lock(Object.values(all));
    const mirror = await Mirror.start(lab.operatorAddress, Object.values(all));
    const secrets = canaries('k3s-server-token', 'k3s-agent-token', ...(options.secrets ?? []));
    const box: { build: ((env: Environment) => void) | undefined } = { build: undefined };
    const program = environments({ [ENVIRONMENT]: {} }, (env) => box.build?.(env));
    const stack = await labStack({
      folder: project.folder,
      environment: ENVIRONMENT,
      program: () => run(program, { folder: project.folder }),
      config: {
        'k3stack:sshPrivateKey': { value: readFileSync(lab.keys.privateKeyFile, 'utf8'), secret: true },
        ...Object.fromEntries(
          Object.entries(secrets).map(([name, value]) => [name, { value, secret: true }]),
        ),
      },
    });
    return new World(lab, all, project, mirror, secrets, stack, program, box);
  }

  /** The host of a name. */
  host(name: string): LabHost {
    return this.lab.host(name);
  }

  /** Declares what the next update is to bring about: one cluster `k3s`, and whatever `more` adds to it. */
  declare(props: ClusterProps, more?: (cluster: K3sCluster, env: Environment) => void): void {
    this.current = (env) => {
      const cluster = new K3sCluster(env, 'k3s', this.propsOf(props));
      more?.(cluster, env);
    };
    this.box.build = this.current;
  }

  /** Declares anything. */
  declareProgram(build: (env: Environment) => void): void {
    this.box.build = build;
  }

  /** Props of a cluster on hosts of the lab. */
  propsOf({ servers, agents = [], ...props }: ClusterProps): K3sClusterProps {
    return {
      version: this.releases.first.version,
      ...(props.airGap === undefined && { downloadFrom: this.mirror.url }),
      upgrade: { healthyFor: 3 },
      ...withRealNeeds(props),
      servers: this.nodes(servers),
      agents: this.nodes(agents),
    };
  }

  /** `pulumi up`, which has to succeed. */
  async up(options?: UpOptions): Promise<RunReport> {
    await equip(this.lab.hosts);
    const report = this.keep(await this.stack.up(options));
    if (!report.succeeded) throw new Error(`pulumi up failed:\n${report.output.slice(-6000)}`);
    return report;
  }

  /** `pulumi up`, which has to fail; resolves to what was printed. */
  async upFails(options?: UpOptions): Promise<string> {
    await equip(this.lab.hosts);
    const report = this.keep(await this.stack.up(options));
    if (report.succeeded) throw new Error('pulumi up succeeded, and was to fail');
    return report.output;
  }

  async destroy(): Promise<RunReport> {
    const report = this.keep(await this.stack.destroy());
    if (!report.succeeded) throw new Error(`pulumi destroy failed:\n${report.output.slice(-6000)}`);
    return report;
  }

  /** The cluster's API as an administrator. */
  async api(server = 'alfa'): Promise<Api> {
    return new Api(await this.host(server).readFile('/etc/rancher/k3s/k3s.yaml'));
  }

  /** `kubectl` on a server. */
  async kubectl(server: string, command: string, input?: string): Promise<string> {
    const { code, stdout, stderr } = await this.host(server).exec(`k3s kubectl ${command}`, {
      timeout: 60_000,
      ...(input !== undefined && { input }),
    });
    if (code !== 0) throw new Error(`kubectl ${command} on ${server}: ${stderr}`);
    return stdout;
  }

  /** Node to whether it is Ready, its version and whether it is cordoned, as `alfa Ready v1.34.1+k3s1`. */
  async nodes(server: string): Promise<string[]>;
  nodes<P>(nodes: readonly string[] | Readonly<Record<string, P>>): Record<string, P>;
  nodes(of: string | readonly string[] | Readonly<Record<string, unknown>>): unknown {
    if (typeof of === 'string') return this.readNodes(of);
    const entries = Array.isArray(of)
      ? (of as readonly string[]).map((name) => [name, {}] as const)
      : Object.entries(of as Readonly<Record<string, object>>);
    return Object.fromEntries(
      entries.map(([name, props]) => {
        const address = (props as Partial<K3sServerProps>).ssh?.host ?? this.host(name).address;
        return [name, { ssh: { host: address }, nodeIp: address, ...props }];
      }),
    );
  }

  private async readNodes(server: string): Promise<string[]> {
    const table = await this.kubectl(server, 'get nodes --no-headers');
    return table
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/))
      .map(([name, status, , , version]) => `${name} ${status} ${version}`)
      .sort();
  }

  /** A secret that is not one of the program's, such as a password of a host. */
  addSecret(name: string, value: string): void {
    this.moreSecrets[name] = value;
  }

  /** Places where a secret of the scenario stands and must not. */
  async leaks(): Promise<string[]> {
    const secrets = { ...this.secrets, ...this.moreSecrets };
    const { output: preview } = await this.stack.preview();
    const texts = {
      'printed by the engine': this.printed.join('\n'),
      'a preview': preview,
      'what is synthesized': JSON.stringify(this.synthesis()) ?? '',
      state: await this.stack.exportState(),
    };
    const onHosts = await Promise.all(
      this.lab.hosts.filter((host) => host.isOn).map((host) => leaksOn(host, secrets)),
    );
    this.wasSearched = true;
    return [...leaksIn(texts, secrets), ...onHosts.flat()];
  }

  /** What the program amounts to; `undefined` when it is refused. */
  synthesis(): Synthesis | undefined {
    try {
      return synthesize(this.environments.build(ENVIRONMENT), synthesisContext(this.project.folder));
    } catch {
      return undefined;
    }
  }

  /** Whatever of K3s or of k3stack is still on a host, a line each. */
  async leftOn(host: string): Promise<string[]> {
    const machine = this.host(host);
    await machine.writeFile('/root/left-over', LEFT_OVER);
    const { stdout } = await machine.exec('. /root/left-over');
    return stdout.split('\n').filter(Boolean);
  }

  /** Looks for secrets once more where something ran since the last look, and removes everything. */
  async stop(): Promise<void> {
    const leaks = this.wasSearched ? [] : await this.leaks();
    await this.stack.dispose();
    await this.mirror.stop();
    await this.lab.stop();
    this.project.remove();
    if (leaks.length > 0) throw new Error(`secrets were found:\n${leaks.join('\n')}`);
  }

  private keep(report: RunReport): RunReport {
    this.printed.push(report.output);
    this.runs.push(report);
    this.wasSearched = false;
    const { seconds, text } = longestChain(report, this.synthesis()?.graph ?? { steps: [], waves: [] });
    process.stderr.write(
      `    ${this.stack.engine}: ${report.operations.length} operations, ${report.seconds.toFixed(1)} s, critical path ${seconds.toFixed(1)} s (${text})\n`,
    );
    if (!report.succeeded) process.stderr.write(`    failed:\n${report.output.slice(-2500)}\n`);
    return report;
  }
}

/** The stack of every scenario. */
export const ENVIRONMENT = 'lab';

const LEFT_OVER = `
for path in /usr/local/bin/k3s* /etc/rancher /var/lib/rancher /var/lib/kubelet /var/lib/k3stack /var/lib/cni /run/k3stack /run/k3s /run/flannel /etc/systemd/system/k3s* /etc/sysctl.d/90-k3stack.conf; do
  # The disk that a real K3s has stays, empty.
  [ ! -e "$path" ] || { mountpoint -q "$path" && [ -z "$(ls -A "$path")" ]; } || echo "$path"
done
find /usr/local/bin -lname '*k3s'
ps -eo args | grep -E '[k]3s|[c]ontainerd-shim'
grep -E ' /(run/k3s|var/lib/kubelet|var/lib/rancher/)' /proc/mounts
iptables-save 2>/dev/null | grep -E 'KUBE|CNI|flannel'
ip -o link | grep -E 'cni0|flannel'
systemctl list-unit-files --no-legend 'k3s*'
true
`;
