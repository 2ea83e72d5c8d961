import { OriginRecorder } from '../../constructs/synthesis/origins';
import { K3stackError } from '../../lib/errors';
import { synthesisContext } from '../context';
import { workingTree, type Repository } from '../git/repository';
import { ownFolder } from '../own-package';
import { loadProgram, type Program } from '../program';
import { ProgramSources } from '../program-sources';
import { synthesizeEnvironment } from '../synthesize-environment';
import { reason } from './reason';
import type { Rendered, RenderedEnvironment } from './rendered';

/** What of the working tree is to be shown. */
export interface HeadRequest {
  readonly repository: Repository;

  /** Absolute path of the program's file. */
  readonly program: string;

  /** Names; those that the program does not declare are left out. @default - all */
  readonly environments?: readonly string[];
}

/**
 * The working tree as it is, changes included that are not committed.
 *
 * In this process, one environment after the other: a process takes 0.4 s of a processor to start, an environment of 800 objects 0.1 to 0.2 s, and the base
 * has a process of its own already.
 */
export async function renderHead(request: HeadRequest): Promise<Rendered> {
  const { repository } = request;
  const [tree, side] = await Promise.all([workingTree(repository), renderProgram(request)]);
  return { ...tree, ...side };
}

async function renderProgram({
  repository: { root },
  program: file,
  environments = [],
}: HeadRequest): Promise<Pick<Rendered, 'failed' | 'environments'>> {
  const sources = new ProgramSources(root);
  const tell = (error: unknown): string => {
    if (error instanceof K3stackError) return reason(error.message, [root, ownFolder()]);
    throw error;
  };
  let program: Program;
  let context;
  try {
    program = await loadProgram(root, file, sources);
    context = synthesisContext(program.folder);
  } catch (error) {
    return { failed: tell(error), environments: new Map() };
  }
  const recorder = new OriginRecorder((frame) => sources.originOf(frame));
  const rendered = new Map<string, RenderedEnvironment>();
  for (const name of program.environments.names) {
    if (environments.length > 0 && !environments.includes(name)) continue;
    const result = synthesizeEnvironment(program, name, context, recorder);
    rendered.set(
      name,
      'error' in result
        ? { failed: tell(result.error) }
        : { synthesis: result.synthesis, origins: result.origins ?? new Map() },
    );
  }
  return { environments: rendered };
}
