import { loadSchemas } from '../../adapters/schemas';
import { environments } from '../../constructs/environments';
import type { Environment } from '../../constructs/environment';
import { synthesize } from '../../constructs/synthesis/synthesize';
import { InvalidProgramError } from '../../lib/rules/invalid-program';
import { formatViolation } from '../../lib/rules/violation';
import type { HostSynthesis, Synthesis } from '../../lib/synthesis/synthesis';

/** Nothing lies beside the program: no lock file, no known hosts. */
export const emptyContext = { schemas: loadSchemas(), checksum: () => undefined, hostKey: () => undefined };

/** The environment `test` that `define` builds. */
export function synthesized(define: (env: Environment) => void): Synthesis {
  return synthesize(environments({ test: {} }, define).build('test'), emptyContext);
}

/** What stops the synthesis, a line each; empty when nothing does. */
export function problems(define: (env: Environment) => void): string[] {
  try {
    synthesized(define);
    return [];
  } catch (error) {
    if (error instanceof InvalidProgramError) return error.violations.map(formatViolation);
    throw error;
  }
}

/** The host of that name. */
export function hostOf(synthesis: Synthesis, name: string): HostSynthesis {
  const host = synthesis.hosts.find((candidate) => candidate.name === name);
  if (host === undefined)
    throw new Error(`no host ${name} among ${synthesis.hosts.map((candidate) => candidate.name).join(', ')}`);
  return host;
}

/** Every object that is applied through the API, as `Kind namespace/name`. */
export function objectNames(synthesis: Synthesis): string[] {
  return synthesis.manifests.flatMap(({ objects }) =>
    objects.map(
      ({ object: { kind, metadata } }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name ?? ''}`,
    ),
  );
}
