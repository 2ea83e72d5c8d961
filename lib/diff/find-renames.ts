import { groupBy } from './group-by';
import { HiddenValue } from './hidden-value';
import type { ComparedObject } from './object-change';
import { kindOf, type ObjectId } from './object-id';

/** An object that has another name or namespace, but the content of one that is gone. */
export interface Rename {
  readonly before: ComparedObject;
  readonly after: ComparedObject;
}

/**
 * Finds which of the objects that came are ones that went, by their content: an object's own name in it counts as nothing. Only pairs of
 * one kind that are clearly each other's best, so that two of the same content are never mixed up.
 */
export function findRenames(removed: readonly ComparedObject[], added: readonly ComparedObject[]): Rename[] {
  const byKind = groupBy(added, groupOf);
  return [...groupBy(removed, groupOf)].flatMap(([kind, gone]) => {
    const came = byKind.get(kind) ?? [];
    return gone.length * came.length > MOST_PAIRS ? [] : renamesOfKind(gone, came);
  });
}

function renamesOfKind(gone: readonly ComparedObject[], came: readonly ComparedObject[]): Rename[] {
  const leavesOfGone = gone.map(leavesOf);
  const leavesOfCame = came.map(leavesOf);
  const scores = gone.flatMap((before, i) =>
    came.map((after, j) => ({
      before,
      after,
      score: likeness(before, after, leavesOfGone[i], leavesOfCame[j]),
    })),
  );
  const good = scores.filter(({ score }) => score >= LEAST).sort((a, b) => b.score - a.score);
  return good
    .filter(
      (pair) =>
        !good.some(
          (other) =>
            other !== pair &&
            other.score > pair.score - CLEARLY &&
            (other.before === pair.before || other.after === pair.after),
        ),
    )
    .map(({ before, after }) => ({ before, after }));
}

/** From 0 to 1; what was only moved to another namespace, and a generated name with another hash, need less to be alike. */
function likeness(
  before: ComparedObject,
  after: ComparedObject,
  left: Leaves = EMPTY,
  right: Leaves = EMPTY,
): number {
  const shared = [...left].filter((leaf) => right.has(leaf)).length;
  const all = left.size + right.size - shared;
  const alike = all === 0 ? 1 : shared / all;
  if (stem(before.id) === stem(after.id)) return alike === 1 ? 1 : LEAST + alike * (1 - LEAST);
  return left.size < FEWEST || right.size < FEWEST ? 0 : alike;
}

type Leaves = ReadonlySet<string>;

/** Each value of an object with its path, in which its own name does not count. */
function leavesOf({ id, object }: ComparedObject): Leaves {
  const leaves = new Set<string>();
  const visit = (value: unknown, path: string): void => {
    if (value === undefined) return;
    if (value instanceof HiddenValue) leaves.add(`${path}=${serial(value)}`);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value))
        visit(child, `${path}.${key.replaceAll(id.name, '')}`);
    } else leaves.add(`${path}=${String(value).replaceAll(id.name, '')}`);
  };
  const { labels, annotations } = object.metadata;
  visit({ ...object, apiVersion: undefined, kind: undefined, metadata: { labels, annotations } }, '');
  return leaves;
}

/** Hidden values are told apart by which one they are, not by what they hold. */
function serial(value: HiddenValue): number {
  const known = serials.get(value) ?? ++count;
  serials.set(value, known);
  return known;
}

/** A name without the hash that Kustomize, or a program, puts behind it. */
function stem({ name }: ObjectId): string {
  return name.replace(HASH_SUFFIX, '');
}

function groupOf({ id }: ComparedObject): string {
  return `${id.cluster ?? ''}|${kindOf(id)}`;
}

const EMPTY: Leaves = new Set();

/** How much of two objects must be the same, and how much more than of any other pair. */
const LEAST = 0.7;
const CLEARLY = 0.05;

/** Objects that say less than this are alike by chance. */
const FEWEST = 4;

/** Beyond this many pairs of a kind a whole set was exchanged, and looking for renames takes too long. */
const MOST_PAIRS = 40_000;
const HASH_SUFFIX = /-[a-z0-9]{5,10}$/;

let count = 0;
const serials = new WeakMap<HiddenValue, number>();
