import type { Construct, IConstruct } from 'constructs';
import type { Finding } from '../lib/rules/rule';
import { formatViolation, type Violation } from '../lib/rules/violation';

/** A violation whose path is that of the construct unless it names another one. */
export type ConstructViolation = Omit<Violation, 'path'> & { readonly path?: string };

/**
 * Registers a check of what the user wrote. It runs at synth, never in a constructor, and stock `App.synth` runs it as well, where it shows what
 * stops the synthesis as text.
 */
export function addCheck(construct: Construct, check: () => readonly ConstructViolation[]): void {
  const located = (): Violation[] => check().map((v) => ({ ...v, path: v.path ?? construct.node.path }));
  const checks = registered.get(construct) ?? [];
  checks.push(located);
  registered.set(construct, checks);
  construct.node.addValidation({
    validate: () => (collecting ? [] : located().filter(stopsSynth).map(formatViolation)),
  });
}

/** Whether a violation stops the synthesis. */
export function stopsSynth(violation: Violation | Finding): boolean {
  return (violation.blocks ?? 'synth') === 'synth';
}

/** All violations of one construct; what only says a text (constructs of other libraries) becomes a violation of rule `construct`. */
export function violationsOf(construct: IConstruct): Violation[] {
  const own = (registered.get(construct) ?? []).flatMap((check) => check());
  collecting = true;
  try {
    const foreign = construct.node.validate();
    if (foreign.length === 0) return own;
    const path = construct.node.path;
    return [
      ...own,
      ...foreign.map((problem) => ({
        rule: 'construct',
        path,
        property: construct.node.id,
        problem,
        fix: 'mend what it says',
      })),
    ];
  } finally {
    collecting = false;
  }
}

const registered = new WeakMap<IConstruct, (() => Violation[])[]>();

/** Set while {@link violationsOf} asks constructs of other libraries, so that ours do not answer a second time as text. */
let collecting = false;
