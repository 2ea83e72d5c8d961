import { symlinkSync } from 'node:fs';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { built, k3stack, spawned } from '../support/built-cli';
import { addFiles, existingProgram, folderWith, k3sProgram } from '../support/cli';

const REPOSITORY = join(__dirname, '../..');
const CDK8S = join(REPOSITORY, 'node_modules/cdk8s-cli/bin/cdk8s');

const project = (program: string, app = `node ${built('cdk8s-app.js')} environments.ts`): string =>
  folderWith({ 'environments.ts': program, 'cdk8s.yaml': `language: typescript\napp: ${app}\n` });
const cdk8s = (cwd: string, ...args: string[]) =>
  spawned(process.execPath, [CDK8S, 'synth', '--check-upgrade=false', ...args], { cwd });
const contents = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [
        join(entry.parentPath, entry.name).slice(folder.length),
        readFileSync(join(entry.parentPath, entry.name), 'utf8'),
      ]),
  );

test('stock cdk8s synth of a project gives the files that k3stack synth gives', async () => {
  const cwd = project(
    k3sProgram(
      ['staging', 'production'],
      undefined,
      "new Namespace(cluster, 'shop', { podSecurity: 'baseline' });",
    ).replace('K3sCluster }', 'K3sCluster, Namespace }'),
  );
  addFiles(cwd, { 'dist/stale.yaml': '' });

  const result = await cdk8s(cwd);
  expect(result.code).toBe(0);
  expect(result.stdout).toMatch(
    /^Synthesizing application\n(.*\n)* {2}- dist\/production\/manifests\/00-namespaces\.yaml\n/,
  );
  await k3stack(['synth', '--out', 'other'], { cwd });
  expect(contents(join(cwd, 'dist'))).toEqual(contents(join(cwd, 'other')));
});

test('--stdout prints Kubernetes objects and no files of hosts', async () => {
  const cwd = project(
    k3sProgram(
      ['staging'],
      undefined,
      "new Namespace(cluster, 'shop', { podSecurity: 'baseline' });",
    ).replace('K3sCluster }', 'K3sCluster, Namespace }'),
  );
  const result = await cdk8s(cwd, '--stdout');
  expect(result.code).toBe(0);
  expect(
    parseAllDocuments(result.stdout).map((document) => (document.toJS() as { kind?: string }).kind),
  ).toEqual(['Namespace']);
});

test('works as k3stack/cdk8s-app of the package', async () => {
  const cwd = project(existingProgram(['a']), 'node -r k3stack/cdk8s-app -e 0');
  addFiles(cwd, { 'node_modules/.keep': '' });
  symlinkSync(REPOSITORY, join(cwd, 'node_modules/k3stack'));
  expect((await cdk8s(cwd)).stdout).toContain('  - dist/a/manifests/00-namespaces.yaml\n');
});

test('fails when an environment cannot be synthesized', async () => {
  const cwd = project(existingProgram(['a'], "throw new Error('no');"));
  const result = await cdk8s(cwd);
  expect(result.code).not.toBe(0);
  expect(result.stderr).toMatch(/✗ a\n {2}environments\.ts threw Error: no/);
});
