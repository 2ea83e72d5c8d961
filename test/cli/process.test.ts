import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { built, k3stack, spawned } from '../support/built-cli';
import { existingProgram, folderWith } from '../support/cli';

const cwd = folderWith({ 'environments.ts': existingProgram(['a'], "console.log('built', env.name);") });

test('--help loads nothing heavy', async () => {
  const list = "process.on('exit', () => process.stderr.write(Object.keys(require.cache).join('\\n')))";
  const result = await spawned(
    process.execPath,
    ['-r', join(folderWith({ 'list.cjs': list }), 'list.cjs'), built('main.js'), '--help'],
    { cwd },
  );
  expect(result.code).toBe(0);
  expect(result.stderr).toContain('commander');
  expect(result.stderr).not.toMatch(
    /node_modules\/(cdk8s|constructs|jiti|yaml|semver|ipaddr)|\/build\/constructs\//,
  );
});

test('--help is there within 150 ms on a quiet machine: the best of a few, compared with Node alone', async () => {
  const best = async (args: readonly string[]): Promise<number> => {
    const times: number[] = [];
    for (let n = 0; n < 5; n++) {
      const startedAt = performance.now();
      await spawned(process.execPath, args, { cwd });
      times.push(performance.now() - startedAt);
    }
    return Math.min(...times);
  };
  const alone = await best(['-e', '0']);
  // Node alone takes 50 ms on the machine that the budget was measured on.
  expect(await best([built('main.js'), '--help'])).toBeLessThan(Math.max(150, alone * 3));
});

test('what a program logs goes to standard error', async () => {
  const result = await k3stack(['validate', '--no-types', '--json'], { cwd });
  expect(result).toMatchObject({ code: 0, stderr: 'built a\n' });
  expect(JSON.parse(result.stdout)).toMatchObject({ environments: [{ environment: 'a', ok: true }] });
});

test('a reader that leaves early is no failure', async () => {
  const command = `"${process.execPath}" "${built('main.js')}" options --json | head -n 1; echo "\${PIPESTATUS[0]}"`;
  expect(await spawned('bash', ['-c', command], { cwd })).toEqual({ code: 0, stdout: '{\n0\n', stderr: '' });
});

test('long output arrives whole through a pipe', async () => {
  const command = `"${process.execPath}" "${built('main.js')}" options --json | (sleep 0.3; cat)`;
  const { stdout } = await spawned('bash', ['-c', command], { cwd });
  expect(JSON.parse(stdout) as object).toHaveProperty('Datastore');
});

test('exit codes reach the shell', async () => {
  expect((await k3stack(['synth', '--env', 'b'], { cwd })).code).toBe(1);
  expect((await k3stack(['options', '--check', '-'], { cwd, stdin: 'debug: true\n' })).code).toBe(0);
});

const programs = folderWith({
  'exit/environments.ts': `process.exit(0);\n${existingProgram(['a'])}`,
  'build/environments.ts': existingProgram(['a'], 'process.exit(3);'),
  'never/environments.ts': `${existingProgram(['a'])}\nawait new Promise(() => {});`,
  'writes/environments.ts': existingProgram(['a'], "process.stdout.write('built');").replace(
    /$/,
    "\nprocess.stdout.write('loaded ');",
  ),
  'ticks/environments.ts': `setInterval(() => process.stdout.write('tick'), 10);\n${existingProgram(['a'])}`,
});

test.each(['exit', 'build', 'never'])(
  'a program that ends the process or never ends fails, and writes nothing: %s',
  async (name) => {
    const options = ['--program', name, '--out', 'out'];
    const result = await k3stack(['synth', ...options], { cwd: programs });
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/^error: the program ended before .*\nsee .*PROGRAM_EXIT\.md\n$/);
    const json = await k3stack(['synth', '--json', ...options], { cwd: programs });
    expect(json).toMatchObject({ code: 1, stderr: '' });
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'PROGRAM_EXIT' } });
    expect(existsSync(join(programs, 'out'))).toBe(false);
  },
);

test('what a program writes to standard output goes to standard error', async () => {
  const result = await k3stack(['validate', '--no-types', '--json', '--program', 'writes'], {
    cwd: programs,
  });
  expect(result).toMatchObject({ code: 0, stderr: 'loaded built' });
  expect(JSON.parse(result.stdout)).toMatchObject({ environments: [{ ok: true }] });
});

test('a timer of the program does not keep the process alive, and all output arrives', async () => {
  const command = `"${process.execPath}" "${built('main.js')}" synth --json --program ticks --out ticks/dist 2>/dev/null | (sleep 0.3; cat)`;
  const { code, stdout } = await spawned('bash', ['-c', command], { cwd: programs });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ environments: [{ environment: 'a', ok: true }] });
});

test('of an endless standard input no more is read than a configuration can have', async () => {
  const command = `yes | "${process.execPath}" "${built('main.js')}" options --check -`;
  expect(await spawned('bash', ['-c', command], { cwd })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: standard input is larger than 1 MiB.*\nsee .*INPUT_TOO_LARGE\.md/),
  });
});
