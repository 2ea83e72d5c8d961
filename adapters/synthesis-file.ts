import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { K3stackError } from '../lib/errors';
import { SYNTHESIS_FILE } from '../lib/synthesis/dist-files';
import { SYNTHESIS_SCHEMA, type Synthesis } from '../lib/synthesis/synthesis';
import { synthesisSchema } from '../lib/synthesis/synthesis-schema';
import { statIfThere } from './path-stat';
import { structureProblem } from './structure';
import { readTextFile } from './text-file';

/**
 * Reads the synthesis of one environment that an earlier `synth` wrote.
 *
 * @param folder A `dist` folder, or the folder of the environment in it.
 * @returns `undefined` when the `dist` folder has other environments only.
 * @throws K3stackError `NO_SYNTHESIS`, `INVALID_SYNTHESIS`.
 */
export function readSynthesis(folder: string, environment: string): Synthesis | undefined {
  const found = [join(folder, environment, SYNTHESIS_FILE), join(folder, SYNTHESIS_FILE)];
  for (const file of found) {
    const synthesis = synthesisIn(file);
    if (synthesis?.environment === environment) return synthesis;
    if (synthesis !== undefined) throw ofOther(file, synthesis.environment, environment);
  }
  const problem = missingIn(folder);
  if (problem === undefined) return undefined;
  throw new K3stackError('NO_SYNTHESIS', `${problem}; name a folder that k3stack synth has written`);
}

/**
 * Reads every environment that an earlier `synth` wrote.
 *
 * @param path A `dist` folder, the folder of one environment in it, or a `synthesis.json`.
 * @returns By name; `undefined` when the path is none of these.
 * @throws K3stackError `INVALID_SYNTHESIS`.
 */
export function readSyntheses(path: string): ReadonlyMap<string, Synthesis> | undefined {
  const syntheses = synthesisFiles(path).map((file) => synthesisIn(file));
  const found = syntheses.filter((synthesis) => synthesis !== undefined);
  return found.length === 0 ? undefined : new Map(found.map((each) => [each.environment, each]));
}

function synthesisFiles(path: string): readonly string[] {
  const stat = statIfThere(path);
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return basename(path) === SYNTHESIS_FILE ? [path] : [];
  const own = join(path, SYNTHESIS_FILE);
  if (statIfThere(own) !== undefined) return [own];
  return readdirSync(path)
    .sort()
    .map((name) => join(path, name, SYNTHESIS_FILE))
    .filter((file) => statIfThere(file)?.isFile() === true);
}

/** Whether `synth` wrote the folder of an environment, and what; `undefined` for anything else. */
export function ownSynthesis(folder: string, environment: string): Synthesis | undefined {
  try {
    const synthesis = synthesisIn(join(folder, environment, SYNTHESIS_FILE));
    return synthesis?.environment === environment ? synthesis : undefined;
  } catch {
    return undefined;
  }
}

/** Why a folder is no output of `synth`; `undefined` when it is one, of any environments. */
function missingIn(folder: string): string | undefined {
  const stat = statIfThere(folder);
  if (stat === undefined) return `there is no folder ${folder}`;
  if (!stat.isDirectory()) return `${folder} is not a folder`;
  const isOutput = readdirSync(folder).some((name) => ownSynthesis(folder, name) !== undefined);
  return isOutput ? undefined : `${folder} holds no ${SYNTHESIS_FILE} of any environment`;
}

function ofOther(file: string, other: string, environment: string): K3stackError {
  return new K3stackError(
    'NO_SYNTHESIS',
    `${file} is of environment ${other}, not of ${environment}; name the folder that holds ${environment}, or add --env ${other}`,
  );
}

/**
 * The synthesis in a file; `undefined` when there is no such file.
 *
 * @throws K3stackError `INVALID_SYNTHESIS` for text that is not a synthesis of this version's shape, naming where it is not.
 */
function synthesisIn(file: string): Synthesis | undefined {
  const text = readTextFile(file, { folder: (problem) => invalid(file, problem) });
  if (text === undefined) return undefined;
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw invalid(file, `is not JSON (${(error as Error).message})`, error);
  }
  const { schema } = (data ?? {}) as { readonly schema?: unknown };
  if (schema !== SYNTHESIS_SCHEMA) {
    const got = schema === undefined ? 'no schema' : `the schema ${JSON.stringify(schema)}`;
    throw invalid(file, `has ${got}, and this version reads ${SYNTHESIS_SCHEMA}`);
  }
  const problem = structureProblem(data, synthesisSchema);
  if (problem !== undefined) throw invalid(file, `is damaged: ${problem}`);
  return data as Synthesis;
}

function invalid(file: string, problem: string, cause?: unknown): K3stackError {
  return new K3stackError('INVALID_SYNTHESIS', `${file} ${problem}; run k3stack synth again`, undefined, {
    cause,
  });
}
