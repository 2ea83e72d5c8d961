import { bytesOf } from '../../../lib/cluster/quantity';
import { isDuration, millisecondsOf } from '../../../lib/workloads/duration';
import { withExamples } from '../../../lib/late';
import { describeValue, number, object, text, type Shape } from '../../../lib/rules/shape';
import { sizeShape } from '../../workloads/volumes';
import type { ConstructViolation } from '../../violations';

/** What each KPI is held to. Shares are in percent. */
export interface KpiThresholds {
  /** Most of a node's processor, memory and disk that is in use. @default 80 */
  readonly nodeUse?: number;

  /** Least share of pods that run and are ready, or ended well, over a day. @default 99 */
  readonly podSuccess?: number;

  /** Least share of the time of `uptimeWindow` that each node was Ready. @default 99.5 */
  readonly uptime?: number;

  /** @default '30d' */
  readonly uptimeWindow?: string;

  /** Least share of Applications and Kustomizations that are in sync, and of queued messages that arrive, over a day. @default 95 */
  readonly syncSuccess?: number;

  /** Most memory that the agents of logs and metrics take on one node. @default '100M' */
  readonly agentMemory?: string;

  /** Oldest that the last good backup may be, of each schedule of Velero and each dump of a PostgresDatabase. @default '26h' - a day, and two hours to make it */
  readonly backupAge?: string;
}

/** Thresholds with all defaults. */
export type CompleteThresholds = Required<KpiThresholds>;

/** Defaults applied. */
export function completeThresholds(given: KpiThresholds = {}): CompleteThresholds {
  return { ...DEFAULT_THRESHOLDS, ...given };
}

export const DEFAULT_THRESHOLDS: CompleteThresholds = {
  nodeUse: 80,
  podSuccess: 99,
  uptime: 99.5,
  uptimeWindow: '30d',
  syncSuccess: 95,
  agentMemory: '100M',
  backupAge: '26h',
};

/** Thresholds at which an alert would always or never fire. */
export function thresholdViolations(given: KpiThresholds): ConstructViolation[] {
  const shares = (['nodeUse', 'podSuccess', 'uptime', 'syncSuccess'] as const).flatMap((name) => {
    const share = given[name];
    return share === undefined || (share > 0 && share < 100) ? [] : [outOfRange(name, share)];
  });
  const { agentMemory, uptimeWindow, backupAge } = given;
  return [
    ...shares,
    ...(agentMemory !== undefined && bytesOf(withExamples(agentMemory)) < 1e6
      ? [wrong('agentMemory', `is ${agentMemory}, and no agent takes less than 1M`, "write '100M'")]
      : []),
    ...durationViolations('uptimeWindow', uptimeWindow, 3_600_000, '30d'),
    ...durationViolations('backupAge', backupAge, 3_600_000, '26h'),
  ];
}

function outOfRange(name: string, share: number): ConstructViolation {
  const usual = DEFAULT_THRESHOLDS[name as 'nodeUse'];
  return wrong(
    name,
    `must be a share in percent, more than 0 and less than 100, got ${share}`,
    `write ${name}: ${usual}`,
  );
}

function durationViolations(
  name: 'uptimeWindow' | 'backupAge',
  value: string | undefined,
  least: number,
  usual: string,
): ConstructViolation[] {
  if (value === undefined || (isDuration(value) && millisecondsOf(value) >= least)) return [];
  return [
    wrong(
      name,
      `must be a time of an hour or more, got ${describeValue(value)}`,
      `write ${name}: '${usual}'`,
    ),
  ];
}

function wrong(name: string, problem: string, fix: string): ConstructViolation {
  return { rule: 'kpi-threshold', property: `thresholds.${name}`, problem, fix };
}

/** Form of {@link KpiThresholds}. */
export const thresholdsShape: Shape = object({
  nodeUse: number,
  podSuccess: number,
  uptime: number,
  uptimeWindow: text,
  syncSuccess: number,
  agentMemory: sizeShape,
  backupAge: text,
});
