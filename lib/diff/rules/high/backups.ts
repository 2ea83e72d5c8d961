import type { ComparedObject, ObjectChange } from '../../object-change';
import { kindOf } from '../../object-id';
import { isDuration, millisecondsOf } from '../../../workloads/duration';
import type { RiskHit, RiskRule } from '../risk-rule';
import { at, fieldIn, fromTo, plain } from '../rule-text';

/** Backups that are made no longer, or kept for less time. */
export const backupRules: readonly RiskRule[] = [
  {
    id: 'backup-schedule-lost',
    level: 'high',
    on: 'object',
    kinds: [
      'velero.io/Schedule',
      'postgresql.cnpg.io/ScheduledBackup',
      'longhorn.io/RecurringJob',
      'k8up.io/Schedule',
      'volsync.backube/ReplicationSource',
    ],
    title: 'A schedule of backups is deleted or paused',
    reason: 'Nothing fails; the lack of a backup is found when it is needed.',
    onApply: 'No backup is made any more. Those that exist stay until they expire.',
    fix: 'Keep it until another schedule has made a backup that was restored once.',
    source: 'https://velero.io/docs/main/api-types/schedule/',
    check: ({ kind, before, after }) => {
      if (kind === 'removed')
        return [
          {
            what: `schedule ${plain(at(before?.object, 'spec', 'schedule'), plain(at(before?.object, 'spec', 'cron'), 'unknown'))}`,
            ...(at(before?.object, 'spec', 'useOwnerReferencesInBackup') === true && {
              onApply:
                'useOwnerReferencesInBackup: true makes the schedule the owner of its backups: they are deleted with it.',
            }),
          },
        ];
      if (before === undefined || after === undefined) return [];
      return PAUSES.filter(
        ({ keys }) => at(before.object, ...keys) !== true && at(after.object, ...keys) === true,
      ).map(({ keys }) => ({
        field: keys.join('.'),
        what: `${keys.at(-1)}: true`,
      }));
    },
  },
  {
    id: 'backup-kept-shorter',
    level: 'high',
    on: 'object',
    kinds: ['velero.io/Schedule', 'longhorn.io/RecurringJob', 'postgresql.cnpg.io/Cluster'],
    title: 'Backups are kept for less time',
    reason: 'A loss that is found late is found after the last good backup is gone.',
    onApply:
      'New backups expire earlier; where a number or a policy counts, old ones are deleted at the next run.',
    fix: 'Be sure that the time is longer than it takes to notice a loss.',
    source: 'https://velero.io/docs/main/how-velero-works/#set-a-backup-to-expire',
    check: retentionHits,
  },
];

function retentionHits({ before, after }: ObjectChange): readonly RiskHit[] {
  if (before === undefined || after === undefined) return [];
  const kind = kindOf(after.id);
  const keys = RETENTIONS[kind] ?? [];
  if (keys.length === 0) return [];
  const [old, now] = [before, after].map(({ object }: ComparedObject) => at(object, ...keys));
  const [long, short] = [amountOf(old, kind), amountOf(now, kind)];
  if (long === undefined || short === undefined || short >= long) return [];
  const [first = '', ...rest] = keys;
  return [{ field: fieldIn(first, ...rest), what: fromTo(old, now) }];
}

/** Milliseconds of a time, and numbers as they are. `m` is a minute to Velero, and a month to CloudNativePG. */
function amountOf(value: unknown, kind: string): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const policy = kind === CLUSTER ? POLICY.exec(value) : null;
  if (policy !== null) return Number(policy[1]) * (DAYS[policy[2] ?? ''] ?? 0) * 86_400_000;
  return isDuration(value) ? millisecondsOf(value) : undefined;
}

const CLUSTER = 'postgresql.cnpg.io/Cluster';

/** `30d`, `4w`, `2m`: https://cloudnative-pg.io/documentation/current/backup/ */
const POLICY = /^([1-9]\d*)([dwm])$/;
const DAYS: Readonly<Record<string, number>> = { d: 1, w: 7, m: 30 };
const PAUSES = [{ keys: ['spec', 'paused'] }, { keys: ['spec', 'suspend'] }];
const RETENTIONS: Readonly<Partial<Record<string, readonly string[]>>> = {
  'velero.io/Schedule': ['spec', 'template', 'ttl'],
  'longhorn.io/RecurringJob': ['spec', 'retain'],
  'postgresql.cnpg.io/Cluster': ['spec', 'backup', 'retentionPolicy'],
};
