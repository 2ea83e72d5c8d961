import type { StepResult } from '../hosts/step-result';
import { ResultReader } from './result-reader';

/** One Node as the API of its cluster shows it. */
export interface NodeStatus {
  readonly name: string;
  readonly ready: boolean;

  /** Release that its kubelet runs. */
  readonly version: string;

  /** When it began to run that release; absent when nobody marked it. */
  readonly since?: string;

  /** When it last became Ready, or ceased to be. */
  readonly readySince?: string;
  readonly cordoned: boolean;

  /** `environment/cluster` that it was joined by; absent for one that k3stack did not join. */
  readonly owner?: string;

  /** Whether it is an etcd member that votes; absent where there is none. */
  readonly voter?: boolean;
}

/** A cluster as one of its servers sees it. */
export interface ClusterStatus {
  /** Clock of that server. */
  readonly now: string;

  /** Sorted by name. */
  readonly nodes: readonly NodeStatus[];

  /** Members of embedded etcd; absent where there is none. */
  readonly etcd?: { readonly members: number; readonly healthy: number };

  /** Of that server, the one that ends first. */
  readonly certificate?: { readonly name: string; readonly expires: string };

  /** The newest one. */
  readonly snapshot?: { readonly name: string; readonly at: string; readonly size?: number };
}

/** What the script `status` reported; `undefined` when the API of that server did not answer it. */
export function clusterStatusIn(result: StepResult): ClusterStatus | undefined {
  const read = ResultReader.of(result);
  if (result['nodes'] === null || read.isFalse('api')) return undefined;
  const etcd = read.optional('etcd');
  const certificate = firstToEnd(read.list('certificates'));
  const [newest] = read.list('snapshots');
  const size = newest?.optionalNumber('size');
  return {
    now: read.text('now'),
    nodes: read
      .list('nodes')
      .map(nodeIn)
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    ...(etcd && {
      etcd: { members: etcd.optionalNumber('members') ?? 0, healthy: etcd.optionalNumber('healthy') ?? 0 },
    }),
    ...(certificate && { certificate }),
    ...(newest && {
      snapshot: {
        name: newest.text('name'),
        at: newest.text('created'),
        ...(size !== undefined && { size }),
      },
    }),
  };
}

function nodeIn(read: ResultReader): NodeStatus {
  const [since, readySince, owner] = ['versionSince', 'since', 'owner'].map((key) => read.optionalText(key));
  return {
    name: read.text('name'),
    ready: read.flag('ready'),
    version: read.text('version'),
    ...(since !== undefined && { since }),
    ...(readySince !== undefined && { readySince }),
    cordoned: read.flag('cordoned'),
    ...(owner !== undefined && { owner }),
    ...(read.flag('etcd') && { voter: !read.isFalse('voter') }),
  };
}

function firstToEnd(certificates: readonly ResultReader[]): ClusterStatus['certificate'] {
  const [first] = certificates
    .map((read) => ({ name: read.text('file').replace(/.*\//, ''), expires: read.text('expires') }))
    .sort((a, b) => Date.parse(a.expires) - Date.parse(b.expires));
  return first;
}
