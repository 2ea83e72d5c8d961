import { type ApiObject } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { bytesOf } from '../../../lib/cluster/quantity';
import { withExamples } from '../../../lib/late';
import {
  anyText,
  checkProps,
  describeValue,
  either,
  list,
  mapOf,
  object,
  oneOf,
  text,
} from '../../../lib/rules/shape';
import type { Namespace } from '../../cluster/namespace';
import type { AddOnRequests } from '../../helm/requests';
import { isInstance } from '../../instance-of';
import { addCheck, type ConstructViolation } from '../../violations';
import { resourcesShape, type ContainerResources } from '../../workloads/resources';
import { sizeShape } from '../../workloads/volumes';
import { Workload } from '../../workloads/workload';
import type { WorkloadNetwork } from '../../workloads/workload-network';
import { k3sClusterOf } from '../k3s-cluster-of';
import { makeDatabase } from './database';
import { IMAGES } from './images';
import { LogAgent } from './log-agent';
import type { LogForwarding, LogsProps } from './logs-settings';
import { CENTRAL_NAMESPACE, homeOf, NODE_NAMESPACE, sharedNamespace } from './namespaces';
import { requestsOf } from './pod-requests';
import { anySecret } from './receiver';
import { diskViolations, retentionViolations, retentionWithoutVolume } from './store-rules';

/**
 * Logs of all containers: a vlagent on every node reads them, and one VictoriaLogs keeps them for a while, or they are sent elsewhere. Once in a
 * cluster.
 */
export class Logs extends Construct {
  /** What its pods ask for, summed. */
  readonly requests: AddOnRequests;

  /** Address of the store inside of the cluster; `undefined` when logs are sent elsewhere. */
  readonly url: string | undefined;
  readonly store: ApiObject | undefined;
  readonly agent: ApiObject | undefined;

  constructor(scope: Construct, id: string, props: LogsProps = {}) {
    super(scope, id);
    const { problems, sound } = checkProps(props, logsShape);
    const other = rememberIn(this);
    const wrong = [...problems, ...logsViolations(sound), ...(other ? [second(other)] : [])];
    addCheck(this, () => (wrong.length > 0 ? wrong : this.warnings(props)));
    this.requests = requestsOf([]);
    if (wrong.length > 0) return;

    const store =
      props.forward === undefined
        ? new LogStore(sharedNamespace(this, CENTRAL_NAMESPACE), STORE, props)
        : undefined;
    this.store = store?.statefulSet;
    this.url = store?.url;
    this.agent = this.makeAgent(sharedNamespace(this, NODE_NAMESPACE), props, store);
    this.requests = requestsOf([this.store, this.agent].filter((made) => made !== undefined));
  }

  static override [Symbol.hasInstance](value: unknown): value is Logs {
    return isInstance(value, Logs);
  }

  private warnings({ volume = {}, forward }: LogsProps): ConstructViolation[] {
    if (volume === 'scratch' || forward !== undefined) return [];
    return diskViolations(volume.size ?? DEFAULT_SIZE, k3sClusterOf(this));
  }

  private makeAgent(nodes: Namespace, props: LogsProps, store: LogStore | undefined): ApiObject {
    const { excludeNamespaces = [], buffer = DEFAULT_BUFFER, agentResources: resources } = props;
    const own: LogForwarding = { url: `${store?.url ?? ''}/insert/native` };
    const agent = new LogAgent(nodes, AGENT, {
      forward: props.forward ?? own,
      excludeNamespaces,
      buffer,
      isForeign: store === undefined,
      ...(resources && { resources }),
    });
    if (store !== undefined) {
      agent.network.connect(store.network, LOGS_PORT);
      agent.node.addDependency(store);
    }
    return agent.daemonSet;
  }
}

/** VictoriaLogs in one process. */
class LogStore extends Workload {
  readonly statefulSet: ApiObject;
  readonly network: WorkloadNetwork;
  readonly url: string;

  constructor(scope: Construct, id: string, props: LogsProps) {
    super(scope, id, 'database', 52);
    const { retention = DEFAULT_RETENTION, volume = {}, resources, nodeSelector } = props;
    const size = volume === 'scratch' ? SCRATCH : (volume.size ?? DEFAULT_SIZE);
    const { statefulSet, network } = makeDatabase(
      this,
      {
        retention,
        volume: volume === 'scratch' ? volume : { ...volume, size },
        ...(resources && { resources }),
        ...(nodeSelector && { nodeSelector }),
      },
      {
        image: IMAGES.victoriaLogs,
        port: LOGS_PORT,
        args: [
          `-retentionPeriod=${retention}`,
          // Whichever comes first: a day of many errors does not fill the claim.
          `-retention.maxDiskSpaceUsageBytes=${Math.floor(bytesOf(size) * 0.8)}`,
          '-memory.allowedPercent=50',
        ],
        resources: RESOURCES,
      },
    );
    this.statefulSet = statefulSet;
    this.network = network;
    this.network.admit({ namespace: CENTRAL_NAMESPACE }, LOGS_PORT);
    this.url = `http://${this.name}.${this.namespace}:${LOGS_PORT}`;
  }
}

function logsViolations(props: Partial<LogsProps>): ConstructViolation[] {
  const { retention = DEFAULT_RETENTION, volume = {}, forward } = props;
  const kept = (['retention', 'volume', 'resources', 'nodeSelector'] as const).filter(
    (name) => forward !== undefined && props[name] !== undefined,
  );
  return [
    ...retentionViolations(retention, DEFAULT_RETENTION),
    ...(volume === 'scratch' && props.retention !== undefined ? [retentionWithoutVolume(retention)] : []),
    ...kept.map(withoutStore),
    ...bufferViolations(props.buffer ?? DEFAULT_BUFFER),
    ...(typeof forward?.url === 'string' ? addressViolations(forward.url) : []),
  ];
}

/** The agent takes a smaller one for the smallest: VictoriaMetrics/VictoriaLogs@dc94972a8708:app/vlagent/remotewrite/remotewrite.go. */
function bufferViolations(buffer: string): ConstructViolation[] {
  if (bytesOf(withExamples(buffer)) >= SMALLEST_BUFFER) return [];
  const problem = `is ${buffer}, and the agent keeps up to 513Mi at least before anything goes`;
  return [{ rule: 'logs-buffer', property: 'buffer', problem, fix: `write '${DEFAULT_BUFFER}'` }];
}

function withoutStore(property: string): ConstructViolation {
  const problem = 'is about the store, and with forward nothing is kept in the cluster';
  return { rule: 'logs-forward', property, problem, fix: `remove ${property}, or forward` };
}

function addressViolations(url: string): ConstructViolation[] {
  const place = { rule: 'logs-forward', property: 'forward.url' };
  if (/^https?:\/\/[^/\s]*@/.test(url)) {
    // Does not repeat the address: it may hold a password.
    return [
      {
        ...place,
        problem: 'holds an account, which would be written into a manifest',
        fix: "write secret('logs-url')",
      },
    ];
  }
  if (/^https?:\/\/[^/\s]+(\/\S*)?$/.test(url)) return [];
  return [
    {
      ...place,
      problem: `must be an http:// or https:// address, got ${describeValue(url)}`,
      fix: "write 'https://logs.example.org/insert/native'",
    },
  ];
}

/** Remembers it. @returns The one that was there already */
function rememberIn(logs: Logs): Logs | undefined {
  const home = homeOf(logs);
  const other = made.get(home);
  if (other === undefined) made.set(home, logs);
  return other;
}

function second(other: Logs): ConstructViolation {
  return {
    rule: 'logs-twice',
    property: 'scope',
    problem: `is a second one beside ${other.node.path}: every line would be read and kept twice`,
    fix: 'remove one of the two',
  };
}

const made = new WeakMap<IConstruct, Logs>();

export const LOGS_PORT = 9428;
const STORE = 'log-store';
const AGENT = 'log-agent';
const DEFAULT_RETENTION = '7d';
const DEFAULT_SIZE = '5Gi';
const SCRATCH = '2Gi';
const DEFAULT_BUFFER = '600Mi';

/** DefaultChunkFileSize of VictoriaMetrics/VictoriaMetrics@v1.150.0:lib/persistentqueue. */
const SMALLEST_BUFFER = 536_871_040;

const RESOURCES: ContainerResources = {
  requests: { cpu: '25m', memory: '96Mi' },
  limits: { memory: '256Mi' },
};

/** Form of {@link LogsProps}, for programs without types. */
const logsShape = object({
  retention: text,
  volume: either(oneOf('scratch'), object({ size: sizeShape, storageClass: text })),
  forward: object(
    { url: either(text, anySecret), token: anySecret, format: oneOf('native', 'jsonline') },
    'url',
  ),
  excludeNamespaces: list(text),
  buffer: sizeShape,
  resources: resourcesShape,
  agentResources: resourcesShape,
  nodeSelector: mapOf(anyText),
});
