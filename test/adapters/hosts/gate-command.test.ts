import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { runGate } from '../../../adapters/hosts/gate-command';

jest.setTimeout(30_000);

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'k3stack-gate-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const gate = (command: string, timeout = 20): Promise<void> =>
  runGate({ command, environment: 'lab', cluster: 'k3s', next: 'run alfa', last: false, folder, timeout });

test('a gate that is content lets the roll-out go on, and one that is not stops it with what it wrote', async () => {
  await gate('echo "$K3STACK_ENVIRONMENT/$K3STACK_CLUSTER" >told');
  expect(readFileSync(join(folder, 'told'), 'utf8')).toBe('lab/k3s\n');
  await expect(gate('echo out; echo err >&2; exit 3')).rejects.toThrow(
    /of lab\/k3s: it exited with 3; no further node .* goes on with the step to run alfa\n(out\nerr|err\nout)$/,
  );
});

test('a gate that hangs is ended at its limit, with its children', async () => {
  const from = Date.now();
  await expect(gate('sleep 60 & echo $! >child; echo waiting; sleep 60', 1)).rejects.toMatchObject({
    code: 'GATE_REFUSED',
    message: expect.stringMatching(/it took longer than 1 s and was ended; .*\nwaiting$/s) as unknown,
  });
  expect(Date.now() - from).toBeLessThan(5000);
  await gone('child');
});

test('one that does not listen is ended all the same', async () => {
  await expect(gate(`trap '' TERM; echo $$ >child; while :; do sleep 1; done`, 1)).rejects.toThrow(
    'it took longer than 1 s and was ended',
  );
  await gone('child');
});

test('what a gate leaves behind is not waited for', async () => {
  const from = Date.now();
  await gate('sleep 20 & echo $! >child');
  expect(Date.now() - from).toBeLessThan(5000);
  expect(isAlive('child')).toBe(true);
  process.kill(Number(readFileSync(join(folder, 'child'), 'utf8')), 'SIGKILL');
});

test('nothing of it is left when this process is ended by a signal', async () => {
  const program = `
    require('jiti')(process.cwd() + '/x')('./adapters/hosts/gate-command.ts').runGate({
      command: 'sleep 60 & echo $! >child; sleep 60', environment: 'lab', cluster: 'k3s', next: 'x', last: false, folder: process.argv[1],
    });`;
  const child = spawn(process.execPath, ['-e', program, folder], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  while (!existsSync(join(folder, 'child'))) await sleep(50);
  await sleep(100);
  child.kill('SIGINT');
  expect(await ended).toEqual([null, 'SIGINT']);
  await gone('child');
});

/** Until the process whose number a file has is no more. */
async function gone(file: string): Promise<void> {
  for (let round = 0; round < 100 && isAlive(file); round++) await sleep(50);
  expect(isAlive(file)).toBe(false);
}

/** One that nobody has waited for yet is none. */
function isAlive(file: string): boolean {
  const status = `/proc/${readFileSync(join(folder, file), 'utf8').trim()}/status`;
  return existsSync(status) && !/^State:\s+Z/m.test(readFileSync(status, 'utf8'));
}
