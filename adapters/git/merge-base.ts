import { K3stackError } from '../../lib/errors';
import { nearest } from '../../lib/nearest';
import type { Repository } from './repository';
import { runGit } from './run-git';

/** What a preview compares with. */
export interface BaseCommit {
  /** Full name. */
  readonly commit: string;

  /** Full name of its tree: the same for commits with the same files. */
  readonly tree: string;
}

/**
 * The commit at which what is checked out left the line of a ref.
 *
 * @param ref As a user wrote it, such as `origin/main`.
 * @throws K3stackError `NO_COMMITS`, `UNKNOWN_REF`, `NO_MERGE_BASE`.
 */
export async function mergeBase(repository: Repository, ref: string): Promise<BaseCommit> {
  const { root } = repository;
  const head = await commitOf(root, 'HEAD');
  if (head === undefined) {
    throw new K3stackError(
      'NO_COMMITS',
      `${root} has no commit yet, so that there is nothing to compare with; commit the program first`,
    );
  }
  const other = ref.startsWith('-') ? undefined : await commitOf(root, ref);
  if (other === undefined) throw await unknownRef(root, ref);
  const { code, stdout } = await runGit(root, ['merge-base', head, other], { codes: [0, 1] });
  if (code !== 0) throw unrelated(repository, ref);
  const commit = stdout.trim();
  const tree = await runGit(root, ['rev-parse', '--verify', `${commit}^{tree}`]);
  return { commit, tree: tree.stdout.trim() };
}

async function commitOf(root: string, ref: string): Promise<string | undefined> {
  // A null character ends what a process is given; git has none in names.
  if (ref.includes('\0')) return undefined;
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  const { code, stdout } = await runGit(root, args, { codes: [0, 1, 128] });
  // git has `^main` mean everything but main, and answers with a `^` in front.
  return code === 0 && /^[0-9a-f]+$/.test(stdout.trim()) ? stdout.trim() : undefined;
}

async function unknownRef(root: string, ref: string): Promise<K3stackError> {
  const format = '--format=%(refname:short)';
  const { stdout } = await runGit(root, ['for-each-ref', format, 'refs/heads', 'refs/remotes', 'refs/tags']);
  const known = stdout.split('\n').filter((name) => name !== '');
  const near = nearest(ref, known);
  const [, remote = '', branch = ''] = /^([^/]+)\/(.+)$/.exec(ref) ?? [];
  const remotes = (await runGit(root, ['remote'])).stdout.split('\n');
  const fix =
    near !== undefined
      ? `did you mean '${near}'?`
      : remote !== '' && remotes.includes(remote)
        ? `fetch it first: git fetch ${remote} ${branch}; in a workflow, check out with fetch-depth: 0`
        : `write a branch, a tag or a commit, such as ${known[0] ?? 'HEAD~1'}`;
  return new K3stackError('UNKNOWN_REF', `the repository has no commit ${JSON.stringify(ref)}; ${fix}`);
}

function unrelated({ shallow }: Repository, ref: string): K3stackError {
  const shown = JSON.stringify(ref);
  return new K3stackError(
    'NO_MERGE_BASE',
    shallow
      ? `this is a shallow clone, in which HEAD and ${shown} have no commit in common; get the rest with git fetch --unshallow, ` +
          'or check out with fetch-depth: 0 in the workflow'
      : `HEAD and ${shown} have no commit in common; name the branch that this one was made from`,
  );
}
