import { ApiObject, Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import { parseRange } from '../../lib/cluster/ip-range';
import { isDnsLabel } from '../../lib/cluster/names';
import { withExamples } from '../../lib/late';
import { describeValue, list, object, oneOf, wholeNumber, type Shape } from '../../lib/rules/shape';
import { kubernetesApiEgress } from './kubernetes-api';
import { labelMap } from './label-shape';
import type { Egress, IngressFrom, PodPeer } from './network-peers';

export type { Egress, IngressFrom, Peer, PodPeer } from './network-peers';

/** The NetworkPolicy of one workload: nothing in or out but what is opened here, complete when everything is declared. */
export class WorkloadNetwork {
  /** `undefined` when the workload has none, and every packet passes that the namespace lets pass. */
  readonly policy: ApiObject | undefined;
  private readonly ingress = new Map<string, object>();
  private readonly egress = new Map<string, object | (() => object)>();

  /**
   * @param pods What the policy is about.
   * @param enabled Whether a NetworkPolicy is made.
   */
  constructor(
    private readonly scope: Construct,
    readonly pods: {
      readonly name: string;
      readonly namespace: string;
      readonly selector: Readonly<Record<string, string>>;
    },
    metadata: object,
    enabled: boolean,
  ) {
    if (!enabled) return;
    this.egress.set('dns', DNS);
    this.policy = new ApiObject(scope, 'network-policy', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata,
      spec: {
        podSelector: { matchLabels: pods.selector },
        policyTypes: ['Ingress', 'Egress'],
        ingress: Lazy.any({ produce: () => nonEmpty([...this.ingress.values()]) }) as unknown,
        egress: Lazy.any({
          produce: () => [...this.egress.values()].map((rule) => (rule instanceof Function ? rule() : rule)),
        }) as unknown,
      },
    });
  }

  /** Lets someone connect to a port of the pods. */
  admit(from: IngressFrom, port: number, protocol: 'TCP' | 'UDP' = 'TCP'): void {
    const peers = this.peersOf(from);
    const rule = { ...(peers && { from: peers }), ports: [{ port, protocol }] };
    this.ingress.set(JSON.stringify(rule), rule);
  }

  /** Lets the pods connect to pods of a workload, and those pods be connected to. */
  connect(to: WorkloadNetwork, port: number, protocol: 'TCP' | 'UDP' = 'TCP'): void {
    to.admit({ namespace: this.pods.namespace, labels: this.pods.selector }, port, protocol);
    const peer = this.peerOf({ namespace: to.pods.namespace, labels: to.pods.selector });
    this.addEgress({ to: [peer], ports: [{ port, protocol }] });
  }

  /** Lets the pods connect to addresses or pods. */
  reach(target: Egress, protocol?: 'TCP' | 'UDP'): void {
    if (target === 'anything') this.addEgress({});
    else if (target === 'internet') this.addEgress(INTERNET);
    else if (target === 'kubernetes-api')
      this.egress.set(target, () => kubernetesApiEgress(this.scope)); // servers may still be added
    else {
      const ports = (target.ports ?? []).map((port) => ({ port, protocol: protocol ?? 'TCP' }));
      const peer = 'cidr' in target ? { ipBlock: { cidr: target.cidr } } : this.peerOf(target);
      this.addEgress({ to: [peer], ...(ports.length > 0 && { ports }) });
    }
  }

  private addEgress(rule: object): void {
    this.egress.set(JSON.stringify(rule), rule);
  }

  private peersOf(from: IngressFrom): object[] | undefined {
    if (from === 'anywhere') return undefined;
    if (from === 'cluster') return [{ namespaceSelector: {} }];
    if (from === 'namespace') return [{ podSelector: {} }];
    return ['cidr' in from ? { ipBlock: { cidr: from.cidr } } : this.peerOf(from)];
  }

  private peerOf({ namespace, labels }: PodPeer): object {
    const isOwn = namespace === this.pods.namespace;
    return {
      ...(!isOwn && {
        namespaceSelector: namespace === undefined ? {} : { matchLabels: { [NAMESPACE_LABEL]: namespace } },
      }),
      ...((labels !== undefined || isOwn) && {
        podSelector: labels === undefined ? {} : { matchLabels: labels },
      }),
    };
  }
}

function nonEmpty<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length === 0 ? undefined : items;
}

/** Set on every namespace by the API server (kubernetes.io/docs/reference/labels-annotations-taints, `kubernetes.io/metadata.name`). */
const NAMESPACE_LABEL = 'kubernetes.io/metadata.name';

/** CoreDNS of every distribution carries this label (kubernetes/kubernetes: cluster/addons/dns/coredns; k3s-io/k3s: manifests/coredns.yaml). */
const DNS = {
  to: [
    {
      namespaceSelector: { matchLabels: { [NAMESPACE_LABEL]: 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
  ],
  ports: [
    { port: 53, protocol: 'UDP' },
    { port: 53, protocol: 'TCP' },
  ],
};

/** Everything but the private, link-local and shared ranges (RFC 1918, 3927, 6598, 4193, 4291). */
const INTERNET = {
  to: [
    {
      ipBlock: {
        cidr: '0.0.0.0/0',
        except: ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'],
      },
    },
    { ipBlock: { cidr: '::/0', except: ['fc00::/7', 'fe80::/10'] } },
  ],
};

const cidr: Shape = (value, at) =>
  typeof value === 'string' && parseRange(withExamples(value)) !== undefined
    ? []
    : [
        {
          at,
          problem: `must be a range of addresses, got ${describeValue(value)}`,
          fix: "write '10.0.0.5/32'",
        },
      ];

const numbers = list(wholeNumber(1, 65_535));

/** None at all would open every port. */
const ports: Shape = (value, at) =>
  Array.isArray(value) && value.length === 0
    ? [
        {
          at,
          problem: 'is an empty list, which would open every port',
          fix: 'write ports: [443], or remove it',
        },
      ]
    : numbers(value, at);

const namespace: Shape = (value, at) =>
  typeof value === 'string' && isDnsLabel(withExamples(value))
    ? []
    : [{ at, problem: `must be the name of a namespace, got ${describeValue(value)}`, fix: "write 'shop'" }];

const podPeer = object({ namespace, labels: labelMap });

/** One that names nothing would be everybody. */
const somePods: Shape = (value, at) => {
  const problems = podPeer(value, at);
  if (problems.length > 0) return problems;
  const { namespace: own, labels = {} } = value as PodPeer;
  if (own !== undefined || Object.keys(labels).length > 0) return [];
  const fix = "write { namespace: 'shop' } or { labels: { … } }; 'cluster' says that everybody in it may";
  return [
    { at, problem: 'names neither a namespace nor labels, and would be every pod of the cluster', fix },
  ];
};

const isCidr = (value: unknown): boolean => typeof value === 'object' && value !== null && 'cidr' in value;

/** Form of {@link Egress}. */
export const egressShape: Shape = (value, at) => {
  if (isCidr(value)) return object({ cidr, ports }, 'cidr')(value, at);
  if (typeof value === 'object' && value !== null)
    return object({ namespace, labels: labelMap, ports }, 'namespace')(value, at);
  return oneOf('internet', 'kubernetes-api', 'anything')(value, at);
};

/** Form of {@link IngressFrom}. */
export const ingressFromShape: Shape = (value, at) => {
  if (isCidr(value)) return object({ cidr }, 'cidr')(value, at);
  if (typeof value === 'object' && value !== null) return somePods(value, at);
  return oneOf('namespace', 'cluster', 'anywhere')(value, at);
};
