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
