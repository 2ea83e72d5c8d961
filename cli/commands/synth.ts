import { resolve } from 'node:path';
import { writeFileAtomically } from '../../adapters/atomic-write';
import { writing } from '../../adapters/cannot-write';
import { Dist } from '../../adapters/dist';
import { ExitCode, K3stackError } from '../../lib/errors';
import { originsDocument, type Origin } from '../../lib/origins';
import { distFiles } from '../../lib/synthesis/dist-files';
import { commonOptions, defineCommand } from '../command';
import { failuresOf, successesOf, type Outcome } from '../outcome';
import { failureJson, outcomeJson } from '../outcome-json';
import { tellOutcomes } from '../outcome-text';
import { openProject } from '../project';
import { paletteFor, shownPath, writeJson, type Terminal } from '../terminal';

/** `k3stack synth`: writes what can be decided without an engine or a host. */
export const synth = defineCommand({
  options: {
    ...commonOptions,
    out: {
      kind: 'text',
      value: 'folder',
      help: 'Folder to write to (default: dist beside the program)',
      suggest: 'folders',
    },
    origins: {
      kind: 'text',
      value: 'file',
      help: 'Also write which line of the program made what, as JSON',
      suggest: 'files',
    },
  },
  async run({ terminal, options }) {
    const startedAt = performance.now();
    const project = await openProject(options, terminal, { origins: options.origins !== undefined });
    const { folder, environments } = project.program;
    const dist = new Dist(
      options.out === undefined ? resolve(folder, 'dist') : resolve(terminal.cwd, options.out),
    );
    dist.open();
    const outcomes = project.outcomes.map((outcome) => write(outcome, dist));
    if (options.origins !== undefined) writeOrigins(resolve(terminal.cwd, options.origins), outcomes);
    const failed = failuresOf(outcomes).length > 0;
    const removed = options.env.length === 0 && !failed ? dist.prune(environments.names) : [];

    const place = (name: string): string => shownPath(terminal, resolve(dist.folder, name));
    const milliseconds = performance.now() - startedAt;
    if (options.json) {
      writeJson(terminal, {
        ...failureJson(outcomes),
        environments: outcomes.map((outcome) => ({
          ...outcomeJson(outcome),
          folder: place(outcome.environment),
        })),
        removed,
      });
    } else {
      if (!options.quiet) tellRemoved(removed, terminal);
      tellOutcomes(outcomes, terminal, { quiet: options.quiet, done: 'written', milliseconds, place });
    }
    return failed ? ExitCode.failure : ExitCode.ok;
  },
});

/** An environment whose files cannot be made or written fails like one that cannot be synthesized. */
function write(outcome: Outcome, dist: Dist): Outcome {
  if ('error' in outcome) return outcome;
  const { environment, milliseconds, synthesis } = outcome;
  try {
    dist.write(environment, distFiles(synthesis));
    return outcome;
  } catch (error) {
    if (error instanceof K3stackError) return { environment, milliseconds, error };
    throw error;
  }
}

/** Only on request and elsewhere: the output is the same for the same program, wherever its lines are. */
function writeOrigins(file: string, outcomes: readonly Outcome[]): void {
  const environments = new Map(
    successesOf(outcomes).map(({ environment, origins = new Map<string, Origin>() }) => [
      environment,
      origins,
    ]),
  );
  writing(file, () => writeFileAtomically(file, `${JSON.stringify(originsDocument(environments))}\n`));
}

function tellRemoved(removed: readonly string[], { stdout, env }: Terminal): void {
  const color = paletteFor(stdout, env);
  for (const name of removed)
    stdout.write(`${color.yellow('-')} ${color.bold(name)}  removed: no longer declared\n`);
}
