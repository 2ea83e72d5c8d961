import { expect, test } from '@jest/globals';
import { runChild } from '../../../adapters/preview/run-child';

const node = (script: string): string[] => [process.execPath, '-e', script];

test('gives what a process has written, and its code', async () => {
  const result = await runChild(node('console.log(1); console.error(2); process.exitCode = 3'), '/');
  expect(result).toEqual({ code: 3, stdout: '1\n', stderr: '2\n' });
});

test('ends a process that writes without end, and says so', async () => {
  const endless = 'const write = () => process.stdout.write("x".repeat(1048576), write); write()';
  const { code, stdout, stderr } = await runChild(node(endless), '/');
  expect([code, stdout.length <= 67_108_864]).toEqual([-1, true]);
  expect(stderr).toMatch(/ wrote more than 64 MiB, and was ended\n$/);
});

test('ends a process that never comes to an end, also where another one holds its output open', async () => {
  const holder = 'setTimeout(() => {}, 60000)';
  const script = `
    const { spawn } = require('node:child_process');
    const other = spawn(process.execPath, ['-e', ${JSON.stringify(holder)}], { stdio: 'inherit' });
    console.log(other.pid);
    setInterval(() => {}, 1000);`;
  const { code, stdout, stderr } = await runChild(node(script), '/', {}, undefined, 3000);
  expect(code).toBe(-1);
  expect(stderr).toMatch(/ had not come to an end after 0\.05 minutes, and was ended\n$/);
  // It still runs, as its parent could not say goodbye: what was waited for is its output.
  process.kill(Number(stdout), 'SIGKILL');
});
