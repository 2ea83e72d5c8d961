import type { ObjectChange } from '../../object-change';
import { claimMountsOf, type ClaimMount } from '../claim-mounts';
import type { RiskHit, RiskRule } from '../risk-rule';
import { workloadOf } from '../workload-pods';

/** Data that a program has to look for elsewhere. */
export const mountRules: readonly RiskRule[] = [
  {
    id: 'claim-mounted-elsewhere',
    level: 'caution',
    on: 'object',
    kinds: ['apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'apps/ReplicaSet', 'batch/CronJob'],
    title: 'Pods mount a claim at another path',
    reason:
      'A program that still uses the old path finds nothing there, and what it writes there goes with the pod.',
    onApply: 'Its pods are made anew, with the same data at the new path.',
    fix: 'Be sure that the program reads and writes at the new path.',
    source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#claims-as-volumes',
    check: movedHits,
  },
];

function movedHits({ before, after }: ObjectChange): readonly RiskHit[] {
  const [old, now] = [before, after].map((side) => (side === undefined ? undefined : workloadOf(side)));
  if (old === undefined || now === undefined) return [];
  const [mounted, mounts] = [claimMountsOf(old), claimMountsOf(now)];
  return [...new Set(mounted.map(({ claim }) => claim))].flatMap((claim): RiskHit[] => {
    const [was, is] = [placesOf(mounted, claim), placesOf(mounts, claim)];
    if (is.length === 0 || was.some((place) => is.includes(place))) return [];
    return [{ field: now.property, what: `claim ${claim}: ${was[0] ?? ''} -> ${is[0] ?? ''}` }];
  });
}

function placesOf(mounts: readonly ClaimMount[], claim: string): readonly string[] {
  return mounts
    .filter((mount) => mount.claim === claim)
    .map(({ path, subPath }) => (subPath === undefined ? path : `${path} (subPath ${subPath})`));
}
