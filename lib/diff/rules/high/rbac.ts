import { isEscalation, onlyReads, plainGains } from '../right-weights';
import { rightsHits } from '../rights-hits';
import type { RiskRule } from '../risk-rule';

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
    check: (comparison) => rightsHits(comparison, ({ grants }) => grants.filter(isEscalation)),
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
    check: (comparison) =>
      rightsHits(comparison, (gained) => {
        const grants = plainGains(gained);
        return onlyReads(grants) ? [] : grants;
      }),
  },
];
