import { describe, expect, test } from '@jest/globals';
import { Cni, Traefik } from '../../../constructs';
import { CHARTS } from '../../../constructs/helm/chart-catalogue';
import type { HelmValues } from '../../../constructs/helm/helm-values';
import { Cilium } from '../../../constructs/platform/cilium/cilium';
import type { CiliumProps } from '../../../constructs/platform/cilium/cilium-settings';
import type { K3sClusterProps } from '../../../lib/distributions/k3s/cluster-settings';
import { expectKnownValues } from '../../support/chart-values';
import { helmChartSpec, helmChartValues } from '../../support/helm-release';
import {
  existingCluster,
  k3sCluster,
  objectsIn,
  objectsOf,
  plainChart,
  problemsIn,
  schemaProblems,
  synthesisOfCluster,
} from '../../support/synth';

const REPLACED = { cni: Cni.none('cilium', { kubeProxy: false }) };
const SERVERS = {
  alfa: { ssh: { host: '10.0.0.11' }, nodeIp: '10.0.0.11' },
  bravo: { ssh: { host: '10.0.0.12' }, nodeIp: '10.0.0.12' },
  charlie: { ssh: { host: '10.0.0.13' }, nodeIp: '10.0.0.13' },
};

function clusterWith(props: CiliumProps = {}, over: Partial<K3sClusterProps> = {}) {
  const cluster = k3sCluster({ network: REPLACED, ...over });
  return { cluster, cilium: new Cilium(cluster, 'cilium', props) };
}

/** Values that Cilium's chart gets, which it has, in a cluster that breaks no rule. */
function valuesFor(props: CiliumProps = {}, over: Partial<K3sClusterProps> = {}): HelmValues {
  const { cluster } = clusterWith(props, over);
  expect(problemsIn(cluster)).toEqual([]);
  const values = helmChartValues(cluster, 'cilium');
  expectKnownValues(CHARTS.cilium, values);
  return values;
}

describe('Cilium', () => {
  test('is installed by K3s, from a file on every server, on the network of the host', () => {
    const { cluster } = clusterWith();
    const [file] = cluster.model().autoDeploy;
    expect(file?.name).toBe('cilium.yaml');
    expect(file?.content).toContain('bootstrap: true');
    expect(helmChartSpec(cluster, 'cilium')).toMatchObject({
      repo: 'https://helm.cilium.io',
      chart: 'cilium',
      version: CHARTS.cilium.version,
      targetNamespace: 'kube-system',
      bootstrap: true,
    });
    const { hosts, manifests } = synthesisOfCluster(cluster);
    expect(manifests.flatMap(({ objects }) => objects)).toEqual([]); // nothing that waits for an API client
    const paths = (host: string) =>
      hosts.find(({ name }) => name === host)?.files.map(({ path }) => path) ?? [];
    expect(paths('alfa')).toContain('/var/lib/rancher/k3s/server/manifests/cilium.yaml');
    expect(paths('bravo')).not.toContain('/var/lib/rancher/k3s/server/manifests/cilium.yaml');
  });

  test('takes the place of kube-proxy, and addresses from the nodes; everything else is off', () => {
    expect(valuesFor()).toEqual({
      kubeProxyReplacement: true,
      k8sServiceHost: '127.0.0.1',
      k8sServicePort: 6444,
      ipam: { mode: 'kubernetes' },
      k8s: { requireIPv4PodCIDR: true, requireIPv6PodCIDR: false },
      ipv4: { enabled: true },
      ipv6: { enabled: false },
      routingMode: 'tunnel',
      tunnelProtocol: 'vxlan',
      defaultLBServiceIPAM: 'none',
      hubble: { enabled: false },
      policyCIDRMatchMode: ['nodes'],
      envoy: { enabled: false },
      operator: {
        replicas: 1,
        resources: { requests: { cpu: '10m', memory: '128Mi' }, limits: { memory: '256Mi' } },
      },
      resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '1Gi' } },
    });
  });

  test('runs beside kube-proxy where the cluster keeps it', () => {
    expect(valuesFor({}, { network: { cni: Cni.none('cilium') } })).toMatchObject({
      kubeProxyReplacement: false,
    });
  });

  test('follows the cluster: pod networks, the port of the API, and a second operator for a second server', () => {
    const over: Partial<K3sClusterProps> = {
      servers: SERVERS,
      agents: {},
      datastore: undefined,
      api: { port: 7443 },
      network: {
        ...REPLACED,
        clusterCidr: ['10.50.0.0/16', 'fd00:50::/56'],
        serviceCidr: ['10.51.0.0/16', 'fd00:51::/112'],
      },
    };
    const { cluster } = clusterWith({ routing: 'native' }, over);
    expect(helmChartValues(cluster, 'cilium')).toMatchObject({
      k8sServicePort: 7444,
      ipv4: { enabled: true },
      ipv6: { enabled: true },
      routingMode: 'native',
      autoDirectNodeRoutes: true,
      ipv4NativeRoutingCIDR: '10.50.0.0/16',
      ipv6NativeRoutingCIDR: 'fd00:50::/56',
      operator: { replicas: 2 },
    });
  });

  test('gives Services addresses and announces them, by objects that are applied later', () => {
    const { cluster, cilium } = clusterWith({
      loadBalancer: {
        addresses: ['10.0.0.240-10.0.0.250', '10.0.1.0/28'],
        interfaces: ['^eth[0-9]+'],
        nodeLabels: { 'example.org/edge': 'true' },
      },
    });
    expect([...problemsIn(cluster), ...schemaProblems(cluster)]).toEqual([]);
    const values = helmChartValues(cluster, 'cilium');
    expectKnownValues(CHARTS.cilium, values);
    expect(values).toMatchObject({
      l2announcements: { enabled: true },
      k8sClientRateLimit: { qps: 20, burst: 40 },
    });
    expect(values).not.toHaveProperty('defaultLBServiceIPAM');
    expect(cluster.model().autoDeploy[0]?.content).not.toContain('CiliumLoadBalancerIPPool');
    expect([cilium.addressPool?.toJson(), cilium.announcement?.toJson()]).toEqual([
      {
        apiVersion: 'cilium.io/v2',
        kind: 'CiliumLoadBalancerIPPool',
        metadata: { name: 'default' },
        spec: {
          blocks: [{ start: '10.0.0.240', stop: '10.0.0.250' }, { cidr: '10.0.1.0/28' }],
        },
      },
      {
        apiVersion: 'cilium.io/v2alpha1',
        kind: 'CiliumL2AnnouncementPolicy',
        metadata: { name: 'default' },
        spec: {
          loadBalancerIPs: true,
          interfaces: ['^eth[0-9]+'],
          nodeSelector: { matchLabels: { 'example.org/edge': 'true' } },
        },
      },
    ]);
  });

  test('leaves the announcement to a router when told', () => {
    const { cluster, cilium } = clusterWith({
      loadBalancer: { addresses: ['10.0.0.240/28'], announce: false },
    });
    expect(cilium.announcement).toBeUndefined();
    expect(objectsOf(cluster, 'CiliumL2AnnouncementPolicy')).toEqual([]);
    expect(helmChartValues(cluster, 'cilium')).toMatchObject({ l2announcements: { enabled: false } });
  });

  test('serves Ingress objects, and is what they get that name no class when it is the first', () => {
    const { cluster, cilium } = clusterWith({ ingress: 'shared' });
    expect(schemaProblems(cluster)).toEqual([]);
    expect(cilium.ingressClass).toBe('cilium');
    expect(cluster.ingressClass).toBe('cilium');
    const values = helmChartValues(cluster, 'cilium');
    expectKnownValues(CHARTS.cilium, values);
    expect(values).toMatchObject({
      ingressController: { enabled: true, default: true, loadbalancerMode: 'shared' },
    });

    const second = k3sCluster({ network: REPLACED });
    new Traefik(second, 'traefik');
    new Cilium(second, 'cilium', { ingress: 'dedicated' });
    expect(helmChartValues(second, 'cilium')).toMatchObject({
      ingressController: { default: false, loadbalancerMode: 'dedicated' },
    });
  });

  test.each([
    ['agent', { relay: { enabled: false }, ui: { enabled: false } }],
    [
      'relay',
      { relay: { enabled: true, resources: { requests: { memory: '64Mi' } } }, ui: { enabled: false } },
    ],
    ['ui', { relay: { enabled: true }, ui: { enabled: true, backend: {}, frontend: {} } }],
  ] as const)('shows traffic by Hubble: %s', (hubble, expected) => {
    expect(valuesFor({ hubble })).toMatchObject({
      hubble: { enabled: true, tls: { auto: { method: 'cronJob' } }, ...expected },
    });
  });

  test('takes encryption, resources, replicas, a repository of its own and further values', () => {
    const { cluster } = clusterWith({
      encryption: 'wireguard',
      resources: { requests: { memory: '200Mi' } },
      operatorResources: { requests: { cpu: '20m' } },
      operatorReplicas: 2,
      repository: 'oci://registry.example.org/charts/',
      values: { bpf: { masquerade: true }, resources: { requests: { cpu: '50m' } } },
    });
    expect(problemsIn(cluster)).toEqual([]);
    expect(helmChartSpec(cluster, 'cilium')).toMatchObject({
      chart: 'oci://registry.example.org/charts/cilium',
    });
    expect(helmChartValues(cluster, 'cilium')).toMatchObject({
      encryption: { enabled: true, type: 'wireguard' },
      resources: { requests: { cpu: '50m', memory: '200Mi' } },
      operator: { replicas: 2, resources: { requests: { cpu: '20m' } } },
      bpf: { masquerade: true },
    });
  });

  test('says what its pods ask for', () => {
    expect(clusterWith().cilium.requests).toEqual({
      cpu: '10m',
      memory: '128Mi',
      perNode: { cpu: '100m', memory: '256Mi' },
    });
    expect(clusterWith({ hubble: 'ui', operatorReplicas: 2 }).cilium.requests).toMatchObject({
      cpu: '50m',
      memory: '400Mi',
    });
  });

  test('is the same objects in a plain chart, for a K3s with its defaults', () => {
    const chart = plainChart();
    new Cilium(chart, 'cilium', { loadBalancer: { addresses: ['10.0.0.240/28'] } });
    expect(objectsIn(chart).map(({ kind }) => kind)).toEqual([
      'HelmChart',
      'CiliumLoadBalancerIPPool',
      'CiliumL2AnnouncementPolicy',
    ]);
    expect(helmChartValues(chart, 'cilium')).toMatchObject({ k8sServicePort: 6444 });
    expect(problemsIn(chart)).toEqual([]);
  });

  test('makes nothing in a cluster that exists already, and warns', () => {
    const cluster = existingCluster();
    new Cilium(cluster, 'cilium', { loadBalancer: { addresses: ['10.0.0.240/28'] } });
    expect(objectsIn(cluster)).toEqual([]);
    expect(problemsIn(cluster)).toEqual([
      '[laptop/cilium] scope: makes nothing: the network of cluster laptop belongs to what made the cluster; leave Cilium out for this cluster (cluster-network) [warning]',
    ]);
  });
});

describe('Cilium fails when', () => {
  const problems = (props: CiliumProps, over: Partial<K3sClusterProps> = {}): string[] =>
    problemsIn(clusterWith(props, over).cluster);

  test('the cluster has a network already, or names another', () => {
    expect([
      ...problems({}, { network: undefined }),
      ...problems({}, { network: { cni: Cni.none('calico') } }),
    ]).toEqual([
      "[k3s] network.cni: is K3s's own, flannel, and cilium would be a second network; write network: { cni: Cni.none('cilium', { kubeProxy: false }) } in the props of the cluster (cluster-network)",
      '[k3s] network.cni: is "calico", and cilium would be a second network; write network: { cni: Cni.none(\'cilium\', { kubeProxy: false }) } in the props of the cluster (cluster-network)',
    ]);
  });

  test('what it is asked for needs the place of kube-proxy, which the cluster keeps', () => {
    const over = { network: { cni: Cni.none('cilium') } };
    expect(problems({ ingress: 'shared', loadBalancer: { addresses: ['10.0.0.240/28'] } }, over)).toEqual(
      ['loadBalancer', 'ingress'].map(
        (property) =>
          `[k3s/cilium] ${property}: needs Cilium in the place of kube-proxy, which the cluster keeps; write network: { cni: Cni.none('cilium', { kubeProxy: false }) } in the props of the cluster (cluster-network)`,
      ),
    );
    const ownAnnouncement = { addresses: ['10.0.0.240/28'], announce: false };
    expect(problems({ loadBalancer: ownAnnouncement }, over)).toEqual([]);
  });

  test('the API has not one port on all nodes', () => {
    expect(problems({}, { api: { port: 7443 } })).toEqual([
      "[k3s] api.port: the API answers on port 7444 of alfa, and on 6444 of bravo; the network takes one for all nodes; write config: { agent: { 'lb-server-port': 7444 } } in the props of the cluster (network-api)",
    ]);
    const mended = { api: { port: 7443 }, config: { agent: { 'lb-server-port': 7444 } } };
    expect(problems({}, mended)).toEqual([]);
    expect(problems({}, { config: { agent: { 'disable-apiserver-lb': true } } })).toEqual([
      "[k3s/agents/bravo] config['disable-apiserver-lb']: leaves no address of the API on the node itself, which the network is reached through; remove it (network-api)",
    ]);
  });

  test("K3s's own controller for charts is off", () => {
    expect(problems({}, { config: { server: { 'disable-helm-controller': true } } })).toContain(
      "[k3s] config.server['disable-helm-controller']: switches off what installs the network: nothing but K3s's own controller can before there is one; remove it (helm-delivery)",
    );
  });

  test('ServiceLB gives Services their addresses as well', () => {
    const { cluster } = clusterWith({ loadBalancer: { addresses: ['10.0.0.240/28'] } });
    new Traefik(cluster, 'traefik');
    expect(problemsIn(cluster)).toEqual([
      "[k3s/traefik] exposure: brings K3s's ServiceLB, and Cilium gives Services their addresses; write new Traefik(cluster, 'traefik', { exposure: 'loadbalancer' }), leave ServiceLb out, or leave loadBalancer out of Cilium's props (load-balancer-twice)",
    ]);
    const other = clusterWith({ loadBalancer: { addresses: ['10.0.0.240/28'] } }).cluster;
    new Traefik(other, 'traefik', { exposure: 'loadbalancer' });
    expect(problemsIn(other)).toEqual([]);
  });

  test('a node has a processor that it is not built for, and warns of little memory', () => {
    const agent = { ssh: { host: '10.0.0.12' }, nodeIp: '10.0.0.12' };
    expect(problems({}, { agents: { bravo: { ...agent, architecture: 'arm' } } })).toEqual([
      '[k3s/agents/bravo] architecture: is "arm", and Cilium is built for amd64 and arm64; run a 64-bit system on it, or leave Cilium out (add-on-architecture)',
    ]);
    expect(problems({}, { agents: { bravo: { ...agent, capacity: { memory: '1Gi' } } } })).toEqual([
      '[k3s/agents/bravo] capacity.memory: is "1Gi": Cilium leaves too little of less than 2Gi; give the node more memory, or stay with K3s\'s own network: remove network.cni (add-on-memory) [warning]',
    ]);
  });

  test.each([
    [['10.0.0.250-10.0.0.240'], 'loadBalancer.addresses[0]'],
    [['10.0.0.241/28'], 'loadBalancer.addresses[0]'],
    [['10.0.0.240-fd00::1'], 'loadBalancer.addresses[0]'],
    [[], 'loadBalancer.addresses'],
  ])('addresses are %j', (addresses, property) => {
    const found = problems({ loadBalancer: { addresses } });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`[k3s/cilium] ${property}: `);
  });

  test('amounts are no quantities, or a prop has not its form', () => {
    expect(problems({ resources: { requests: { memory: '256 MB' } } })).toEqual([
      '[k3s/cilium] resources.requests.memory: must be a Kubernetes quantity, got "256 MB"; write \'256Mi\' (quantity)',
    ]);
    expect(problems({ hubble: true as never })).toHaveLength(1);
  });
});
