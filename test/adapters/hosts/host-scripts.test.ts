import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { directProgram } from '../../../adapters/hosts/direct-program';
import { readHostScripts, stagingProgram, type HostScripts } from '../../../adapters/hosts/host-scripts';
import { contextText } from '../../../adapters/hosts/server-context';
import { inputText } from '../../../lib/hosts/step-input';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'k3stack-host-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const scripts = (version: string): HostScripts => ({
  files: { 'common.sh': `# it's "$1" \\ ${version}\n`, 'job.sh': `echo ${version}\n\n` },
  digest: `digest-${version}`,
});
const state = (...names: string[]): string => join(root, 'var/lib/k3stack', ...names);

function sh(program: string, shell = '/bin/sh'): ReturnType<typeof spawnSync> {
  // As the launcher does it.
  return spawnSync(shell, ['-c', 'eval "$(cat)"'], {
    input: program,
    env: { ...process.env, K3STACK_ROOT: root },
    encoding: 'utf8',
  });
}

test.each(['/bin/sh', '/bin/bash'])('are staged whole, for root only, and switched to (%s)', (shell) => {
  expect(sh(stagingProgram(scripts('1'), "CTX_API_PORT='6443'\n"), shell)).toMatchObject({
    status: 0,
    stderr: '',
  });
  expect(readFileSync(state('scripts/current/job.sh'), 'utf8')).toBe('echo 1\n\n');
  expect(readFileSync(state('scripts/current/common.sh'), 'utf8')).toBe('# it\'s "$1" \\ 1\n');
  expect(readFileSync(state('context'), 'utf8')).toBe("CTX_API_PORT='6443'\n");
  expect(statSync(state()).mode & 0o777).toBe(0o700);
  expect(statSync(state('scripts/current/job.sh')).mode & 0o777).toBe(0o700);
  expect(readdirSync(state('scripts')).sort()).toEqual(['current', 'digest-1']);
});

test('are staged again without a change, and mended when they are damaged', () => {
  sh(stagingProgram(scripts('1'), ''));
  const before = statSync(state('scripts/digest-1/job.sh')).ino;
  sh(stagingProgram(scripts('1'), ''));
  expect(statSync(state('scripts/digest-1/job.sh')).ino).toBe(before);
  writeFileSync(state('scripts/digest-1/job.sh'), '');
  expect(sh(stagingProgram(scripts('1'), ''))).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(state('scripts/current/job.sh'), 'utf8')).toBe('echo 1\n\n');
  expect(readdirSync(state('scripts')).sort()).toEqual(['current', 'digest-1']);
});

test('of the release before stay, as a step may still run from them; older ones go', () => {
  for (const version of ['1', '2', '3']) {
    expect(sh(stagingProgram(scripts(version), ''))).toMatchObject({ status: 0, stderr: '' });
    // Folders are told apart by whole seconds on some file systems.
    spawnSync('sleep', ['1.1']);
  }
  expect(readlinkSync(state('scripts/current'))).toBe('digest-3');
  expect(readdirSync(state('scripts')).sort()).toEqual(['current', 'digest-2', 'digest-3']);
  sh(stagingProgram(scripts('2'), ''));
  expect(readlinkSync(state('scripts/current'))).toBe('digest-2');
});

test('a connection that is cut in the middle changes nothing', () => {
  const program = stagingProgram(scripts('1'), '');
  for (const at of [0.3, 0.6, 0.9, 0.99]) sh(program.slice(0, Math.floor(program.length * at)));
  expect(existsSync(state())).toBe(false);
});

test('two operators that stage at once do not disturb each other', async () => {
  const versions = Array.from({ length: 12 }, (_, n) => String(n % 2));
  const codes = await Promise.all(
    versions.map(
      (version) =>
        new Promise<number | null>((resolve) => {
          const child = spawn('/bin/sh', ['-c', 'eval "$(cat)"'], {
            env: { ...process.env, K3STACK_ROOT: root },
            stdio: ['pipe', 'inherit', 'inherit'],
          });
          child.on('close', resolve);
          child.stdin.end(stagingProgram(scripts(version), ''));
        }),
    ),
  );
  expect(codes).toEqual(versions.map(() => 0));
  expect(readdirSync(state('scripts')).sort()).toEqual(['current', 'digest-0', 'digest-1']);
  expect(readFileSync(state('scripts/current/job.sh'), 'utf8')).toMatch(/^echo [01]\n\n$/);
});

test('a context is text that a shell reads, whatever names hold', () => {
  const text = contextText('6443', [
    { name: 'alfa', address: '10.0.0.11', state: 'running', caHash: 'abc' },
    { name: "o'hara", address: 'fd00::1', state: 'unreachable' },
  ]);
  const { stdout } = spawnSync(
    '/bin/sh',
    ['-c', 'record() { printf "%s|" "$@"; }; eval "$(cat)"; echo "$CTX_API_PORT"'],
    { input: text, encoding: 'utf8' },
  );
  expect(stdout).toBe("server|alfa|10.0.0.11|running|abc|server|o'hara|fd00::1|unreachable||6443\n");
});

test('one runs with nothing staged, and leaves nothing behind', () => {
  const files = {
    'common.sh': 'record() { [ "$1" = "${kind:-}" ] || return 0; shift; printf "%s " "$@"; }\nend() { :; }\n',
    'look.sh':
      'kind=probe; . "$JOB/input"; echo "$IN_NODE"; ls -d "$SCRATCH" >"$OUT"; trap "echo own" EXIT; exit 4\n',
  };
  const input = inputText({
    step: 'look',
    deadline: 10,
    values: { NODE: "it's" },
    records: [['probe', '10.0.0.1', '6443']],
  });
  const out = join(root, 'out');
  const { status, stdout } = spawnSync('/bin/sh', ['-c', 'eval "$(cat)"'], {
    input: directProgram({ files, digest: '' }, 'look', input),
    env: { ...process.env, OUT: out },
    encoding: 'utf8',
  });
  expect({ status, stdout }).toEqual({ status: 4, stdout: "10.0.0.1 6443 it's\nown\n" });
  expect(existsSync(readFileSync(out, 'utf8').trim())).toBe(false);
  expect(existsSync(state())).toBe(false);
});

test('of K3s are those of every distribution and its own, under one digest', () => {
  const { files, digest } = readHostScripts('k3s');
  expect(Object.keys(files)).toEqual(expect.arrayContaining(['common.sh', 'kube.sh']));
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(readHostScripts('k3s').digest).toBe(digest);
});
