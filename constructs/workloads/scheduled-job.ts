import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { cronProblem } from '../../lib/cron-expression';
import { withExamples } from '../../lib/late';
import { checkProps, flag, object, oneOf, text, wholeNumber } from '../../lib/rules/shape';
import { addCheck, type ConstructViolation } from '../violations';
import { buildPod, podShapes, type PodSettings } from './pod';
import { Workload } from './workload';
import type { WorkloadNetwork } from './workload-network';

export interface ScheduledJobProps extends PodSettings {
  /** When, as five fields of cron (`0 3 * * *` is daily at three), or such as `@daily`. */
  readonly schedule: string;

  /** Name of the time zone the schedule is in, such as `Europe/Berlin`. @default 'Etc/UTC' */
  readonly timeZone?: string;

  /** What happens when one is due and the last one still runs: it is left out, it replaces the last one, or both run. @default 'Forbid' */
  readonly concurrencyPolicy?: 'Forbid' | 'Replace' | 'Allow';

  /** Pods that may fail before the run counts as failed. @default 2 */
  readonly backoffLimit?: number;

  /** Seconds after which a run is ended. @default 3600 */
  readonly activeDeadlineSeconds?: number;

  /** Seconds that a run may start late, such as after the cluster was down. @default 600 */
  readonly startingDeadlineSeconds?: number;

  /** Not run for now. @default false */
  readonly suspend?: boolean;
}

/** A program that runs at certain times and ends. */
export class ScheduledJob extends Workload {
  readonly cronJob: ApiObject;

  /** Where it may connect to. */
  readonly network: WorkloadNetwork;

  constructor(scope: Construct, id: string, props: ScheduledJobProps) {
    super(scope, id, 'job', LONGEST_NAME);
    const { problems, sound } = checkProps(props, scheduledJobShape);
    const { schedule = '@yearly', timeZone = 'Etc/UTC' } = sound;
    addCheck(this, () => [...problems, ...cronViolations(schedule)]);
    const { concurrencyPolicy = 'Forbid', backoffLimit = 2, suspend = false } = sound;
    const { activeDeadlineSeconds = 3600, startingDeadlineSeconds = 600 } = sound;

    const pod = buildPod(this, sound, { spec: { restartPolicy: 'Never' } }); // each try keeps its own log
    this.network = pod.network;
    this.cronJob = new ApiObject(this, 'cron-job', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: this.metadata,
      spec: {
        schedule,
        timeZone,
        concurrencyPolicy,
        startingDeadlineSeconds,
        suspend,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 2,
        jobTemplate: {
          metadata: { labels: this.labels },
          spec: { backoffLimit, activeDeadlineSeconds, template: pod.template },
        },
      },
    });
  }
}

/** What is wrong with when a CronJob runs. */
export function cronViolations(schedule: string, property = 'schedule'): ConstructViolation[] {
  const text = withExamples(schedule);
  // Kubernetes reads neither: both are extensions of the parser that its API refuses.
  const problem = /^(CRON_)?TZ=|^@every/.test(text)
    ? 'has a form that Kubernetes refuses'
    : cronProblem(text);
  if (problem === undefined) return [];
  const fix = "write five fields: '0 3 * * *' is daily at three; the time zone goes into timeZone";
  return [{ rule: 'workload-schedule', property, problem, fix }];
}

/** Eleven characters are added for each run (kubernetes.io/docs/concepts/workloads/controllers/cron-jobs). */
const LONGEST_NAME = 52;

const scheduledJobShape = object(
  {
    ...podShapes,
    schedule: text,
    timeZone: text,
    concurrencyPolicy: oneOf('Forbid', 'Replace', 'Allow'),
    backoffLimit: wholeNumber(0, 1000),
    activeDeadlineSeconds: wholeNumber(1, 2 ** 31 - 1),
    startingDeadlineSeconds: wholeNumber(10, 2 ** 31 - 1),
    suspend: flag,
  },
  'image',
  'schedule',
);
