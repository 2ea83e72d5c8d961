import { spawnSync } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { startProgress } from '../../cli/progress';
import { built, spawned } from '../support/built-cli';
import { folderWith } from '../support/cli';

const watched = (isTTY: boolean, silent = false, env = {}) => {
  const seen = { text: '' };
  const stderr = { isTTY, write: (text: string) => void (seen.text += text) };
  const stdout = {
    write: () => {
      throw new Error('progress is no output');
    },
  };
  return {
    seen,
    progress: startProgress({ cwd: '/', env, stdout, stderr, stdin: () => Promise.resolve('') }, silent),
  };
};

test('says nothing of work that is quick', async () => {
  const { seen, progress } = watched(true);
  await progress.step('loading');
  progress.stop();
  expect(seen.text).toBe('');
});

test('says on a terminal what is worked on after a second', async () => {
  const { seen, progress } = watched(true);
  await progress.step('loading');
  await setTimeout(1050);
  await progress.step('synthesizing a');
  progress.stop();
  expect(seen.text).toContain('loading');
  expect(seen.text).toContain('synthesizing a');
});

test('says so too when the work left no time to a timer', async () => {
  const { seen, progress } = watched(true);
  const until = performance.now() + 1050;
  while (performance.now() < until);
  await progress.step('synthesizing b');
  progress.stop();
  expect(seen.text).toContain('synthesizing b');
});

test('says nothing without a terminal, on a dumb one, and when it shall be quiet', async () => {
  const all = [watched(false), watched(true, true), watched(true, false, { TERM: 'dumb' })];
  for (const { progress } of all) await progress.step('loading');
  await setTimeout(1050);
  for (const { progress } of all) {
    await progress.step('synthesizing');
    progress.stop();
  }
  expect(all.map(({ seen }) => seen.text)).toEqual(['', '', '']);
});

const missing = spawnSync('script', ['--version']).status !== 0;
const title = 'spins on a real terminal, even one without a width, and leaves nothing of it behind';
(missing ? test.skip : test)(
  missing ? `${title} (skipped: script of util-linux is not installed)` : title,
  async () => {
    const slow = `import { environments } from 'k3stack';
    export default environments({ a: {}, b: {}, c: {} }, () => { const until = Date.now() + 600; while (Date.now() < until); });`;
    const command = `stty cols 0; "${process.execPath}" "${built('main.js')}" validate --no-types; echo done`;
    const env = { TERM: 'xterm', CI: undefined };
    const { stdout } = await spawned('script', ['-qec', command, '/dev/null'], {
      cwd: folderWith({ 'environments.ts': slow }),
      env,
    });

    expect(stdout).toMatch(/. synthesizing c \(3 of 3\)/);
    const [, after = ''] = stdout.split('✓');
    expect(after).not.toContain('synthesizing');
    expect(stdout).toContain('\u001b[?25h');
    expect(stdout).toMatch(/done\r?\n$/);
  },
  20_000,
);
