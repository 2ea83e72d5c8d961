import { withExamples } from '../../../lib/late';
import { mergeValues, type HelmValues } from '../../helm/helm-values';
import { sumRequests, type AddOnRequests, type Resources } from '../../helm/requests';
import { resourceValues } from '../../helm/resource-values';
import { mergedResources } from '../../workloads/resources';
import type { ClusterNetwork } from '../network-provider';
import type { CalicoProps } from './calico-settings';

/**
 * Values of the operator's chart (projectcalico/calico@v3.32.1:charts/tigera-operator/values.yaml). The operator brings the custom resources itself
 * (`-manage-crds`, tigera/operator@v1.42.3:cmd/main.go), so its chart cannot hold any: they come as objects of their own, or not at all.
 */
export function operatorValues(props: CalicoProps): HelmValues {
  return mergeValues(
    {
      installation: { enabled: false },
      apiServer: { enabled: false },
      goldmane: { enabled: false },
      whisker: { enabled: false },
      resources: resourceValues(calicoResources(props).operatorResources),
    },
    props.values ?? {},
  );
}

/** Spec of the Installation (projectcalico/calico@v3.32.1:charts/crd.projectcalico.org.v1/templates/operator.tigera.io_installations.yaml). */
export function installationSpec(props: CalicoProps, network: ClusterNetwork, servers: number): object {
  const { encapsulation = 'VXLAN', bgp = encapsulation === 'None', mtu } = props;
  const { resources, typhaResources, controllerResources } = calicoResources(props);
  const families = network.podCidrs.map((cidr) => (withExamples(cidr).includes(':') ? 'V6' : 'V4'));
  return {
    variant: 'Calico',
    controlPlaneReplicas: servers > 1 ? 2 : 1,
    // The kubelet's own plug-ins suffice; these two want directories that small systems keep read-only.
    flexVolumePath: 'None',
    kubeletVolumePluginPath: 'None',
    calicoNetwork: {
      linuxDataplane: 'Iptables', // as K3s's kube-proxy
      bgp: bgp ? 'Enabled' : 'Disabled',
      // Pods of ServiceLB hand packets on (rancher/k3s-product-docs@264b0015:docs/latest/modules/en/pages/networking/basic-network-options.adoc).
      containerIPForwarding: 'Enabled',
      ...(mtu !== undefined && { mtu }),
      // The address that K3s gave the node, not that of whichever interface comes first.
      ...Object.fromEntries(
        families.map((family) => [`nodeAddressAutodetection${family}`, { kubernetes: 'NodeInternalIP' }]),
      ),
      ipPools: network.podCidrs.map((cidr) => ({
        cidr,
        encapsulation,
        natOutgoing: 'Enabled',
        nodeSelector: 'all()',
      })),
    },
    calicoNodeDaemonSet: containerResources('calico-node', resources),
    typhaDeployment: containerResources('calico-typha', typhaResources),
    calicoKubeControllersDeployment: containerResources('calico-kube-controllers', controllerResources),
  };
}

/** Resources by the props that set them. */
export function calicoResources(
  props: CalicoProps,
): Required<Pick<CalicoProps, 'resources' | 'typhaResources' | 'controllerResources' | 'operatorResources'>> {
  return {
    resources: mergedResources(NODE, props.resources),
    typhaResources: mergedResources(TYPHA, props.typhaResources),
    controllerResources: mergedResources(CONTROLLERS, props.controllerResources),
    operatorResources: mergedResources(OPERATOR, props.operatorResources),
  };
}

/** Requests of the pods that these props make. @param nodes Nodes of the cluster: the operator runs Typha by their number. */
export function calicoRequests(props: CalicoProps, nodes: number): AddOnRequests {
  const { resources, typhaResources, controllerResources, operatorResources } = calicoResources(props);
  return sumRequests([
    { resources, pods: 'per-node' },
    { resources: typhaResources, pods: typhas(nodes) },
    { resources: controllerResources },
    { resources: operatorResources },
  ]);
}

function containerResources(name: string, resources: Resources): object {
  return { spec: { template: { spec: { containers: [{ name, resources: resourceValues(resources) }] } } } };
}

/** tigera/operator@v1.42.3:pkg/common/autoscale.go. */
function typhas(nodes: number): number {
  if (nodes <= 2) return 1;
  return nodes <= 4 ? 2 : Math.max(3, Math.floor(nodes / 200) + 2);
}

const NODE: Resources = { requests: { cpu: '100m', memory: '192Mi' }, limits: { memory: '512Mi' } };
const TYPHA: Resources = { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '256Mi' } };
const CONTROLLERS: Resources = { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } };
const OPERATOR: Resources = { requests: { cpu: '10m', memory: '128Mi' }, limits: { memory: '512Mi' } };
