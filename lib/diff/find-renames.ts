import { groupBy } from './group-by';
import { hiddenSerial, HiddenValue } from './hidden-value';
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
  const numbers = new Map<string, number>();
  const leavesOfGone = gone.map((object) => leavesOf(object, numbers));
  const leavesOfCame = came.map((object) => leavesOf(object, numbers));
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
  const shared = sharedBy(left, right, before.id.name !== after.id.name);
  const all = left.plain.length + right.plain.length - shared;
  const alike = all === 0 ? 1 : shared / all;
  if (stem(before.id) === stem(after.id)) return alike === 1 ? 1 : LEAST + alike * (1 - LEAST);
  return left.plain.length < FEWEST || right.plain.length < FEWEST ? 0 : alike;
}

/** A value is the same as it stands, or but for the names where they differ. */
function sharedBy(left: Leaves, right: Leaves, isOtherName: boolean): number {
  const same = commonIn(left.plain, right.plain);
  if (!isOtherName) return same;
  const most = Math.min(left.plain.length, right.plain.length);
  return Math.min(same + commonIn(left.unnamed, right.unnamed), most);
}

function commonIn(left: Numbers, right: Numbers): number {
  let shared = 0;
  for (let i = 0, j = 0; i < left.length && j < right.length;) {
    const [one = 0, other = 0] = [left[i], right[j]];
    if (one === other) shared++;
    if (one <= other) i++;
    if (other <= one) j++;
  }
  return shared;
}

/** What an object says. */
interface Leaves {
  /** Each value with its path, as it stands. */
  readonly plain: Numbers;

  /** Those that hold the object's own name, without it. */
  readonly unnamed: Numbers;
}

/** Sorted: each pair of objects is held against each other, and numbers are compared many times as fast as texts. */
type Numbers = Uint32Array;

/**
 * Each value of an object with its path. A short name such as `db` may stand in words by chance, so values are kept with it and without.
 *
 * @param numbers Those that are given already; new ones are added.
 */
function leavesOf({ id, object }: ComparedObject, numbers: Map<string, number>): Leaves {
  const plain = new Set<string>();
  const unnamed = new Set<string>();
  const visit = (value: unknown, path: string): void => {
    if (typeof value === 'object' && value !== null && !(value instanceof HiddenValue)) {
      for (const [key, child] of Object.entries(value))
        if (child !== undefined) visit(child, `${path}.${key}`);
      return;
    }
    const leaf = `${path}=${value instanceof HiddenValue ? hiddenSerial(value) : String(value)}`;
    plain.add(leaf);
    if (leaf.includes(id.name)) unnamed.add(leaf.replaceAll(id.name, OWN_NAME));
  };
  const { labels, annotations } = object.metadata;
  visit({ ...object, apiVersion: undefined, kind: undefined, metadata: { labels, annotations } }, '');
  const sorted = (leaves: ReadonlySet<string>): Numbers =>
    Uint32Array.from(leaves, (leaf) => numberOf(leaf, numbers)).sort();
  return { plain: sorted(plain), unnamed: sorted(unnamed) };
}

function numberOf(leaf: string, numbers: Map<string, number>): number {
  const number = numbers.get(leaf) ?? numbers.size;
  numbers.set(leaf, number);
  return number;
}

/** A name without the hash that Kustomize, or a program, puts behind it; `shop-backups` and `shop-uploads` end in words. */
function stem({ name }: ObjectId): string {
  return name.replace(HASH_SUFFIX, '');
}

function groupOf({ id }: ComparedObject): string {
  return `${id.cluster ?? ''}|${kindOf(id)}`;
}

const EMPTY: Leaves = { plain: new Uint32Array(), unnamed: new Uint32Array() };

/** Stands where a name was. */
const OWN_NAME = '\0';

/** How much of two objects must be the same, and how much more than of any other pair. */
const LEAST = 0.7;
const CLEARLY = 0.05;

/** Objects that say less than this are alike by chance. */
const FEWEST = 3;

/** Beyond this many pairs of a kind a whole set was exchanged, and looking for renames takes too long. */
const MOST_PAIRS = 40_000;

/**
 * Letters without vowels, or hexadecimal digits, with a figure among them, so that it is no word. Kustomize leaves the former:
 * sigs.k8s.io/kustomize/api@v0.21.1:hasher/hasher.go, `encode`.
 */
const HASH_SUFFIX = /-(?=[a-z]*\d)(?:[b-df-hj-np-tv-xz0-9]{5,10}|[0-9a-f]{7,10})$/;
