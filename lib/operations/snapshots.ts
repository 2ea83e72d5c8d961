import type { StepResult } from '../hosts/step-result';
import { ResultReader } from './result-reader';

/** One snapshot of embedded etcd. */
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
}

/** What the script `snapshot` reported, the newest first. */
export function snapshotsIn(result: StepResult): Snapshot[] {
  return ResultReader.of(result)
    .list('snapshots')
    .map((read) => {
      const [at, node, location] = ['at', 'node', 'location'].map((key) => read.optionalText(key));
      const size = read.optionalNumber('size');
      return {
        name: read.text('name'),
        ...(at !== undefined && { at }),
        ...(size !== undefined && { size }),
        ...(node !== undefined && { node }),
        ...(location !== undefined && { location }),
      };
    })
    .sort((a, b) => ((a.at ?? '') > (b.at ?? '') ? -1 : 1));
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
