import type { Environments } from '../constructs/environments';
import { K3stackError } from '../lib/errors';
import { nearest } from '../lib/nearest';
import type { Synthesis } from '../lib/synthesis/synthesis';

/**
 * Refuses late values that nothing asks for, as a misspelt name would leave the right one to the configuration. One program may serve stacks that differ, so
 * names of its other environments are fine.
 *
 * @param given Names that the program of the stack gives.
 * @param synthesize Another environment of the program.
 * @throws K3stackError `UNKNOWN_LATE_VALUE`.
 */
export function refuseUnknownLate(
  given: readonly string[],
  { environment, late }: Synthesis,
  environments: Environments,
  synthesize: (environment: string) => Synthesis,
): void {
  const known = new Set(late.map(({ name }) => name));
  if (given.every((name) => known.has(name))) return;
  for (const other of environments.names) {
    if (other === environment) continue;
    try {
      for (const { name } of synthesize(other).late) known.add(name);
    } catch {
      // What cannot be built cannot say that it does not ask for them.
      return;
    }
  }
  const unknown = given.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new K3stackError(
    'UNKNOWN_LATE_VALUE',
    `run(environments, { late }) gives what no environment of the program asks for: ` +
      unknown.map((name) => `${JSON.stringify(name)}${meant(name, known)}`).join(', '),
  );
}

function meant(name: string, known: ReadonlySet<string>): string {
  const near = nearest(name, known);
  if (near !== undefined) return ` (did you mean '${near}'?)`;
  return known.size === 0
    ? ' (there is no late value in the program)'
    : ` (write one of ${[...known].join(', ')})`;
}
