import { onlyReads, plainGains } from '../right-weights';
import { rightsHits } from '../rights-hits';
import type { RiskRule } from '../risk-rule';

/** Rights that somebody has now and had not, and that change nothing. */
export const rightsRules: readonly RiskRule[] = [
  {
    id: 'rbac-read-widened',
    level: 'caution',
    on: 'environment',
    title: 'Somebody gains rights to read',
    reason:
      "The roles and bindings together show more of a namespace than before; what is read may still be nobody else's business.",
    onApply: 'At once, for every token of the subject.',
    fix: 'Look whether the subject needs it; resourceNames limit it to single objects.',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/rbac/',
    check: (comparison) =>
      rightsHits(comparison, (gained) => {
        const grants = plainGains(gained);
        return onlyReads(grants) ? grants : [];
      }),
  },
];
