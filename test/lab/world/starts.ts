import type { LabHost } from '../hosts/host';

/** One start of K3s on a host, as the stand-in has written it down. */
export interface Start {
  readonly host: string;
  readonly version: string;
  readonly argv: readonly string[];
}

/** Every start of a server or agent on a host, the first one first. */
export async function startsOf(host: LabHost): Promise<Start[]> {
  if (!(await host.exists(RECORD))) return [];
  return (await host.readFile(RECORD))
    .split('\n')
    .filter(Boolean)
    .map((line) => ({ host: host.name, ...(JSON.parse(line) as Omit<Start, 'host'>) }))
    .filter(({ argv }) => argv[1] === 'server' || argv[1] === 'agent')
    .map(({ host: name, version, argv }) => ({ host: name, version, argv }));
}

/** How often K3s was started on each of some hosts. */
export async function startCounts(hosts: readonly LabHost[]): Promise<Record<string, number>> {
  const counts = await Promise.all(
    hosts.map(async (host) => [host.name, (await startsOf(host)).length] as const),
  );
  return Object.fromEntries(counts);
}

const RECORD = '/var/log/k3s-standin/record.jsonl';
