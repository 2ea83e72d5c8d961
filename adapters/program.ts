import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { createJiti } from 'jiti';
import * as k3stack from '../constructs';
import { K3stackError } from '../lib/errors';
import { findUpwards } from './find-upwards';
import { ownVersion, versionIn } from './own-package';
import { statIfThere } from './path-stat';
import { programFailure } from './program-failure';
import type { ProgramSources } from './program-sources';

/** A user's program, loaded. */
export interface Program {
  /** Absolute path. */
  readonly file: string;

  /** Folder it lies in: `known_hosts`, the lock file and `dist` are beside it. */
  readonly folder: string;
  readonly environments: k3stack.Environments;
}

/** Names of a program that nobody names, in the order they are looked for. */
export const PROGRAM_FILES = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map(
  (extension) => `environments.${extension}`,
);

/**
 * Loads a program, TypeScript or JavaScript. Types are not checked. Its `import 'k3stack'` is the copy of this package that runs.
 *
 * @param folder Working directory.
 * @param given File, or folder of a program, relative to it. Default: the folder itself.
 * @param sources Told where what is loaded was written. Default: nobody asks.
 * @throws K3stackError `NO_PROGRAM`, `PROGRAM_EXPORT`, `PROGRAM_SYNTAX`, `PROGRAM_IMPORT`, `PROGRAM_FAILED`, `OTHER_K3STACK`.
 */
export async function loadProgram(
  folder: string,
  given?: string,
  sources?: ProgramSources,
): Promise<Program> {
  const file = findProgram(folder, given);
  refuseOtherVersion(file);
  const options = {
    fsCache: cacheFolder(dirname(file)) ?? false,
    interopDefault: false,
    virtualModules: { k3stack },
  };
  const jiti = sources === undefined ? createJiti(file, options) : tellingJiti(file, options, sources);
  let exported: unknown;
  try {
    exported = await jiti.import(file);
  } catch (error) {
    throw programFailure(error, file);
  }
  return { file, folder: dirname(file), environments: environmentsIn(exported, file) };
}

/**
 * Absolute path of the program to load.
 *
 * @throws K3stackError `NO_PROGRAM` saying what was looked for.
 */
export function findProgram(folder: string, given: string | undefined): string {
  const path = resolve(folder, given ?? '.');
  const stat = statIfThere(path);
  if (stat?.isFile()) return path;
  if (stat?.isDirectory()) {
    const found = PROGRAM_FILES.map((name) => join(path, name)).find((file) => existsSync(file));
    if (found !== undefined) return found;
    throw new K3stackError(
      'NO_PROGRAM',
      `no program in ${path}: looked for ${PROGRAM_FILES.join(', ')}; ` +
        'make one with k3stack init, or name yours with --program FILE',
    );
  }
  throw new K3stackError('NO_PROGRAM', `there is no ${path}; name the program with --program FILE`);
}

/** Another copy that a global command would silently take the place of. */
function refuseOtherVersion(file: string): void {
  const own = ownVersion();
  let installed: string;
  try {
    installed = createRequire(file).resolve('k3stack/package.json');
  } catch {
    return;
  }
  const version = versionIn(installed);
  if (version === own) return;
  throw new K3stackError(
    'OTHER_K3STACK',
    `this is k3stack ${own}, and the project uses ${version} (${dirname(installed)}); run it with npx k3stack`,
  );
}

/** Only who transforms a file sees its source map, and it does so with a second one that keeps what it has transformed. */
function tellingJiti(
  file: string,
  options: Parameters<typeof createJiti>[1],
  sources: ProgramSources,
): ReturnType<typeof createJiti> {
  const mapping = createJiti(file, { ...options, sourceMaps: true });
  return createJiti(file, {
    ...options,
    sourceMaps: true,
    fsCache: false,
    transform: (given) => {
      const code = mapping.transform(given);
      if (given.filename !== undefined) sources.add(given.filename, code);
      return { code };
    },
  });
}

/** Transformed files are kept in the project, never in a folder that other users of the machine can write to. */
function cacheFolder(folder: string): string | undefined {
  const modules = findUpwards(folder, 'node_modules');
  return modules === undefined ? undefined : join(modules, '.cache', 'jiti');
}

function environmentsIn(exported: unknown, file: string): k3stack.Environments {
  const own = (exported ?? {}) as Record<string, unknown>;
  // A CommonJS program, `module.exports = environments(…)`, is its own default.
  const candidates = [
    exported,
    own['default'],
    (own['default'] as Record<string, unknown> | undefined)?.['default'],
  ];
  const found = candidates.find((value) => k3stack.Environments.is(value));
  if (found !== undefined) return found;

  const named = Object.keys(own).find((key) => k3stack.Environments.is(own[key]));
  const problem =
    own['default'] === undefined || own['default'] === null
      ? 'has no default export'
      : `exports ${describe(own['default'])} by default, which environments() did not make`;
  const fix =
    named === undefined
      ? 'write export default environments({ production: {} }, (env) => { … })'
      : `write export default ${named}`;
  throw new K3stackError('PROGRAM_EXPORT', `${relative(process.cwd(), file) || file} ${problem}; ${fix}`);
}

function describe(value: unknown): string {
  if (value instanceof Promise) return 'a promise';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
