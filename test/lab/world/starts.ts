import type { LabHost } from '../hosts/host';
import { isRealK3s } from './releases';

/** One start of K3s on a host: as the stand-in has written it down, or as the journal of a real one says, without further arguments. */
export interface Start {
  readonly host: string;
  readonly version: string;
  readonly argv: readonly string[];
}

/** Every start of a server or agent on a host, the first one first. */
export async function startsOf(host: LabHost): Promise<Start[]> {
  if (isRealK3s()) return startsInJournal(host);
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

async function startsInJournal(host: LabHost): Promise<Start[]> {
  const { stdout } = await host.exec('journalctl --no-pager --output=cat --unit=k3s --unit=k3s-agent');
  return [...stdout.matchAll(/msg="Starting k3s (agent )?(v\S+) \(/g)].map(([, agent, version = '']) => ({
    host: host.name,
    version,
    argv: ['k3s', agent === undefined ? 'server' : 'agent'],
  }));
}

const RECORD = '/var/log/k3s-standin/record.jsonl';
