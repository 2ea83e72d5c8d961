import { recordOf } from '../../rules/object-needs-made';
import type { ComparedObject } from '../object-change';
import { selects } from './label-selector';
import { mapsAt, plain, textsAt } from './rule-text';

/** One thing that may be done; what is left out is not limited. */
export type Right =
  | {
      readonly type: 'resource';
      readonly verb: string;
      readonly group: string;
      readonly resource: string;

      /** @default - every object */
      readonly name?: string;
    }
  | { readonly type: 'url'; readonly verb: string; readonly url: string }
  /** What a role gives that is not among the objects. */
  | { readonly type: 'role'; readonly role: string };

/** A right with where it holds and what gives it. */
export interface Grant {
  readonly right: Right;

  /** A namespace, or empty for the whole cluster. */
  readonly scope: string;
  readonly binding: ComparedObject;

  /** @default - the role is not among the objects */
  readonly role?: ComparedObject;
}

/** What each subject, such as `ServiceAccount shop/web`, may do. */
export type Grants = ReadonlyMap<string, readonly Grant[]>;

/** Rights by subject, from the roles and bindings of one cluster. */
export function grantsOf(objects: readonly ComparedObject[]): Grants {
  const roles = new Map<string, ComparedObject>();
  for (const compared of objects)
    if (isRbac(compared, 'Role', 'ClusterRole'))
      roles.set(roleKey(compared.object.kind, scopeOf(compared), compared.id.name), compared);
  const clusterRoles = [...roles.values()].filter(({ object }) => object.kind === 'ClusterRole');
  const grants = new Map<string, Grant[]>();
  for (const binding of objects) {
    if (!isRbac(binding, 'RoleBinding', 'ClusterRoleBinding')) continue;
    const given = grantsOfBinding(binding, roles, clusterRoles);
    for (const subject of subjectsOf(binding))
      grants.set(subject, [...(grants.get(subject) ?? []), ...given]);
  }
  return grants;
}

/** Rights of a subject, those of the groups that a ServiceAccount is in included. */
export function heldBy(grants: Grants, subject: string): readonly Grant[] {
  const own = grants.get(subject) ?? [];
  return [...own, ...groupsOf(subject).flatMap((group) => grants.get(`Group ${group}`) ?? [])];
}

/** Whether who holds one grant may do what another one allows. kubernetes/kubernetes@v1.36.3:pkg/apis/rbac/v1/evaluation_helpers.go. */
export function covers(held: Grant, asked: Grant): boolean {
  if (held.scope !== '' && held.scope !== asked.scope) return false;
  return rightCovers(held.right, asked.right);
}

function rightCovers(held: Right, asked: Right): boolean {
  if (held.type === 'role')
    return (
      asked.type === 'role' &&
      rankOf(held.role) >= rankOf(asked.role) &&
      (held.role === asked.role || isRanked(held.role, asked.role))
    );
  if (asked.type === 'role')
    return (
      held.type === 'resource' &&
      [held.verb, held.group, held.resource].every((part) => part === '*') &&
      held.name === undefined
    );
  if (!matches(held.verb, asked.verb) || held.type !== asked.type) return false;
  if (held.type === 'url') return asked.type === 'url' && coversUrl(held.url, asked.url);
  return (
    asked.type === 'resource' &&
    matches(held.group, asked.group) &&
    coversResource(held.resource, asked.resource) &&
    (held.name === undefined || held.name === asked.name)
  );
}

/** Subjects of a binding, one text each. */
export function subjectsOf({ object, id }: ComparedObject): readonly string[] {
  return mapsAt(object, 'subjects').map(({ kind, name, namespace = id.namespace ?? '' }) =>
    kind === 'ServiceAccount'
      ? `ServiceAccount ${plain(namespace, '')}/${plain(name, '')}`
      : `${plain(kind, 'unknown')} ${plain(name, '')}`,
  );
}

function grantsOfBinding(
  binding: ComparedObject,
  roles: ReadonlyMap<string, ComparedObject>,
  clusterRoles: readonly ComparedObject[],
): readonly Grant[] {
  const { kind, name } = recordOf(binding.object['roleRef']);
  const scope = scopeOf(binding);
  const role = roles.get(roleKey(String(kind), scope, String(name)));
  const extra = kind === 'ClusterRole' ? aggregatedTo(String(name), clusterRoles) : [];
  if (role === undefined)
    return [
      ...builtIn(String(kind), String(name)).map((right): Grant => ({ right, scope, binding })),
      ...extra.flatMap((one) => rulesOf(one).map((right): Grant => ({ right, scope, binding, role: one }))),
    ];
  const selectors = mapsAt(role.object, 'aggregationRule', 'clusterRoleSelectors');
  if (selectors.length === 0) return rulesOf(role).map((right) => ({ right, scope, binding, role }));
  return clusterRoles
    .filter(({ object }) => selectors.some((selector) => selects(selector, recordOf(object.metadata.labels))))
    .flatMap((one) => rulesOf(one).map((right): Grant => ({ right, scope, binding, role: one })));
}

/** A role that is not among the objects: `cluster-admin` is known, others are what they are called. */
function builtIn(kind: string, name: string): readonly Right[] {
  if (kind !== 'ClusterRole' || name !== 'cluster-admin') return [{ type: 'role', role: name }];
  return [
    { type: 'resource', verb: '*', group: '*', resource: '*' },
    { type: 'url', verb: '*', url: '*' },
  ];
}

/** ClusterRoles that the controller adds to the built-in `admin`, `edit` or `view`: pkg/…/bootstrappolicy/policy.go. */
function aggregatedTo(name: string, clusterRoles: readonly ComparedObject[]): readonly ComparedObject[] {
  const targets = RANKS.slice(0, RANKS.indexOf(name) + 1);
  return clusterRoles.filter(({ object }) =>
    targets.some(
      (target) => object.metadata.labels?.[`rbac.authorization.k8s.io/aggregate-to-${target}`] === 'true',
    ),
  );
}

/** Every combination of a rule's verbs, resources and names as a right of its own. */
function rulesOf({ object }: ComparedObject): readonly Right[] {
  return mapsAt(object, 'rules').flatMap((rule) => {
    const names = textsAt(rule, 'resourceNames');
    return textsAt(rule, 'verbs').flatMap((verb): Right[] => [
      ...textsAt(rule, 'nonResourceURLs').map((url): Right => ({ type: 'url', verb, url })),
      ...textsAt(rule, 'apiGroups').flatMap((group) =>
        textsAt(rule, 'resources').flatMap((resource): Right[] => {
          const right: Right = { type: 'resource', verb, group, resource };
          return names.length === 0 ? [right] : names.map((name) => ({ ...right, name }));
        }),
      ),
    ]);
  });
}

function coversResource(held: string, asked: string): boolean {
  if (matches(held, asked)) return true;
  const [, subresource] = asked.split('/');
  return subresource !== undefined && held === `*/${subresource}`;
}

function coversUrl(held: string, asked: string): boolean {
  return matches(held, asked) || (held.endsWith('*') && asked.startsWith(held.replace(/\*+$/, '')));
}

function matches(held: string, asked: string): boolean {
  return held === '*' || held === asked;
}

function isRanked(...roles: readonly string[]): boolean {
  return roles.every((role) => RANKS.includes(role));
}

function rankOf(role: string): number {
  return RANKS.indexOf(role);
}

function isRbac({ id }: ComparedObject, ...kinds: readonly string[]): boolean {
  return id.group === 'rbac.authorization.k8s.io' && kinds.includes(id.kind);
}

function scopeOf({ id, object }: ComparedObject): string {
  return object.kind.startsWith('Cluster') ? '' : (id.namespace ?? OWN_NAMESPACE);
}

function roleKey(kind: string, scope: string, name: string): string {
  return kind === 'ClusterRole' ? `ClusterRole||${name}` : `Role|${scope}|${name}`;
}

/** kubernetes/apiserver@v0.36.3:pkg/authentication/serviceaccount/util.go, MakeGroupNames. */
function groupsOf(subject: string): readonly string[] {
  const account = /^ServiceAccount ([^/]*)\//.exec(subject);
  if (account === null) return subject.startsWith('User ') ? ['system:authenticated'] : [];
  return ['system:authenticated', 'system:serviceaccounts', `system:serviceaccounts:${account[1]}`];
}

/** Of objects that say no namespace: whichever they are applied to. */
export const OWN_NAMESPACE = '-';

/** Each of them may do what those before it may. */
const RANKS: readonly string[] = ['view', 'edit', 'admin'];
