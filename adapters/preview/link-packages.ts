import { lstatSync, readdirSync, realpathSync, symlinkSync, type Dirent } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { makeFolder } from '../make-folder';
import { isFolder } from '../path-stat';

/**
 * Gives the files of a tree the packages that are installed in another one with the same lock file, package by package: a package of the repository
 * itself, which a workspace links to, is that of the tree, and caches that programs keep in `node_modules` are not shared. Packages that the tree has
 * itself, because they are committed, stay; nothing is written through a link of the tree, which may lead out of it.
 *
 * @param from Root of the tree with the packages.
 * @param to Root of the tree without.
 * @param folders Folders of both that may have a `node_modules`, relative to the roots.
 */
export function linkPackages(from: string, to: string, folders: readonly string[]): void {
  for (const folder of folders) {
    const source = join(from, folder, 'node_modules');
    if (!isFolder(source)) continue;
    const modules = join(to, folder, 'node_modules');
    for (const entry of packagesIn(source)) {
      const holders = [modules, dirname(join(modules, entry))];
      if (holders.some(isNoFolder) || entryAt(join(modules, entry)) !== undefined) continue;
      link(join(source, entry), join(modules, entry), from, to);
    }
  }
}

/** Packages that lie directly in a `node_modules` folder, such as `cdk8s` and `@types/node`. */
export function packagesIn(modules: string): string[] {
  const isPackage = ({ name }: Dirent): boolean => !name.startsWith('.');
  return readdirSync(modules, { withFileTypes: true })
    .filter(isPackage)
    .flatMap(({ name }) =>
      name.startsWith('@') ? scoped(join(modules, name)).map((own) => join(name, own)) : [name],
    );
}

/** A file, or a link that leads nowhere, has none. */
function scoped(folder: string): string[] {
  return isFolder(folder) ? readdirSync(folder) : [];
}

/** Whether there is something else in the place of a folder, such as a link to one. */
function isNoFolder(path: string): boolean {
  return entryAt(path)?.isDirectory() === false;
}

function entryAt(path: string): ReturnType<typeof lstatSync> | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

function link(source: string, target: string, from: string, to: string): void {
  let real: string;
  try {
    real = realpathSync(source);
  } catch {
    return; // a link that leads nowhere
  }
  if (!isFolder(real)) return;
  const own = relative(realpathSync(from), real);
  const isOfTree = !own.startsWith('..') && !own.split(sep).includes('node_modules');
  makeFolder(dirname(target));
  // Junctions need no rights on Windows; elsewhere the kind is ignored.
  symlinkSync(isOfTree ? join(to, own) : real, target, 'junction');
}
