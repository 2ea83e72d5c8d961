import type { Comparison } from '../../comparison';
import { idKey } from '../../object-id';
import { causeOf, gainedRights, rightsText } from '../gained-rights';
import type { Grant, Right } from '../rbac-rights';
import type { RiskRule, SubjectHit } from '../risk-rule';
import { some } from '../rule-text';

/** Rights that somebody has now and had not, computed over all roles and bindings. */
export const rbacRules: readonly RiskRule[] = [
  {
    id: 'rbac-escalation',
    level: 'high',
    on: 'environment',
    title: 'Somebody gains rights that lead to more rights',
    reason:
      'Who reads Secrets, runs commands in pods, or gives rights away can take over a namespace or the cluster.',
    onApply: 'At once, for every token of the subject.',
    fix: 'Name the verbs, resources and resourceNames that are needed, in one namespace.',
    source: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks',
    check: (comparison) => hitsOf(comparison, ({ right, scope }) => isEscalation(right, scope)),
  },
  {
    id: 'rbac-widened',
    level: 'high',
    on: 'environment',
    title: 'Somebody gains rights',
    reason: 'The roles and bindings together allow more than before.',
    onApply: 'At once, for every token of the subject.',
    fix: 'Look whether the subject needs it; a Role with a RoleBinding allows it in one namespace only.',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/rbac/',
    // What comes with its own ServiceAccount and stays in a namespace is a first install.
    check: (comparison) =>
      hitsOf(
        comparison,
        ({ right, scope }, isNew) => !isEscalation(right, scope) && !(isNew && scope !== ''),
      ),
  },
];

function hitsOf(
  comparison: Comparison,
  isMeant: (grant: Grant, isNew: boolean) => boolean,
): readonly SubjectHit[] {
  const groups = new Map<string, { subjects: string[]; grants: readonly Grant[] }>();
  for (const { subject, isNew, grants } of gainedRights(comparison)) {
    const meant = grants.filter((grant) => isMeant(grant, isNew));
    const [first] = meant;
    if (first === undefined) continue;
    const key = `${idKey(causeOf(first, comparison).id)} ${rightsText(meant)}`;
    const group = groups.get(key) ?? { subjects: [], grants: meant };
    groups.set(key, { ...group, subjects: [...group.subjects, subject] });
  }
  return [...groups.values()].flatMap(({ subjects, grants }): SubjectHit[] => {
    const [first] = grants;
    if (first === undefined) return [];
    const { id } = causeOf(first, comparison);
    return [
      {
        subject: { type: 'object', id },
        what: `${some(subjects.map(subjectText), 3)}: ${rightsText(grants)}`,
      },
    ];
  });
}

/** A ServiceAccount of the namespace that is applied to has none before its name. */
function subjectText(subject: string): string {
  return subject.replace(/^ServiceAccount \//, 'ServiceAccount ');
}

/** What https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks names. */
function isEscalation(right: Right, scope: string): boolean {
  if (right.type === 'role') return right.role === 'admin' || right.role === 'edit';
  if (right.type === 'url') return right.url === '*' && right.verb === '*';
  const { verb, group, resource, name } = right;
  return ESCALATIONS.some(
    (entry) =>
      (verb === '*' || entry.verbs.includes(verb)) &&
      (group === '*' || entry.groups.includes(group)) &&
      (resource === '*' || entry.resources.includes(resource)) &&
      (entry.scopes === undefined || entry.scopes.includes(scope)) &&
      // One object by its name is a need that somebody thought of.
      (name === undefined || entry.named === true),
  );
}

interface Escalation {
  readonly verbs: readonly string[];
  readonly groups: readonly string[];
  readonly resources: readonly string[];

  /** Namespaces, empty for the whole cluster. @default - anywhere */
  readonly scopes?: readonly string[];

  /** Whether it is one even for an object that is named. @default false */
  readonly named?: boolean;
}

const RBAC = ['rbac.authorization.k8s.io'];
const WRITE = ['create', 'update', 'patch'];
const ESCALATIONS: readonly Escalation[] = [
  { verbs: ['get', 'list', 'watch'], groups: [''], resources: ['secrets'] },
  {
    verbs: ['create', 'get'],
    groups: [''],
    resources: ['pods/exec', 'pods/attach', 'pods/ephemeralcontainers'],
  },
  { verbs: ['update', 'patch'], groups: [''], resources: ['pods/ephemeralcontainers'] },
  { verbs: ['create'], groups: [''], resources: ['serviceaccounts/token'], named: true },
  { verbs: ['get', 'create'], groups: [''], resources: ['nodes/proxy'], named: true },
  { verbs: WRITE, groups: [''], resources: ['pods', 'persistentvolumes'], scopes: ['', 'kube-system'] },
  {
    verbs: ['impersonate'],
    groups: ['', 'authentication.k8s.io'],
    resources: ['users', 'groups', 'serviceaccounts'],
    named: true,
  },
  { verbs: ['escalate', 'bind'], groups: RBAC, resources: ['roles', 'clusterroles'] },
  {
    verbs: ['update', 'patch'],
    groups: ['certificates.k8s.io'],
    resources: ['certificatesigningrequests/approval'],
  },
  { verbs: ['approve', 'sign'], groups: ['certificates.k8s.io'], resources: ['signers'], named: true },
  {
    verbs: WRITE,
    groups: ['admissionregistration.k8s.io'],
    resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
  },
];
