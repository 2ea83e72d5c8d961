import { bytesOf, coresOf } from '../../../cluster/quantity';
import type { HostFile } from '../../../synthesis/synthesis';
import { dataDirOf, hostPaths, unitPaths } from '../host-paths';
import type { K3sModel, K3sNode } from '../model';
import { hasEnvironment } from './environment';
import { rootFile } from './root-file';
import { sysctlsOf } from './sysctl';
import { unitText, unitWord } from './systemd-syntax';

/** The systemd unit that runs K3s, and the ceiling of its resources. */
export function unitFiles(model: K3sModel, node: K3sNode): HostFile[] {
  const { unit, ceiling } = unitPaths(node.role);
  const limits = ceilingLines(node);
  return [
    rootFile(unit, unitContent(model, node), { mode: '0644' }),
    ...(limits.length > 0 ? [rootFile(ceiling, `[Service]\n${limits.join('\n')}\n`, { mode: '0644' })] : []),
  ];
}

/**
 * Follows the unit of K3s's install.sh, apart from this: what K3s would start wrongly without is asserted (see {@link assertions}); and
 * `network-online.target` is not pulled in, as it takes two minutes where its wait service has nothing to wait for (seen with K3s v1.36.3+k3s1 on Debian 12),
 * and K3s starts again every five seconds until there is a default route.
 */
function unitContent(model: K3sModel, node: K3sNode): string {
  return `${[
    '[Unit]',
    `Description=K3s ${node.role}, managed by k3stack`,
    'Documentation=https://docs.k3s.io',
    'After=network.target network-online.target time-sync.target',
    ...assertions(model, node),
    '',
    '[Service]',
    'Type=notify',
    'EnvironmentFile=-/etc/default/%N',
    'EnvironmentFile=-/etc/sysconfig/%N',
    // Without a dash in front: a server that missed its datastore's address would make a cluster of its own.
    ...(hasEnvironment(model, node) ? [`EnvironmentFile=${unitPaths(node.role).environment}`] : []),
    'ExecStartPre=-/sbin/modprobe br_netfilter',
    'ExecStartPre=-/sbin/modprobe overlay',
    ...(Object.keys(sysctlsOf(model, node)).length > 0
      ? [`ExecStartPre=-/sbin/sysctl -q -p ${hostPaths.sysctl}`]
      : []),
    ...snapshotDirectory(model, node),
    `ExecStart=${hostPaths.binary} ${node.role}`,
    ...SERVICE,
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ].join('\n')}\n`;
}

/**
 * K3s starts a new cluster of its own, without a word, when it is told neither to join nor to initialise, when its token is empty, and when
 * the data of its datastore is gone. And a server that etcd has removed joins again when it starts (K3s leaves a tombstone for that), as a member without
 * a Node, which nobody removes. A unit with a failed assertion does not start, and says so.
 */
function assertions(model: K3sModel, node: K3sNode): string[] {
  const asserted = [`AssertPathExists=${hostPaths.bootstrap}`, `AssertFileNotEmpty=${hostPaths.token}`];
  if (node.role === 'agent' || model.datastore.kind === 'external') return asserted;
  const database = unitText(`${dataDirOf(node)}/server/db`);
  // One of the three with a bar has to hold.
  return [
    ...asserted,
    ...(model.datastore.kind === 'embedded-etcd' ? [`AssertPathExists=!${database}/etcd/tombstone`] : []),
    `AssertPathExists=|!${hostPaths.initialised}`,
    `AssertPathExists=|${database}/state.db`,
    `AssertPathExists=|${database}/etcd`,
  ];
}

/** K3s makes its own directory for snapshots and no other, and takes none without (pkg/etcd/snapshot.go, snapshotDir). */
function snapshotDirectory({ datastore }: K3sModel, { role }: K3sNode): string[] {
  const snapshots = datastore.kind === 'embedded-etcd' && role === 'server' ? datastore.snapshots : undefined;
  if (!snapshots || snapshots.dir === undefined) return [];
  return [`ExecStartPre=/bin/mkdir -p -m 0700 ${unitWord(snapshots.dir)}`];
}

function ceilingLines({ settings: { ceiling = {} } }: K3sNode): string[] {
  const { cpu, memory } = ceiling;
  return [
    ...(cpu === undefined ? [] : [`CPUQuota=${Math.max(1, Math.round(coresOf(cpu) * 100))}%`]),
    ...(memory === undefined ? [] : [`MemoryMax=${bytesOf(memory)}`]),
  ];
}

const SERVICE = [
  'KillMode=process', // pods outlive a restart of K3s
  'Delegate=yes',
  'User=root',
  'LimitNOFILE=1048576',
  'LimitNPROC=infinity',
  'LimitCORE=infinity',
  'TasksMax=infinity',
  'TimeoutStartSec=0', // an etcd member waits for quorum as long as it takes
  'Restart=always',
  'RestartSec=5s',
];
