import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkProps } from '../../../lib/rules/shape';
import { AutoDeploy } from '../../cluster/auto-deploy';
import { Cluster } from '../../cluster/cluster';
import type { K3sCluster } from '../../cluster/k3s-cluster';
import { CHARTS, chartSource } from '../../helm/chart-catalogue';
import { bootstrapChart } from '../../helm/helm-controller';
import type { AddOnRequests } from '../../helm/requests';
import { addCheck } from '../../violations';
import { k3sClusterOf } from '../k3s-cluster-of';
import { clusterNetwork, foreignNetwork } from '../network-provider';
import { blockOf, ciliumViolations } from './cilium-rules';
import type { CiliumLoadBalancer, CiliumProps } from './cilium-settings';
import { ciliumShape } from './cilium-shape';
import { ciliumRequests, ciliumValues } from './cilium-values';

/**
 * Cilium as the network of a K3s cluster, in the place of flannel and, where the cluster runs none, of kube-proxy. K3s installs it itself, from a
 * file on every server, because nothing else runs before there is a network. Pods get their addresses from the cluster's `clusterCidr`.
 *
 * The cluster says `network: { cni: Cni.none('cilium', { kubeProxy: false }) }`.
 */
export class Cilium extends Construct {
  /** Class of Ingress objects that it serves; `undefined` unless `ingress` is on. */
  readonly ingressClass: 'cilium' | undefined;

  /** What its pods ask for, summed. */
  readonly requests: AddOnRequests;

  /** The HelmChart; `undefined` where nothing is made. */
  readonly release: ApiObject | undefined;

  /** Addresses for Services; `undefined` without `loadBalancer`. */
  readonly addressPool: ApiObject | undefined;

  /** Who answers for the addresses; `undefined` when nothing does. */
  readonly announcement: ApiObject | undefined;

  constructor(scope: Construct, id: string, props: CiliumProps = {}) {
    super(scope, id);
    const { problems, sound } = checkProps(props, ciliumShape);
    const cluster = Cluster.tryOf(this);
    const k3s = k3sClusterOf(this);
    const { ingress = 'off', operatorReplicas = defaultReplicas(k3s) } = sound;
    this.ingressClass = ingress === 'off' ? undefined : 'cilium';
    this.requests = ciliumRequests(sound, operatorReplicas);
    if (problems.length > 0) {
      addCheck(this, () => problems);
      return;
    }
    if (cluster !== undefined && k3s === undefined) {
      addCheck(this, () => [foreignNetwork(cluster, 'Cilium')]);
      return;
    }
    if (this.ingressClass !== undefined) cluster?.addIngressClass(this.ingressClass);
    addCheck(this, () => ciliumViolations(props, k3s));
    this.release = this.install(props, k3s, operatorReplicas);
    if (props.loadBalancer === undefined) return;
    this.addressPool = this.makePool(props.loadBalancer);
    if (props.loadBalancer.announce ?? true) this.announcement = this.makePolicy(props.loadBalancer);
  }

  private install(props: CiliumProps, k3s: K3sCluster | undefined, operatorReplicas: number): ApiObject {
    const source = chartSource(CHARTS.cilium);
    const release = {
      ...source,
      repository: (props.repository ?? source.repository).replace(/\/+$/, ''),
      name: 'cilium',
      namespace: 'kube-system',
      createNamespace: false,
    };
    return bootstrapChart(new AutoDeploy(this, 'cilium'), 'release', release, () =>
      ciliumValues(props, {
        network: clusterNetwork(k3s),
        operatorReplicas,
        isDefaultIngress: k3s === undefined || k3s.ingressClass === 'cilium',
      }),
    );
  }

  /** cilium/cilium@v1.19.6:pkg/k8s/apis/cilium.io/client/crds/v2/ciliumloadbalancerippools.yaml, which is stored as v2. */
  private makePool({ addresses }: CiliumLoadBalancer): ApiObject {
    return new ApiObject(this, 'addresses', {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumLoadBalancerIPPool',
      metadata: { name: 'default' },
      spec: { blocks: addresses.map(blockOf).filter((block) => block !== undefined) },
    });
  }

  /** cilium/cilium@v1.19.6:pkg/k8s/apis/cilium.io/client/crds/v2alpha1/ciliuml2announcementpolicies.yaml. */
  private makePolicy({ interfaces, nodeLabels }: CiliumLoadBalancer): ApiObject {
    return new ApiObject(this, 'announcement', {
      apiVersion: 'cilium.io/v2alpha1',
      kind: 'CiliumL2AnnouncementPolicy',
      metadata: { name: 'default' },
      spec: {
        loadBalancerIPs: true,
        ...(interfaces !== undefined && { interfaces: [...interfaces] }),
        ...(nodeLabels !== undefined && { nodeSelector: { matchLabels: { ...nodeLabels } } }),
      },
    });
  }
}

/** A second one takes over when the first falls away, which needs a second server to be of use. */
function defaultReplicas(cluster: K3sCluster | undefined): number {
  const servers = cluster?.allNodes.filter(({ role }) => role === 'server').length ?? 1;
  return servers > 1 ? 2 : 1;
}
