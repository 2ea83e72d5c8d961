import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { anyText, checkProps, list, mapOf, object, text, wholeNumber } from '../../lib/rules/shape';
import { Cluster } from '../cluster/cluster';
import { addCheck, type ConstructViolation } from '../violations';
import { egressTo } from './address-egress';
import { connectAll } from './connect';
import type { Connection } from './connection';
import {
  cacheShape,
  queueShape,
  queueViolations,
  type OfflineCacheSettings,
  type OfflineQueueSettings,
} from './edge/queue-settings';
import {
  MONITOR_PORT,
  QUEUE_PORT,
  QUEUE_VOLUMES,
  queueSidecar,
  type QueueSidecar,
} from './edge/queue-sidecar';
import { headerViolations, upstreamShape, urlViolations, type EdgeUpstream } from './edge/upstream';
import { buildPod, podShapes, type Pod, type PodSettings } from './pod';
import type { Toleration } from './toleration';
import { volumeName } from './volumes';
import { aliveProbe } from './worker';
import { Workload } from './workload';
import { ingressFromShape, type Egress, type IngressFrom, type WorkloadNetwork } from './workload-network';

export interface EdgeAppProps extends PodSettings {
  /** Where its messages go when the line is up. */
  readonly upstream: EdgeUpstream;

  /** @default - 256Mi, sent every 10 seconds, kept for 7 days */
  readonly queue?: OfflineQueueSettings;

  /** Copies of what it reads from upstream, for the time in which the line is down. `{}` is 64Mi, kept for a day. @default - no cache */
  readonly cache?: OfflineCacheSettings;

  /** Label of the nodes it runs on, such as `{ 'example.org/site': 'north' }`; a taint of the same key and value is tolerated. @default - any node */
  readonly site?: Readonly<Record<string, string>>;

  /** Port the program listens on, for devices and workloads of the site. @default - nobody connects to it */
  readonly port?: number;

  /** Who may connect to the port besides consumers of `connection`. @default - nobody */
  readonly allowFrom?: readonly IngressFrom[];

  /** Where it may connect to besides its connections and DNS. @default - addresses of `upstream` and `cache`; the public internet where they have names */
  readonly egress?: readonly Egress[];

  /** @default - of the defaults around it, else none; always those of `site`, and no end of waiting on a node that cannot be reached */
  readonly tolerations?: readonly Toleration[];

  /** Numeric user and group of the process. @default - of the defaults around it, else the image's own, which must not be root; the queue's is 65532 then */
  readonly user?: number;

  /** Command inside of the container that fails when the program hangs, which is then restarted. @default - restarted only when it ends */
  readonly aliveCommand?: readonly string[];
}

/**
 * A program at a site whose line fails: what it hands to `QUEUE_URL` is on disk before it is acknowledged, and reaches upstream in order when the line is up, at
 * least once. One pod, which stays where its data is for ever.
 */
export class EdgeApp extends Workload {
  readonly statefulSet: ApiObject;

  /** The program of the queue and its settings. */
  readonly queueConfig: ApiObject;

  /** What queue and cache lie on. */
  readonly queueClaim: ApiObject;

  /** `undefined` without a port. */
  readonly service: ApiObject | undefined;

  /** What may connect to it, and where it may connect to. */
  readonly network: WorkloadNetwork;

  /** Gives consumers `HOST`, `PORT` and `URL`; `undefined` without a port. */
  readonly connection: Connection | undefined;

  constructor(scope: Construct, id: string, props: EdgeAppProps) {
    super(scope, id, 'edge', LONGEST_NAME);
    const { problems, sound } = checkProps(props, edgeAppShape);
    addCheck(this, () => problems);
    const { upstream = PLACEHOLDER, queue = {}, cache, port, allowFrom = [] } = sound;

    const user = sound.user ?? this.defaults.user ?? QUEUE_USER;
    const sidecar = queueSidecar(this, { upstream, queue, cache, user });
    const pod = this.pod(sound, sidecar, upstream);
    this.queueConfig = sidecar.configMap;
    this.queueClaim = sidecar.claim;
    this.network = pod.network;
    for (const from of queue.metricsFrom ?? []) this.network.admit(from, MONITOR_PORT);
    this.statefulSet = new ApiObject(this, 'stateful-set', {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet', // never two pods at a time, which would both have the queue
      metadata: this.metadata,
      spec: {
        replicas: 1,
        serviceName: this.name,
        podManagementPolicy: 'Parallel', // a pod that never got ready can be replaced
        revisionHistoryLimit: 3,
        selector: { matchLabels: this.selector },
        template: { ...pod.template, spec: withQueue(pod.template.spec, sidecar, user) },
      },
    });
    if (port !== undefined) {
      this.service = this.serve(port, allowFrom);
      this.connection = this.connectionOn(port);
    }
    addCheck(this, () => this.violations(sound, upstream));
  }

  private pod(props: Partial<EdgeAppProps>, sidecar: QueueSidecar, upstream: EdgeUpstream): Pod {
    const { site = {}, nodeSelector, podAnnotations, port, cache, aliveCommand } = props;
    const tolerations = [...(props.tolerations ?? this.defaults.tolerations ?? []), ...tolerationsOf(site)];
    const egress = props.egress ?? ('url' in upstream ? egressTo(upstream.url) : []);
    const address = `http://127.0.0.1:${QUEUE_PORT}`;
    const settings = {
      ...props,
      egress: [
        ...egress,
        ...(cache?.url === undefined || props.egress !== undefined ? [] : egressTo(cache.url)),
      ],
      nodeSelector: { ...nodeSelector, ...site },
      tolerations: [
        ...tolerations,
        ...STAY.filter(({ key }) => !tolerations.some((other) => other.key === key)),
      ],
      podAnnotations: { ...podAnnotations, 'k3stack.dev/offline-queue': sidecar.digest },
    };
    const pod = buildPod(this, settings, {
      env: [
        { name: 'QUEUE_URL', value: `${address}/messages` },
        ...(cache === undefined ? [] : [{ name: 'CACHE_URL', value: `${address}/cache` }]),
      ],
      container: { ...(port !== undefined && portAndProbes(port)), ...aliveProbe(aliveCommand) },
    });
    if ('connection' in upstream)
      connectAll(this, pod.network, { upstream: upstream.connection }, (name) => `${name}.connection`);
    return pod;
  }

  private serve(port: number, allowFrom: readonly IngressFrom[]): ApiObject {
    for (const from of allowFrom) this.network.admit(from, port);
    return new ApiObject(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: this.metadata,
      spec: { selector: this.selector, ports: [{ name: 'http', port: SERVICE_PORT, targetPort: 'http' }] },
    });
  }

  private connectionOn(port: number): Connection {
    const host = `${this.name}.${this.namespace}`;
    return {
      host,
      port: SERVICE_PORT,
      variables: { URL: `http://${host}` },
      target: { construct: this, network: this.network, port },
    };
  }

  private violations(props: Partial<EdgeAppProps>, upstream: EdgeUpstream): ConstructViolation[] {
    const { queue = {}, cache, port, volumes = {}, egress } = props;
    const hasEgress = egress !== undefined || this.network.policy === undefined;
    const taken = Object.keys(volumes).filter((path) => QUEUE_VOLUMES.includes(volumeName(path)));
    return [
      ...queueViolations(queue, cache),
      ...('url' in upstream ? urlViolations(this, upstream.url, 'upstream.url', hasEgress) : []),
      ...(cache?.url === undefined ? [] : urlViolations(this, cache.url, 'cache.url', hasEgress)),
      ...headerViolations(upstream),
      ...taken.map((path) => ({ ...VOLUME_TAKEN, property: `volumes['${path}']` })),
      ...(port === QUEUE_PORT || port === MONITOR_PORT
        ? [{ ...PORT_TAKEN, problem: `is ${port}, where the queue listens` }]
        : []),
      ...this.versionViolations(),
    ];
  }

  private versionViolations(): ConstructViolation[] {
    const version = Cluster.tryOf(this)?.kubernetesVersion;
    const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
    if (version === undefined || major * 1000 + minor >= 1029) return [];
    const problem = `needs containers that start before the app and stop after it, which Kubernetes ${version} does not have`;
    return [{ rule: 'edge-kubernetes', property: 'cluster', problem, fix: 'use Kubernetes 1.29 or newer' }];
  }
}

/** The queue among the init containers, its volumes, and a group that may write to them. */
function withQueue(
  spec: Pod['template']['spec'],
  { container, volumes }: QueueSidecar,
  user: number,
): object {
  const group = { fsGroup: user, fsGroupChangePolicy: 'OnRootMismatch' };
  return {
    ...spec,
    securityContext: { ...group, ...(spec['securityContext'] as object) },
    initContainers: [container],
    volumes: [...(spec['volumes'] as readonly object[]), ...volumes],
  };
}

function portAndProbes(port: number): Record<string, unknown> {
  const tcp = { tcpSocket: { port: 'http' } };
  return {
    ports: [{ name: 'http', containerPort: port }],
    startupProbe: { ...tcp, periodSeconds: 2, failureThreshold: 30 },
    readinessProbe: { ...tcp, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 3 },
  };
}

function tolerationsOf(site: Readonly<Record<string, string>>): Toleration[] {
  return Object.entries(site).map(([key, value]) => ({ key, value }));
}

/** No `tolerationSeconds`: a pod is never taken off a node that cannot be reached, where its data is. */
const STAY: readonly Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' },
];

/** Stands where a program gives no upstream that can be read; nothing is made of it. */
const PLACEHOLDER: EdgeUpstream = { url: 'https://example.org' };

/** Of the queue, where the program names no user. */
const QUEUE_USER = 65_532;

/** Pods of a StatefulSet carry its name and 11 characters in a label. */
const LONGEST_NAME = 52;
const SERVICE_PORT = 80;

const VOLUME_TAKEN = {
  rule: 'edge-queue',
  problem: 'gets the name of a volume of the queue',
  fix: 'mount it at another path',
};
const PORT_TAKEN = {
  rule: 'edge-queue',
  property: 'port',
  fix: 'let the program listen on another port: 8080',
};

const edgeAppShape = object(
  {
    ...podShapes,
    upstream: upstreamShape,
    queue: queueShape,
    cache: cacheShape,
    site: mapOf(text),
    port: wholeNumber(1, 65_535),
    allowFrom: list(ingressFromShape),
    aliveCommand: list(anyText),
  },
  'image',
  'upstream',
);
