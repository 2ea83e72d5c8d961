import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import { makeFolder } from '../make-folder';
import { statIfThere } from '../path-stat';
import { textStart } from './text-start';
import { runGit } from './run-git';

/** What was had of a tree, and what could not be had. */
export interface CheckedOut {
  /** Paths of all files, relative with `/`. */
  readonly files: readonly string[];

  /** Submodules whose commit is not on this machine: their folders are empty. Sorted. */
  readonly missingSubmodules: readonly string[];

  /** Files that are pointers to Git LFS instead of their content. Sorted. */
  readonly lfsPointers: readonly string[];
}

/**
 * Writes the files of a commit or tree to a folder.
 *
 * No `git worktree add`: it writes to the `.git` of the user, and a run that is killed leaves it there. No `git archive`: it leaves out what
 * `export-ignore` names. An index of its own, in the folder of the files, leaves nothing behind but that folder.
 *
 * @param root Of the repository's working tree.
 * @param tree Full name of a commit or tree.
 * @param folder Absolute path; made when it is missing.
 * @param index Absolute path of a file that may be written, outside of the folder.
 */
export async function checkOutTree(
  root: string,
  tree: string,
  folder: string,
  index: string,
): Promise<CheckedOut> {
  makeFolder(folder);
  const env = { GIT_INDEX_FILE: index };
  await runGit(root, ['-c', 'core.sparseCheckout=false', 'read-tree', '--reset', tree], { env });
  await runGit(root, ['checkout-index', '--all', '--force', '--quiet', `--prefix=${folder}${sep}`], { env });
  const entries = await entriesOf(root, env);
  const modules = entries.filter(({ mode }) => mode === SUBMODULE);
  const files = entries.filter(({ mode }) => mode !== SUBMODULE).map(({ path }) => path);
  const inner = await Promise.all(modules.map((module) => checkOutSubmodule(root, module, folder, index)));
  const lfs = await lfsPointers(root, folder, files, env);
  return {
    files: [...files, ...inner.flatMap((one) => one.files)],
    missingSubmodules: inner.flatMap(({ missingSubmodules }) => missingSubmodules).sort(),
    lfsPointers: [...lfs, ...inner.flatMap((one) => one.lfsPointers)].sort(),
  };
}

interface Entry {
  readonly mode: string;
  readonly object: string;
  readonly path: string;
}

async function entriesOf(root: string, env: Readonly<Record<string, string>>): Promise<Entry[]> {
  const { stdout } = await runGit(root, ['ls-files', '--stage', '-z'], { env });
  return stdout.split('\0').flatMap((entry) => {
    const [, mode = '', object = '', path = ''] = /^(\d+) ([0-9a-f]+) \d\t(.*)$/s.exec(entry) ?? [];
    return path === '' ? [] : [{ mode, object, path }];
  });
}

/** The commit is taken from the submodule of the working tree, where that has it: nothing is fetched. */
async function checkOutSubmodule(
  root: string,
  { path, object: commit }: Entry,
  folder: string,
  index: string,
): Promise<CheckedOut> {
  const own = join(root, ...path.split('/'));
  const there =
    existsSync(join(own, '.git')) &&
    (await runGit(own, ['cat-file', '-e', `${commit}^{tree}`], { codes: [0, 1, 128] })).code === 0;
  if (!there) return { files: [], missingSubmodules: [path], lfsPointers: [] };
  const inner = await checkOutTree(
    own,
    commit,
    join(folder, ...path.split('/')),
    `${index}.${path.replaceAll('/', '-')}`,
  );
  const below = (name: string): string => `${path}/${name}`;
  return {
    files: inner.files.map(below),
    missingSubmodules: inner.missingSubmodules.map(below),
    lfsPointers: inner.lfsPointers.map(below),
  };
}

/** Without git-lfs on this machine the files hold where their content is. */
async function lfsPointers(
  root: string,
  folder: string,
  paths: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string[]> {
  if (!paths.some((path) => path === '.gitattributes' || path.endsWith('/.gitattributes'))) return [];
  const { stdout } = await runGit(root, ['check-attr', '--cached', '-z', '--stdin', 'filter'], {
    env,
    input: paths.join('\0'),
  });
  const fields = stdout.split('\0');
  const filtered = fields.filter((_, at) => at % 3 === 0 && fields[at + 2] === 'lfs');
  return filtered.filter((path) => {
    const file = join(folder, ...path.split('/'));
    return statIfThere(file)?.isFile() === true && textStart(file, LFS_POINTER.length) === LFS_POINTER;
  });
}

/** Mode of a submodule in an index. */
const SUBMODULE = '160000';

/** First line of a pointer: git-lfs/git-lfs@release-2.4:docs/spec.md. */
const LFS_POINTER = 'version https://git-lfs.github.com/spec/v1\n';
