import { expect, test } from '@jest/globals';
import { distFiles, distPaths } from '../../../lib/synthesis/dist-files';
import type { HostFile, Synthesis } from '../../../lib/synthesis/synthesis';
import { synthesisOf } from '../../support/synthesis-fixture';

const file = (path: string, content = 'x\n'): HostFile => ({
  path,
  content,
  mode: '0600',
  owner: 'root:root',
  encoding: 'raw',
  disruption: 'restart',
});
const object = (kind: string, name: string) => ({
  path: `k3s/${name}`,
  owner: 'workloads' as const,
  object: { apiVersion: 'v1', kind, metadata: { name } },
});

test('lays out manifests, host files, plan, picture and the synthesis itself', () => {
  const synthesis = synthesisOf({
    hosts: { alfa: { files: [file('/etc/rancher/k3s/config.yaml', 'a: 1\n')] } },
    over: {
      manifests: [
        {
          file: '00-namespaces.yaml',
          cluster: 'k3s',
          objects: [object('Namespace', 'a'), object('Namespace', 'b')],
        },
      ],
    },
  });
  const files = distFiles(synthesis);

  expect(files.map(({ path }) => path)).toEqual([
    'manifests/00-namespaces.yaml',
    'hosts/alfa/etc/rancher/k3s/config.yaml',
    'plan.json',
    'topology.json',
    'topology.svg',
    'synthesis.json',
  ]);
  expect(files.map(({ path }) => path)).toEqual(distPaths(synthesis));
  expect(files[0]?.content).toBe(
    'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: b\n',
  );
  expect(files[1]?.content).toBe('a: 1\n');
  expect(files.every(({ content }) => content.endsWith('\n'))).toBe(true);
  expect(JSON.parse(files[5]?.content ?? '')).toEqual(JSON.parse(JSON.stringify(synthesis)));
  expect(distFiles(synthesis)).toEqual(files);
});

test('puts hosts of several clusters into a folder of each', () => {
  const synthesis = synthesisOf({
    hosts: { alfa: { files: [file('/a')] }, bravo: { cluster: 'other', files: [file('/a')] } },
  });
  expect(distPaths(synthesis).filter((path) => path.startsWith('hosts/'))).toEqual([
    'hosts/k3s/alfa/a',
    'hosts/other/bravo/a',
  ]);
});

test.each<[what: string, over: Partial<Synthesis>]>([
  [
    'a path that climbs',
    { hosts: synthesisOf({ hosts: { alfa: { files: [file('/etc/../../../x')] } } }).hosts },
  ],
  ['a path that is relative', { hosts: synthesisOf({ hosts: { alfa: { files: [file('etc/x')] } } }).hosts }],
  [
    'a path with nothing between two slashes',
    { hosts: synthesisOf({ hosts: { alfa: { files: [file('/etc//x')] } } }).hosts },
  ],
  [
    'a path with a backslash',
    { hosts: synthesisOf({ hosts: { alfa: { files: [file('/etc/..\\..\\x')] } } }).hosts },
  ],
  ['a path with NUL', { hosts: synthesisOf({ hosts: { alfa: { files: [file('/etc/x\0')] } } }).hosts }],
  ['the root', { hosts: synthesisOf({ hosts: { alfa: { files: [file('/')] } } }).hosts }],
  ['a host name that climbs', { hosts: synthesisOf({ hosts: { '..': { files: [file('/x')] } } }).hosts }],
  ['a host name with a slash', { hosts: synthesisOf({ hosts: { 'a/b': { files: [file('/x')] } } }).hosts }],
  ['a manifest that climbs', { manifests: [{ file: '../x.yaml', cluster: 'k3s', objects: [] }] }],
  ['one file twice', { hosts: synthesisOf({ hosts: { alfa: { files: [file('/x'), file('/x')] } } }).hosts }],
  [
    'files that differ in case only',
    { hosts: synthesisOf({ hosts: { alfa: { files: [file('/x'), file('/X')] } } }).hosts },
  ],
  [
    'a file where a folder has to be',
    { hosts: synthesisOf({ hosts: { alfa: { files: [file('/x'), file('/x/y')] } } }).hosts },
  ],
])('refuses %s', (_, over) => {
  const synthesis = synthesisOf({ hosts: {}, over });
  expect(() => distFiles(synthesis)).toThrow(expect.objectContaining({ code: 'UNSAFE_DIST_PATH' }));
});
