import { readFileSync } from 'node:fs';
import { Cni } from 'k3stack';
import type { K3sClusterProps } from 'k3stack';
import type { LabHost } from '../hosts/host';
import type { LabOptions } from '../hosts/lab';
import { isRealK3s } from './releases';

type Shared = Omit<K3sClusterProps, 'servers' | 'agents' | 'version'>;

/** The hosts of a lab, and, for a real K3s, a disk for its data: containerd's overlayfs refuses the overlay that is a lab host's root. */
export function disksFor({ hosts, disks = {} }: LabOptions): NonNullable<LabOptions['disks']> {
  if (!isRealK3s()) return disks;
  return Object.fromEntries(hosts.map((host) => [host, { '/var/lib/rancher': '3G', ...disks[host] }]));
}

/** Props of a cluster, and what a real K3s needs besides on a host of the lab. */
export function withRealNeeds<P extends Partial<Shared>>(props: P): P {
  if (!isRealK3s()) return props;
  const { server, agent } = props.config ?? {};
  return {
    // There is nowhere to pull its image from.
    coreDns: false,
    ...props,
    // Its controller needs `ipset`, which no base root has.
    network: { cni: Cni.flannel({ networkPolicy: false }), ...props.network },
    config: {
      server: { ...server, 'kubelet-arg': { ...KUBELET, ...server?.['kubelet-arg'] } },
      agent: { ...agent, 'kubelet-arg': { ...KUBELET, ...agent?.['kubelet-arg'] } },
    },
  };
}

/**
 * Control groups of version 1 are refused by default since 1.35; and where the lab's own session is in one of memory, that hierarchy is read-only in a host,
 * so no groups can be made for pods.
 */
const KUBELET = { 'fail-cgroupv1': 'false', 'cgroups-per-qos': 'false', 'enforce-node-allocatable': '' };

/**
 * Puts beside K3s what a program need not know of, on hosts that are on: images, as none can be pulled, and settings of containerd. Uninstalling K3s
 * removes it with the data, so it is looked after before each update.
 */
export async function equip(hosts: readonly LabHost[]): Promise<void> {
  if (!isRealK3s()) return;
  const archive = process.env['K3STACK_LAB_IMAGES'];
  const images = archive === undefined || archive === '' ? undefined : readFileSync(archive);
  for (const host of hosts.filter(({ isOn }) => isOn)) {
    if (!(await host.exists(RUNC))) await host.writeFile(RUNC, RUNC_TEXT, '0755');
    if (!(await host.exists(CONTAINERD))) await host.writeFile(CONTAINERD, CONTAINERD_TEXT);
    if (images !== undefined && !(await host.exists(IMAGES))) await host.writeFile(IMAGES, images);
  }
}

const RUNC = '/usr/local/lib/lab-runc';
const CONTAINERD = '/var/lib/rancher/k3s/agent/etc/containerd/config-v3.toml.d/50-lab.toml';
const IMAGES = '/var/lib/rancher/k3s/agent/images/lab.tar';

/**
 * Where a control group cannot be made, runc goes on when it was not told which; containerd tells it in the container's bundle, and has no setting for
 * that. And nspawn forbids keyrings.
 */
const RUNC_TEXT = `#!/bin/sh
for argument in "$@"; do
  shift
  set -- "$@" "$argument"
  [ "$argument" != create ] || set -- "$@" --no-new-keyring
  [ ! -f "$argument/config.json" ] || sed -i 's|"cgroupsPath":"[^"]*"|"cgroupsPath":""|' "$argument/config.json"
done
exec /var/lib/rancher/k3s/data/current/bin/runc --rootless=true "$@"
`;

/** Without CAP_SYS_RESOURCE no score can be lowered. */
const CONTAINERD_TEXT = `[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true

[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
  BinaryName = "${RUNC}"
  SystemdCgroup = false
`;
