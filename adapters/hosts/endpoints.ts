import type { Ssh } from '../../lib/cluster/node';
import type { HostSynthesis } from '../../lib/synthesis/synthesis';
import type { Endpoint } from '../ssh/scan-hosts';

/** SSH servers of some hosts, each once: those that are reached directly, bastions among them, and those behind a bastion. */
export interface Endpoints {
  readonly direct: readonly Endpoint[];
  readonly behind: readonly Endpoint[];

  /** Names of hosts whose address only a run knows. */
  readonly late: readonly string[];
}

/** Where the keys of hosts have to be asked for. */
export function endpointsOf(hosts: readonly HostSynthesis[]): Endpoints {
  const overSsh = hosts.flatMap(({ name, transport }) =>
    'ssh' in transport ? [{ name, ssh: transport.ssh }] : [],
  );
  const late = overSsh.filter(({ ssh }) => holdsHole(ssh));
  const fixed = overSsh.filter(({ ssh }) => !holdsHole(ssh));
  return {
    direct: once([
      ...fixed.flatMap(({ name, ssh: { bastion } }) =>
        bastion === undefined ? [] : [endpoint(name, bastion)],
      ),
      ...fixed.filter(({ ssh }) => ssh.bastion === undefined).map(({ name, ssh }) => endpoint(name, ssh)),
    ]),
    behind: once(
      fixed
        .filter(({ ssh }) => ssh.bastion !== undefined)
        .map(({ name, ssh }) => ({ ...endpoint(name, ssh), through: ssh })),
    ),
    late: late.map(({ name }) => name),
  };
}

function holdsHole({ host, bastion }: Ssh): boolean {
  return `${host}${bastion?.host ?? ''}`.includes('«');
}

function endpoint(
  name: string,
  { host, port = 22, hostKey }: Pick<Ssh, 'host' | 'port' | 'hostKey'>,
): Endpoint {
  return { host, port, names: [name], ...(hostKey !== undefined && { known: hostKey }) };
}

/** By address; the same behind another bastion is another machine. */
function once(endpoints: readonly Endpoint[]): Endpoint[] {
  const found = new Map<string, Endpoint>();
  for (const each of endpoints) {
    const key = `${each.through?.bastion?.host ?? ''} ${each.host}:${each.port}`;
    const same = found.get(key);
    found.set(
      key,
      same === undefined ? each : { ...same, names: [...new Set([...same.names, ...each.names])] },
    );
  }
  return [...found.values()];
}
