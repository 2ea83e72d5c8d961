import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { ReadProblem } from '../../lib/manifests/manifest-document';

/** Files below a folder. Names are relative to it, with `/`, as they are on disk. */
export interface ManifestFiles {
  readonly files: readonly string[];
  readonly ignored: readonly string[];
  readonly problems: readonly ReadProblem[];
}

/**
 * Every file below a folder that can be a manifest, in the order of names. Hidden folders and files and `node_modules` are left out. Links are
 * followed inside the folder only: one to a file is read where it lies when the file itself is not, one to a folder has its files in their own place.
 */
export function manifestFiles(folder: string): ManifestFiles {
  const found: Found = { files: [], links: [], ignored: [], problems: [] };
  walk(folder, '', found);
  const root = realpathSync(folder);
  const own = new Set(found.files.map((file) => realpathSync(join(folder, file))));
  for (const link of found.links) follow(link, { folder, root, own, found });
  return { files: found.files.sort(), ignored: found.ignored.sort(), problems: found.problems };
}

interface Found {
  readonly files: string[];
  readonly links: string[];
  readonly ignored: string[];
  readonly problems: ReadProblem[];
}

function walk(folder: string, below: string, found: Found): void {
  for (const entry of entriesOf(join(folder, below), below, found)) {
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    if (entry.isDirectory()) walk(folder, name, found);
    else if (entry.isSymbolicLink()) found.links.push(name);
    else if (MANIFEST.test(name)) addFile(name, entry, found);
  }
}

function entriesOf(folder: string, name: string, found: Found): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    found.problems.push(unreadable(name, error));
    return [];
  }
}

function addFile(name: string, entry: Dirent | Stats, found: Found): void {
  if (NO_MANIFEST.test(name)) found.ignored.push(name);
  else if (entry.isFile()) found.files.push(name);
  else
    found.problems.push({
      file: name,
      problem: 'is neither a file nor a folder',
      fix: 'take it out of the folder',
    });
}

interface Following {
  readonly folder: string;
  readonly root: string;

  /** Real paths of files that are read where they lie. */
  readonly own: Set<string>;
  readonly found: Found;
}

function follow(link: string, { folder, root, own, found }: Following): void {
  const path = join(folder, link);
  try {
    const [real, target] = [realpathSync(path), statSync(path)];
    if (target.isFile() && !MANIFEST.test(link)) return;
    if (relative(root, real).split(sep)[0] === '..')
      found.problems.push({
        file: link,
        problem: 'is a link to something outside of the folder, and was not followed',
        fix: 'name what it leads to, or copy it into the folder',
      });
    else if (!target.isDirectory() && !own.has(real)) {
      own.add(real);
      addFile(link, target, found);
    }
  } catch (error) {
    if (MANIFEST.test(link) || (error as NodeJS.ErrnoException).code !== 'ENOENT')
      found.problems.push(unreadable(link, error));
  }
}

/** Why a file was not read, without the path on this machine that the system's own message has. */
export function unreadable(file: string, error: unknown): ReadProblem {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  const problem = `cannot be read: ${REASONS[code] ?? code}`;
  return { file, problem, fix: 'make it readable, or take it out of the folder' };
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  ENOENT: 'it leads nowhere, or has gone meanwhile',
  ELOOP: 'it is a link that leads to itself',
};

const MANIFEST = /\.(?:ya?ml|json)$/i;

/** Files of other tools that end as manifests do. */
const NO_MANIFEST =
  /(?:^|\/)(?:kustomization\.ya?ml|Chart\.ya?ml|values[^/]*\.ya?ml|helmfile\.ya?ml|skaffold\.ya?ml|package(?:-lock)?\.json|tsconfig[^/]*\.json|[^/]*\.schema\.json|values[^/]*\.json)$/i;
