import { recordOf } from '../../rules/object-needs-made';
import type { Comparison } from '../comparison';
import { groupBy } from '../group-by';
import type { ComparedObject } from '../object-change';
import { idKey } from '../object-id';
import { covers, grantsOf, heldBy, OWN_NAMESPACE, type Grant, type Grants, type Right } from './rbac-rights';
import { at, plain, some } from './rule-text';

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

/** `get/list of secrets in namespace shop`, in as few words as there can be. */
export function rightsText(grants: readonly Grant[]): string {
  const groups = groupBy(
    grants,
    ({ right, scope }) => `${thingText(right)}|${String(isNamed(right))}|${scope}`,
  );
  return some(
    [...groups.values()].flatMap((members): string[] => {
      const [first] = members;
      if (first === undefined) return [];
      const verbs = new Set(members.flatMap(({ right }) => (right.type === 'role' ? [] : [right.verb])));
      const text = `${thingText(first.right)}${namesText(members)} ${scopeText(first.scope)}`;
      return [verbs.size === 0 ? text : `${verbs.has('*') ? '*' : [...verbs].join('/')} of ${text}`];
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
  const kinds = newKinds(comparison, cluster);
  return [...after.keys()].sort().flatMap((subject): GainedRights[] => {
    const grants = newGrants(before, after, subject).filter(
      (grant) => !isOfKind(grant.right, kinds) && !isOfGoneRole(comparison, cluster, grant),
    );
    return grants.length === 0 ? [] : [{ subject, isNew: isNewAccount(comparison, subject, before), grants }];
  });
}

/** Resources of definitions that come with this change: there is nothing yet that a right to them opens. */
function newKinds(comparison: Comparison, cluster: string | undefined): ReadonlySet<string> {
  const definitions = comparison
    .ofKind('after', 'apiextensions.k8s.io/CustomResourceDefinition')
    .filter(({ id }) => id.cluster === cluster && comparison.find('before', id) === undefined);
  return new Set(
    definitions.map(
      ({ object: { spec } }) => `${plain(at(spec, 'names', 'plural'), '')}.${plain(at(spec, 'group'), '')}`,
    ),
  );
}

function isOfKind(right: Right, kinds: ReadonlySet<string>): boolean {
  return right.type === 'resource' && kinds.has(`${right.resource.split('/')[0]}.${right.group}`);
}

/** A binding to a role that this change deletes gives nothing any more. */
function isOfGoneRole({ find }: Comparison, cluster: string | undefined, { right, binding }: Grant): boolean {
  if (right.type !== 'role') return false;
  const { kind } = recordOf(binding.object['roleRef']);
  const { namespace } = binding.id;
  const role = {
    ...(cluster !== undefined && { cluster }),
    group: 'rbac.authorization.k8s.io',
    kind: String(kind),
    ...(kind === 'Role' && namespace !== undefined && { namespace }),
    name: right.role,
  };
  return find('before', role) !== undefined && find('after', role) === undefined;
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

function scopeText(scope: string): string {
  if (scope === '') return 'everywhere';
  return scope === OWN_NAMESPACE ? 'in its namespace' : `in namespace ${scope}`;
}

function thingText(right: Right): string {
  if (right.type === 'role') return `all that role ${right.role} allows`;
  if (right.type === 'url') return right.url === '*' ? 'every URL' : `URL ${right.url}`;
  const { group, resource } = right;
  if (group === '*' && resource === '*' && !isNamed(right)) return 'everything';
  return group === '' ? resource : `${resource}.${group}`;
}

function isNamed(right: Right): boolean {
  return right.type === 'resource' && right.name !== undefined;
}

/** Names of single objects, or how many of them there are. */
function namesText(grants: readonly Grant[]): string {
  const names = new Set(
    grants.flatMap(({ right }) =>
      right.type === 'resource' && right.name !== undefined ? [right.name] : [],
    ),
  );
  if (names.size === 0) return '';
  return names.size > 2 ? ` (${names.size} of them, by name)` : ` ${[...names].join(' and ')}`;
}

const remembered = new WeakMap<Comparison, readonly GainedRights[]>();
const changed = new WeakMap<Comparison, ReadonlySet<string>>();
