import { realpathSync } from 'node:fs';
import { isAbsolute, relative, sep } from 'node:path';
import { K3stackError } from '../../lib/errors';
import { runGit } from './run-git';

/** A repository with a working tree. */
export interface Repository {
  /** Absolute path of the top of the working tree, without symbolic links. */
  readonly root: string;

  /** Whether its history ends before the first commit. */
  readonly shallow: boolean;
}

/** What is checked out. */
export interface WorkingTree {
  /** Full name of the commit that it began with. @default - there is no commit yet */
  readonly commit?: string;

  /** Whether anything differs from that commit, files included that git does not know and does not ignore. */
  readonly dirty: boolean;
}

/**
 * The repository that a folder lies in.
 *
 * @throws K3stackError `NOT_A_REPOSITORY`, `GIT_MISSING`, `GIT_UNSAFE_REPOSITORY`.
 */
export async function findRepository(folder: string): Promise<Repository> {
  const { stdout } = await runGit(folder, ['rev-parse', '--is-shallow-repository', '--show-toplevel']);
  const [shallow, ...root] = stdout.replace(/\r?\n$/, '').split('\n');
  // On Windows git writes `/`.
  return { root: realpathSync(root.join('\n')), shallow: shallow === 'true' };
}

/** What is checked out in a repository. */
export async function workingTree({ root }: Repository): Promise<WorkingTree> {
  const head = await runGit(root, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], { codes: [0, 1] });
  const status = await runGit(root, ['status', '--porcelain', '--untracked-files=normal']);
  return { ...(head.code === 0 && { commit: head.stdout.trim() }), dirty: status.stdout !== '' };
}

/**
 * A path of the working tree as git writes it, relative to the root with `/`.
 *
 * @throws K3stackError `OUTSIDE_REPOSITORY` for a path elsewhere.
 */
export function pathInRepository({ root }: Repository, path: string): string {
  const own = relative(root, realpathSync(path));
  if (own !== '..' && !own.startsWith(`..${sep}`) && !isAbsolute(own)) return own.split(sep).join('/');
  throw new K3stackError(
    'OUTSIDE_REPOSITORY',
    `the program ${path} lies outside of the repository ${root}; run k3stack preview in the repository of the program`,
  );
}
