import { namespacesIn, type NamespaceIdentity } from '../../lib/operations/snapshots';
import type { HostSynthesis } from '../../lib/synthesis/synthesis';
import { UsageError } from '../report-error';
import type { OpenCluster } from './open-cluster';

/** The server that a snapshot is restored on: the one that is named, else the coordinator. */
export function restoringServer({ servers, cluster }: OpenCluster, name?: string): HostSynthesis {
  const found = name === undefined ? servers[0] : servers.find((server) => server.name === name);
  if (found !== undefined) return found;
  throw new UsageError(
    `${cluster.name} has no server '${name}'; write one of ${servers.map((server) => server.name).join(', ')}`,
  );
}

/** What a restore needs besides the cluster. */
export interface RestoreRequest {
  readonly snapshot: string;
  readonly on: HostSynthesis;

  /** Of the servers at the time of the snapshot. @default - the one that the hosts have */
  readonly token?: string;

  /** Called before each stage. */
  readonly tell: (line: string) => void;
}

/**
 * Brings a cluster back to a snapshot: all servers stop, one is reset to it, the others join that one with empty datastores.
 *
 * @returns The namespaces that are there then.
 */
export async function restoreCluster(
  { run, servers }: OpenCluster,
  { snapshot, on, token, tell }: RestoreRequest,
): Promise<NamespaceIdentity[]> {
  const stage = (host: HostSynthesis, STAGE: string, deadline: number, more = {}) =>
    run(host, 'restore', { deadline, values: { STAGE, SNAPSHOT: snapshot, ...more } });

  tell(`looking for ${snapshot} on ${on.name}`);
  await stage(on, 'check', 300);
  tell(`stopping K3s on ${servers.map(({ name }) => name).join(', ')}`);
  await Promise.all(servers.map((server) => stage(server, 'stop', 300)));
  tell(`resetting ${on.name} to ${snapshot}`);
  await stage(on, 'reset', 1800, token === undefined ? {} : { TOKEN: token });
  for (const server of servers.filter((other) => other !== on)) {
    tell(`${server.name} joins again`);
    await stage(server, 'rejoin', 1800);
  }
  tell('looking at what is there');
  return namespacesIn(await stage(on, 'verify', 900));
}

/** The namespaces that are there now. */
export async function namespacesOf({ run }: OpenCluster, on: HostSynthesis): Promise<NamespaceIdentity[]> {
  return namespacesIn(await run(on, 'restore', { deadline: 120, values: { STAGE: 'uids' } }));
}

/** @throws UsageError for a cluster whose datastore is somebody else's. */
export function assertOwnDatastore({ synthesis, cluster }: OpenCluster): void {
  const step = synthesis.graph.steps.find(
    ({ kind, cluster: name }) => kind === 'bootstrap' && name === cluster.name,
  );
  if (step?.script?.values['DATASTORE'] !== 'external') return;
  throw new UsageError(
    `${cluster.name} has its datastore outside; back it up with the tools of that database, together with the token of the servers`,
  );
}
