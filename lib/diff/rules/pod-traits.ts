import type { ObjectChange } from '../object-change';
import type { RiskHit } from './risk-rule';
import { containersOf, workloadOf, type Workload } from './workload-pods';

/** Something that is so for a pod or for one of its containers. */
export interface Trait {
  /** What it is, the same before and after. */
  readonly trait: string;

  /** @default - the pod as a whole */
  readonly container?: string;
  readonly field: string;
  readonly what: string;
}

/** Reads traits from a pod. */
export type TraitsOf = (pod: Workload) => readonly Trait[];

/**
 * Hits for traits that the pods of an object have now and had not: of a new object all. A container of another name counts as one that
 * is gone, so that what is only renamed gains nothing.
 */
export function gainedTraits(traitsOf: TraitsOf): (change: ObjectChange) => readonly RiskHit[] {
  return ({ before, after }) => {
    const [old, now] = podsOfBoth(before, after);
    if (now === undefined) return [];
    const traits = traitsOf(now);
    if (traits.length === 0) return [];
    const had = old === undefined ? [] : traitsOf(old);
    const names = { old: namesIn(old), now: namesIn(now) };
    return traits
      .filter(
        ({ trait, container }) =>
          !had.some((one) => one.trait === trait && isSame(one.container, container, names)),
      )
      .map(({ field, what }) => ({ field, what }));
  };
}

/** Hits for traits that the pods of a changed object had and have no more, of containers that are still there. */
export function lostTraits(traitsOf: TraitsOf): (change: ObjectChange) => readonly RiskHit[] {
  return ({ before, after }) => {
    const [old, now] = podsOfBoth(before, after);
    if (old === undefined || now === undefined) return [];
    const names = namesIn(now);
    const has = traitsOf(now);
    return traitsOf(old)
      .filter(({ container }) => container === undefined || names.has(container))
      .filter(
        ({ trait, container }) => !has.some((one) => one.trait === trait && one.container === container),
      )
      .map(({ field, what }) => ({ field, what }));
  };
}

type Side = ObjectChange['before'];

function podsOfBoth(before: Side, after: Side): readonly [Workload | undefined, Workload | undefined] {
  return [
    before === undefined ? undefined : workloadOf(before),
    after === undefined ? undefined : workloadOf(after),
  ];
}

function namesIn(pod: Workload | undefined): ReadonlySet<string> {
  return new Set(pod === undefined ? [] : containersOf(pod.spec).map(({ name }) => name));
}

function isSame(
  old: string | undefined,
  now: string | undefined,
  names: { readonly old: ReadonlySet<string>; readonly now: ReadonlySet<string> },
): boolean {
  if (old === now) return true;
  return old !== undefined && now !== undefined && !names.now.has(old) && !names.old.has(now);
}
