import { knowledgeOf } from '../../../distributions/changes-of';
import { keptClusters, type ClusterTransition } from '../../../rules/transition';
import type { Synthesis } from '../../../synthesis/synthesis';
import { idKey, idOf, idText, kindOf } from '../../object-id';
import type { EnvironmentRiskRule, SubjectHit } from '../risk-rule';
import { hostRule } from './host-rule';
import { clusterSubject } from './subjects';

/** Backups of a cluster that stays. */
export const backupRisks: readonly EnvironmentRiskRule[] = [
  hostRule({
    id: 'backup-removed',
    level: 'high',
    title: 'A backup stops',
    reason: 'Nobody notices before something has to be restored.',
    onApply: 'From now on nothing new is written there; what was written before stays where it is.',
    fix: 'Keep it until its replacement has been restored from once.',
    source: 'https://docs.k3s.io/cli/etcd-snapshot; https://velero.io/docs/main/api-types/schedule/',
    check: (before, after) =>
      keptClusters(before, after).flatMap((cluster) => [
        ...snapshotHits(cluster, after),
        ...targetHits(cluster, before, after),
        ...scheduleHits(cluster, before, after),
      ]),
  }),
];

/** Once for all servers. */
function snapshotHits({ kept, after: { name } }: ClusterTransition, after: Synthesis): SubjectHit[] {
  const knowledge = knowledgeOf(name, after);
  const lost = kept.flatMap(
    ({ before: old, after: host }) => knowledge?.backupsLost(old.settings, host.settings) ?? [],
  );
  return [...new Set(lost)].map((what) => ({ subject: clusterSubject(name), what }));
}

/** Places that backups went to. */
function targetHits(
  { after: { name } }: ClusterTransition,
  before: Synthesis,
  after: Synthesis,
): SubjectHit[] {
  const targets = ({ topology }: Synthesis): readonly string[] =>
    topology.clusters.find((cluster) => cluster.name === name)?.backups ?? [];
  const now = new Set(targets(after));
  return targets(before)
    .filter((target) => !now.has(target))
    .map((target) => ({ subject: clusterSubject(name), what: `nothing is backed up to ${target} any more` }));
}

/** Schedules of Velero and the like that are gone, or paused. */
function scheduleHits(
  { after: { name } }: ClusterTransition,
  before: Synthesis,
  after: Synthesis,
): SubjectHit[] {
  const schedules = ({ manifests }: Synthesis): Map<string, { text: string; isPaused: boolean }> =>
    new Map(
      manifests
        .filter(({ cluster }) => cluster === name)
        .flatMap(({ objects }) => objects.map(({ object }) => object))
        .filter((object) => SCHEDULES.includes(kindOf(idOf(object))))
        .map((object) => {
          const { paused, suspend } = (object['spec'] ?? {}) as { paused?: unknown; suspend?: unknown };
          return [
            idKey(idOf(object)),
            { text: idText(idOf(object)), isPaused: paused === true || suspend === true },
          ];
        }),
    );
  const now = schedules(after);
  return [...schedules(before)].flatMap(([key, { text, isPaused }]) => {
    const same = now.get(key);
    if (same === undefined) return [{ subject: clusterSubject(name), what: `${text} is removed` }];
    return same.isPaused && !isPaused ? [{ subject: clusterSubject(name), what: `${text} is paused` }] : [];
  });
}

/** What makes backups again and again: Velero, CloudNativePG. */
const SCHEDULES: readonly string[] = ['velero.io/Schedule', 'postgresql.cnpg.io/ScheduledBackup'];
