import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { startProgress } from '../../cli/progress';

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
  for (const { seen, progress } of [
    watched(false),
    watched(true, true),
    watched(true, false, { TERM: 'dumb' }),
  ]) {
    await progress.step('loading');
    await setTimeout(1050);
    await progress.step('synthesizing');
    progress.stop();
    expect(seen.text).toBe('');
  }
});
