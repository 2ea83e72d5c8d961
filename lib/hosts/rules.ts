import type { Finding, HostRule } from '../rules/rule';
import type { Architecture } from '../cluster/node';
import type { HostSynthesis } from '../synthesis/synthesis';
import type { HostFacts } from './facts';
import { comfortRules } from './comfort-rules';
import { at, hint, hostRule } from './host-finding';
import { installedFindings } from './installed';
import { rotationFindings } from './rotations';
import { sudoFindings } from './sudo';

const requirements = 'https://docs.k3s.io/installation/requirements';

/** What a host must have before anything on it is changed. */
export const hostRules: readonly HostRule[] = [
  hostRule({
    id: 'host-system',
    title: 'Hosts run Linux with systemd',
    reason: 'K3s runs on Linux only, and its service is a systemd unit.',
    source: `${requirements}#operating-systems; k3s install.sh, verify_system`,
    check: ({ system, init }, host) => [
      ...(system === 'Linux' ? [] : [at(host, `the host runs ${system}`, 'use a Linux machine')]),
      ...(init === 'systemd' || system !== 'Linux'
        ? []
        : [at(host, `process 1 is ${init}, not systemd`, 'use a distribution with systemd')]),
    ],
  }),
  hostRule({
    id: 'host-architecture',
    title: 'The processor is the declared one',
    reason: 'The binary would not run.',
    source: 'k3s scripts/validate-artifacts',
    check: architectureFindings,
  }),
  hostRule({
    id: 'host-sudo',
    title: 'The user is root, or becomes root by sudo',
    reason: 'Nobody is there to type a password; one that is given has to be the right one.',
    source: 'sudoers(5), NOPASSWD',
    check: sudoFindings,
  }),
  hostRule({
    id: 'host-tools',
    title: 'Programs that steps are made of are there',
    reason: 'Steps are shell scripts; nothing is installed on a host to run them.',
    source: 'lib/hosts/scripts; k3s install.sh, download',
    check: ({ missing = [] }, host) => {
      const downloads = host.artifacts.some(({ from }) => from !== 'operator');
      const needed = missing.filter((tool) => (tool === 'curl' ? downloads : !BUNDLED.has(tool)));
      const fix = 'install what has them: apt install coreutils curl iproute2 iptables kmod mount procps';
      const comfort = missing.filter((tool) => BUNDLED.has(tool));
      return [
        ...(needed.length > 0 ? [at(host, `it lacks ${needed.join(', ')}`, fix)] : []),
        ...(comfort.length > 0 ? [hint(host, `it lacks ${comfort.join(', ')}`, fix)] : []),
      ];
    },
  }),
  hostRule({
    id: 'host-cgroup',
    title: 'The kernel counts processes and memory of pods',
    reason:
      'The kubelet stops without the pids and memory controllers; a Raspberry Pi has the latter switched off.',
    source: `${requirements}#operating-systems; k3s pkg/cgroups`,
    check: cgroupFindings,
  }),
  hostRule({
    id: 'host-memory',
    title: 'A server has 2 GiB of memory, an agent 512 MiB',
    reason: 'Below that K3s starts, and is killed by the kernel later.',
    source: `${requirements}#hardware`,
    check: memoryFindings,
  }),
  hostRule({
    id: 'host-cpu',
    title: 'A server has two processors',
    reason: 'etcd misses its heartbeats when it has to wait for one.',
    source: `${requirements}#hardware`,
    check: ({ cpus }, host) =>
      host.role === 'agent' || cpus >= 2
        ? []
        : [
            {
              ...at(host, `a server needs 2 processors, and has ${cpus}`, 'use a larger machine'),
              blocks: 'nothing',
            },
          ],
  }),
  hostRule({
    id: 'host-disk',
    title: 'There is room for the binary, images and the datastore',
    reason: 'A full disk stops sqlite and etcd, and the kubelet evicts every pod.',
    source: 'https://github.com/k3s-io/k3s/issues/11901',
    check: diskFindings,
  }),
  hostRule({
    id: 'host-clock',
    title: 'Clocks agree within 30 seconds',
    reason: 'New certificates are not valid yet on a host whose clock is behind.',
    source: 'https://github.com/k3s-io/k3s/issues/5163',
    check: ({ clockSkew }, host) =>
      Math.abs(clockSkew) <= 30
        ? []
        : [
            at(
              host,
              `its clock is ${Math.abs(Math.round(clockSkew))} s ${clockSkew > 0 ? 'ahead' : 'behind'}`,
              'let it follow a time server: timedatectl set-ntp true',
            ),
          ],
  }),
  hostRule({
    id: 'host-ports',
    title: 'The ports of K3s are free',
    reason: 'K3s stops when something else listens there.',
    source: `${requirements}#networking`,
    check: portFindings,
  }),
  hostRule({
    id: 'host-default-route',
    title: 'There is a default route',
    reason: 'K3s finds its own address by it, and stops without one.',
    source: 'https://docs.k3s.io/installation/airgap#default-network-route',
    check: ({ defaultRoute }, host) =>
      defaultRoute !== undefined
        ? []
        : [
            at(
              host,
              'it has no default route',
              'add one; without a router: ip link add dummy0 type dummy && ip link set dummy0 up && ip route add default dev dummy0',
            ),
          ],
  }),
  hostRule({
    id: 'host-installed',
    title: 'What is installed there is this node of this cluster',
    reason:
      'Two installers would overwrite each other’s unit and configuration, two clusters each other’s data.',
    source: 'docs/decisions/0004-host-steps.md',
    check: installedFindings,
  }),
  hostRule({
    id: 'host-named',
    title: 'The machine is called like its node, or as the program says',
    reason: 'Behind an address that was mixed up is another machine, which would be overwritten.',
    source: 'docs/cluster.md, settings of a node',
    check: hostnameFindings,
  }),
  hostRule({
    id: 'host-rotation',
    title: 'The number of a rotation is not lowered',
    reason: 'What was rotated stays so; the numbers in between would rotate nothing when they come again.',
    source: 'docs/cluster.md, rotations and repairs',
    check: rotationFindings,
  }),
  ...comfortRules,
];

/** A host that k3stack has changed before is known by its mark, and the operator's own machine is mixed up with none. */
function hostnameFindings({ hostname, installed }: HostFacts, host: HostSynthesis): Finding[] {
  const wanted = (host.hostname ?? host.name).toLowerCase();
  const found = hostname.toLowerCase();
  if ('local' in host.transport || installed?.owner !== undefined) return [];
  if ([found, found.split('.')[0], 'any'].includes(wanted)) return [];
  return [
    at(
      host,
      `its hostname is ${JSON.stringify(hostname)}, and not ${wanted}`,
      `see that this is the machine that is meant; then name it (hostnamectl set-hostname ${wanted}), or write hostname: ${JSON.stringify(hostname)} for the node, or hostname: 'any' in nodes of the cluster`,
      'hostname',
    ),
  ];
}

function architectureFindings({ machine }: HostFacts, host: HostSynthesis): Finding[] {
  const found = ARCHITECTURES[machine];
  if (found === host.architecture) return [];
  const problem = `it is ${machine}, and ${host.architecture} is declared`;
  if (found === undefined)
    return [
      at(
        host,
        `K3s is not released for ${machine}`,
        `use one of ${Object.keys(ARCHITECTURES).join(', ')}`,
        'architecture',
      ),
    ];
  return [at(host, problem, `write architecture: '${found}'`, 'architecture')];
}

function cgroupFindings({ cgroupControllers }: HostFacts, host: HostSynthesis): Finding[] {
  const missing = ['memory', 'pids'].filter((controller) => !cgroupControllers.includes(controller));
  if (missing.length === 0) return [];
  const fix =
    'add cgroup_enable=memory cgroup_memory=1 to the kernel command line (Raspberry Pi: cmdline.txt), and reboot';
  return [
    at(
      host,
      `the cgroup ${missing.length === 1 ? 'controller' : 'controllers'} ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} off`,
      fix,
    ),
  ];
}

/** Firmware and kernel keep some of what was bought, so a tenth may be missing; half of it is too little to start at all. */
function memoryFindings({ memory }: HostFacts, host: HostSynthesis): Finding[] {
  const wanted = host.role === 'server' ? 2048 : 512;
  if (memory >= wanted * 0.9) return [];
  const finding = at(
    host,
    `${host.role === 'server' ? 'a server' : 'an agent'} needs ${wanted} MiB of memory, and has ${memory}`,
    'use a larger machine',
  );
  return [memory >= wanted * 0.45 ? { ...finding, blocks: 'nothing' } : finding];
}

/** MiB: binary and its unpacked parts (twice while it is replaced), image archives and what is made of them, and the datastore. */
function diskFindings({ diskFree, installed }: HostFacts, { artifacts, ...host }: HostSynthesis): Finding[] {
  const archives = artifacts.length - 1;
  const wanted =
    (installed === undefined ? 1200 : 600) +
    archives * 1000 +
    (host.role === 'server' && installed === undefined ? 500 : 0);
  if (diskFree >= wanted) return [];
  return [
    at(
      { artifacts, ...host },
      `${diskFree} MiB are free on its disk, and ${wanted} are needed`,
      'free some, or write dataDir on a larger disk',
      'dataDir',
    ),
  ];
}

function portFindings({ portsInUse, listeners = [], installed }: HostFacts, host: HostSynthesis): Finding[] {
  if (installed !== undefined) return []; // then it is K3s itself that listens
  const wanted = [...NODE_PORTS, ...(host.role === 'server' ? serverPorts(host) : [])];
  const taken = wanted.filter((port) => portsInUse.includes(port)).sort((a, b) => a - b);
  if (taken.length === 0) return [];
  const fix = `stop what listens there: ss -ltnp '( sport = :${taken[0]} )'`;
  const by = [
    ...new Set(
      taken.flatMap((port) => listeners.find((each) => each.startsWith(`${port}/`))?.split('/')[1] ?? []),
    ),
  ];
  return [
    at(
      host,
      `${taken.length === 1 ? 'port' : 'ports'} ${taken.join(', ')} ${taken.length === 1 ? 'is' : 'are'} in use${by.length === 0 ? '' : `, by ${by.join(', ')}`}`,
      fix,
    ),
  ];
}

function serverPorts({ settings }: HostSynthesis): number[] {
  const port = settings['https-listen-port'];
  return [typeof port === 'number' ? port : 6443, 2379, 2380, 2381, 10257, 10259];
}

/** By `uname -m`; K3s is released for these only. */
const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  x86_64: 'amd64',
  amd64: 'amd64',
  aarch64: 'arm64',
  arm64: 'arm64',
  armv7l: 'arm',
  armv8l: 'arm',
};

/** What K3s brings along, or does without where the kernel has all it needs. */
const BUNDLED = new Set(['ip', 'iptables', 'modprobe']);

/** The agent's load balancer, containerd, kubelet and kube-proxy. */
const NODE_PORTS = [6444, 10010, 10248, 10249, 10250, 10256];
