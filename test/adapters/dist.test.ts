import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Dist } from '../../adapters/dist';
import { writeFileAtomically } from '../../adapters/atomic-write';
import { distFiles } from '../../lib/synthesis/dist-files';
import { k3stack } from '../support/built-cli';
import { existingProgram, folderWith } from '../support/cli';
import { synthesisOf } from '../support/synthesis-fixture';

const files = (content: string) =>
  distFiles(
    synthesisOf({
      hosts: {
        alfa: {
          files: [
            {
              path: '/etc/x',
              content,
              mode: '0600',
              owner: 'root:root',
              encoding: 'raw',
              disruption: 'none',
            },
          ],
        },
      },
    }),
  );
const content = (folder: string): string => readFileSync(join(folder, 'test/hosts/alfa/etc/x'), 'utf8');
const HOST = hostname().replace(/[^A-Za-z0-9-]/g, '-');
const DEAD = 4_194_304; // above the largest process id of Linux

test('writes plain files that everybody may read', () => {
  const dist = new Dist(folderWith({}));
  dist.open();
  dist.write('test', files('1'));
  expect(content(dist.folder)).toBe('1');
  expect(statSync(join(dist.folder, 'test/hosts/alfa/etc/x')).mode & 0o777).toBe(0o644);
});

test('leaves the earlier output as it was when a file cannot be written, and no rest', () => {
  const dist = new Dist(folderWith({}));
  dist.write('test', files('1'));
  const bad = [...files('2'), { path: `hosts/${'x'.repeat(300)}`, content: '' }];

  expect(() => dist.write('test', bad)).toThrow(
    expect.objectContaining({
      code: 'CANNOT_WRITE',
      message: expect.stringMatching(/ENAMETOOLONG.*what was there before is as it was/),
    }),
  );

  expect(content(dist.folder)).toBe('1');
  expect(readdirSync(dist.folder)).toEqual(['test']);
});

const onLinux = process.platform === 'linux' ? test : test.skip;
onLinux('ends where the system makes no folder, naming what it refused', async () => {
  const cwd = folderWith({ 'environments.ts': existingProgram(['a']) });
  const result = await k3stack(['synth', '--out', '/proc/k3stack/dist'], { cwd });
  expect(result.code).toBe(1);
  expect(result.stderr).toMatch(
    /cannot write \/proc\/k3stack\/dist\/a: .*mkdir '\/proc\/k3stack'; what was there before/,
  );
});

test('puts back what a killed run had moved away, and removes what it had not finished', () => {
  const dist = new Dist(folderWith({}));
  dist.write('test', files('1'));
  renameSync(join(dist.folder, 'test'), join(dist.folder, `.test.old.${HOST}.${DEAD}.00000000`));
  mkdirSync(join(dist.folder, `.test.new.${HOST}.${DEAD}.00000000`));
  mkdirSync(join(dist.folder, `.test.new.${HOST}.${process.pid}.00000000`));
  mkdirSync(join(dist.folder, `.test.new.elsewhere.${DEAD}.00000000`));

  new Dist(dist.folder).open();

  expect(content(dist.folder)).toBe('1');
  expect(readdirSync(dist.folder).sort()).toEqual(
    [`.test.new.${HOST}.${process.pid}.00000000`, '.test.new.elsewhere.4194304.00000000', 'test'].sort(),
  );
});

test('is never half written, however often it is killed', async () => {
  const cwd = folderWith({
    'environments.ts': existingProgram(
      ['a'],
      "for (let i = 0; i < 300; i++) new Namespace(cluster, 'n' + i, { podSecurity: 'baseline' });",
    ),
  });
  expect((await k3stack(['synth'], { cwd })).code).toBe(0);
  const whole = readFileSync(join(cwd, 'dist/a/synthesis.json'), 'utf8');
  const main = join(__dirname, '../../build/cli/main.js');

  for (let milliseconds = 200; milliseconds < 420; milliseconds += 30) {
    await new Promise((done) => {
      const child = spawn(process.execPath, [main, 'synth', '--quiet'], { cwd, stdio: 'ignore' });
      setTimeout(() => child.kill('SIGKILL'), milliseconds);
      child.on('close', done);
    });
    new Dist(join(cwd, 'dist')).open();
    expect(readFileSync(join(cwd, 'dist/a/synthesis.json'), 'utf8')).toBe(whole);
  }
});

test('runs at the same time each leave a whole output', async () => {
  const cwd = folderWith({
    'environments.ts': existingProgram(
      ['a'],
      "new Namespace(cluster, 'run-' + process.env['RUN'], { podSecurity: 'baseline' });",
    ),
  });
  const results = await Promise.all(
    ['1', '2', '3', '4'].map((RUN) => k3stack(['synth', '--quiet'], { cwd, env: { RUN } })),
  );

  expect(results).toEqual(results.map(() => ({ code: 0, stdout: '', stderr: '' })));
  expect(readdirSync(join(cwd, 'dist'))).toEqual(['a']);
  const { manifests } = JSON.parse(readFileSync(join(cwd, 'dist/a/synthesis.json'), 'utf8')) as {
    manifests: { file: string }[];
  };
  const text = readFileSync(join(cwd, 'dist/a/manifests', manifests[0]?.file ?? ''), 'utf8');
  expect(text.match(/name: run-\d/g)).toHaveLength(1);
});

test('a single file is replaced at once, and through a link', () => {
  const folder = folderWith({ 'a.json': 'old' });
  writeFileAtomically(join(folder, 'a.json'), 'new');
  expect(readFileSync(join(folder, 'a.json'), 'utf8')).toBe('new');
  expect(() => writeFileAtomically(join(folder, 'missing/a.json'), 'x')).toThrow('ENOENT');
  expect(readdirSync(folder)).toEqual(['a.json']);
  expect(existsSync(join(folder, 'missing'))).toBe(false);
  chmodSync(folder, 0o755);
});
