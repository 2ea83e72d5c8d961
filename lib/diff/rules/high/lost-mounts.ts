import type { Comparison } from '../../comparison';
import type { ObjectChange } from '../../object-change';
import { claimMountsOf, volumeAt, type ClaimMount } from '../claim-mounts';
import type { RiskHit, RiskRule } from '../risk-rule';
import { mapsAt, at } from '../rule-text';
import { workloadOf, type Workload } from '../workload-pods';

/** Data that stays, and that its program does not find any more. */
export const lostMountRules: readonly RiskRule[] = [
  {
    id: 'claim-not-mounted',
    level: 'high',
    on: 'object',
    kinds: ['apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'apps/ReplicaSet', 'batch/CronJob'],
    title: 'Pods no longer mount a claim',
    reason: 'Its program finds none of its data there, and what it writes instead may go with the pod.',
    onApply: 'Its pods are made anew without the claim. The claim stays, with its data.',
    fix: 'Mount the claim as before; if another volume takes its place, copy the data first.',
    source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#claims-as-volumes',
    check: (change, comparison) => {
      const both = workloadsOf(change);
      if (both === undefined) return [];
      const has = new Set(claimMountsOf(both.now).map(({ claim }) => claim));
      return first(claimMountsOf(both.old).filter(({ claim }) => !has.has(claim)))
        .filter((mount) => stays(mount, both.now, comparison))
        .map(({ claim, container, path }): RiskHit => ({
          field: both.now.property,
          what: `claim ${claim} was at ${path} of container ${container}; there is ${volumeAt(both.now, container, path)} now`,
        }));
    },
  },
];

function workloadsOf({ before, after }: ObjectChange): { old: Workload; now: Workload } | undefined {
  const [old, now] = [before, after].map((side) => (side === undefined ? undefined : workloadOf(side)));
  return old === undefined || now === undefined ? undefined : { old, now };
}

/** A claim or a template that goes itself is the matter of other rules. */
function stays({ claim, isTemplate }: ClaimMount, now: Workload, comparison: Comparison): boolean {
  if (isTemplate)
    return mapsAt(now.object, 'spec', 'volumeClaimTemplates').some(
      (template) => at(template, 'metadata', 'name') === claim,
    );
  const { cluster, namespace } = now.id;
  const id = {
    ...(cluster !== undefined && { cluster }),
    group: '',
    kind: 'PersistentVolumeClaim',
    ...(namespace !== undefined && { namespace }),
    name: claim,
  };
  return comparison.find('before', id) === undefined || comparison.find('after', id) !== undefined;
}

/** One mount of each claim. */
function first(mounts: readonly ClaimMount[]): readonly ClaimMount[] {
  return mounts.filter(({ claim }, index) => mounts.findIndex((one) => one.claim === claim) === index);
}
