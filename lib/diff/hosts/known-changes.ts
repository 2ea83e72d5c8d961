import { hostChanges, type HostChange } from '../../report/changes';
import { stepChanges, type StepChange } from '../../report/step-changes';
import type { Synthesis } from '../../synthesis/synthesis';

/** Changes of hosts between two states: rules, the blocks of hosts and the roll-out ask for the same. */
export const knownHostChanges: (before: Synthesis, after: Synthesis) => readonly HostChange[] =
  remembered(hostChanges);

/** Likewise, of steps. */
export const knownStepChanges: (before: Synthesis, after: Synthesis) => readonly StepChange[] =
  remembered(stepChanges);

/** Keeps what was found for as long as both states are in use. */
function remembered<T>(find: (before: Synthesis, after: Synthesis) => T): typeof find {
  const known = new WeakMap<Synthesis, WeakMap<Synthesis, { readonly found: T }>>();
  return (before, after) => {
    const own = known.get(before) ?? new WeakMap<Synthesis, { readonly found: T }>();
    known.set(before, own);
    const entry = own.get(after) ?? { found: find(before, after) };
    own.set(after, entry);
    return entry.found;
  };
}
