import { Construct } from 'constructs';
import { isPlainObject } from '../../lib/plain-object';
import type { NodeRole, Taint } from '../../lib/cluster/node';
import type {
  K3sAgentProps,
  K3sNodeSettings,
  K3sServerProps,
} from '../../lib/distributions/k3s/cluster-settings';
import { mergeSettings } from '../../lib/distributions/k3s/build-model';
import { mergeConfigs } from '../../lib/distributions/k3s/merge-configs';
import type { AgentOptions, ServerOptions } from '../../lib/distributions/k3s/options';
import type { HostFile } from '../../lib/synthesis/synthesis';

/** A file that the program puts on a host. */
export interface HostFileProps {
  /** Text; secrets stand in it as `secretHole(secret('name'))`. */
  readonly content: string;

  /** Four octal digits. @default '0644' */
  readonly mode?: string;

  /** `user:group`. @default 'root:root' */
  readonly owner?: string;

  /** How secrets are written into `content`. @default 'raw' */
  readonly encoding?: HostFile['encoding'];

  /** What a change of the file costs. @default 'restart' */
  readonly disruption?: HostFile['disruption'];
}

/** What a program or another construct adds to one node after it was declared. */
export interface NodeAdditions {
  settings: K3sNodeSettings;
  config: ServerOptions | AgentOptions;
  readonly files: HostFile[];
}

/** A node of a K3s cluster; its id is the node's name. */
export abstract class K3sNodeConstruct extends Construct {
  abstract readonly role: NodeRole;

  /** @internal read by the cluster */
  readonly additions: NodeAdditions = { settings: {}, config: {}, files: [] };

  /** Name of the node in Kubernetes. */
  get name(): string {
    return this.node.id;
  }

  /** Sets a Kubernetes label; wins over the props. */
  addLabel(key: string, value: string): void {
    this.addSettings({ labels: { [key]: value } });
  }

  /** Sets a Kubernetes annotation; wins over the props. */
  addAnnotation(key: string, value: string): void {
    this.addSettings({ annotations: { [key]: value } });
  }

  /** Adds a Kubernetes taint; takes the place of one with the same key and effect. */
  addTaint(taint: Taint): void {
    this.addSettings({ taints: [taint] });
  }

  /** Adds to the settings of the node, such as `{ sysctls: { 'vm.swappiness': '10' } }`: maps merge by key, anything else wins over the props. */
  addSettings(settings: K3sNodeSettings): void {
    this.additions.settings = mergeSettings(this.additions.settings, settings);
  }

  /** Puts a file on the host. @param path Absolute. */
  addFile(path: string, file: HostFileProps): void {
    const {
      content,
      mode = '0644',
      owner = 'root:root',
      encoding = 'raw',
      disruption = 'restart',
    } = file ?? {};
    this.additions.files.push({ path, content, mode, owner, encoding, disruption });
  }
}

/** A server: runs the control plane, and pods unless it is tainted. */
export class K3sServer extends K3sNodeConstruct {
  readonly role = 'server';

  constructor(
    scope: Construct,
    id: string,
    readonly props: K3sServerProps,
  ) {
    super(scope, id);
  }

  /** Sets K3s options by their config.yaml key; wins over the props. */
  addConfig(config: ServerOptions): void {
    this.additions.config = mergeConfigs(this.additions.config, config);
  }
}

/** An agent: runs pods only. */
export class K3sAgent extends K3sNodeConstruct {
  readonly role = 'agent';

  constructor(
    scope: Construct,
    id: string,
    readonly props: K3sAgentProps,
  ) {
    super(scope, id);
  }

  /** Sets K3s options by their config.yaml key; wins over the props. */
  addConfig(config: AgentOptions): void {
    this.additions.config = mergeConfigs(this.additions.config, config);
  }
}

/** Props with what was added to the node over them. What was not added to stays as the user wrote it, for the rules to judge. */
export function propsWithAdditions<P extends K3sServerProps | K3sAgentProps>(
  props: P,
  { settings, config }: NodeAdditions,
): P {
  if (!isPlainObject(props)) return props;
  const own: P = props;
  const merged = { ...own, ...mergeSettings(own, settings) };
  return Object.keys(config).length === 0 ? merged : { ...merged, config: mergeConfigs(own.config, config) };
}
