import { posix } from 'node:path';
import type { Finding } from '../../../rules/rule';
import { hostFiles } from '../host-files';
import { dataDirOf, hostPaths } from '../host-paths';
import type { K3sModel, K3sNode } from '../model';
import { k3sRule } from './k3s-rule';

/** Rules about files that the program puts on hosts. */
export const hostFileRules = [
  k3sRule({
    id: 'host-file',
    title: 'Files have absolute paths, octal modes and an owner',
    reason: 'They are written as root, by scripts.',
    source: 'docs/decisions/0004-host-steps.md',
    check: ({ nodes }) => nodes.flatMap(formFindings),
  }),
  k3sRule({
    id: 'host-file-twice',
    title: 'A path is written once',
    reason: 'Files that k3stack writes would change at every update, from the one to the other.',
    source: 'docs/decisions/0004-host-steps.md',
    check: (model) => model.nodes.flatMap((node) => twiceFindings(model, node)),
  }),
];

function formFindings({ path, files }: K3sNode): Finding[] {
  return files.flatMap((file) => {
    const call = `addFile(${JSON.stringify(file.path)})`;
    return [
      ...expect(
        path,
        call,
        isFilePath(file.path),
        'an absolute path of a file',
        file.path,
        `'${absolute(file.path)}'`,
      ),
      ...expect(path, `${call}.content`, typeof file.content === 'string', 'text', undefined, "content: '…'"),
      ...expect(
        path,
        `${call}.mode`,
        /^0[0-7]{3}$/.test(file.mode),
        'four octal digits',
        file.mode,
        "mode: '0644'",
      ),
      ...expect(
        path,
        `${call}.owner`,
        OWNER.test(file.owner),
        'user:group',
        file.owner,
        "owner: 'root:root'",
      ),
    ];
  });
}

function expect(
  path: string,
  property: string,
  holds: boolean,
  what: string,
  got: string | undefined,
  example: string,
): Finding[] {
  if (holds) return [];
  const problem = `must be ${what}${got === undefined ? '' : `, got '${got}'`}`;
  return [{ path, property, problem, fix: `write ${example}` }];
}

/** Programs without types may pass anything. */
function isFilePath(path: unknown): boolean {
  return (
    typeof path === 'string' &&
    /^\/.*[^/]$/.test(path) &&
    !/\p{Cc}/u.test(path) &&
    posix.normalize(path) === path
  );
}

function absolute(path: unknown): string {
  return posix.join('/', String(path));
}

function twiceFindings(model: K3sModel, node: K3sNode): Finding[] {
  const own = hostFiles(model, { ...node, files: [] }).map((file) => file.path);
  const taken = new Set([...own, ...WRITTEN_BY_RUNS]);
  const packaged = `${dataDirOf(node)}/server/manifests/`;
  return node.files.flatMap(({ path: file }): Finding[] => {
    const property = `addFile(${JSON.stringify(file)})`;
    if (taken.has(file)) {
      const fix = 'use the property it is made of, or another path';
      return [
        { path: node.path, property, problem: 'k3stack writes this file, or the program does so twice', fix },
      ];
    }
    taken.add(file);
    if (!file.startsWith(packaged)) return [];
    const problem = 'K3s applies it, and nobody deletes what leaves it';
    return [
      { path: node.path, property, problem, fix: "put its objects into new AutoDeploy(cluster, 'name')" },
    ];
  });
}

const WRITTEN_BY_RUNS = [
  hostPaths.binary,
  hostPaths.bootstrap,
  hostPaths.token,
  hostPaths.initialised,
  '/etc/rancher/k3s/k3s.yaml',
];

const OWNER = /^[a-z_][\w-]*:[a-z_][\w-]*$/;
