import { graph } from '../../lib/distributions/k3s/graph';
import { topology } from '../../lib/distributions/k3s/topology';
import type { Datastore } from '../../lib/distributions/k3s/datastore';
import type { K3sClusterFacts } from '../../lib/distributions/k3s/cluster-facts';
import { SYNTHESIS_SCHEMA, type HostSynthesis, type Synthesis } from '../../lib/synthesis/synthesis';
import { nodeOf } from './model-literal';

/** One host of a {@link synthesisOf}; the role is `server` unless said otherwise. */
export type HostLiteral = Partial<HostSynthesis>;

/** What a test says about a synthesis; everything else is made up to fit. */
export interface SynthesisLiteral {
  readonly hosts: Readonly<Record<string, HostLiteral>>;

  /** Name of the only cluster. @default 'k3s' */
  readonly cluster?: string;
  readonly version?: string;
  readonly facts?: Partial<K3sClusterFacts>;

  /** Put over the result. */
  readonly over?: Partial<Synthesis>;
}

const FACTS: K3sClusterFacts = {
  datastore: 'embedded-etcd',
  clusterCidr: ['10.42.0.0/16'],
  serviceCidr: ['10.43.0.0/16'],
  clusterDns: ['10.43.0.10'],
  clusterDomain: 'cluster.local',
  flannelBackend: 'vxlan',
  secretsEncryption: 'aescbc',
  registrationAddress: '10.0.0.1',
  tokenSecret: 'k3s-token',
};

/** A synthesis of one K3s cluster, small enough to be read in a test. */
export function synthesisOf(literal: SynthesisLiteral): Synthesis {
  const { cluster = 'k3s', version = 'v1.34.1+k3s1', facts, over } = literal;
  const hosts = Object.entries(literal.hosts).map(([name, host], index) =>
    hostOf(name, index, { cluster, version, ...host }),
  );
  const datastore: Datastore =
    hosts.filter((host) => host.role === 'server').length > 1
      ? { kind: 'embedded-etcd' }
      : { kind: 'sqlite' };
  const model = {
    name: cluster,
    path: cluster,
    props: { version, servers: {} },
    datastore,
    nodes: hosts.map((host) =>
      nodeOf(host.name, host.role, {
        version: host.version,
        ...(host.pool && { pool: host.pool }),
        nodeIps: host.nodeIp ? [host.nodeIp] : [],
      }),
    ),
    components: new Map(),
    autoDeploy: [],
  };
  return {
    schema: SYNTHESIS_SCHEMA,
    environment: 'test',
    clusters: [
      {
        name: cluster,
        path: cluster,
        distribution: 'k3s',
        version,
        kubernetes: version.slice(1, 5),
        facts: { ...FACTS, ...facts },
      },
    ],
    manifests: [],
    hosts,
    graph: graph(model),
    topology: {
      clusters: [
        {
          name: cluster,
          distribution: 'k3s',
          version,
          datastore: (facts?.datastore ?? FACTS.datastore).replace('-', ' '),
          endpoint: 'https://10.0.0.1:6443',
          ingress: [],
          storage: [],
          backups: [],
          hosts: [],
        },
      ],
      externalHosts: [],
      ...topology(model),
    },
    kubernetesSecrets: [],
    documents: [],
    secrets: [],
    late: [],
    warnings: [],
    ...over,
  };
}

function hostOf(
  name: string,
  index: number,
  over: HostLiteral & { cluster: string; version: string },
): HostSynthesis {
  const role = over.role ?? 'server';
  return {
    name,
    path: `${over.cluster}/${name}`,
    role,
    architecture: 'amd64',
    transport: { ssh: { host: `10.0.0.${index + 1}` } },
    nodeIp: `10.0.0.${index + 1}`,
    settings: {},
    labels: {},
    annotations: {},
    taints: [],
    files: [],
    artifacts: [],
    ...over,
  };
}
