import { withExamples } from '../late';
import type { HostSynthesis } from '../synthesis/synthesis';
import type { Finding, StaticRule } from './rule';

/** Rules about the hosts of all clusters of one environment together; those of one cluster are the distribution's. */
export const hostSetRules: readonly StaticRule<readonly HostSynthesis[]>[] = [
  {
    id: 'host-name-unique',
    kind: 'static',
    title: 'Every host of an environment has a name of its own',
    reason:
      'The name is the identity of a host: of its files, of its steps, and of the resources that carry them out.',
    source: 'docs/decisions/0005-stable-names.md',
    check: (hosts) =>
      twice(hosts, (host) => host.name).map(([host, other]) => ({
        path: host.path,
        property: 'servers',
        problem: `${host.name} is the name of ${other.path} as well`,
        fix: `give one of the two another name, such as '${host.name}-${host.cluster}'`,
      })),
  },
  {
    id: 'host-machine-unique',
    kind: 'static',
    title: 'Every machine is in one cluster',
    reason: "Two clusters on one machine would replace each other's binary, files and service.",
    source: 'https://docs.k3s.io/installation/requirements',
    check: (hosts) =>
      twice(hosts, machine).map(([host, other]): Finding => ({
        path: host.path,
        property: 'ssh.host',
        problem: `${machine(host)} is the machine of ${other.path} as well`,
        fix: 'name another machine, or remove one of the two',
      })),
  },
];

function machine({ transport }: HostSynthesis): string {
  return 'ssh' in transport
    ? `${withExamples(transport.ssh.host)}:${transport.ssh.port ?? 22}`
    : 'this machine';
}

/** Hosts that share a key with one of another cluster before them. */
function twice(
  hosts: readonly HostSynthesis[],
  key: (host: HostSynthesis) => string,
): [HostSynthesis, HostSynthesis][] {
  const first = new Map<string, HostSynthesis>();
  return hosts.flatMap((host): [HostSynthesis, HostSynthesis][] => {
    const other = first.get(key(host));
    if (other === undefined) first.set(key(host), host);
    return other === undefined || other.cluster === host.cluster ? [] : [[host, other]];
  });
}
