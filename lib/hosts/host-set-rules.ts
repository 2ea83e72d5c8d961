import type { Violation } from '../rules/violation';
import type { HostSynthesis } from '../synthesis/synthesis';
import type { HostFacts } from './facts';
import { at, hint } from './host-finding';

/** A host with what it reported. */
export interface ReportedHost {
  readonly host: HostSynthesis;
  readonly facts: HostFacts;
}

/** Rules about hosts together, for the page about rules; hostnames are one about each host as well. */
export const hostSetRuleTable = [
  {
    id: 'host-machine-id',
    title: 'Every host is a machine of its own',
    reason:
      'Two nodes on one machine would replace each other; copies of one disk get the same addresses and names.',
    source: 'machine-id(5)',
  },
] as const;

/** What hosts must not have in common. */
export function hostSetFindings(hosts: readonly ReportedHost[]): Violation[] {
  return [
    ...shared(hosts, ({ machineId }) => machineId).map(([{ host, facts }, other]) => ({
      rule: 'host-machine-id',
      ...at(
        host,
        `it has the machine-id of ${other.host.name} (${facts.machineId}): it is the same machine, or a copy of its disk`,
        'name another machine; on a copy: rm /etc/machine-id && systemd-machine-id-setup, and reboot',
        'ssh.host',
      ),
    })),
    ...shared(hosts, ({ hostname }) => hostname.toLowerCase())
      .filter(([{ facts }, other]) => facts.machineId !== other.facts.machineId)
      .map(([{ host, facts }, other]) => ({
        rule: 'host-hostname',
        ...hint(
          host,
          `${facts.hostname} is the hostname of ${other.host.name} too`,
          `name it: hostnamectl set-hostname ${host.name}`,
        ),
      })),
  ];
}

/** Hosts that share something with one before them; what is empty is not shared. */
function shared(
  hosts: readonly ReportedHost[],
  key: (facts: HostFacts) => string,
): [ReportedHost, ReportedHost][] {
  const first = new Map<string, ReportedHost>();
  return hosts.flatMap((reported): [ReportedHost, ReportedHost][] => {
    const text = key(reported.facts);
    const other = first.get(text);
    if (text === '') return [];
    if (other === undefined) first.set(text, reported);
    return other === undefined ? [] : [[reported, other]];
  });
}
