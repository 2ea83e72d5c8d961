import type { K3sNode } from '../../../lib/distributions/k3s/model';
import { nearest } from '../../../lib/nearest';
import { withExamples } from '../../../lib/late';
import { describeValue, propertyAt } from '../../../lib/rules/shape';
import type { Cluster } from '../../cluster/cluster';
import type { K3sCluster } from '../../cluster/k3s-cluster';
import type { ConstructViolation } from '../../violations';
import { resourceViolations } from '../../workloads/resources';
import { architectureViolations, smallNodes } from '../network-provider';
import { backupSecret } from './longhorn-credentials';
import { dataNodes } from './longhorn-nodes';
import type { LonghornBackup, LonghornProps } from './longhorn-settings';
import { DEFAULT_DATA_PATH, DEFAULT_VOLUME_CPU, managerResources } from './longhorn-values';

/** What is wrong with the props of Longhorn, and where they do not fit the cluster. @param replicas The default applied. */
export function longhornViolations(
  props: LonghornProps,
  replicas: number,
  cluster: Cluster | undefined,
  k3s: K3sCluster | undefined,
): ConstructViolation[] {
  return [
    ...replicaViolations(props, replicas),
    ...pathViolations(props),
    ...percentViolations(props),
    ...resourceViolations({ resources: managerResources(props) }),
    ...(props.backup === undefined ? [] : backupViolations(props.backup, cluster)),
    ...(k3s === undefined ? [] : clusterViolations(props, replicas, k3s)),
  ];
}

function clusterViolations(
  { diskNodes }: LonghornProps,
  replicas: number,
  cluster: K3sCluster,
): ConstructViolation[] {
  const { nodes } = cluster.modelWithoutFiles();
  const names = nodes.map(({ name }) => name);
  const usable = dataNodes(nodes, diskNodes);
  const unknown = (diskNodes ?? []).flatMap((name, index) =>
    names.includes(name) ? [] : [unknownNode(name, index, names)],
  );
  return [
    ...unknown,
    ...architectureViolations(cluster, 'Longhorn', ['amd64', 'arm64']),
    ...(unknown.length === 0 && replicas > usable.length ? [tooFewNodes(replicas, usable)] : []),
    ...smallNodes(
      cluster,
      'Longhorn, whose makers ask for 4Gi a node,',
      '3Gi',
      'give the node more memory, or use LocalPathStorage, which needs next to none',
    ),
  ];
}

function tooFewNodes(replicas: number, usable: readonly K3sNode[]): ConstructViolation {
  const names = usable.map(({ name }) => name).join(', ') || 'none';
  return {
    rule: 'longhorn-replicas',
    property: 'replicas',
    problem: `is ${replicas}, and the nodes that can hold data are ${names}: every volume would stay degraded`,
    fix:
      usable.length > 0
        ? `write replicas: ${usable.length}, or add nodes`
        : 'let pods run on some node: remove its taint, or name others as diskNodes',
  };
}

function unknownNode(name: string, index: number, names: readonly string[]): ConstructViolation {
  const near = nearest(name, names);
  return {
    rule: 'unknown-node',
    property: propertyAt(['diskNodes', String(index)]),
    problem: `is ${describeValue(name)}, which is no node of the cluster`,
    fix: near === undefined ? `write one of ${names.join(', ')}` : `did you mean '${near}'?`,
  };
}

function replicaViolations({ dataLocality }: LonghornProps, replicas: number): ConstructViolation[] {
  if (!Number.isInteger(replicas) || replicas < 1 || replicas > 20)
    return [
      wrong(
        'replicas',
        `must be a whole number from 1 to 20, got ${describeValue(replicas)}`,
        'write replicas: 2',
      ),
    ];
  if (dataLocality !== 'strict-local' || replicas === 1) return [];
  return [
    wrong(
      'dataLocality',
      `'strict-local' goes with one replica, and there are ${replicas}`,
      'write replicas: 1',
    ),
  ];
}

function pathViolations({ dataPath = DEFAULT_DATA_PATH }: LonghornProps): ConstructViolation[] {
  const path = withExamples(dataPath);
  if (/^\/[^/]/.test(path) && !path.split('/').includes('..')) return [];
  const problem = `must be an absolute path without '..', got ${describeValue(dataPath)}`;
  return [wrong('dataPath', problem, "write dataPath: '/mnt/ssd/longhorn'")];
}

function percentViolations({ volumeCpuPercent = DEFAULT_VOLUME_CPU }: LonghornProps): ConstructViolation[] {
  if (volumeCpuPercent >= 0 && volumeCpuPercent <= 40) return [];
  const problem = `must be 0 to 40 percent, got ${describeValue(volumeCpuPercent)}`;
  return [wrong('volumeCpuPercent', problem, 'write volumeCpuPercent: 5')];
}

function backupViolations(backup: LonghornBackup, cluster: Cluster | undefined): ConstructViolation[] {
  const { bucket, prefix } = backup;
  return [
    ...(BUCKET_NAME.test(withExamples(bucket)) ? [] : [wrongBucket(bucket)]),
    ...(prefix === undefined || /^[^/](.*[^/])?$/.test(prefix) ? [] : [wrongPrefix(prefix)]),
    ...credentialsViolations(backup, cluster),
  ];
}

function wrongBucket(bucket: string): ConstructViolation {
  const problem = `must be 3 to 63 lower case letters, digits, '.' and '-', got ${describeValue(bucket)}`;
  return wrong('backup.bucket', problem, "write bucket: 'backups', and a folder in it as prefix");
}

function wrongPrefix(prefix: string): ConstructViolation {
  const problem = `must not begin or end with '/', got ${describeValue(prefix)}`;
  return wrong('backup.prefix', problem, "write prefix: 'production'");
}

function credentialsViolations(
  { credentials }: LonghornBackup,
  cluster: Cluster | undefined,
): ConstructViolation[] {
  const secret = backupSecret(credentials);
  if (secret === undefined) {
    const fix =
      "write { accessKey: secret('…'), secretKey: secret('…') }, and endpoint: secret('…') for a server other than AWS's own";
    return [wrong('backup.credentials', 'must be references to secrets', fix)];
  }
  if (secret.data === undefined || cluster !== undefined) return [];
  const problem = 'are secrets of the program, and without a cluster nobody brings them to Longhorn';
  const fix = "make a Secret in namespace longhorn-system and write { existingSecret: 'its-name' }";
  return [wrong('backup.credentials', problem, fix)];
}

function wrong(property: string, problem: string, fix: string): ConstructViolation {
  return { rule: 'longhorn', property, problem, fix };
}

const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
