import type { GainedRights } from './gained-rights';
import type { Grant } from './rbac-rights';

/** What https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks names. */
export function isEscalation({ right, scope }: Grant): boolean {
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

/** Gains that lead to no more rights; what comes with its own ServiceAccount and stays in a namespace is a first install. */
export function plainGains({ isNew, grants }: GainedRights): readonly Grant[] {
  return grants.filter((grant) => !isEscalation(grant) && !(isNew && grant.scope !== ''));
}

/** Whether all of them read in a namespace, and no Secret. */
export function onlyReads(grants: readonly Grant[]): boolean {
  return grants.every(({ right, scope }) => {
    if (scope === '') return false;
    if (right.type !== 'resource') return right.type === 'role' && right.role === 'view';
    const [resource, part = ''] = right.resource.split('/');
    // With get alone something can be sent through the proxy of a pod or Service.
    return READS.includes(right.verb) && resource !== 'secrets' && PARTS_TO_READ.includes(part);
  });
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
const READS = ['get', 'list', 'watch'];
const PARTS_TO_READ = ['', 'log', 'status', 'scale'];
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
