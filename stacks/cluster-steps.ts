import * as pulumi from '@pulumi/pulumi';
import type * as OperatorSideModule from '../adapters/hosts/operator-side';
import type { HostLogin } from '../adapters/ssh/host-connection';
import { onHosts } from '../lib/distributions/on-hosts';
import type { DistributionOnHosts } from '../lib/distributions/distribution';
import { K3stackError } from '../lib/errors';
import {
  hasScript,
  hostsOfInput,
  listensTo,
  needsCaHash,
  runInput,
  type ScriptedStep,
} from '../lib/hosts/run-input';
import { renderStepInput } from '../lib/hosts/step-input';
import { stepResultIn } from '../lib/hosts/step-result';
import type { ClusterSynthesis, HostSynthesis, Synthesis } from '../lib/synthesis/synthesis';
import type { RunValues } from '../lib/synthesis/fill';
import type { HostAccess } from './host-access';
import { known, valuesFor, type RunInputs } from './run-inputs';
import { stepHooks } from './step-hooks';
import { stepResource, type StepResource } from './step-resource';

/** What the hosts of a cluster are provisioned from. */
export interface ClusterStepsArgs extends RunInputs {
  readonly synthesis: Synthesis;
  readonly access: HostAccess;

  /** Folder of the program, with `known_hosts`, the lock file and artifacts to upload. @default - the working directory */
  readonly folder?: string;

  /** @internal What works on hosts before the engine does. @default - the operator's machine over SSH */
  readonly operatorSide?: OpenOperatorSide;
}

/** @internal Work on the operator's machine before a step. */
export interface OperatorWork {
  beforeStep(step: ScriptedStep, operation: 'create' | 'update'): Promise<void>;
  close(): void;
}

/** @internal */
export type OpenOperatorSide = (
  synthesis: Synthesis,
  login: HostLogin,
  options: {
    readonly folder: string;
    readonly late: Readonly<Record<string, string>>;
    readonly tell: (line: string) => void;
  },
) => OperatorWork;

/** Makes the resources of one cluster's steps, each once, and serves their hooks. */
export class ClusterSteps {
  private readonly made = new Map<string, StepResource>();
  private readonly steps: ReadonlyMap<string, ScriptedStep>;
  private readonly hosts: ReadonlyMap<string, HostSynthesis>;
  private readonly adapter: DistributionOnHosts;
  private readonly hooks: pulumi.ResourceHookBinding;
  private readonly parts = {
    first: new Map<pulumi.Output<RunValues>, pulumi.Output<RunParts>>(),
    joined: new Map<pulumi.Output<RunValues>, pulumi.Output<RunParts>>(),
  };
  private side: Promise<OperatorWork> | undefined;

  /** @throws K3stackError `NO_HOSTS` for a cluster that has none, `PULUMI_TOO_OLD`. */
  constructor(
    private readonly cluster: ClusterSynthesis,
    private readonly args: ClusterStepsArgs,
  ) {
    const { synthesis } = args;
    this.adapter = adapterOf(cluster);
    const own = synthesis.graph.steps.filter((step) => step.cluster === cluster.name);
    this.steps = new Map(own.filter(hasScript).map((step) => [step.id, step]));
    this.hosts = new Map(
      synthesis.hosts.filter((host) => host.cluster === cluster.name).map((host) => [host.name, host]),
    );
    this.hooks = stepHooks(`k3stack:${this.owner}`, (id, operation) => this.before(id, operation));
  }

  /** Environment and cluster; what marks hosts and Nodes as ours. */
  get owner(): string {
    return `${this.args.synthesis.environment}/${this.cluster.name}`;
  }

  /** All steps, in the order that the graph lists them. */
  get all(): readonly ScriptedStep[] {
    return [...this.steps.values()];
  }

  /** The resource of a step. Those that it waits for have to be made before. */
  add(step: ScriptedStep, parent: pulumi.Resource): StepResource {
    const dependsOn = step.after.map((id) => this.resource(id));
    const { access } = this.args;
    const made = stepResource(
      step,
      { transport: this.host(step.script.on).transport, access, inputs: this.args, stdin: this.stdin(step) },
      { parent, dependsOn, hooks: this.hooks },
    );
    this.made.set(step.id, made);
    return made;
  }

  /** The resource of a step that is made already. */
  resource(id: string): StepResource {
    const found = this.made.get(id);
    if (found === undefined) throw new Error(`the step ${id} has no resource yet`);
    return found;
  }

  /** Sha256 of the cluster's certificate authority, which tells clusters apart. */
  get caHash(): pulumi.Output<string> {
    return this.resource(`${this.cluster.name}/bootstrap`).stdout.apply((text) =>
      field(text, 'caHash', 'bootstrap'),
    );
  }

  /** Kubeconfig of an administrator, as a secret. */
  get kubeconfig(): pulumi.Output<string> {
    const { stdout } = this.resource(`${this.cluster.name}/kubeconfig`);
    return pulumi.secret(
      stdout.apply((text) => Buffer.from(field(text, 'kubeconfig', 'kubeconfig'), 'base64').toString()),
    );
  }

  /** Ends connections to hosts when all resources are done. */
  closeWhenDone(): void {
    if (pulumi.runtime.isDryRun()) return;
    pulumi.all([...this.made.values()].map(({ id }) => id)).apply(() => this.close());
  }

  private stdin(step: ScriptedStep): pulumi.Output<string> {
    const hosts = hostsOfInput(step, this.args.synthesis.graph).map((name) => this.host(name));
    const parts = this.runParts([step.script, hosts], needsCaHash(step));
    return pulumi.all([parts, this.told(step)]).apply(([[values, caHash, password], told]) => {
      const parts = {
        adapter: this.adapter,
        owner: this.owner,
        hosts,
        values,
        told,
        ...(caHash !== undefined && { caHash }),
      };
      return renderStepInput(runInput(step, parts), password);
    });
  }

  /** Host, field and text of each step that this one listens to and that told something. */
  private told(step: ScriptedStep): pulumi.Output<[string, string, string][]> {
    const gated = (this.cluster.facts['gate'] ?? '') !== '';
    const answers = listensTo(step, this.args.synthesis.graph, gated).map(({ step: id, host, field }) =>
      this.resource(id).stdout.apply((text): [string, string, string][] => {
        const value = stepResultIn(text)?.[field];
        return typeof value === 'string' ? [[host, field, value]] : [];
      }),
    );
    return pulumi.all(answers).apply((each) => each.flat());
  }

  /** What a run adds to the data of a step; the same for most steps, and then one output. */
  private runParts(data: unknown, withCaHash: boolean): pulumi.Output<RunParts> {
    const values = valuesFor(data, this.args);
    const made = this.parts[withCaHash ? 'joined' : 'first'];
    const parts =
      made.get(values) ??
      pulumi.all([
        values,
        withCaHash ? this.caHash : undefined,
        pulumi.secret(this.args.access.sudoPassword ?? ''),
      ]);
    made.set(values, parts);
    return parts;
  }

  private host(name: string): HostSynthesis {
    const host = this.hosts.get(name);
    if (host === undefined) throw new Error(`${this.owner} has no host ${name}`);
    return host;
  }

  private async before(id: string, operation: 'create' | 'update'): Promise<void> {
    const step = this.steps.get(id);
    if (step === undefined) return;
    this.side ??= this.open();
    await (await this.side).beforeStep(step, operation);
  }

  private async open(): Promise<OperatorWork> {
    const { synthesis, access, folder = process.cwd(), operatorSide = overSsh } = this.args;
    const { privateKey, passphrase, agentSocket = process.env['SSH_AUTH_SOCK'], sudoPassword } = access;
    const [{ late }, login] = await Promise.all([
      known(
        valuesFor(
          synthesis.hosts.map(({ transport, nodeIp }) => [transport, nodeIp]),
          this.args,
        ),
      ),
      known(pulumi.output({ privateKey, passphrase, sudoPassword })),
    ]);
    return operatorSide(
      synthesis,
      {
        ...(login.privateKey !== undefined && {
          privateKeys: [{ name: 'k3stack:sshPrivateKey', text: login.privateKey }],
        }),
        ...(login.passphrase !== undefined && { passphrase: login.passphrase }),
        ...(agentSocket !== undefined && agentSocket !== '' && { agentSocket }),
        ...(login.sudoPassword !== undefined && { sudoPassword: login.sudoPassword }),
      },
      { folder, late, tell: (line) => void pulumi.log.info(line) },
    );
  }

  private async close(): Promise<void> {
    (await this.side)?.close();
  }
}

/** Loaded when a host is about to be changed: a preview needs neither it nor an SSH library. */
const overSsh: OpenOperatorSide = (synthesis, login, options) => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an `import` that waits is one of ECMAScript modules only
  const { OperatorSide } = require('../adapters/hosts/operator-side') as typeof OperatorSideModule;
  return new OperatorSide(synthesis, login, options);
};

function adapterOf({ name, distribution }: ClusterSynthesis): DistributionOnHosts {
  const adapter = onHosts[distribution];
  if (adapter !== undefined) return adapter;
  throw new K3stackError(
    'NO_HOSTS',
    `the cluster ${JSON.stringify(name)} is one that something else made: it has no hosts to provision; use Workloads with its kubeconfig`,
  );
}

/** A field of what a step reported. */
function field(stdout: string, name: string, step: string): string {
  const value = stepResultIn(stdout)?.[name];
  if (typeof value === 'string') return value;
  throw new K3stackError(
    'STEP_RESULT_MISSING',
    `the step ${step} reported no ${name}; run it again with pulumi up --replace`,
  );
}

/** Secrets and late values, the hash of the cluster's CA, and the sudo password. */
type RunParts = [RunValues, string | undefined, string];
