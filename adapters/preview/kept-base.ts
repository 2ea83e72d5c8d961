import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { K3stackError } from '../../lib/errors';
import { ORIGINS_SCHEMA, type Origins, type OriginsDocument } from '../../lib/origins';
import { readSynthesis } from '../synthesis-file';
import type { BuiltBase } from './built-base';
import type { PreviewCache } from './preview-cache';
import type { RenderedEnvironment } from './rendered';

/**
 * What `synth` has written, by environment.
 *
 * @param folder Has `dist` and, where its version knows of them, `origins.json`.
 * @param failed Words for an environment that is not there, or cannot be read.
 * @param names In the order of the program.
 */
export function readDist(
  folder: string,
  failed: (name: string, problem: string) => string,
  names: readonly string[],
): ReadonlyMap<string, RenderedEnvironment> {
  const origins = readOrigins(join(folder, 'origins.json'));
  return new Map(
    names.map((name): [string, RenderedEnvironment] => {
      try {
        const synthesis = readSynthesis(join(folder, 'dist'), name);
        if (synthesis === undefined) return [name, { failed: failed(name, 'it was not synthesized') }];
        return [name, { synthesis, origins: origins.get(name) ?? new Map() }];
      } catch (error) {
        if (!(error instanceof K3stackError)) throw error;
        return [name, { failed: failed(name, error.message) }];
      }
    }),
  );
}

function readOrigins(file: string): ReadonlyMap<string, Origins> {
  if (!existsSync(file)) return new Map();
  const { schema, environments } = JSON.parse(readFileSync(file, 'utf8')) as OriginsDocument;
  if (schema !== ORIGINS_SCHEMA) return new Map();
  return new Map(
    Object.entries(environments).map(([name, origins]) => [name, new Map(Object.entries(origins))]),
  );
}

/** What is kept beside `dist` and `origins.json`. */
interface Kept {
  readonly names: readonly string[];
  readonly notes: readonly string[];
}

/** Keeps what a build has left in its folder. */
export function keepBase(
  cache: PreviewCache,
  key: string,
  scratch: string,
  { notes, environments }: BuiltBase,
): void {
  // Only what is read again: the checkout may be large.
  for (const name of readdirSync(scratch)) {
    if (name === 'dist' || name === 'origins.json') continue;
    rmSync(join(scratch, name), { recursive: true, force: true });
  }
  const kept: Kept = { names: [...environments.keys()], notes };
  writeFileSync(join(scratch, 'base.json.new'), JSON.stringify(kept));
  renameSync(join(scratch, 'base.json.new'), join(scratch, 'base.json'));
  cache.keep(scratch, 'bases', key, KEPT);
}

/** What {@link keepBase} has kept; `undefined` when there is nothing, or not all of it. */
export function readKeptBase(cache: PreviewCache, key: string): BuiltBase | undefined {
  const folder = cache.find('bases', key);
  if (folder === undefined) return undefined;
  try {
    const { names, notes } = JSON.parse(readFileSync(join(folder, 'base.json'), 'utf8')) as Kept;
    const environments = readDist(folder, (_, problem) => problem, names);
    if (![...environments.values()].some((environment) => 'failed' in environment))
      return { notes, environments };
  } catch (error) {
    // Damaged, or removed meanwhile by another run: made again.
    if (!(error instanceof Error)) throw error;
  }
  cache.forget('bases', key);
  return undefined;
}

const KEPT = 5;
