import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkProps, describeValue } from '../../../lib/rules/shape';
import { Cluster } from '../../cluster/cluster';
import type { K3sCluster } from '../../cluster/k3s-cluster';
import { CHARTS, chartSource } from '../../helm/chart-catalogue';
import { HelmChart } from '../../helm/helm-chart';
import type { AddOnRequests } from '../../helm/requests';
import { addCheck, type ConstructViolation } from '../../violations';
import { k3sClusterOf } from '../k3s-cluster-of';
import { backupSecret } from './longhorn-credentials';
import { dataNodes, openNodes } from './longhorn-nodes';
import { longhornViolations } from './longhorn-rules';
import type { LonghornBackup, LonghornProps } from './longhorn-settings';
import { longhornShape } from './longhorn-shape';
import { longhornRequests, longhornValues } from './longhorn-values';

/**
 * Volumes that are kept on several nodes at once, so that a pod finds its data wherever it starts. Every node needs `open-iscsi`, and `nfs-common` for
 * volumes that several pods write. A failed upgrade is left to people: K3s would otherwise uninstall Longhorn first, and the volumes with it.
 */
export class Longhorn extends Construct {
  /** Name to write into `storageClassName` of a claim. */
  readonly className = 'longhorn';

  /** Namespace it runs in. */
  readonly namespace = 'longhorn-system';

  /** Copies of each volume. */
  readonly replicas: number;

  /** What its pods ask for, summed; the processes of the volumes ask for `volumeCpuPercent` of each node beside. */
  readonly requests: AddOnRequests;

  /** The Namespace; `undefined` where nothing is made. */
  readonly namespaceObject: ApiObject | undefined;

  constructor(scope: Construct, id: string, props: LonghornProps = {}) {
    super(scope, id);
    const { problems, sound } = checkProps(props, longhornShape);
    const cluster = Cluster.tryOf(this);
    const k3s = k3sClusterOf(this);
    const { replicas = usualReplicas(sound, k3s), isDefault = true } = sound;
    const controllers = (k3s === undefined ? MOST_REPLICAS : openNodes(k3s.nodesSoFar()).length) > 1 ? 2 : 1;
    this.replicas = replicas;
    this.requests = longhornRequests(sound, { controllers });
    if (problems.length > 0) {
      addCheck(this, () => problems);
      return;
    }
    const existing = cluster?.description.storage.some(({ name }) => name === this.className) === true;
    if (cluster !== undefined && existing) {
      addCheck(this, () => [alreadyThere(cluster, k3s !== undefined)]);
      return;
    }
    const entry = { name: this.className, isDefault };
    cluster?.description.storage.push(entry);
    addCheck(this, () => [
      ...longhornViolations(props, replicas, cluster, k3s),
      ...(cluster === undefined ? [] : secondDefault(cluster, entry)),
    ]);
    labelDiskNodes(k3s, props.diskNodes);
    // Its pods mount the host's directories and devices, as root.
    this.namespaceObject = this.makeNamespace();
    if (props.backup !== undefined) this.declareBackup(props.backup, cluster);
    this.install(props, { replicas, controllers, delivery: cluster?.helm });
  }

  private install(props: LonghornProps, context: Parameters<typeof longhornValues>[1]): void {
    const source = chartSource(CHARTS.longhorn);
    new HelmChart(this, 'chart', {
      ...source,
      repository: props.repository ?? source.repository,
      releaseName: 'longhorn',
      namespace: this.namespace,
      failurePolicy: 'abort',
      values: longhornValues(props, context),
    });
  }

  private makeNamespace(): ApiObject {
    return new ApiObject(this, 'namespace', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: this.namespace,
        labels: { 'pod-security.kubernetes.io/enforce': 'privileged' },
      },
    });
  }

  private declareBackup(backup: LonghornBackup, cluster: Cluster | undefined): void {
    const secret = backupSecret(backup.credentials);
    if (secret?.data !== undefined)
      cluster?.addSecret(this, { namespace: this.namespace, name: secret.name, data: secret.data });
  }
}

/** One for each node that can hold one; without a cluster of K3s nobody says which can. */
function usualReplicas({ diskNodes }: LonghornProps, k3s: K3sCluster | undefined): number {
  const nodes =
    k3s === undefined ? (diskNodes?.length ?? MOST_REPLICAS) : dataNodes(k3s.nodesSoFar(), diskNodes).length;
  return Math.max(1, Math.min(MOST_REPLICAS, nodes));
}

/** longhorn/website@0f622500:content/docs/1.12.1/references/settings.md, Create Default Disk on Labeled Nodes. */
function labelDiskNodes(cluster: K3sCluster | undefined, diskNodes: readonly string[] = []): void {
  for (const node of cluster?.allNodes ?? [])
    if (diskNodes.includes(node.name)) node.addLabel('node.longhorn.io/create-default-disk', 'true');
}

/** The later of two classes says it; {@link LocalPathStorage} does the same. */
function secondDefault(
  { name, description }: Cluster,
  entry: { readonly name: string; readonly isDefault: boolean },
): ConstructViolation[] {
  const earlier = description.storage.slice(0, description.storage.indexOf(entry));
  const other = earlier.find(({ isDefault }) => isDefault);
  if (!entry.isDefault || other === undefined) return [];
  return [
    {
      rule: 'default-storage-class',
      property: 'isDefault',
      problem: `makes a second default class in cluster ${name}, beside ${describeValue(other.name)}`,
      fix: 'write isDefault: false in one of the two',
    },
  ];
}

function alreadyThere({ name }: Cluster, isSecond: boolean): ConstructViolation {
  if (isSecond) {
    return {
      rule: 'storage-class',
      property: 'scope',
      problem: `is a second Longhorn in cluster ${name}`,
      fix: 'put everything into the props of the first',
    };
  }
  return {
    rule: 'storage-class',
    property: 'scope',
    problem: `makes nothing: cluster ${name} has storage class 'longhorn' already`,
    fix: 'leave Longhorn out for this cluster, or the class out of its storageClasses',
    blocks: 'nothing',
  };
}

/** longhorn/website@0f622500:content/docs/1.12.1/references/settings.md, Default Replica Count: three for three nodes and more. */
const MOST_REPLICAS = 3;
