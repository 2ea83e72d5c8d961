import type { StepKind, StepScript } from '../../synthesis/graph';
import { secretHole } from '../../secret';
import { agentToken, serverToken } from './cluster-tokens';
import { dataDirOf, serviceName } from './host-paths';
import type { K3sModel, K3sNode } from './model';
import { apiPort, fixedAddress, httpsUrl, registrationUrl } from './registration';

type Values = Readonly<Record<string, string>>;

/** A step that acts on one node. */
export function nodeScript(
  model: K3sModel,
  node: K3sNode,
  kind: 'prepare' | 'run' | 'join' | 'roll',
): StepScript {
  const values = { ...onNode(model, node), ...NODE_VALUES[kind](model, node) };
  return script(model, node, kind, values);
}

/** A step of the cluster as a whole, which runs on its coordinator. */
export function clusterScript(
  model: K3sModel,
  coordinator: K3sNode,
  kind: 'bootstrap' | 'credentials' | 'retire' | 'nodes' | 'kubeconfig',
): StepScript {
  const values = { ...onNode(model, coordinator), ...CLUSTER_VALUES[kind](model) };
  return script(model, coordinator, kind, values, CLUSTER_RECORDS[kind]?.(model));
}

/** Makes room for one wave of agents. The digests that they are to have come with a run. */
export function gateScript(
  model: K3sModel,
  coordinator: K3sNode,
  wave: { readonly pool: string; readonly number: number; readonly previous: readonly K3sNode[] },
): StepScript {
  const values = {
    ...onNode(model, coordinator),
    POOL: wave.pool,
    WAVE: String(wave.number),
    ...drainValues(model),
    ...healthValues(model),
  };
  const records = wave.previous.map((agent) => ['previous', agent.name]);
  return script(model, coordinator, 'gate', values, records);
}

function script(
  model: K3sModel,
  node: K3sNode,
  kind: StepKind,
  values: Values,
  records: StepScript['records'] = [],
): StepScript {
  return { on: node.name, deadline: deadline(model, kind), values, records };
}

/** What every script needs of the node it runs on. */
function onNode(model: K3sModel, node: K3sNode): Values {
  const { name, role } = node;
  return {
    NODE: name,
    ROLE: role,
    CLUSTER: model.name,
    UNIT: serviceName(role),
    DATA_DIR: dataDirOf(node),
    API_PORT: String(apiPort(model)),
    ...(role === 'server' && { DATASTORE: model.datastore.kind }),
  };
}

const NODE_VALUES: Readonly<
  Record<'prepare' | 'run' | 'join' | 'roll', (model: K3sModel, node: K3sNode) => Values>
> = {
  prepare: (model, node) => ({
    VERSION: node.version,
    ARCHITECTURE: node.architecture,
    ...adoptValues(model),
  }),
  run: (model, node) => ({
    VERSION: node.version,
    FIXED_URL: fixedUrl(model),
    RECONCILE: reconcile(model, node),
    ...drainValues(model),
    ...healthValues(model),
    ...adoptValues(model),
  }),
  join: (model) => ({ FIXED_URL: fixedUrl(model), ...adoptValues(model) }),
  roll: (model, node) => ({
    VERSION: node.version,
    RECONCILE: reconcile(model, node),
    ...healthValues(model),
  }),
};

const CLUSTER_VALUES: Readonly<
  Record<'bootstrap' | 'credentials' | 'retire' | 'nodes' | 'kubeconfig', (model: K3sModel) => Values>
> = {
  bootstrap: (model) => ({ FIXED_URL: fixedUrl(model), ...adoptValues(model) }),
  credentials: (model) => ({
    SERVER_TOKEN: secretHole(serverToken(model)),
    AGENT_TOKEN: secretHole(agentToken(model)),
    ENCRYPTION_KEY_ROTATION: String(model.props.rotate?.encryptionKey ?? 0),
  }),
  retire: (model) => ({ ...drainValues(model), ...dataLossValues(model) }),
  nodes: ({ props }) => ({ ALLOW_DATA_LOSS: yesOrNo(props.allowDataLoss ?? false) }),
  kubeconfig: (model) => ({ API_URL: registrationUrl(model) }),
};

const CLUSTER_RECORDS: Readonly<Partial<Record<StepKind, (model: K3sModel) => StepScript['records']>>> = {
  retire: ({ nodes }) => nodes.map(({ name, role }) => ['declared', name, role]),
  nodes: ({ nodes }) => nodes.flatMap(nodeRecords),
};

/** Labels, annotations and taints as they are to be, sorted, so that their order in the program runs nothing. */
function nodeRecords({ name, settings }: K3sNode): string[][] {
  const { labels = {}, annotations = {}, taints = [] } = settings;
  return [
    ['node', name],
    ...sorted(Object.entries(labels).map(([key, value]) => ['label', name, key, value])),
    ...sorted(Object.entries(annotations).map(([key, value]) => ['annotation', name, key, value])),
    ...sorted(taints.map(({ key, value = '', effect }) => ['taint', name, key, value, effect])),
  ];
}

function drainValues({ props: { upgrade } }: K3sModel): Values {
  const drain = upgrade?.drain;
  if (drain === false) return { DRAIN: 'no' };
  return {
    DRAIN: 'yes',
    DRAIN_TIMEOUT: String(drain?.timeout ?? DRAIN_TIMEOUT),
    DRAIN_EMPTY_DIR: yesOrNo(drain?.deleteEmptyDirData ?? true),
    DRAIN_DISABLE_EVICTION: yesOrNo(drain?.disableEviction ?? false),
  };
}

function healthValues({ props }: K3sModel): Values {
  return { HEALTHY_FOR: String(props.upgrade?.healthyFor ?? 10) };
}

/** Only where it is asked for, so that it changes no input of those who never do. */
function adoptValues({ props }: K3sModel): Values {
  return props.adopt === true ? { ADOPT: 'yes' } : {};
}

/** Likewise. `nodes` has always said so either way. */
function dataLossValues({ props }: K3sModel): Values {
  return props.allowDataLoss === true ? { ALLOW_DATA_LOSS: 'yes' } : {};
}

/** Address in front of all servers; empty when there is none, and any healthy server will do. */
function fixedUrl(model: K3sModel): string {
  const address = fixedAddress(model);
  return address === undefined ? '' : httpsUrl(address, apiPort(model));
}

function reconcile({ props }: K3sModel, node: K3sNode): string {
  return String(props.reconcile?.[node.name] ?? 0);
}

/** Independent of how many nodes there are: a further one must not change the steps of others. */
function deadline({ props: { upgrade } }: K3sModel, kind: StepKind): number {
  const drain = upgrade?.drain === false ? 0 : (upgrade?.drain?.timeout ?? DRAIN_TIMEOUT);
  const healthy = upgrade?.healthyFor ?? 10;
  switch (kind) {
    case 'run':
    case 'roll':
      return 900 + drain + healthy;
    case 'gate':
      return 600 + drain + healthy;
    case 'retire':
    case 'credentials':
      return 3600;
    case 'kubeconfig':
      return 120;
    case 'nodes':
      return 300;
    default:
      return 900;
  }
}

function sorted(records: string[][]): string[][] {
  return records.sort((a, b) => (a.join('\0') < b.join('\0') ? -1 : 1));
}

function yesOrNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

/** Seconds. */
const DRAIN_TIMEOUT = 300;
