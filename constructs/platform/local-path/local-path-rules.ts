import { nearest } from '../../../lib/nearest';
import { describeValue, propertyAt } from '../../../lib/rules/shape';
import type { Cluster } from '../../cluster/cluster';
import type { ConstructViolation } from '../../violations';
import type { LocalPathStorageProps } from './local-path-settings';

/**
 * What is wrong with the props.
 *
 * @param nodes Names of all nodes, where the program knows them.
 */
export function localPathViolations(
  props: LocalPathStorageProps,
  cluster: Cluster | undefined,
  nodes: readonly string[] | undefined,
): ConstructViolation[] {
  const { className = 'local-path', path, pathsPerNode = {} } = props;
  return [
    ...(isClassName(className) ? [] : [wrongClassName(className)]),
    ...(path === undefined ? [] : pathViolations('path', path)),
    ...Object.entries(pathsPerNode).flatMap(([node, paths]) => [
      ...(nodes === undefined || nodes.includes(node) ? [] : [unknownNode(node, nodes)]),
      ...pathsViolations(propertyAt(['pathsPerNode', node]), paths),
    ]),
    ...(props.volumeType === 'hostPath' && (cluster?.description.backups.length ?? 0) > 0
      ? [notBackedUp()]
      : []),
  ];
}

/** Whether it can name a storage class, and what a provisioner of it is named after. */
export function isClassName(name: string): boolean {
  return CLASS_NAME.test(name);
}

function wrongClassName(className: string): ConstructViolation {
  const problem = `must be lower case letters, digits and '-', at most 40, got ${describeValue(className)}`;
  return { rule: 'storage-class', property: 'className', problem, fix: "write className: 'local-path'" };
}

function pathsViolations(property: string, paths: readonly string[]): ConstructViolation[] {
  const twice = paths.filter((path, index) => paths.indexOf(path) !== index);
  return [
    ...paths.flatMap((path) => pathViolations(property, path)),
    ...twice.map((path) => ({
      rule: 'storage-path',
      property,
      problem: `names ${describeValue(path)} twice`,
      fix: 'remove one',
    })),
  ];
}

function pathViolations(property: string, path: string): ConstructViolation[] {
  if (!path.startsWith('/') || path.split('/').includes('..')) {
    const problem = `must be an absolute path without '..', got ${describeValue(path)}`;
    return [{ rule: 'storage-path', property, problem, fix: "write '/mnt/ssd/volumes'" }];
  }
  const plain = `/${path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')}`;
  if (!isOfSystem(plain)) return [];
  return [
    {
      rule: 'storage-path',
      property,
      // The scripts of the provisioner set the directory itself to mode 700 for root.
      problem: `is ${describeValue(plain)}, which belongs to the system: the provisioner would close it to everyone but root`,
      fix: `write a directory of its own, such as '${SYSTEM_DIRECTORIES.includes(plain) ? plain : '/srv'}/volumes'`,
    },
  ];
}

function isOfSystem(path: string): boolean {
  return (
    path === '/' ||
    SYSTEM_DIRECTORIES.includes(path) ||
    SYSTEM_TREES.some((tree) => path === tree || path.startsWith(`${tree}/`))
  );
}

function unknownNode(node: string, nodes: readonly string[]): ConstructViolation {
  const near = nearest(node, nodes);
  return {
    rule: 'unknown-node',
    property: propertyAt(['pathsPerNode', node]),
    problem: 'is no node of the cluster',
    fix: near === undefined ? `write one of ${nodes.join(', ')}` : `did you mean '${near}'?`,
  };
}

function notBackedUp(): ConstructViolation {
  return {
    rule: 'volume-backup',
    property: 'volumeType',
    problem: "is 'hostPath', and Velero passes over such volumes without a word",
    fix: "write volumeType: 'local', or back these volumes up by other means",
    blocks: 'nothing',
  };
}

const CLASS_NAME = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** Shared by others; a directory below them is fine. */
const SYSTEM_DIRECTORIES = [
  '/home',
  '/media',
  '/mnt',
  '/opt',
  '/srv',
  '/tmp',
  '/usr/local',
  '/var',
  '/var/lib',
  '/var/lib/rancher',
  '/var/lib/rancher/k3s',
  '/var/log',
  '/var/tmp',
];

/** Nothing below them is for volumes either. */
const SYSTEM_TREES = [
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/lib',
  '/proc',
  '/root',
  '/run',
  '/sbin',
  '/sys',
  '/usr/bin',
  '/usr/lib',
  '/usr/sbin',
  '/var/lib/kubelet',
  '/var/lib/rancher/k3s/agent',
  '/var/lib/rancher/k3s/data',
  '/var/lib/rancher/k3s/server',
  '/var/run',
];
