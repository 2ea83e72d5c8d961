import type { Comparison } from '../comparison';
import type { ComparedObject } from '../object-change';
import { idKey } from '../object-id';
import { covers, grantsOf, heldBy, type Grant, type Grants, type Right } from './rbac-rights';
import { some } from './rule-text';

/** What a subject may do now and could not before. */
export interface GainedRights {
  /** `ServiceAccount shop/web`, `User anna`, `Group ops`. */
  readonly subject: string;

  /** Whether it is a ServiceAccount that comes with this change. */
  readonly isNew: boolean;
  readonly grants: readonly Grant[];
}

/** Computes effective rights on both sides, and what is new; whatever way it is written. */
export function gainedRights(comparison: Comparison): readonly GainedRights[] {
  const known = remembered.get(comparison);
  if (known !== undefined) return known;
  const isTouched = comparison.changes.some(({ id }) => id.group === 'rbac.authorization.k8s.io');
  const gained = isTouched ? clustersOf(comparison).flatMap((cluster) => gainedIn(comparison, cluster)) : [];
  remembered.set(comparison, gained);
  return gained;
}

/** The object to show a gained right at: the role, or the binding, that this change makes or changes. */
export function causeOf({ binding, role }: Grant, comparison: Comparison): ComparedObject {
  const isChanged = (object: ComparedObject | undefined): boolean =>
    object !== undefined && changedIn(comparison).has(idKey(object.id));
  if (comparison.find('before', binding.id) === undefined) return binding;
  return role !== undefined && isChanged(role) ? role : binding;
}

/** `get, list of secrets in namespace shop`, as few words as there can be. */
export function rightsText(grants: readonly Grant[]): string {
  const groups = new Map<string, Set<string>>();
  for (const { right, scope } of grants) {
    const where = scope === '' ? 'everywhere' : `in namespace ${scope}`;
    const key = `${thingText(right)} ${where}`;
    groups.set(key, (groups.get(key) ?? new Set()).add(right.type === 'role' ? '' : right.verb));
  }
  return some(
    [...groups].map(([thing, verbs]) => {
      const words = [...verbs].filter((verb) => verb !== '');
      return words.length === 0 ? thing : `${words.includes('*') ? '*' : words.join('/')} of ${thing}`;
    }),
    4,
  );
}

function gainedIn(comparison: Comparison, cluster: string | undefined): readonly GainedRights[] {
  const [before, after] = (['before', 'after'] as const).map((side) =>
    grantsOf(
      comparison[side].objects.filter(
        ({ id }) => id.group === 'rbac.authorization.k8s.io' && id.cluster === cluster,
      ),
    ),
  );
  if (before === undefined || after === undefined) return [];
  return [...after.keys()].sort().flatMap((subject): GainedRights[] => {
    const grants = newGrants(before, after, subject);
    return grants.length === 0 ? [] : [{ subject, isNew: isNewAccount(comparison, subject, before), grants }];
  });
}

function newGrants(before: Grants, after: Grants, subject: string): readonly Grant[] {
  const held = heldBy(before, subject);
  const same = new Set(held.map(grantKey));
  return (after.get(subject) ?? []).filter(
    (grant) => !same.has(grantKey(grant)) && !held.some((one) => covers(one, grant)),
  );
}

function isNewAccount(comparison: Comparison, subject: string, before: Grants): boolean {
  const match = /^ServiceAccount (.*)\/(.*)$/.exec(subject);
  if (match === null || before.has(subject)) return false;
  const [, namespace, name] = match;
  const isIn = (side: 'before' | 'after'): boolean =>
    comparison
      .ofKind(side, 'ServiceAccount')
      .some(({ id }) => (id.namespace ?? '') === namespace && id.name === name);
  return isIn('after') && !isIn('before');
}

function clustersOf({ after }: Comparison): readonly (string | undefined)[] {
  return [...new Set(after.objects.map(({ id }) => id.cluster))];
}

function changedIn(comparison: Comparison): ReadonlySet<string> {
  const known = changed.get(comparison);
  if (known !== undefined) return known;
  const keys = new Set(comparison.changes.map(({ id }) => idKey(id)));
  changed.set(comparison, keys);
  return keys;
}

function grantKey({ right, scope }: Grant): string {
  return JSON.stringify([scope, right]);
}

function thingText(right: Right): string {
  if (right.type === 'role') return `all that role ${right.role} allows`;
  if (right.type === 'url') return right.url === '*' ? 'every URL' : `URL ${right.url}`;
  const { group, resource, name } = right;
  if (group === '*' && resource === '*' && name === undefined) return 'everything';
  const full = group === '' ? resource : `${resource}.${group}`;
  return name === undefined ? full : `${full} ${name}`;
}

const remembered = new WeakMap<Comparison, readonly GainedRights[]>();
const changed = new WeakMap<Comparison, ReadonlySet<string>>();
