import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { K3stackError } from '../lib/errors';
import { SYNTHESIS_FILE } from '../lib/synthesis/dist-files';
import { SYNTHESIS_SCHEMA, type Synthesis } from '../lib/synthesis/synthesis';

/**
 * Reads the synthesis of one environment that an earlier `synth` wrote.
 *
 * @param folder A `dist` folder, or the folder of the environment in it.
 * @returns `undefined` when the `dist` folder has other environments only.
 * @throws K3stackError `NO_SYNTHESIS`, `INVALID_SYNTHESIS`.
 */
export function readSynthesis(folder: string, environment: string): Synthesis | undefined {
  const [ofEnvironment, own] = [join(folder, environment, SYNTHESIS_FILE), join(folder, SYNTHESIS_FILE)];
  if (existsSync(ofEnvironment)) return parseSynthesis(readFileSync(ofEnvironment, 'utf8'), ofEnvironment);
  if (existsSync(own)) {
    const synthesis = parseSynthesis(readFileSync(own, 'utf8'), own);
    if (synthesis.environment === environment) return synthesis;
    throw new K3stackError(
      'NO_SYNTHESIS',
      `${own} is of environment ${synthesis.environment}, not of ${environment}; name the folder above it, or add --env ${synthesis.environment}`,
    );
  }
  if (existsSync(folder)) return undefined;
  throw new K3stackError(
    'NO_SYNTHESIS',
    `there is no folder ${folder}; name one that k3stack synth has written`,
  );
}

/**
 * @param file Its name, for errors.
 * @throws K3stackError `INVALID_SYNTHESIS` for text that is not a synthesis of this version's shape.
 */
export function parseSynthesis(text: string, file: string): Synthesis {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw invalid(file, `is not JSON (${(error as Error).message})`, error);
  }
  const { schema, ...members } = (data ?? {}) as Record<string, unknown>;
  if (schema !== SYNTHESIS_SCHEMA) {
    throw invalid(
      file,
      `has the schema ${JSON.stringify(schema) ?? 'of no kind'}, and this version reads ${SYNTHESIS_SCHEMA}`,
    );
  }
  const missing = LISTS.find((key) => !Array.isArray(members[key]));
  if (missing !== undefined) throw invalid(file, `has no list ${missing}`);
  return data as Synthesis;
}

function invalid(file: string, problem: string, cause?: unknown): K3stackError {
  return new K3stackError('INVALID_SYNTHESIS', `${file} ${problem}; run k3stack synth again`, undefined, {
    cause,
  });
}

const LISTS = [
  'clusters',
  'manifests',
  'hosts',
  'kubernetesSecrets',
  'documents',
  'secrets',
  'late',
  'warnings',
] as const;
