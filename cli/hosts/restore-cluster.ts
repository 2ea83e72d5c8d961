import { K3stackError } from '../../lib/errors';
import { nodeValues } from '../../lib/operations/operation-input';
import { namespacesIn, snapshotsIn, type NamespaceIdentity } from '../../lib/operations/snapshots';
import type { HostSynthesis } from '../../lib/synthesis/synthesis';
import { UsageError } from '../report-error';
import type { OpenCluster } from './open-cluster';

/** A snapshot that can be restored: where it is, and on which server. */
export interface RestorableSnapshot {
  /** Without a path. */
  readonly name: string;

  /** Path on the server, or the name in S3. */
  readonly source: string;
  readonly s3: boolean;
  readonly on: HostSynthesis;
}

/** What a restore needs besides the snapshot. */
export interface RestoreRequest {
  /** Of the servers at the time of the snapshot. */
  readonly token: string;

  /** Whether it may be another one than the program has, which the cluster gets again then. @default false */
  readonly sealed?: boolean;

  /** Of the snapshot's file. @default - it is not compared */
  readonly sha256?: string;

  /** Called before each stage. */
  readonly tell: (line: string) => void;
}

/**
 * Finds a snapshot: by its path on a server, by `s3:NAME`, or by its name among those that the cluster lists, on the server that has it.
 *
 * @throws K3stackError `UNKNOWN_SNAPSHOT`
 */
export async function findSnapshot(
  open: OpenCluster,
  given: string,
  server?: string,
): Promise<RestorableSnapshot> {
  const on = serverNamed(open, server);
  const name = given.replace(/^s3:|.*\//g, '');
  if (given.startsWith('/')) return { name, source: given, s3: false, on };
  if (given.startsWith('s3:')) return { name, source: name, s3: true, on };
  const result = await open.runOnServer('snapshot', { deadline: 360, values: { ACTION: 'list' } });
  const named = snapshotsIn(result).filter((each) => each.name === given);
  for (const { location = '', node } of named) {
    const holder = open.servers.find((host) => host.name === (node ?? result.node));
    if (location.startsWith('file://') && holder !== undefined && (server === undefined || holder === on))
      return { name, source: location.slice('file://'.length), s3: false, on: holder };
  }
  if (named.some(({ location = '' }) => location.startsWith('s3://')))
    return { name, source: given, s3: true, on };
  throw new K3stackError(
    'UNKNOWN_SNAPSHOT',
    `${open.cluster.name} knows no snapshot ${given}${server === undefined ? '' : ` on ${server}`}; ` +
      'write a name that k3stack snapshot list shows, a path on a server with --on, or s3:NAME',
  );
}

/** Brings a cluster back to a snapshot: all servers stop, one is reset to it, the others join that one with empty datastores. */
export async function restoreCluster(
  { run, servers, synthesis }: OpenCluster,
  { name, source, s3, on }: RestorableSnapshot,
  { token, sealed = false, sha256, tell }: RestoreRequest,
): Promise<void> {
  const stage = (host: HostSynthesis, STAGE: string, deadline: number, more = {}) =>
    run(host, 'restore', { deadline, values: { STAGE, ...more } });

  tell(`stopping K3s on ${servers.map((server) => server.name).join(', ')}`);
  await Promise.all(servers.map((server) => stage(server, 'stop', 300)));
  tell(`resetting ${on.name} to ${name}`);
  await stage(on, 'reset', 2400, {
    TOKEN: token,
    SNAPSHOT: source,
    S3: s3 ? 'yes' : 'no',
    ...(sha256 !== undefined && !s3 && { SNAPSHOT_SHA256: sha256 }),
  });
  const SERVER_URL = serverUrl(on, nodeValues(synthesis, on)['API_PORT'] ?? '6443');
  const others = servers.filter((other) => other !== on);
  for (const server of others) {
    tell(`${server.name} joins ${on.name}`);
    await stage(server, 'rejoin', 2400, { TOKEN: token, SERVER_URL });
  }
  if (!sealed) return;
  for (const server of [on, ...others])
    await stage(server, 'token', 1200, { ROTATE: server === on ? 'yes' : 'no' });
}

/** The namespaces that are there now, by one server. */
export async function namespacesOf(
  { run }: OpenCluster,
  on: HostSynthesis,
  seconds = 60,
): Promise<NamespaceIdentity[]> {
  return namespacesIn(
    await run(on, 'namespaces', { deadline: seconds + 120, values: { SECONDS: String(seconds) } }),
  );
}

/** @throws UsageError for a cluster whose datastore is somebody else's. */
export function assertOwnDatastore({ synthesis, cluster, servers }: OpenCluster): void {
  const [server] = servers;
  if (server === undefined || nodeValues(synthesis, server)['DATASTORE'] !== 'external') return;
  throw new UsageError(
    `${cluster.name} has its datastore outside; back it up with the tools of that database, together with the token of the servers`,
  );
}

/** The server of that name, else the coordinator. */
export function serverNamed({ servers, cluster }: OpenCluster, name?: string): HostSynthesis {
  const found = name === undefined ? servers[0] : servers.find((server) => server.name === name);
  if (found !== undefined) return found;
  throw new UsageError(
    `${cluster.name} has no server '${name}'; write one of ${servers.map((server) => server.name).join(', ')}`,
  );
}

/** Address that other nodes use. */
function serverUrl({ name, nodeIp, transport }: HostSynthesis, port: string): string {
  const address = nodeIp ?? ('ssh' in transport ? transport.ssh.host : name);
  return `https://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
