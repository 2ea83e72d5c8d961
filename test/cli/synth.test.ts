import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { addFiles, cli, existingProgram, folderWith, k3sProgram } from '../support/cli';

const tree = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.[a-z]+$/.test(path) && !path.endsWith('.d'))
    .sort();

test('writes every environment to dist beside the program, and says what and where', async () => {
  const cwd = folderWith({ 'environments.ts': k3sProgram(['staging', 'production']) });

  const result = await cli(['synth'], { cwd });

  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(result.stdout).toMatch(
    /^✓ staging {2}k3s: k3s v1\.34\.1\+k3s1 · 1 server · 0 objects · \d\.\d\d s\n {2}in dist\/staging\n/,
  );
  expect(result.stdout).toMatch(/2 environments written in \d\.\d\d s\n$/);
  expect(result.stdout).toContain(
    '  ! production/k3s/servers/alfa version: the lock file has no checksum for v1.34.1+k3s1 k3s (hosts are refused)\n    run k3stack lock (artifact-checksum)',
  );
  expect(readdirSync(join(cwd, 'dist')).sort()).toEqual(['production', 'staging']);
  expect(tree(join(cwd, 'dist/staging'))).toEqual(
    expect.arrayContaining([
      'hosts/alfa/etc/rancher/k3s/config.yaml',
      'plan.json',
      'synthesis.json',
      'topology.json',
      'topology.svg',
    ]),
  );
});

test('loads a program of several files with cdk8s-plus, pools and another architecture', async () => {
  const cwd = folderWith({});
  const program = join(__dirname, '../fixtures/programs/pair');

  const result = await cli(['synth', '--program', program, '--out', 'dist'], { cwd });

  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(result.stdout).toMatch(/✓ production {2}k3s: k3s v1\.34\.1\+k3s1 · 3 servers · 1 agent · 3 objects/);
  // What many hosts have in common is told of the first ones.
  expect(result.stdout).toMatch(
    /production\/k3s\/servers\/charlie ssh\.hostKey: .*\n.*\n {4}and 1 more \(host-key\)\n/,
  );
  expect(readFileSync(join(cwd, 'dist/production/manifests/01-shop.yaml'), 'utf8')).toContain(
    'environment: production',
  );
});

test('gives the same bytes each time', async () => {
  const cwd = folderWith({ 'environments.ts': k3sProgram(['staging']) });
  await cli(['synth', '--out', 'one'], { cwd });
  await cli(['synth', '--out', 'two'], { cwd });

  const texts = (out: string): string[] =>
    tree(join(cwd, out)).map((path) => readFileSync(join(cwd, out, path), 'utf8'));
  expect(texts('one')).toEqual(texts('two'));
});

test('chooses environments by --env, repeated or with commas, and leaves the others alone', async () => {
  const cwd = folderWith({ 'environments.ts': existingProgram(['a', 'b', 'c']) });

  await cli(['synth', '--env', 'a,b', '--env', 'b'], { cwd });
  expect(readdirSync(join(cwd, 'dist')).sort()).toEqual(['a', 'b']);

  await cli(['synth', '--env', 'c'], { cwd });
  expect(readdirSync(join(cwd, 'dist')).sort()).toEqual(['a', 'b', 'c']);
});

test('refuses an environment the program does not have, naming the nearest', async () => {
  const cwd = folderWith({ 'environments.ts': existingProgram(['staging']) });

  const result = await cli(['synth', '--env', 'stagin'], { cwd });

  expect(result.code).toBe(1);
  expect(result.stderr).toContain(
    'error: the program has no environment "stagin"; did you mean \'staging\'?',
  );
});

test('shows the problems of all environments, writes those that are well, and exits 1', async () => {
  const cwd = folderWith({
    'environments.ts': k3sProgram(
      ['good', 'bad', 'worse'],
      'v1.34.1+k3s1',
      `
      if (env.name !== 'good') new K3sCluster(env, 'second', { version: 'latest' as never, datastore: Datastore.forServers(servers), servers });
    `,
    ),
  });

  const result = await cli(['synth'], { cwd });

  expect(result.code).toBe(1);
  expect(result.stderr).toMatch(/✗ bad\n {2}bad\/second.*version/s);
  expect(result.stderr).toMatch(/✗ worse\n/);
  expect(result.stdout).toMatch(/✓ good/);
  expect(result.stdout).toMatch(/1 environment written, 2 failed in/);
  expect(readdirSync(join(cwd, 'dist'))).toEqual(['good']);
});

test('keeps the last good output of an environment that fails, and of those no longer declared', async () => {
  const cwd = folderWith({ 'environments.ts': existingProgram(['a', 'b']) });
  await cli(['synth'], { cwd });
  const before = readFileSync(join(cwd, 'dist/a/synthesis.json'), 'utf8');

  addFiles(cwd, { 'environments.ts': existingProgram(['a'], "throw new Error('no')") });
  const result = await cli(['synth'], { cwd });

  expect(result.code).toBe(1);
  expect(readFileSync(join(cwd, 'dist/a/synthesis.json'), 'utf8')).toBe(before);
  expect(readdirSync(join(cwd, 'dist')).sort()).toEqual(['a', 'b']);
});

test('removes files and environments that are no longer there, the latter only when all are written', async () => {
  const cwd = folderWith({
    'environments.ts': existingProgram(
      ['a', 'b'],
      "new Namespace(cluster, 'more', { podSecurity: 'baseline' });",
    ),
  });
  await cli(['synth'], { cwd });
  addFiles(cwd, { 'environments.ts': existingProgram(['a']) });

  await cli(['synth', '--env', 'a'], { cwd });
  expect(readdirSync(join(cwd, 'dist')).sort()).toEqual(['a', 'b']);
  expect(readFileSync(join(cwd, 'dist/a/manifests/00-namespaces.yaml'), 'utf8')).not.toContain('more');

  const result = await cli(['synth'], { cwd });
  expect(result.stdout).toContain('- b  removed: no longer declared');
  expect(readdirSync(join(cwd, 'dist'))).toEqual(['a']);
});

test.each([
  ['the root', '/', 'is the root of the file system'],
  ['a folder with other things', 'src', 'holds index.ts, which k3stack did not write'],
  ['a file', 'environments.ts', 'is not a folder'],
])('refuses to write to %s', async (_, out, problem) => {
  const cwd = folderWith({ 'environments.ts': existingProgram(['a']), 'src/index.ts': '' });

  const result = await cli(['synth', '--out', out], { cwd });

  expect(result.code).toBe(1);
  expect(result.stderr).toContain(problem);
  expect(existsSync(join(cwd, 'src/index.ts'))).toBe(true);
});

test('never deletes what somebody put among its files', async () => {
  const cwd = folderWith({ 'environments.ts': existingProgram(['a', 'b']) });
  await cli(['synth'], { cwd });
  addFiles(cwd, {
    'dist/a/manifests/99-mine.yaml': 'mine',
    'dist/b/notes.txt': 'mine',
    'dist/README.md': 'mine',
  });
  addFiles(cwd, { 'environments.ts': existingProgram(['a', 'c']) });

  const result = await cli(['synth'], { cwd });

  expect(result.code).toBe(1);
  expect(result.stderr).toContain('dist/a holds manifests/99-mine.yaml, which k3stack did not write');
  expect(result.stdout).toContain('✓ c');
  rmSync(join(cwd, 'dist/a/manifests/99-mine.yaml'));
  expect((await cli(['synth'], { cwd })).code).toBe(0);
  expect(readdirSync(join(cwd, 'dist')).sort()).toEqual(['README.md', 'a', 'b', 'c']);
});

test('refuses an environment folder that is a link or was not written by it', async () => {
  const cwd = folderWith({ 'environments.ts': existingProgram(['a', 'b']), 'elsewhere/x.txt': '' });
  await cli(['synth', '--env', 'b'], { cwd });
  symlinkSync(join(cwd, 'elsewhere'), join(cwd, 'dist/a'));
  expect((await cli(['synth'], { cwd })).stderr).toContain('dist/a is not a folder');

  rmSync(join(cwd, 'dist/a'));
  mkdirSync(join(cwd, 'dist/a'));
  writeFileSync(join(cwd, 'dist/a/synthesis.json'), '{}');
  expect((await cli(['synth'], { cwd })).stderr).toContain('has no synthesis.json of this environment');
});

test.each(['known_hosts', 'k3stack.lock.json'])('fails when %s is a folder', async (name) => {
  const cwd = folderWith({ 'environments.ts': k3sProgram(['a']), [`${name}/x`]: '' });
  const result = await cli(['synth'], { cwd });
  expect(result.code).toBe(1);
  expect(result.stderr).toMatch(new RegExp(`^error: \\S+/${name} is a folder; .*\nsee .*INVALID_`));
});

test('fails where no folder can be made: below a file', async () => {
  const cwd = folderWith({ 'environments.ts': existingProgram(['a']) });
  const result = await cli(['synth', '--out', 'environments.ts/x/y', '--json'], { cwd });
  expect(result.code).toBe(1);
  expect(JSON.parse(result.stdout)).toMatchObject({ error: { code: 'CANNOT_WRITE' } });
});

test('--json tells the same to machines, and nothing else', async () => {
  const cwd = folderWith({
    'environments.ts': k3sProgram(
      ['good', 'bad'],
      'v1.34.1+k3s1',
      "if (env.name === 'bad') throw new Error('no');",
    ),
  });

  const result = await cli(['synth', '--json'], { cwd });

  expect(result.code).toBe(1);
  expect(result.stderr).toBe('');
  expect(JSON.parse(result.stdout)).toMatchObject({
    error: { code: 'PROGRAM_FAILED' },
    environments: [
      { environment: 'good', ok: true, folder: 'dist/good', hosts: { server: 1 }, objects: 0 },
      { environment: 'bad', ok: false, error: { code: 'PROGRAM_FAILED' } },
    ],
    removed: [],
  });
});

test('--quiet writes nothing when all is well', async () => {
  const cwd = folderWith({ 'environments.ts': existingProgram(['a']) });
  expect(await cli(['synth', '--quiet'], { cwd })).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('takes checksums and host keys from the files beside the program, and warns of nothing then', async () => {
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE1hZGUgdXAgZm9yIHRlc3RzLCAzMiBieXRlcyBsb25nLg==';
  const cwd = folderWith({
    'environments.ts': k3sProgram(['a']),
    known_hosts: `10.0.0.11 ${key}\n`,
    'k3stack.lock.json': JSON.stringify({
      schema: 'k3stack.lock/v1',
      k3s: { 'v1.34.1+k3s1': { k3s: { sha256: 'ab'.repeat(32), source: 'https://example.org/list' } } },
    }),
  });

  const result = await cli(['synth'], { cwd });

  expect(result.stdout).not.toContain('!');
  const synthesis = JSON.parse(readFileSync(join(cwd, 'dist/a/synthesis.json'), 'utf8'));
  expect(synthesis.hosts[0]).toMatchObject({
    transport: { ssh: { hostKey: key } },
    artifacts: [{ sha256: 'ab'.repeat(32) }],
  });
});
