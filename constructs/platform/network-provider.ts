import { bytesOf, isQuantity } from '../../lib/cluster/quantity';
import { clusterCidrs } from '../../lib/distributions/k3s/cluster-network';
import type { K3sModel } from '../../lib/distributions/k3s/model';
import { apiPort } from '../../lib/distributions/k3s/registration';
import { withExamples } from '../../lib/late';
import { describeValue } from '../../lib/rules/shape';
import type { Cluster } from '../cluster/cluster';
import type { K3sCluster } from '../cluster/k3s-cluster';
import type { ConstructViolation } from '../violations';

/** What a provider of the pod network has to agree with. */
export interface ClusterNetwork {
  /** Whether K3s runs kube-proxy. */
  readonly kubeProxy: boolean;

  /** Pod addresses; the primary family first. */
  readonly podCidrs: readonly string[];

  /** Where the API answers on every node itself, before Services work. */
  readonly api: { readonly host: string; readonly port: number };
}

/** The network of a cluster; for none, that of a K3s with its defaults, and without kube-proxy. */
export function clusterNetwork(cluster: K3sCluster | undefined): ClusterNetwork {
  if (cluster === undefined) {
    return { kubeProxy: false, podCidrs: ['10.42.0.0/16'], api: { host: '127.0.0.1', port: DEFAULT_PORT } };
  }
  const model = cluster.modelWithoutFiles();
  const podCidrs = clusterCidrs(model);
  const isIpv6 = podCidrs.every((cidr) => withExamples(cidr).includes(':'));
  const cni = model.props.network?.cni;
  return {
    kubeProxy: cni?.kind !== 'none' || cni.kubeProxy,
    podCidrs,
    api: { host: isIpv6 ? '::1' : '127.0.0.1', port: localPorts(model)[0]?.port ?? DEFAULT_PORT },
  };
}

/** Why the cluster cannot take its network from a provider, each with the line to write. */
export function networkViolations(
  cluster: K3sCluster,
  provider: string,
  kubeProxy: 'required' | 'replaced' | 'either',
): ConstructViolation[] {
  const model = cluster.modelWithoutFiles();
  return [
    ...cniViolations(model, provider, kubeProxy),
    ...(cluster.helm === undefined ? [withoutController(model)] : []),
  ];
}

/** Why one address of the API does not fit all nodes. */
export function localApiViolations(cluster: K3sCluster): ConstructViolation[] {
  const model = cluster.modelWithoutFiles();
  const direct = model.nodes.filter((node) => 'disable-apiserver-lb' in node.config && isOn(node.config));
  const ports = localPorts(model);
  const other = ports.find(({ port }) => port !== ports[0]?.port);
  return [
    ...direct.map(({ path }) => ({
      rule: 'network-api',
      path,
      property: "config['disable-apiserver-lb']",
      problem: 'leaves no address of the API on the node itself, which the network is reached through',
      fix: 'remove it',
    })),
    ...(other === undefined
      ? []
      : [
          {
            rule: 'network-api',
            path: model.path,
            property: 'api.port',
            problem: `the API answers on port ${ports[0]!.port} of ${ports[0]!.name}, and on ${other.port} of ${other.name}; the network takes one for all nodes`,
            fix: `write config: { agent: { 'lb-server-port': ${apiPort(model) + 1} } } in the props of the cluster`,
          },
        ]),
  ];
}

/** Nodes whose processor a provider is not built for. */
export function architectureViolations(
  cluster: K3sCluster,
  name: string,
  architectures: readonly string[],
): ConstructViolation[] {
  return cluster
    .modelWithoutFiles()
    .nodes.filter(({ architecture }) => !architectures.includes(architecture))
    .map(({ path, architecture }) => ({
      rule: 'add-on-architecture',
      path,
      property: 'architecture',
      problem: `is ${describeValue(architecture)}, and ${name} is built for ${architectures.join(' and ')}`,
      fix: `run a 64-bit system on it, or leave ${name} out`,
    }));
}

/** Warns of nodes that an add-on takes too large a part of. @param least Memory that a node should have, such as `2Gi`. */
export function smallNodes(
  cluster: K3sCluster,
  name: string,
  least: string,
  instead: string,
): ConstructViolation[] {
  const nodes = cluster.modelWithoutFiles().nodes.filter(({ settings }) => {
    const memory = settings.capacity?.memory;
    return isQuantity(memory) && bytesOf(memory) < bytesOf(least);
  });
  return nodes.map(({ path, settings }) => ({
    rule: 'add-on-memory',
    path,
    property: 'capacity.memory',
    problem: `is ${describeValue(settings.capacity?.memory)}: ${name} leaves too little of less than ${least}`,
    fix: instead,
    blocks: 'nothing',
  }));
}

/** Says that nothing was made, because something else made the cluster and with it its network. */
export function foreignNetwork(cluster: Cluster, name: string): ConstructViolation {
  return {
    rule: 'cluster-network',
    property: 'scope',
    problem: `makes nothing: the network of cluster ${cluster.name} belongs to what made the cluster`,
    fix: `leave ${name} out for this cluster`,
    blocks: 'nothing',
  };
}

function cniViolations(
  { path, props }: K3sModel,
  provider: string,
  kubeProxy: 'required' | 'replaced' | 'either',
): ConstructViolation[] {
  const cni = props.network?.cni;
  const options = kubeProxy === 'required' ? '' : ', { kubeProxy: false }';
  const fix = `write network: { cni: Cni.none('${provider}'${options}) } in the props of the cluster`;
  if (cni?.kind !== 'none' || cni.provider !== provider) {
    const is = cni?.kind === 'none' ? describeValue(cni.provider) : "K3s's own, flannel";
    const problem = `is ${is}, and ${provider} would be a second network`;
    return [{ rule: 'cluster-network', path, property: 'network.cni', problem, fix }];
  }
  if (kubeProxy === 'either' || cni.kubeProxy === (kubeProxy === 'required')) return [];
  const problem = cni.kubeProxy
    ? `keeps kube-proxy, and ${provider} takes its place with these props`
    : `has no kube-proxy, and ${provider} does not take its place with these props`;
  return [{ rule: 'cluster-network', path, property: 'network.cni.kubeProxy', problem, fix }];
}

function withoutController({ path }: K3sModel): ConstructViolation {
  return {
    rule: 'helm-delivery',
    path,
    property: "config.server['disable-helm-controller']",
    problem:
      "switches off what installs the network: nothing but K3s's own controller can before there is one",
    fix: 'remove it',
  };
}

/**
 * On a server the API server itself listens on loopback, one above the port of the API; on any other node the agent's load balancer does
 * (k3s-io/k3s@866d743:pkg/daemons/control/server.go, pkg/agent/run.go, pkg/cli/server/server.go).
 */
function localPorts(model: K3sModel): { readonly name: string; readonly port: number }[] {
  return model.nodes.map(({ name, role, config }) => {
    const hasApi = role === 'server' && !('disable-apiserver' in config && config['disable-apiserver']);
    return { name, port: hasApi ? apiPort(model) + 1 : (config['lb-server-port'] ?? DEFAULT_PORT) };
  });
}

function isOn(config: { readonly 'disable-apiserver-lb'?: boolean }): boolean {
  return config['disable-apiserver-lb'] === true;
}

const DEFAULT_PORT = 6444;
