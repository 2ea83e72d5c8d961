import { ApiObject, Lazy } from 'cdk8s';
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
import { calicoRequests, installationSpec, operatorValues } from './calico-objects';
import { calicoViolations } from './calico-rules';
import type { CalicoProps } from './calico-settings';
import { calicoShape } from './calico-shape';

/**
 * Calico as the network of a K3s cluster, in the place of flannel and beside kube-proxy. K3s installs its operator, and says what it is to install, from
 * files on every server, because nothing else runs before there is a network. Pods get their addresses from the cluster's `clusterCidr`.
 *
 * The cluster says `network: { cni: Cni.none('calico') }`.
 */
export class Calico extends Construct {
  /** Namespace of the operator. */
  readonly namespace = 'tigera-operator';

  /** What its pods ask for, summed. */
  readonly requests: AddOnRequests;

  /** The HelmChart of the operator; `undefined` where nothing is made. */
  readonly release: ApiObject | undefined;

  /** What the operator is to install, an `Installation`; `undefined` where nothing is made. */
  readonly installation: ApiObject | undefined;

  constructor(scope: Construct, id: string, props: CalicoProps = {}) {
    super(scope, id);
    const { problems, sound } = checkProps(props, calicoShape);
    const cluster = Cluster.tryOf(this);
    const k3s = k3sClusterOf(this);
    this.requests = calicoRequests(sound, k3s?.allNodes.length ?? 1);
    if (problems.length > 0) {
      addCheck(this, () => problems);
      return;
    }
    if (cluster !== undefined && k3s === undefined) {
      addCheck(this, () => [foreignNetwork(cluster, 'Calico')]);
      return;
    }
    addCheck(this, () => calicoViolations(props, k3s));
    this.release = this.installOperator(props);
    this.installation = this.makeInstallation(props, k3s);
  }

  private installOperator(props: CalicoProps): ApiObject {
    const source = chartSource(CHARTS.calico);
    const file = new AutoDeploy(this, 'calico');
    new ApiObject(file, 'namespace', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: this.namespace,
        labels: { 'pod-security.kubernetes.io/enforce': 'privileged' }, // on the host's network
      },
    });
    const release = {
      ...source,
      repository: (props.repository ?? source.repository).replace(/\/+$/, ''),
      name: 'calico',
      namespace: this.namespace,
      createNamespace: false,
      // Uninstalling the release deletes the Installation, and with it the network.
      failurePolicy: 'abort' as const,
    };
    return bootstrapChart(file, 'release', release, () => operatorValues(props));
  }

  /** In a file of its own, which K3s tries again every 15 s until the operator has brought the kind (k3s-io/k3s@866d743:pkg/deploy/controller.go). */
  private makeInstallation(props: CalicoProps, k3s: K3sCluster | undefined): ApiObject {
    const servers = k3s?.allNodes.filter(({ role }) => role === 'server').length ?? 1;
    const spec = (): object => installationSpec(props, clusterNetwork(k3s), servers);
    return new ApiObject(new AutoDeploy(this, 'calico-installation'), 'installation', {
      apiVersion: 'operator.tigera.io/v1',
      kind: 'Installation',
      metadata: { name: 'default' },
      spec: Lazy.any({ produce: spec }) as unknown,
    });
  }
}
