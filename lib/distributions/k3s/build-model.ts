import type { Accelerator, NodeRole, Taint, Transport } from '../../cluster/node';
import type { HostFile } from '../../synthesis/synthesis';
import type { K3sAgentPoolProps, K3sAgentProps, K3sClusterProps, K3sNodeSettings } from './cluster-settings';
import { Datastore } from './datastore';
import { mergeConfigs } from './merge-configs';
import type { AutoDeployFile, EnvironmentBefore, K3sModel, K3sNode, PackagedComponent } from './model';

/** What the constructs gathered about one cluster. */
export interface ModelInput {
  readonly name: string;

  /** Construct path. */
  readonly path: string;
  readonly props: K3sClusterProps;

  /** Component to the construct paths that ask for it. */
  readonly components: ReadonlyMap<PackagedComponent, readonly string[]>;
  readonly autoDeploy: readonly AutoDeployFile[];

  /** Node name to the files that constructs add to the host. */
  readonly files: ReadonlyMap<string, readonly HostFile[]>;

  /** @default - nothing is known of other environments */
  readonly before?: EnvironmentBefore;
}

/**
 * The model of a cluster: defaults applied, and the settings of every node merged over its pool's and the cluster's. Maps (labels,
 * annotations, sysctls, reserved, …) merge by key, taints by key and effect, anything else is replaced.
 *
 * Never throws for what an untyped program passes: rules say what is wrong with it.
 */
export function buildModel(input: ModelInput): K3sModel {
  const { name, path, components, autoDeploy, files, before } = input;
  const props = objectOf(input.props);
  return {
    name,
    path,
    props,
    datastore: datastoreOf(props),
    nodes: declaredNodes(path, props).map((declared) => nodeOf(props, declared, files)),
    components,
    autoDeploy,
    ...(before !== undefined && { before }),
  };
}

/** A node where the user wrote it. */
export interface DeclaredNode {
  readonly name: string;

  /** Construct path. */
  readonly path: string;
  readonly role: NodeRole;
  readonly pool?: { readonly name: string; readonly props: K3sAgentPoolProps };
  readonly props: K3sAgentProps;
}

/** Every node of the props, in declared order: servers, agents, then pools. */
export function declaredNodes(path: string, props: K3sClusterProps): DeclaredNode[] {
  return [
    ...entriesOf(props.servers).map(([name, node]): DeclaredNode => {
      return { name, path: `${path}/servers/${name}`, role: 'server', props: objectOf(node) };
    }),
    ...entriesOf(props.agents).map(([name, node]): DeclaredNode => {
      return { name, path: `${path}/agents/${name}`, role: 'agent', props: objectOf(node) };
    }),
    ...entriesOf(props.pools).flatMap(([pool, poolProps]) =>
      entriesOf(objectOf(poolProps).nodes).map(([name, node]): DeclaredNode => {
        const inPool = { name: pool, props: poolProps };
        return {
          name,
          path: `${path}/pools/${pool}/${name}`,
          role: 'agent',
          pool: inPool,
          props: objectOf(node),
        };
      }),
    ),
  ];
}

function nodeOf(props: K3sClusterProps, declared: DeclaredNode, files: ModelInput['files']): K3sNode {
  const { name, path, role, pool, props: own } = declared;
  const levels = [objectOf(props.nodes), objectOf(pool?.props), own];
  const settings = withImplied(levels.map(settingsIn).reduce(mergeSettings), props, role);
  const maxUnavailable = pool?.props.maxUnavailable ?? objectOf(props.upgrade).maxUnavailable;
  return {
    name,
    path,
    role,
    ...(pool !== undefined && { pool: pool.name }),
    ...(maxUnavailable !== undefined && role === 'agent' && { maxUnavailable }),
    version: (role === 'agent' ? own.version : undefined) ?? props.version,
    transport: transportOf(name, own),
    architecture: settings.architecture ?? 'amd64',
    nodeIps: listOf(own.nodeIp),
    externalIps: listOf(own.externalIp),
    settings,
    config: mergeConfigs(objectOf(props.config)[role], pool?.props.config, own.config),
    files: files.get(name) ?? [],
  };
}

function datastoreOf(props: K3sClusterProps): Datastore {
  return Object.keys(objectOf(props.datastore)).length > 0
    ? (props.datastore as Datastore)
    : Datastore.forServers(objectOf(props.servers));
}

function transportOf(name: string, own: K3sAgentProps): Transport {
  return own.local === true ? { local: true } : { ssh: own.ssh ?? { host: name } };
}

function settingsIn(level: K3sNodeSettings): K3sNodeSettings {
  const given = SETTINGS.filter((key) => level[key] !== undefined);
  return Object.fromEntries(given.map((key): [string, unknown] => [key, level[key]]));
}

/** Settings of a node over more general ones: maps merge by key, taints by key and effect, anything else is replaced. */
export function mergeSettings(base: K3sNodeSettings, over: K3sNodeSettings): K3sNodeSettings {
  const merged: Record<string, unknown> = { ...base, ...over };
  for (const key of MERGED_BY_KEY) {
    if (base[key] !== undefined && over[key] !== undefined) {
      merged[key] = { ...objectOf(base[key]), ...objectOf(over[key]) };
    }
  }
  if (Array.isArray(base.taints) && Array.isArray(over.taints))
    merged.taints = mergeTaints(base.taints, over.taints);
  return merged;
}

/** What other settings bring along: labels of accelerators, and the taint that keeps pods off servers. */
function withImplied(settings: K3sNodeSettings, props: K3sClusterProps, role: NodeRole): K3sNodeSettings {
  const accelerators = Array.isArray(settings.accelerators) ? (settings.accelerators as Accelerator[]) : [];
  const implied = Object.fromEntries(
    accelerators.map(labelOf).flatMap((label) => (label === undefined ? [] : [label])),
  );
  const labels =
    Object.keys(implied).length > 0 ? { ...implied, ...objectOf(settings.labels) } : settings.labels;
  const tainted = role === 'server' && props.schedulableServers === false;
  const taints = tainted
    ? mergeTaints([CONTROL_PLANE_TAINT], listOf<Taint>(settings.taints))
    : settings.taints;
  return { ...settings, ...(labels && { labels }), ...(taints && { taints }) };
}

/** Taints of one node, the later one where key and effect are the same: Kubernetes wants those unique. */
function mergeTaints(base: readonly Taint[], over: readonly Taint[]): Taint[] {
  const key = ({ key: name, effect }: Taint) =>
    typeof name === 'string' && typeof effect === 'string' ? `${name}:${effect}` : {};
  return [...new Map([...base, ...over].map((taint) => [key(objectOf(taint)), taint])).values()];
}

function labelOf(accelerator: Accelerator): [string, string] | undefined {
  const { label } = objectOf(accelerator);
  // A late value, which a rule refuses here, has a `=` of its own.
  if (typeof label !== 'string' || label.includes('«late:')) return undefined;
  const at = label.indexOf('=');
  return at < 0 ? [label, ''] : [label.slice(0, at), label.slice(at + 1)];
}

function objectOf<T extends object>(value: T | undefined): T {
  return (typeof value === 'object' && value !== null ? value : {}) as T;
}

function entriesOf<V>(map: Readonly<Record<string, V>> | undefined): [string, V][] {
  return Object.entries(objectOf(map));
}

function listOf<T>(value: T | readonly T[] | undefined | null): readonly T[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

const CONTROL_PLANE_TAINT: Taint = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' };

const MERGED_BY_KEY = [
  'labels',
  'annotations',
  'sysctls',
  'reserved',
  'ceiling',
  'containerLog',
  'capacity',
] as const;

const SETTINGS = [
  ...MERGED_BY_KEY,
  'taints',
  'architecture',
  'accelerators',
  'maxPods',
  'logLevel',
  'dataDir',
  'hostname',
] as const satisfies readonly (keyof K3sNodeSettings)[];
