import type { StepResult } from '../hosts/step-result';
import { ResultReader } from './result-reader';

/** One snapshot of a datastore. */
export interface Snapshot {
  readonly name: string;

  /** When it was taken, as ISO 8601 in UTC. */
  readonly at?: string;

  /** Bytes. */
  readonly size?: number;

  /** Node that has it, or took it. */
  readonly node?: string;

  /** `file://…` or `s3://…`. */
  readonly location?: string;

  /** First digits of the sha256 of the token that it opens with, as K3s notes them. */
  readonly tokenHash?: string;

  /** Of its file, hexadecimal. */
  readonly sha256?: string;
}

/** What the script `snapshot` lists, the newest first: with etcd the objects that `k3s etcd-snapshot ls` prints, with sqlite plain files. */
export function snapshotsIn(result: StepResult): Snapshot[] {
  const items = ResultReader.of(result).optional('snapshots')?.list('items') ?? [];
  return items.map(listed).sort((a, b) => ((a.at ?? '') > (b.at ?? '') ? -1 : 1));
}

/** The snapshot that the script `snapshot` took. */
export function takenSnapshot(result: StepResult): Snapshot & { readonly path: string } {
  const read = ResultReader.of(result);
  const size = read.optionalNumber('size');
  const [tokenHash, sha256] = ['tokenHash', 'sha256'].map((key) => read.optionalText(key));
  return {
    name: read.text('snapshot'),
    path: read.text('path'),
    node: result.node,
    ...(size !== undefined && { size }),
    ...(tokenHash !== undefined && { tokenHash }),
    ...(sha256 !== undefined && { sha256 }),
  };
}

function listed(read: ResultReader): Snapshot {
  const spec = read.optional('spec');
  const status = read.optional('status');
  const [at, size] = [status?.optionalText('creationTime'), (status ?? read).optionalNumber('size')];
  const [node, location] = [spec?.optionalText('nodeName'), (spec ?? read).optionalText('location')];
  return {
    name: spec?.text('snapshotName') ?? read.text('name'),
    ...(at !== undefined && { at }),
    ...(size !== undefined && { size }),
    ...(node !== undefined && { node }),
    ...(location !== undefined && { location }),
  };
}

/** A namespace with what tells it from another one of its name. */
export interface NamespaceIdentity {
  readonly name: string;
  readonly uid: string;
}

/** Namespaces that a script reported, sorted by name. */
export function namespacesIn(result: StepResult): NamespaceIdentity[] {
  return ResultReader.of(result)
    .list('namespaces')
    .map((read) => ({ name: read.text('name'), uid: read.text('uid') }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** How namespaces after a restore differ from those before, one line each; empty when they are the same ones. */
export function namespaceDifferences(
  before: readonly NamespaceIdentity[],
  after: readonly NamespaceIdentity[],
): string[] {
  const now = new Map(after.map(({ name, uid }) => [name, uid]));
  const old = new Set(before.map(({ name }) => name));
  return [
    ...before.flatMap(({ name, uid }) => {
      const found = now.get(name);
      if (found === uid) return [];
      return [
        found === undefined
          ? `${name} is gone`
          : `${name} is another one: its UID was ${uid} and is ${found}`,
      ];
    }),
    ...after.filter(({ name }) => !old.has(name)).map(({ name }) => `${name} was not there before`),
  ];
}
