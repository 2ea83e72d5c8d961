import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { PreviewReport } from '../../lib/diff/report';
import { toYaml } from '../../lib/yaml';
import { addFiles, cli, existingProgram, folderWith, type CliResult } from '../support/cli';

const config = (name: string, data: object) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop' },
  data,
});
const claim = (storage: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'shop' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
});

const diff = (cwd: string, args: readonly string[], stdin?: string): Promise<CliResult> =>
  cli(['diff', '--on', '2026-11-21', ...args], { cwd, ...(stdin !== undefined && { stdin }) });

async function reportOf(cwd: string, args: readonly string[], stdin?: string): Promise<PreviewReport> {
  const { stdout, stderr } = await diff(cwd, [...args, '--format', 'json'], stdin);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as PreviewReport;
}

test('compares a folder, a file of several documents and a stream, with the place of each object', async () => {
  const cwd = folderWith({
    'before/a/one.yaml': toYaml(config('one', { key: '1' })),
    'before/two.json': JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [config('two', { key: '1' })],
    }),
    'before/kustomization.yaml': 'resources: [a/one.yaml]\n',
    'after.yaml': toYaml(config('two', { key: '1' }), config('one', { key: '2' })),
  });
  for (const [args, stdin] of [
    [['before', 'after.yaml'], undefined],
    [['before', '-'], readFileSync(join(cwd, 'after.yaml'), 'utf8')],
  ] as const) {
    const { objects, problems, verdict } = await reportOf(cwd, args, stdin);
    expect(problems).toEqual([]);
    expect(verdict.counts).toMatchObject({ added: 0, changed: 1, removed: 0 });
    expect(objects).toMatchObject([
      {
        id: { name: 'one' },
        fields: [{ path: 'data.key', before: '1', after: '2' }],
        origin: { file: args[1], line: 9 },
      },
    ]);
  }
});

test('exits with 0, 2 or 3, as the change and the gate are', async () => {
  const cwd = folderWith({
    'a.yaml': toYaml(claim('20Gi')),
    'b.yaml': toYaml(claim('20480Mi')),
    'c.yaml': toYaml(claim('10Gi')),
  });
  expect(await diff(cwd, ['a.yaml', 'b.yaml'])).toMatchObject({ code: 0, stderr: '' });
  expect(await diff(cwd, ['a.yaml', 'c.yaml'])).toMatchObject({ code: 3, stderr: '' });
  expect(await diff(cwd, ['a.yaml', 'c.yaml', '--fail-on', 'never'])).toMatchObject({ code: 2 });
  const { code, stdout } = await diff(cwd, ['a.yaml', 'c.yaml']);
  expect({ code, stdout }).toMatchObject({
    code: 3,
    stdout: expect.stringMatching(/Blocked.*20Gi -> 10Gi/s),
  });
});

test('a waiver on the object, or in a comment above it, opens the gate', async () => {
  const cwd = folderWith({
    'a.yaml': toYaml(claim('20Gi')),
    'b.yaml': `# k3stack-waive claim-shrinks until 2026-12-31: it is empty\n${toYaml(claim('10Gi'))}`,
  });
  const { verdict, waivers } = await reportOf(cwd, ['a.yaml', 'b.yaml']);
  expect(waivers).toMatchObject([{ state: 'in-force', origin: { file: 'b.yaml', line: 1 } }]);
  expect(verdict.gated).toBe(false);
});

test('what cannot be read is told with file, line and column, and the rest is compared', async () => {
  const cwd = folderWith({
    'before/ok.yaml': toYaml(config('ok', { key: '1' })),
    'after/ok.yaml': toYaml(config('ok', { key: '2' })),
    'after/broken.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: [unclosed\n',
    'after/laughs.yaml':
      'a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]\ne: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]\nf: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e]\ng: &g [*f, *f, *f, *f, *f, *f, *f, *f, *f]\nh: [*g, *g, *g, *g, *g, *g, *g, *g, *g]\napiVersion: v1\nkind: ConfigMap\n',
    'after/cycle.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: &m\n  name: a\n  labels: *m\n',
  });
  writeFileSync(join(cwd, 'after/binary.yaml'), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3, 255, 254]));
  const { code, stdout, stderr } = await diff(cwd, ['before', 'after', '--format', 'json']);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  const { problems, objects, verdict } = JSON.parse(stdout) as PreviewReport;
  expect(problems.map(({ side, file }) => `${side} ${file}`).sort()).toEqual([
    'head binary.yaml',
    'head broken.yaml',
    'head cycle.yaml',
    'head laughs.yaml',
  ]);
  expect(problems.find(({ file }) => file === 'broken.yaml')).toMatchObject({
    line: expect.any(Number),
    column: expect.any(Number),
  });
  expect(objects.map(({ id }) => id.name)).toEqual(['ok']);
  expect(verdict.incomplete).toBe(true);
});

test('what may be in a part that could not be read does not count as gone or new', async () => {
  const cwd = folderWith({
    'before/data.yaml': toYaml(claim('20Gi')),
    'before/gone.yaml': toYaml(config('gone', { key: '1' })),
    'before/new.yaml': 'kind: [unclosed\n',
    'after/data.yaml': `${toYaml(claim('20Gi'))}\nspec: [unclosed\n`,
    'after/new.yaml': toYaml(config('new', { key: '1' })),
    'one.yaml': 'kind: [unclosed\n',
  });
  const folders = await reportOf(cwd, ['before', 'after', '--fail-on', 'high']);
  expect(folders.objects.map(({ kind, id }) => `${kind} ${id.name}`)).toEqual(['removed gone']);
  expect(folders.verdict).toMatchObject({ gated: false, incomplete: true });
  expect(folders.unknowns[0]).toMatch(/^Whether 2 objects come or go/);
  const files = await reportOf(cwd, ['before/data.yaml', 'one.yaml']);
  expect([files.risks, files.objects]).toEqual([[], []]);
});

test('an object that is there twice is told', async () => {
  const cwd = folderWith({
    'a.yaml': toYaml(config('one', { key: '1' })),
    'b.yaml': toYaml(config('one', { key: '1' }), config('one', { key: '2' })),
  });
  expect((await reportOf(cwd, ['a.yaml', 'b.yaml'])).risks).toMatchObject([
    { rule: 'duplicate-object', level: 'block' },
  ]);
});

test('two outputs of synth are compared environment by environment, hosts too', async () => {
  const cwd = folderWith({ 'environments.ts': existingProgram(['staging', 'production']) });
  await cli(['synth', '--out', 'before'], { cwd });
  addFiles(cwd, {
    'environments.ts': existingProgram(
      ['staging', 'production'],
      "new Namespace(cluster, 'fresh', { podSecurity: 'restricted' });",
    ),
  });
  await cli(['synth', '--out', 'after'], { cwd });
  const { objects, environments } = await reportOf(cwd, ['before', 'after']);
  expect(objects).toMatchObject([
    { kind: 'added', id: { kind: 'Namespace', name: 'fresh' }, environments: ['production', 'staging'] },
  ]);
  expect(environments.map(({ name }) => name).sort()).toEqual(['production', 'staging']);
  expect(
    (await reportOf(cwd, ['before', 'after', '--env', 'staging'])).environments.map(({ name }) => name),
  ).toEqual(['staging']);
});

test('manifests of another tool are compared with one environment of a synthesis', async () => {
  const cwd = folderWith({ 'environments.ts': existingProgram(['staging', 'production']) });
  await cli(['synth', '--out', 'dist'], { cwd });
  const { verdict } = await reportOf(cwd, ['dist/staging/manifests', 'dist/staging']);
  expect(verdict.level).toBe('none');
  const { code, stderr } = await diff(cwd, ['dist/staging/manifests', 'dist']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/'dist' has 2 environments.*add --env.*NO_INPUT/s);
});

test.each([
  ['an input that is not there', ['a.yaml', 'nowhere'], /there is no .*nowhere.*NO_MANIFESTS/s],
  ['standard input twice', ['-', '-'], /only one of the two inputs can be standard input/],
  ['one input', ['a.yaml'], /after/],
  [
    'an environment of manifests',
    ['a.yaml', 'a.yaml', '--env', 'staging'],
    /belong to no environment, got 'staging'/,
  ],
  ['a form that there is none of', ['a.yaml', 'a.yaml', '--format', 'pdf'], /got 'pdf'/],
  ['a Kubernetes that there is none of', ['a.yaml', 'a.yaml', '--kubernetes', '2.0'], /2\.0.*1\.3/],
] as const)('says what to do about %s', async (_case, args, message) => {
  const cwd = folderWith({ 'a.yaml': toYaml(config('one', {})) });
  const { code, stdout, stderr } = await diff(cwd, args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/\n\s+at /);
});

test('writes the forms that were asked for to a folder', async () => {
  const cwd = folderWith({ 'a.yaml': toYaml(config('one', {})) });
  const { code, stdout } = await diff(cwd, [
    'a.yaml',
    'a.yaml',
    '--format',
    'md,json',
    '--format',
    'sarif',
    '--out',
    'x/report',
  ]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(readdirSync(join(cwd, 'x/report')).sort()).toEqual(['preview.json', 'preview.md', 'preview.sarif']);
});
