import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isFolder, statIfThere } from '../path-stat';
import { packagesIn } from './link-packages';
import { digest } from './preview-cache';

/**
 * Changes with what is installed for a program: a base may use the packages of the working tree.
 *
 * @param root Absolute path of the working tree.
 * @param program Path of the program in it, relative with `/`.
 */
export function packagesStamp(root: string, program: string): string {
  const stamps: (readonly [string, string])[] = [];
  for (let folder = dirname(program); ; folder = dirname(folder)) {
    const modules = join(root, folder, 'node_modules');
    if (isFolder(modules)) stamps.push([folder, stampOf(modules)]);
    if (folder === '.') return digest(stamps);
  }
}

/** What npm wrote down of all packages with their versions, else what those say of themselves that lie directly in the folder. */
function stampOf(modules: string): string {
  const known = contentOf(join(modules, HIDDEN_LOCK_FILE));
  if (known !== undefined) return digest([known]);
  return digest(
    packagesIn(modules)
      .sort()
      .map((name) => [name, contentOf(join(modules, name, 'package.json'))]),
  );
}

function contentOf(file: string): string | undefined {
  return statIfThere(file)?.isFile() === true ? readFileSync(file, 'utf8') : undefined;
}

/** npm@11.19.1 `npm help package-lock-json`, Hidden Lockfiles. */
const HIDDEN_LOCK_FILE = '.package-lock.json';
