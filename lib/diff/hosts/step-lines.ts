import type { StepChange } from '../../report/step-changes';
import type { HostSynthesis } from '../../synthesis/synthesis';

/**
 * Commands that run on a host because what they are given differs, such as `run: RECONCILE 0 -> 1`. Releases, labels and hosts that come
 * and go are left out, as the properties say them.
 */
export function ownStepLines(steps: readonly StepChange[], host: HostSynthesis): string[] {
  const lines = steps
    .filter((step) => step.cluster === host.cluster && step.host === host.name)
    .flatMap(stepLines);
  return [...new Set(lines)];
}

/** The same for the cluster as a whole: commands that run on one server for all. */
export function clusterStepLines(steps: readonly StepChange[], cluster: string): string[] {
  const lines = steps
    .filter((step) => step.cluster === cluster && step.host === undefined)
    .flatMap(stepLines);
  return [...new Set(lines)];
}

function stepLines({ step, what }: StepChange): string[] {
  const kind = (step.split('/').at(-1) ?? step).replace(/-\d+$/, '');
  return what.filter((text) => !TOLD_ELSEWHERE.test(text)).map((text) => `${kind}: ${text}`);
}

/** The release, records of hosts and their labels, and where the work on the cluster runs, which is the first server. */
const TOLD_ELSEWHERE = /^(VERSION|ARCHITECTURE|NODE|runs on) |^[+-] /;
