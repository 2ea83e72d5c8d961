import type { HostRule } from '../rules/rule';
import { hint, hostRule } from './host-finding';

/** What a host can do without, and is better with. */
export const comfortRules: readonly HostRule[] = [
  hostRule({
    id: 'host-hostname',
    title: 'The host has a name of its own',
    reason: 'Logs, alarms and certificates of other programs name it; localhost is everybody.',
    source: 'https://docs.k3s.io/installation/requirements#prerequisites; RFC 1123, 2.1',
    check: ({ hostname }, host) => {
      const fix = `name it: hostnamectl set-hostname ${host.name}`;
      if (/^localhost(\.|$)/i.test(hostname)) return [hint(host, `its hostname is ${hostname}`, fix)];
      return HOSTNAME.test(hostname) && hostname.length <= 253
        ? []
        : [hint(host, `its hostname is ${JSON.stringify(hostname)}, which is no name by RFC 1123`, fix)];
    },
  }),
  hostRule({
    id: 'host-swap',
    title: 'Swap is off',
    reason:
      'Pods may be slowed down by it without a limit, where they should be killed and started elsewhere.',
    source: 'https://kubernetes.io/docs/concepts/cluster-administration/swap-memory-management/',
    check: ({ swap }, host) =>
      swap ? [hint(host, 'swap is on', 'switch it off: swapoff -a, and remove it from /etc/fstab')] : [],
  }),
  hostRule({
    id: 'host-time-sync',
    title: 'The clock follows a time server',
    reason: 'Clocks that drift apart make certificates invalid, and etcd slow, on some later day.',
    source: 'timedatectl(1)',
    check: ({ timeSync }, host) =>
      timeSync === false
        ? [hint(host, 'it follows no time server', 'switch it on: timedatectl set-ntp true')]
        : [],
  }),
  hostRule({
    id: 'host-volume-tools',
    title: 'Tools for iSCSI and NFS volumes are there',
    reason:
      'The kubelet mounts such volumes by programs of the host; Longhorn and NFS provisioners need them.',
    source: 'https://longhorn.io/docs/latest/deploy/install/#installation-requirements',
    check: ({ iscsi, nfs }, host) => [
      ...(iscsi === false
        ? [hint(host, 'pods cannot use iSCSI volumes there', 'if some do: apt install open-iscsi')]
        : []),
      ...(nfs === false
        ? [hint(host, 'pods cannot use NFS volumes there', 'if some do: apt install nfs-common')]
        : []),
    ],
  }),
  hostRule({
    id: 'host-proxy',
    title: 'A proxy of the host is known to K3s',
    reason: 'Services of systemd do not see the variables of a login, so images are pulled past the proxy.',
    source: 'https://docs.k3s.io/advanced#configuring-an-http-proxy',
    check: ({ proxies = [] }, host) =>
      proxies.length === 0 ||
      host.files.some(({ content }) => /^(?:CONTAINERD_)?HTTPS?_PROXY=/im.test(content))
        ? []
        : [
            hint(
              host,
              `${proxies.join(' and ')} ${proxies.length === 1 ? 'is' : 'are'} set there, and not for K3s`,
              'write them into the environment of the cluster, with the address ranges of nodes, pods and services in NO_PROXY',
            ),
          ],
  }),
];

const HOSTNAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
