import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { Cni, patch } from '../../../constructs';
import { CHARTS } from '../../../constructs/helm/chart-catalogue';
import { Calico } from '../../../constructs/platform/calico/calico';
import type { CalicoProps } from '../../../constructs/platform/calico/calico-settings';
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

const NETWORK = { cni: Cni.none('calico') };

function clusterWith(props: CalicoProps = {}, over: Partial<K3sClusterProps> = {}) {
  const cluster = k3sCluster({ network: NETWORK, ...over });
  return { cluster, calico: new Calico(cluster, 'calico', props) };
}

/** The Installation, in a cluster that breaks no rule. */
function specFor(props: CalicoProps = {}, over: Partial<K3sClusterProps> = {}): Record<string, unknown> {
  const { cluster } = clusterWith(props, over);
  expect([...problemsIn(cluster), ...schemaProblems(cluster)]).toEqual([]);
  const [installation] = objectsOf<{ spec: Record<string, unknown> }>(cluster, 'Installation');
  return installation!.spec;
}

describe('Calico', () => {
  test('is an operator that K3s installs on the network of the host, and what it is to install', () => {
    const { cluster } = clusterWith();
    const files = cluster.model().autoDeploy;
    expect(files.map(({ name }) => name)).toEqual(['calico.yaml', 'calico-installation.yaml']);
    expect(files[0]?.content.match(/^kind: .*/gm)).toEqual(['kind: Namespace', 'kind: HelmChart']);
    expect(parse(files[1]!.content)).toMatchObject({
      apiVersion: 'operator.tigera.io/v1',
      kind: 'Installation',
      metadata: { name: 'default' },
    });
    expect(helmChartSpec(cluster, 'calico')).toMatchObject({
      repo: 'https://docs.tigera.io/calico/charts',
      chart: 'tigera-operator',
      version: CHARTS.calico.version,
      targetNamespace: 'tigera-operator',
      bootstrap: true,
      failurePolicy: 'abort',
    });
    expect(synthesisOfCluster(cluster).manifests.flatMap(({ objects }) => objects)).toEqual([]);
  });

  test('leaves to the chart nothing whose kind the operator brings only later', () => {
    const values = helmChartValues(clusterWith().cluster, 'calico');
    expectKnownValues(CHARTS.calico, values);
    expect(values).toEqual({
      installation: { enabled: false },
      apiServer: { enabled: false },
      goldmane: { enabled: false },
      whisker: { enabled: false },
      resources: { requests: { cpu: '10m', memory: '128Mi' }, limits: { memory: '512Mi' } },
    });
  });

  test('gives pods addresses of the cluster, in VXLAN packets, by the addresses that K3s gave the nodes', () => {
    expect(specFor()).toEqual({
      variant: 'Calico',
      controlPlaneReplicas: 1,
      flexVolumePath: 'None',
      kubeletVolumePluginPath: 'None',
      calicoNetwork: {
        linuxDataplane: 'Iptables',
        bgp: 'Disabled',
        containerIPForwarding: 'Enabled',
        nodeAddressAutodetectionV4: { kubernetes: 'NodeInternalIP' },
        ipPools: [
          {
            cidr: '10.42.0.0/16',
            encapsulation: 'VXLAN',
            natOutgoing: 'Enabled',
            nodeSelector: 'all()',
          },
        ],
      },
      calicoNodeDaemonSet: containers('calico-node', '100m', '192Mi', '512Mi'),
      typhaDeployment: containers('calico-typha', '20m', '64Mi', '256Mi'),
      calicoKubeControllersDeployment: containers('calico-kube-controllers', '10m', '64Mi', '256Mi'),
    });
  });

  test('follows the cluster to two families, and a second controller to a second server', () => {
    const server = (last: number) => ({
      ssh: { host: `10.0.0.${last}` },
      nodeIp: [`10.0.0.${last}`, `fd00::${last}`],
    });
    const spec = specFor(
      {},
      {
        servers: { alfa: server(11), bravo: server(12), charlie: server(13) },
        agents: {},
        network: {
          ...NETWORK,
          clusterCidr: ['10.50.0.0/16', 'fd00:50::/56'],
          serviceCidr: ['10.51.0.0/16', 'fd00:51::/112'],
        },
      },
    );
    expect(spec).toMatchObject({
      controlPlaneReplicas: 2,
      calicoNetwork: {
        nodeAddressAutodetectionV6: { kubernetes: 'NodeInternalIP' },
        ipPools: [{ cidr: '10.50.0.0/16' }, { cidr: 'fd00:50::/56' }],
      },
    });
  });

  test('takes encapsulation, BGP, MTU, resources, a repository and further values', () => {
    expect(specFor({ encapsulation: 'None', mtu: 1400 })).toMatchObject({
      calicoNetwork: { bgp: 'Enabled', mtu: 1400, ipPools: [{ encapsulation: 'None' }] },
    });
    expect(specFor({ encapsulation: 'VXLANCrossSubnet', bgp: true })).toMatchObject({
      calicoNetwork: { bgp: 'Enabled', ipPools: [{ encapsulation: 'VXLANCrossSubnet' }] },
    });
    const asked = { requests: { memory: '300Mi' } };
    const { cluster } = clusterWith({
      resources: asked,
      operatorResources: asked,
      repository: 'oci://registry.example.org/charts',
      values: { tigeraOperator: { registry: 'registry.example.org' } },
    });
    expect(helmChartSpec(cluster, 'calico')).toMatchObject({
      chart: 'oci://registry.example.org/charts/tigera-operator',
    });
    const values = helmChartValues(cluster, 'calico');
    expectKnownValues(CHARTS.calico, values);
    expect(values).toMatchObject({
      resources: asked,
      tigeraOperator: { registry: 'registry.example.org' },
    });
    expect(objectsOf(cluster, 'Installation')).toMatchObject([
      {
        spec: {
          calicoNodeDaemonSet: {
            spec: { template: { spec: { containers: [{ name: 'calico-node', resources: asked }] } } },
          },
        },
      },
    ]);
  });

  test('lets anything else of the Installation be patched', () => {
    const { cluster, calico } = clusterWith();
    patch(calico.installation!, 'spec.calicoNetwork.hostPorts', 'Disabled');
    expect(objectsOf(cluster, 'Installation')).toMatchObject([
      { spec: { calicoNetwork: { hostPorts: 'Disabled', bgp: 'Disabled' } } },
    ]);
  });

  test('says what its pods ask for; Typha grows with the nodes', () => {
    const { calico } = clusterWith();
    expect(calico.requests).toEqual({
      cpu: '40m',
      memory: '256Mi',
      perNode: { cpu: '100m', memory: '192Mi' },
    });
    const server = (last: number) => ({ ssh: { host: `10.0.0.${last}` }, nodeIp: `10.0.0.${last}` });
    const agents = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`agent-${index}`, server(20 + index)]));
    expect(clusterWith({}, { agents: agents(3) }).calico.requests.memory).toBe('320Mi');
    expect(clusterWith({}, { agents: agents(5) }).calico.requests.memory).toBe('384Mi');
  });

  test('is the same objects in a plain chart, and nothing in a cluster that exists already', () => {
    const chart = plainChart();
    new Calico(chart, 'calico');
    expect(objectsIn(chart).map(({ kind }) => kind)).toEqual(['Namespace', 'HelmChart', 'Installation']);
    expect(problemsIn(chart)).toEqual([]);
    const cluster = existingCluster();
    new Calico(cluster, 'calico');
    expect(objectsIn(cluster)).toEqual([]);
    expect(problemsIn(cluster)).toEqual([
      '[laptop/calico] scope: makes nothing: the network of cluster laptop belongs to what made the cluster; leave Calico out for this cluster (cluster-network) [warning]',
    ]);
  });
});

function containers(name: string, cpu: string, memory: string, limit: string): object {
  const resources = { requests: { cpu, memory }, limits: { memory: limit } };
  return { spec: { template: { spec: { containers: [{ name, resources }] } } } };
}

describe('Calico fails when', () => {
  const problems = (props: CalicoProps, over: Partial<K3sClusterProps> = {}): string[] =>
    problemsIn(clusterWith(props, over).cluster);

  test('the cluster has a network already, or no kube-proxy', () => {
    const fix = "write network: { cni: Cni.none('calico') } in the props of the cluster (cluster-network)";
    expect(problems({}, { network: undefined })).toEqual([
      `[k3s] network.cni: is K3s's own, flannel, and calico would be a second network; ${fix}`,
    ]);
    expect(problems({}, { network: { cni: Cni.none('calico', { kubeProxy: false }) } })).toEqual([
      `[k3s] network.cni.kubeProxy: has no kube-proxy, and calico does not take its place with these props; ${fix}`,
    ]);
  });

  test("K3s's own controller for charts is off", () => {
    expect(problems({}, { config: { server: { 'disable-helm-controller': true } } })).toHaveLength(1);
  });

  test('nobody would learn the way to pods', () => {
    expect(problems({ encapsulation: 'None', bgp: false })).toEqual([
      "[k3s/calico] bgp: is false, and without it nobody learns the way to pods with encapsulation: 'None'; remove it, or write encapsulation: 'VXLAN' (calico)",
    ]);
  });

  test('amounts are no quantities, a node has another processor, or a prop has not its form', () => {
    expect(problems({ typhaResources: { limits: { memory: '1 GB' } } })).toEqual([
      '[k3s/calico] typhaResources.limits.memory: must be a Kubernetes quantity, got "1 GB"; write \'256Mi\' (quantity)',
    ]);
    const bravo = { ssh: { host: '10.0.0.12' }, nodeIp: '10.0.0.12', architecture: 'arm' as const };
    expect(problems({}, { agents: { bravo } })).toEqual([
      '[k3s/agents/bravo] architecture: is "arm", and Calico is built for amd64 and arm64; run a 64-bit system on it, or leave Calico out (add-on-architecture)',
    ]);
    expect(problems({ encapsulation: 'vxlan' as never, mtu: 100 })).toHaveLength(2);
  });
});
