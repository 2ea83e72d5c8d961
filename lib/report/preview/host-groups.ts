import type { HostBlock } from '../../diff/host-report';

/** Hosts to which the same happens. */
export interface HostGroup {
  readonly names: readonly string[];

  /** One of them, which speaks for all. */
  readonly host: HostBlock;
}

/** Hosts that differ in the same way are one group; groups are in the order of their first host. */
export function hostGroups(hosts: readonly HostBlock[]): HostGroup[] {
  const groups = new Map<string, { names: string[]; host: HostBlock }>();
  for (const host of hosts) {
    const key = JSON.stringify({ ...host, host: '', origin: { ...host.origin, path: '' } });
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { names: [host.host], host });
    else group.names.push(host.host);
  }
  return [...groups.values()];
}
