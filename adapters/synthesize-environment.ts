import { synthesize, type SynthesisContext } from '../constructs/synthesis/synthesize';
import type { OriginRecorder } from '../constructs/synthesis/origins';
import { K3stackError } from '../lib/errors';
import type { Origins } from '../lib/origins';
import { distPaths } from '../lib/synthesis/dist-files';
import type { Synthesis } from '../lib/synthesis/synthesis';
import type { Program } from './program';
import { programFailure } from './program-failure';

/** What becomes of one environment of a program. */
export type SynthesizedEnvironment =
  | {
      readonly synthesis: Synthesis;

      /** @default - nobody asked for them */
      readonly origins?: Origins;
    }
  | { readonly error: K3stackError };

/** Synthesizes one environment; what its author can mend is told as a value, so that the others are synthesized too. */
export function synthesizeEnvironment(
  { environments, file }: Program,
  name: string,
  context: SynthesisContext,
  recorder?: OriginRecorder,
): SynthesizedEnvironment {
  try {
    if (recorder === undefined) return { synthesis: checked(synthesize(environments.build(name), context)) };
    return recorder.record(() => {
      const environment = environments.build(name);
      return { synthesis: checked(synthesize(environment, context)), origins: recorder.of(environment) };
    });
  } catch (thrown) {
    const error = programFailure(thrown, file);
    if (error instanceof K3stackError) return { error };
    throw error;
  }
}

/** Every command refuses what synth could not write. */
function checked(synthesis: Synthesis): Synthesis {
  distPaths(synthesis);
  return synthesis;
}
