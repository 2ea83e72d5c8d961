import { Construct } from 'constructs';
import { checkProps, describeValue } from '../../../lib/rules/shape';
import { Cluster } from '../../cluster/cluster';
import type { K3sCluster } from '../../cluster/k3s-cluster';
import type { K3sServer } from '../../cluster/k3s-node';
import { addCheck, type ConstructViolation } from '../../violations';
import { k3sClusterOf } from '../k3s-cluster-of';
import { isClassName, localPathViolations } from './local-path-rules';
import type { LocalPathStorageProps } from './local-path-settings';
import { localPathShape } from './local-path-shape';
import { nodePathMap } from './node-paths';
import { shipProvisioner } from './provisioner';

/**
 * Volumes in directories of the nodes, by rancher's local-path provisioner. In K3s, a class that is exactly K3s's own is left to K3s; any other
 * comes with a provisioner of its own, because K3s writes its class anew at each start. Data stays on the node it was written on.
 */
export class LocalPathStorage extends Construct {
  /** Name to write into `storageClassName` of a claim. */
  readonly className: string;

  constructor(scope: Construct, id: string, props: LocalPathStorageProps = {}) {
    super(scope, id);
    const { problems, sound } = checkProps(props, localPathShape);
    const { className = 'local-path', isDefault = true } = sound;
    this.className = className;
    if (problems.length > 0) {
      addCheck(this, () => problems);
      return;
    }

    const cluster = Cluster.tryOf(this);
    const k3s = k3sClusterOf(this);
    const existing = cluster?.description.storage.some(({ name }) => name === className) === true;
    if (k3s === undefined && cluster !== undefined && existing) {
      addCheck(this, () => [alreadyThere(cluster, className)]);
      return;
    }
    const entry = { name: className, isDefault };
    cluster?.description.storage.push(entry);
    addCheck(this, () => [
      ...localPathViolations(
        props,
        cluster,
        k3s?.allNodes.map(({ name }) => name),
      ),
      ...(cluster === undefined ? [] : clashes(cluster, entry)),
    ]);
    if (k3s !== undefined && isOwnOfK3s(props)) this.usePackaged(k3s, props.path);
    else if (isClassName(className))
      shipProvisioner(this, { ...props, className, isDefault, nodePaths: () => nodePathMap(props, k3s) });
  }

  private usePackaged(k3s: K3sCluster, path: string | undefined): void {
    k3s.requireComponent('local-storage', this);
    if (path === undefined) return;
    for (const node of k3s.allNodes) {
      if (node.role === 'server') (node as K3sServer).addConfig({ 'default-local-storage-path': path });
    }
  }
}

/** Whether the class is the very one that K3s makes (k3s-io/k3s:manifests/local-storage.yaml); its path is an option of K3s. */
function isOwnOfK3s(props: LocalPathStorageProps): boolean {
  const { className = 'local-path', isDefault = true, pathsPerNode = {}, reclaimPolicy = 'Delete' } = props;
  const { volumeBindingMode = 'WaitForFirstConsumer', volumeType = 'local' } = props;
  return (
    className === 'local-path' &&
    isDefault &&
    Object.keys(pathsPerNode).length === 0 &&
    reclaimPolicy === 'Delete' &&
    volumeBindingMode === 'WaitForFirstConsumer' &&
    volumeType === 'local'
  );
}

interface StorageEntry {
  readonly name: string;
  readonly isDefault: boolean;
}

/** Classes of one cluster that cannot stand beside each other; the later one says it. */
function clashes({ name: cluster, description }: Cluster, entry: StorageEntry): ConstructViolation[] {
  const earlier = description.storage.slice(0, description.storage.indexOf(entry));
  const same = earlier.find(({ name }) => name === entry.name);
  const otherDefault = earlier.find(({ isDefault }) => isDefault);
  if (same !== undefined) {
    const problem = `is ${describeValue(entry.name)}, which cluster ${cluster} has already`;
    return [
      { rule: 'storage-class', property: 'className', problem, fix: "write another: className: 'fast'" },
    ];
  }
  if (!entry.isDefault || otherDefault === undefined) return [];
  const problem = `makes a second default class in cluster ${cluster}, beside ${describeValue(otherDefault.name)}`;
  return [
    {
      rule: 'default-storage-class',
      property: 'isDefault',
      problem,
      fix: 'write isDefault: false in one of the two',
    },
  ];
}

function alreadyThere({ name }: Cluster, className: string): ConstructViolation {
  return {
    rule: 'storage-class',
    property: 'scope',
    problem: `makes nothing: cluster ${name} has storage class ${describeValue(className)} already`,
    fix: 'leave LocalPathStorage out for this cluster, or the class out of its storageClasses',
    blocks: 'nothing',
  };
}
