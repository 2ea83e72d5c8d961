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
    source: 'DESIGN, host resources under Pulumi',
    check: ({ nodes }) => nodes.flatMap(formFindings),
  }),
  k3sRule({
    id: 'host-file-twice',
    title: 'A path is written once',
    reason: 'Files that k3stack writes would change at every update, from the one to the other.',
    source: 'DESIGN, host resources under Pulumi',
    check: (model) => model.nodes.flatMap((node) => twiceFindings(model, node)),
  }),
];

function formFindings({ path, files }: K3sNode): Finding[] {
  return files.flatMap((file) => {
    const property = `addFile(${JSON.stringify(file.path)})`;
    const findings: Finding[] = [];
    if (typeof file.content !== 'string') {
      findings.push({
        path,
        property: `${property}.content`,
        problem: 'must be text',
        fix: "write content: '…'",
      });
    }
    if (
      typeof file.path !== 'string' ||
      !file.path.startsWith('/') ||
      posix.normalize(file.path) !== file.path ||
      file.path.endsWith('/') ||
      /\p{Cc}/u.test(file.path)
    ) {
      findings.push({
        path,
        property,
        problem: `must be an absolute path of a file, got '${file.path}'`,
        fix: `write '${posix.join('/', String(file.path))}'`,
      });
    }
    if (!/^0[0-7]{3}$/.test(file.mode)) {
      findings.push({
        path,
        property: `${property}.mode`,
        problem: `must be four octal digits, got '${file.mode}'`,
        fix: "write mode: '0644'",
      });
    }
    if (!/^[a-z_][\w-]*:[a-z_][\w-]*$/.test(file.owner)) {
      findings.push({
        path,
        property: `${property}.owner`,
        problem: `must be user:group, got '${file.owner}'`,
        fix: "write owner: 'root:root'",
      });
    }
    return findings;
  });
}

function twiceFindings(model: K3sModel, node: K3sNode): Finding[] {
  const own = hostFiles(model, { ...node, files: [] }).map((file) => file.path);
  const taken = new Set([...own, ...WRITTEN_BY_RUNS]);
  const packaged = `${dataDirOf(node)}/server/manifests/`;
  return node.files.flatMap(({ path: file }): Finding[] => {
    const property = `addFile(${JSON.stringify(file)})`;
    if (taken.has(file))
      return [
        {
          path: node.path,
          property,
          problem: 'k3stack writes this file',
          fix: 'use the property it is made of, or another path',
        },
      ];
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
