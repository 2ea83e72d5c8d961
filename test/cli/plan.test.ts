import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Synthesis } from '../../lib/synthesis/synthesis';
import { addFiles, cli, existingProgram, folderWith, k3sProgram } from '../support/cli';

const program = (extra = ''): string => k3sProgram(['staging', 'production'], 'v1.34.1+k3s1', extra);

test('shows the plan of every environment, or of those chosen', async () => {
  const cwd = folderWith({ 'environments.ts': program() });

  const all = await cli(['plan'], { cwd });
  expect(all).toMatchObject({ code: 0, stderr: '' });
  expect(all.stdout).toMatch(/^staging {2}1 cluster, 1 host\n.*Order of work.*\n\nproduction {2}1 cluster/s);
  expect(all.stdout).toContain('/etc/rancher/k3s/config.yaml');

  const one = await cli(['plan', '--env', 'production', '--brief'], { cwd });
  expect(one.stdout).not.toMatch(/staging|config\.yaml/);
});

test('--json has the graph, stages and what blocks', async () => {
  const cwd = folderWith({ 'environments.ts': program() });
  const { environments } = JSON.parse((await cli(['plan', '--env', 'staging', '--json'], { cwd })).stdout);
  expect(environments).toMatchObject([
    {
      schema: 'k3stack.plan/v1',
      environment: 'staging',
      blockers: [{ rule: 'host-key' }, { rule: 'artifact-checksum' }],
    },
  ]);
});

test('exits 0 when nothing changes against an earlier dist', async () => {
  const cwd = folderWith({ 'environments.ts': program() });
  await cli(['synth'], { cwd });
  expect(await cli(['plan', '--against', 'dist'], { cwd })).toMatchObject({
    code: 0,
    stdout: 'staging\nno host changes\n\nproduction\nno host changes\n',
  });
});

test('exits 2 when hosts change, and says which and how', async () => {
  const cwd = folderWith({ 'environments.ts': program() });
  await cli(['synth', '--out', 'before'], { cwd });
  addFiles(cwd, {
    'environments.ts': program(
      "if (env.name === 'staging') cluster.server('alfa').addLabel('tier', 'edge');",
    ),
  });

  const result = await cli(['plan', '--against', 'before'], { cwd });
  expect(result.code).toBe(2);
  expect(result.stdout).toMatch(
    /^staging\n1 host: 1 changed\n.*label tier.*\nproduction\nno host changes\n$/s,
  );
  expect((await cli(['plan', '--against', 'before/production', '--env', 'production'], { cwd })).code).toBe(
    0,
  );
});

test('exits 2 for an environment that was not there before', async () => {
  const cwd = folderWith({ 'environments.ts': program() });
  await cli(['synth', '--env', 'staging'], { cwd });
  const result = await cli(['plan', '--against', 'dist', '--json'], { cwd });
  expect(result.code).toBe(2);
  expect(JSON.parse(result.stdout).environments[1].changes).toMatchObject([{ host: 'alfa', kind: 'added' }]);
});

test('exits 3 when a rule forbids the change', async () => {
  const cwd = folderWith({ 'environments.ts': program() });
  await cli(['synth'], { cwd });
  addFiles(cwd, { 'environments.ts': program().replace('v1.34.1', 'v1.33.1') });

  const result = await cli(['plan', '--against', 'dist'], { cwd });
  expect(result.code).toBe(3);
  expect(result.stdout).toMatch(/Hosts are refused until this is mended/);
});

test.each([
  ['nowhere', /there is no folder .*nowhere; name a folder that k3stack synth has written/],
  ['dist/staging', /dist\/staging\/synthesis\.json is of environment staging, not of production/],
  [
    'future',
    /has the schema "k3stack\.synthesis\/v9", and this version reads k3stack\.synthesis\/v1; run k3stack synth again/,
  ],
  ['.', /holds no synthesis\.json of any environment; name a folder that k3stack synth has written/],
  ['environments.ts', /environments\.ts is not a folder; name a folder that k3stack synth has written/],
  ['swapped', /swapped\/production\/synthesis\.json is of environment staging, not of production/],
  ['folder', /folder\/production\/synthesis\.json is a folder; run k3stack synth again/],
  ['broken', /production\/synthesis\.json is not JSON/],
  ['partial', /production\/synthesis\.json is damaged: environment is missing; run k3stack synth again/],
  ['files', /production\/synthesis\.json is damaged: hosts\[0\]\.files must be a list, got null/],
  ['cluster', /production\/synthesis\.json is damaged: clusters\[0\]\.name is missing/],
])('fails when %s is no earlier output', async (against, problem) => {
  const cwd = folderWith({
    'environments.ts': program(),
    'future/production/synthesis.json': '{"schema":"k3stack.synthesis/v9"}',
    'broken/production/synthesis.json': '{',
    'partial/production/synthesis.json': '{"schema":"k3stack.synthesis/v1"}',
  });
  await cli(['synth'], { cwd });
  const text = readFileSync(join(cwd, 'dist/production/synthesis.json'), 'utf8');
  const synthesis = JSON.parse(text) as Synthesis;
  addFiles(cwd, {
    'swapped/production/synthesis.json': readFileSync(join(cwd, 'dist/staging/synthesis.json'), 'utf8'),
    'files/production/synthesis.json': JSON.stringify({
      ...synthesis,
      hosts: [{ ...synthesis.hosts[0], files: null }],
    }),
    'cluster/production/synthesis.json': JSON.stringify({ ...synthesis, clusters: [{}] }),
    'folder/production/synthesis.json/x': '',
  });
  expect(await cli(['plan', '--env', 'production', '--against', against], { cwd })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(problem),
  });
});

test('shows the plans of environments that are well, the problems of others, and exits 1', async () => {
  const cwd = folderWith({
    'environments.ts': existingProgram(['a', 'b'], "if (env.name === 'a') throw new Error('no');"),
  });
  const result = await cli(['plan'], { cwd });
  expect(result.code).toBe(1);
  expect(result.stdout).toMatch(/^b {2}1 cluster, 0 hosts/);
  expect(result.stderr).toMatch(/✗ a\n {2}environments\.ts threw Error: no/);
});
