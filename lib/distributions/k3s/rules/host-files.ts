import type { Finding } from '../../../rules/rule';
import { hostFiles } from '../host-files';
import { hostPaths } from '../host-paths';
import type { K3sModel, K3sNode } from '../model';
import { k3sRule } from './k3s-rule';
import { ownerOf } from './owned-paths';
import { quoted } from './quoted';

/** Rules about where the program may put files on hosts. */
export const hostFileRules = [
  k3sRule({
    id: 'host-file-owned',
    title: 'Files of K3s, k3stack and the kernel are left to them',
    reason:
      'Options would get past every rule, and what K3s or a run writes would be lost at the next start.',
    source: 'docs/decisions/0004-host-steps.md',
    check: ({ nodes }) =>
      nodes.flatMap((node) =>
        node.files.flatMap((file): Finding[] => {
          const owner = ownerOf(file.path, node);
          return owner === undefined ? [] : [{ path: node.path, property: callOf(file.path), ...owner }];
        }),
      ),
  }),
  k3sRule({
    id: 'host-file-twice',
    title: 'A path is written once, also where letters differ in case only',
    reason:
      'Files that k3stack writes would change at every update, from the one to the other; and dist lies on file systems that know no case.',
    source: 'docs/decisions/0004-host-steps.md',
    check: (model) => model.nodes.flatMap((node) => placeFindings(model, node)),
  }),
];

function callOf(path: string): string {
  return `addFile(${JSON.stringify(path)})`;
}

function placeFindings(model: K3sModel, node: K3sNode): Finding[] {
  const places = new Places();
  const own = hostFiles(model, { ...node, files: [] }).map((file) => file.path);
  for (const path of [...own, ...WRITTEN_BY_RUNS]) places.take(path);
  const files = node.files.filter((file) => ownerOf(file.path, node) === undefined);
  return files.flatMap(({ path }): Finding[] => {
    const problem = places.problemOf(path);
    places.take(path);
    const fix = 'use the property it is made of, or another path';
    return problem === undefined ? [] : [{ path: node.path, property: callOf(path), problem, fix }];
  });
}

/** Files and the folders they lie in, letter case aside. */
class Places {
  private readonly files = new Map<string, string>();

  /** Folder to a file below it. */
  private readonly folders = new Map<string, string>();

  take(path: string): void {
    this.files.set(path.toLowerCase(), path);
    for (const folder of foldersOf(path)) this.folders.set(folder, path);
  }

  /** Why a file cannot lie at a path, beside those that do. */
  problemOf(path: string): string | undefined {
    const same = this.files.get(path.toLowerCase());
    if (same === path) return 'k3stack writes this file, or the program does so twice';
    if (same !== undefined) return `differs from the file ${quoted(same)} in letter case only`;
    const below = this.folders.get(path.toLowerCase());
    if (below !== undefined) return `is a folder for the file ${quoted(below)}`;
    const file = foldersOf(path).find((folder) => this.files.has(folder));
    return file === undefined
      ? undefined
      : `needs a folder where the file ${quoted(this.files.get(file) ?? '')} lies`;
  }
}

/** Every folder above a path, in lower case. */
function foldersOf(path: string): string[] {
  const parts = path.toLowerCase().split('/');
  return parts.slice(2).map((_, index) => parts.slice(0, index + 2).join('/'));
}

const WRITTEN_BY_RUNS = [
  hostPaths.binary,
  hostPaths.bootstrap,
  hostPaths.token,
  hostPaths.initialised,
  '/etc/rancher/k3s/k3s.yaml',
];
