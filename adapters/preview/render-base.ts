import { readdirSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { K3stackError } from '../../lib/errors';
import { checkOutTree } from '../git/check-out-tree';
import { mergeBase, type BaseCommit } from '../git/merge-base';
import { pathInRepository, type Repository } from '../git/repository';
import { ownFolder, ownVersion } from '../own-package';
import { buildBase } from './build-base';
import type { BuiltBase } from './built-base';
import { keepBase, readKeptBase } from './kept-base';
import { packagesStamp } from './packages-stamp';
import { digest, PreviewCache } from './preview-cache';
import { reason } from './reason';
import type { Rendered } from './rendered';

/** Which base is to be shown. */
export interface BaseRequest {
  readonly repository: Repository;

  /** As the user wrote it, such as `origin/main`. */
  readonly ref: string;

  /** Absolute path of the program's file in the working tree. */
  readonly program: string;

  /** Names; those that the base does not declare are left out. @default - all */
  readonly environments?: readonly string[];

  /** Folder in which bases are kept. @default - the user's own */
  readonly cache?: string;

  /** Words that start a command line. @default - that of the `k3stack` package that the base has, else this one's */
  readonly command?: readonly string[];

  /** Called when a process works on the base, so that this one may do something else. @default - nobody asks */
  readonly started?: () => void;
}

/**
 * The commit that the working tree left the line of a ref at, checked out apart and synthesized by a process of its own; a base that was shown before costs
 * nothing but asking git for its name. One that does not build is a value, so that the head can be shown.
 *
 * @throws K3stackError `NO_COMMITS`, `UNKNOWN_REF`, `NO_MERGE_BASE`, `OUTSIDE_REPOSITORY`.
 */
export async function renderBase(request: BaseRequest): Promise<Rendered> {
  const { repository, ref, environments = [] } = request;
  const program = pathInRepository(repository, request.program);
  const base = await mergeBase(repository, ref);
  const cache = PreviewCache.open(repository.root, request.cache);
  try {
    const built = await keptOrBuilt(request, program, base, cache);
    const chosen = [...built.environments].filter(
      ([name]) => environments.length === 0 || environments.includes(name),
    );
    return {
      commit: base.commit,
      ref,
      ...(built.failed !== undefined && { failed: built.failed }),
      ...(built.notes.length > 0 && { notes: built.notes }),
      environments: new Map(chosen),
    };
  } finally {
    cache.close();
  }
}

async function keptOrBuilt(
  { repository: { root }, command, started }: BaseRequest,
  program: string,
  { commit, tree }: BaseCommit,
  cache: PreviewCache,
): Promise<BuiltBase> {
  const packages = packagesStamp(root, program);
  const key = digest([LAYOUT, tree, program, packages, ownVersion(), ownStamp(), process.versions.modules]);
  const kept = readKeptBase(cache, key);
  if (kept !== undefined) return kept;
  return cache.inScratch(async (scratch) => {
    const index = join(scratch, 'index');
    const folder = join(scratch, 'tree');
    const words = (message: string): string => reason(message, [folder, scratch, root, ownFolder()]);
    const built = await orFailed(words, async () =>
      buildBase({
        ...(await checkOutTree(root, commit, folder, index)),
        root,
        scratch,
        folder,
        program,
        cache,
        ...(command !== undefined && { command }),
        ...(started !== undefined && { started }),
        copyTo: (to) => checkOutTree(root, commit, to, index),
        reason: words,
      }),
    );
    if (isWhole(built)) keepBase(cache, key, scratch, built);
    return built;
  });
}

/** The head is shown whatever becomes of the base: also where its files cannot be written, because of their names or for want of room. */
async function orFailed(
  words: (message: string) => string,
  build: () => Promise<BuiltBase>,
): Promise<BuiltBase> {
  try {
    return await build();
  } catch (error) {
    const isOfSystem = error instanceof Error && 'syscall' in error;
    if (!isOfSystem && !(error instanceof K3stackError)) throw error;
    return { failed: words(error.message), notes: [], environments: new Map() };
  }
}

/** What failed may not fail again: a registry was down, a variable was not set. */
function isWhole({ failed, environments }: BuiltBase): boolean {
  return (
    failed === undefined && [...environments.values()].every((environment) => !('failed' in environment))
  );
}

/** Changes with what is compiled of a checkout of this package, where the version stays the same. */
function ownStamp(): number {
  const folder = ownFolder();
  if (folder.includes(`${sep}node_modules${sep}`)) return 0;
  const compiled = join(folder, 'build');
  const files = readdirSync(compiled, { recursive: true, encoding: 'utf8' });
  return files
    .filter((name) => name.endsWith('.js'))
    .reduce((latest, name) => Math.max(latest, statSync(join(compiled, name)).mtimeMs), 0);
}

/** Goes up when what is kept of a base has another shape. */
const LAYOUT = 1;
