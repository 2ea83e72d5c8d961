import type { Step, StepScript } from '../synthesis/graph';
import type { Disruption, Synthesis } from '../synthesis/synthesis';

/** A step that was there before and gets something else to do. */
export interface StepChange {
  readonly step: string;
  readonly cluster: string;

  /** Host it acts on; absent for a step of the cluster as a whole. */
  readonly host?: string;

  /** What it may cost a host at most. */
  readonly disruption: Disruption;

  /** What its script gets differently, such as `RECONCILE 0 -> 1` or `+ label alfa zone b`. */
  readonly what: readonly string[];
}

/**
 * Steps that run again because the program asks something else of them, in the order of the plan. Those of hosts that are new have not run yet;
 * what an older release wrote knows nothing of scripts and is not compared.
 */
export function stepChanges(before: Synthesis, after: Synthesis): StepChange[] {
  const old = new Map(before.graph.steps.map((step) => [step.id, step]));
  return after.graph.steps.flatMap((step) => {
    const [from, to] = [old.get(step.id)?.script, step.script];
    const what = from && to ? differences(from, to) : [];
    return what.length > 0 ? [changeOf(step, what)] : [];
  });
}

function changeOf({ id, cluster, host, onChange }: Step, what: readonly string[]): StepChange {
  return { step: id, cluster, ...(host !== undefined && { host }), disruption: onChange, what };
}

function differences(from: StepScript, to: StepScript): string[] {
  const names = [...new Set([...Object.keys(from.values), ...Object.keys(to.values)])];
  const values = [
    ['runs on', from.on, to.on],
    ['deadline', String(from.deadline), String(to.deadline)],
    ...names.map((name) => [name, from.values[name], to.values[name]]),
  ];
  const [old, now] = [from.records.map(recordText), to.records.map(recordText)];
  return [
    ...values
      .filter(([, before, after]) => before !== after)
      .map(([name, before, after]) => `${name} ${before || 'none'} -> ${after || 'none'}`),
    ...now.filter((record) => !old.includes(record)).map((record) => `+ ${record}`),
    ...old.filter((record) => !now.includes(record)).map((record) => `- ${record}`),
  ];
}

function recordText(fields: readonly string[]): string {
  return fields.filter((field) => field !== '').join(' ');
}
