import type { Cluster } from '../../constructs/cluster/cluster';
import { K3sCluster } from '../../constructs/cluster/k3s-cluster';
import type { Environment } from '../../constructs/environment';
import { environments } from '../../constructs/environments';
import type { K3sClusterProps } from '../../lib/distributions/k3s/cluster-settings';
import type { KubernetesObject, Synthesis } from '../../lib/synthesis/synthesis';
import type { AcceptanceOptions } from './acceptance';
import type { PolicyException } from './policy-exceptions';
import { objectsOfCluster, synthesisOf } from './synthesized-objects';

/** One program whose objects the API server has to accept. */
export interface ApiCase extends AcceptanceOptions {
  /** Unique in its file. */
  readonly name: string;

  /** Makes what is tried, in an environment with one cluster. */
  readonly build: (cluster: Cluster, environment: Environment) => void;

  /** @default - K3s with one server `alfa` and one agent `bravo`, and what `props` changes */
  readonly cluster?: (environment: Environment) => Cluster;

  /** Of the K3s cluster. @default - none */
  readonly props?: Partial<K3sClusterProps>;

  /** Software whose definitions no module has: tried where `K3STACK_API_CRDS` gives them, else skipped. @default - none */
  readonly needs?: string;

  /** Why no object comes of it. @default - at least one does */
  readonly makesNothing?: string;

  /** Workloads of this case that may break policies. @default - none */
  readonly exceptions?: readonly PolicyException[];
}

/**
 * The objects of a case as they are applied.
 *
 * @throws InvalidProgramError when a rule is broken.
 */
export function objectsOfCase(entry: ApiCase): KubernetesObject[] {
  const synthesis = synthesisOfCase(entry);
  const [cluster] = synthesis.clusters;
  return cluster === undefined ? [] : objectsOfCluster(synthesis, cluster.name);
}

/**
 * The environment of a case.
 *
 * @throws InvalidProgramError when a rule is broken.
 */
export function synthesisOfCase({ build, cluster, props = {} }: ApiCase): Synthesis {
  const program = environments({ test: {} }, (environment) => {
    build(cluster === undefined ? k3s(environment, props) : cluster(environment), environment);
  });
  return synthesisOf(program, 'test');
}

function k3s(environment: Environment, props: Partial<K3sClusterProps>): Cluster {
  return new K3sCluster(environment, 'k3s', {
    version: 'v1.34.9+k3s1',
    servers: { alfa: { ssh: { host: '10.0.0.11' }, nodeIp: '10.0.0.11' } },
    agents: { bravo: { ssh: { host: '10.0.0.12' }, nodeIp: '10.0.0.12' } },
    ...props,
  });
}
