import { synthesisContext } from '../adapters/context';
import { loadProgram, type Program } from '../adapters/program';
import { programFailure } from '../adapters/program-failure';
import { synthesize } from '../constructs/synthesis/synthesize';
import { K3stackError } from '../lib/errors';
import { distPaths } from '../lib/synthesis/dist-files';
import type { Synthesis } from '../lib/synthesis/synthesis';
import type { Outcome } from './outcome';
import { startProgress } from './progress';
import type { Terminal } from './terminal';

/** Options of commands that synthesize. */
export interface ProjectOptions {
  readonly program: string | undefined;
  readonly env: readonly string[];
  readonly json: boolean;
  readonly quiet: boolean;
}

/** A loaded program with the outcome of the environments that were asked for. */
export interface Project {
  readonly program: Program;
  readonly outcomes: readonly Outcome[];
}

/**
 * Loads the program and synthesizes the chosen environments, all of them, also when one cannot be.
 *
 * @throws K3stackError when there is nothing to synthesize: no program, or an environment that it does not declare.
 */
export async function openProject(options: ProjectOptions, terminal: Terminal): Promise<Project> {
  const progress = startProgress(terminal, options.quiet || options.json);
  try {
    await progress.step('loading the program');
    const program = await loadProgram(terminal.cwd, options.program);
    const names = chooseEnvironments(program, options.env);
    const context = synthesisContext(program.folder);
    const outcomes: Outcome[] = [];
    for (const [index, name] of names.entries()) {
      await progress.step(`synthesizing ${name} (${index + 1} of ${names.length})`);
      const startedAt = performance.now();
      const result = synthesizeOne(program, name, context);
      outcomes.push({
        environment: name,
        milliseconds: Math.round(performance.now() - startedAt),
        ...result,
      });
    }
    return { program, outcomes };
  } finally {
    progress.stop();
  }
}

function chooseEnvironments({ environments }: Program, chosen: readonly string[]): readonly string[] {
  chosen.forEach((name) => environments.assertDeclared(name));
  return chosen.length > 0 ? chosen : environments.names;
}

function synthesizeOne(
  program: Program,
  name: string,
  context: ReturnType<typeof synthesisContext>,
): { synthesis: Synthesis } | { error: K3stackError } {
  try {
    const synthesis = synthesize(program.environments.build(name), context);
    distPaths(synthesis); // every command refuses what synth could not write
    return { synthesis };
  } catch (thrown) {
    const error = programFailure(thrown, program.file);
    if (error instanceof K3stackError) return { error };
    throw error;
  }
}
