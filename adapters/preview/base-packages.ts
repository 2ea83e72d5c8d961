import { readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { isFolder, statIfThere } from '../path-stat';
import { linkPackages } from './link-packages';
import { findLockFile, type LockFile, type PackageManager } from './package-manager';
import { digest, type PreviewCache } from './preview-cache';
import { runChild } from './run-child';

/** A checkout of the base, and where its packages may come from. */
export interface BaseTree {
  /** Absolute path of the checkout. */
  readonly folder: string;

  /** Paths of all files in it, relative with `/`. */
  readonly files: readonly string[];

  /** Path of the program in it, relative with `/`. */
  readonly program: string;

  /** Absolute path of the working tree. */
  readonly head: string;

  /** Writes the files once more, to a folder. */
  readonly copyTo: (folder: string) => Promise<unknown>;

  /** Called when a process is started. @default - nobody asks */
  readonly started?: () => void;
}

/** What became of the packages: nothing to say, something a reader should know, or a reason for which nothing can run. */
export type BasePackages = { readonly note?: string } | { readonly failed: string };

/**
 * Gives a checkout of the base the packages that its lock file says: those of the working tree where that has the same lock file and the same
 * `package.json` files, else installed ones, which are kept.
 */
export async function providePackages(tree: BaseTree, cache: PreviewCache): Promise<BasePackages> {
  removeLinks(tree.files, tree.folder);
  const lock = findLockFile(dirname(join(tree.folder, tree.program)), tree.folder);
  const root = lock === undefined ? manifestFolder(tree) : relative(tree.folder, lock.folder);
  if (root === undefined) return {};
  const inputs = inputsBelow(tree, root, lock);
  const folders = inputs.filter(isManifest).map((path) => dirname(path));
  const headHasPackages = isFolder(join(tree.head, root, 'node_modules'));
  const isSame = inputs.every((path) => sameFile(join(tree.folder, path), join(tree.head, path)));
  if (headHasPackages && (isSame || lock === undefined)) {
    linkPackages(tree.head, tree.folder, folders);
    return isSame ? {} : { note: 'The base has no lock file; its packages are those of the working tree.' };
  }
  if (lock === undefined) return {};
  const installed = await install(tree, lock, inputs, cache);
  if ('failed' in installed) return installed;
  linkPackages(installed.folder, tree.folder, folders);
  return {};
}

/** Where a lock file would lie: beside the nearest `package.json`. */
function manifestFolder({ files, program }: BaseTree): string | undefined {
  for (let folder = dirname(program); ; folder = dirname(folder)) {
    if (files.includes(folder === '.' ? 'package.json' : `${folder}/package.json`)) return folder;
    if (folder === '.') return undefined;
  }
}

/** What says which packages there are, relative to the tree and sorted. */
function inputsBelow({ files, folder }: BaseTree, root: string, lock: LockFile | undefined): string[] {
  const below = root === '' || root === '.' ? '' : `${root.replaceAll('\\', '/')}/`;
  const own = lock === undefined ? undefined : relative(folder, lock.file).replaceAll('\\', '/');
  return files
    .filter((path) => path.startsWith(below) && !path.includes('node_modules/'))
    .filter(
      (path) =>
        path === own ||
        isManifest(path) ||
        CONFIGURATION.some((name) => path === `${below}${name}`) ||
        path.startsWith(`${below}patches/`),
    )
    .sort();
}

function isManifest(path: string): boolean {
  return path === 'package.json' || path.endsWith('/package.json');
}

function sameFile(one: string, other: string): boolean {
  if (statIfThere(other)?.isFile() !== true) return false;
  return readFileSync(one).equals(readFileSync(other));
}

async function install(
  tree: BaseTree,
  lock: LockFile,
  inputs: readonly string[],
  cache: PreviewCache,
): Promise<Installed> {
  const contents = inputs.map((path) => [path, digest([readFileSync(join(tree.folder, path), 'base64')])]);
  const platform = [process.versions.modules, process.platform, process.arch];
  const key = digest([lock.manager.install, platform, contents]);
  const kept = cache.find('packages', key);
  if (kept !== undefined) return { folder: kept };
  return cache.inScratch(async (scratch) => {
    await tree.copyTo(scratch);
    removeLinks(tree.files, scratch);
    const failed = await installIn(
      join(scratch, relative(tree.folder, lock.folder)),
      lock.manager,
      tree.started,
    );
    return failed === undefined
      ? { folder: cache.keep(scratch, 'packages', key, KEPT) }
      : { failed: failed.replaceAll(scratch + sep, '') };
  });
}

/**
 * Takes away what is committed in the place of a `node_modules` folder: a link may lead out of the checkout, and a package manager empties the folder
 * first that it leads to.
 */
function removeLinks(files: readonly string[], folder: string): void {
  const places = files.filter((path) => path === 'node_modules' || path.endsWith('/node_modules'));
  for (const path of places) rmSync(join(folder, path), { force: true });
}

/** Where the packages are, in a tree with the same folders. */
type Installed = { readonly folder: string } | { readonly failed: string };

async function installIn(
  folder: string,
  manager: PackageManager,
  started: (() => void) | undefined,
): Promise<string | undefined> {
  try {
    const env = {
      NODE_ENV: undefined, // `production` would leave out what a program is developed with
      NO_COLOR: '1',
      ...manager.env,
    };
    const { code, stdout, stderr } = await runChild(manager.install, folder, env, started);
    if (code === 0) return undefined;
    return `${manager.install.join(' ')} ended with ${code}:\n${lastWords(stderr, stdout)}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return `the packages of the base are installed with ${manager.name}, which is not in PATH`;
  }
}

/** Package managers say what is wrong at the end. */
function lastWords(stderr: string, stdout: string): string {
  const said = stderr.trim() === '' ? stdout : stderr;
  const lines = said.trim().split('\n');
  // npm names a file after the time.
  return lines
    .filter((line) => !line.includes('A complete log of this run'))
    .slice(-LINES)
    .join('\n');
}

/** Besides the lock file and the manifests, what decides where packages come from and which of them are there. */
const CONFIGURATION = [
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  'pnpm-workspace.yaml',
  '.pnpmfile.cjs',
  'bunfig.toml',
];
const LINES = 10;

/** Folders of packages are large. */
const KEPT = 3;
