import { synthesisContext } from '../adapters/context';
import { loadProgram, type Program } from '../adapters/program';
import { ProgramSources } from '../adapters/program-sources';
import { synthesizeEnvironment } from '../adapters/synthesize-environment';
import { OriginRecorder } from '../constructs/synthesis/origins';
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

/** How a program is opened, beyond what a user says. */
export interface OpenOptions {
  /** Note which line made what, in files below the working directory. @default false */
  readonly origins?: boolean;
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
export async function openProject(
  options: ProjectOptions,
  terminal: Terminal,
  { origins = false }: OpenOptions = {},
): Promise<Project> {
  const progress = startProgress(terminal, options.quiet || options.json);
  try {
    await progress.step('loading the program');
    const sources = origins ? new ProgramSources(terminal.cwd) : undefined;
    const recorder = sources && new OriginRecorder((frame) => sources.originOf(frame));
    const program = await loadProgram(terminal.cwd, options.program, sources);
    const names = chooseEnvironments(program, options.env);
    const context = synthesisContext(program.folder);
    const outcomes: Outcome[] = [];
    for (const [index, name] of names.entries()) {
      await progress.step(`synthesizing ${name} (${index + 1} of ${names.length})`);
      const startedAt = performance.now();
      const result = synthesizeEnvironment(program, name, context, recorder);
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
