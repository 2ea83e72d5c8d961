import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { completionScript, SHELLS } from '../../cli/completion-scripts';
import { built, spawned } from '../support/built-cli';
import { cli, existingProgram, folderWith } from '../support/cli';

const cwd = folderWith({
  'environments.ts': existingProgram(['staging', 'production']),
  'other/environments.ts': existingProgram(['lab']),
  'broken/environments.ts': 'export default',
});
const complete = async (...words: string[]): Promise<string[]> =>
  (await cli(['complete', '--', ...words], { cwd })).stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t')[0] ?? '');

test.each<[words: string[], values: string[]]>([
  [['pl'], ['plan']],
  [['comp'], ['completion']],
  [['--v'], ['--version']],
  [['synth', '--en'], ['--env']],
  [['synth', '--json', '--js'], []],
  [['synth', '--env', 'a', '--en'], ['--env']],
  [['validate', '--no'], ['--no-types']],
  [
    ['synth', '--env', ''],
    ['staging', 'production'],
  ],
  [['synth', '--env', 'st'], ['staging']],
  [['synth', '--env=st'], ['--env=staging']],
  [['synth', '--env', '=', 'st'], ['staging']],
  [
    ['synth', '--env', '='],
    ['staging', 'production'],
  ],
  [['synth', '--env', 'staging,'], ['staging,production']],
  [['synth', '--program', 'other', '--env', ''], ['lab']],
  [['synth', '--program', 'broken', '--env', ''], []],
  [['synth', '--out', ''], [':folders']],
  [['synth', '--program', 'x'], [':files']],
  [['graph', '--format', 'm'], ['mermaid']],
  [
    ['lock', '--arch', 'arm64,a'],
    ['arm64,amd64', 'arm64,arm'],
  ],
  [['lock', '--from', ''], []],
  [['options', 'flannel-b'], ['flannel-backend']],
  [['options', '--role', 'agent', 'flannel-b'], ['flannel-backend']],
  [['options', 'x', ''], []],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [['nonsense', '--x', 'synth', '--q'], ['--quiet']],
])('after %j come %j', async (words, values) => {
  expect(await complete(...words)).toEqual(values);
});

test('values come with what they are', async () => {
  expect((await cli(['complete', '--', 'pla'], { cwd })).stdout).toBe(
    'plan\tShow what is done on the hosts, and in which order\n',
  );
});

test('refuses a shell there is no script for', async () => {
  expect(await cli(['completion', 'fishh'], { cwd })).toMatchObject({
    code: 1,
    stderr: "error: no completion for 'fishh'; did you mean 'fish'?\n",
  });
  expect((await cli(['completion', 'bash'], { cwd })).stdout).toBe(completionScript('bash'));
});

/** Each prints, one a line, what its shell makes of `k3stack pla`, `synth --env=st` and `graph --format m`. */
const SESSIONS = {
  bash: `source <(k3stack completion bash)
    try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _k3stack; echo "\${COMPREPLY[*]}"; }
    try k3stack pla; try k3stack synth --env = st; try k3stack graph --format m`,
  fish: `k3stack completion fish | source
    for line in 'k3stack pla' 'k3stack synth --env=st' 'k3stack graph --format m'; complete -C $line | string split -f1 \\t; end`,
  // Types into a shell of its own, then turns the completed line into one that prints itself.
  zsh: `zmodload zsh/zpty; zpty z zsh -f -i
    zpty -w z "bindkey -e; autoload -Uz compinit && compinit -u -D; source <(k3stack completion zsh); print RE\\"\\"ADY"; zpty -r z out '*READY*'
    for line in 'k3stack pla' 'k3stack synth --env=st' 'k3stack graph --format m'; do
      zpty -w -n z "$line"$'\\t\\x01print -r -- "<\\x05>" DO""NE\\n'; zpty -r z out '*DONE*'
      print -r -- "\${\${out##*$'\\n'<}%%>*}"
    done`,
} as const;

const bin = folderWith({ k3stack: '' });
beforeAll(() => {
  const file = join(bin, 'k3stack');
  spawnSync('sh', [
    '-c',
    `printf '#!/bin/sh\\nexec "%s" "%s" "$@"\\n' "$0" "$1" > "$2"`,
    process.execPath,
    built('main.js'),
    file,
  ]);
  chmodSync(file, 0o755);
});

for (const shell of SHELLS) {
  const missing = spawnSync(shell, ['-c', 'exit']).status !== 0;
  const title = `completes in a real ${shell}`;
  (missing ? test.skip : test)(
    missing ? `${title} (skipped: ${shell} is not installed)` : title,
    async () => {
      const args =
        shell === 'fish' ? ['--no-config', '-c'] : shell === 'zsh' ? ['-f', '-c'] : ['--norc', '-c'];
      const result = await spawned(shell, [...args, SESSIONS[shell]], {
        cwd,
        env: { PATH: `${bin}:${process.env['PATH']}` },
      });
      const lines = result.stdout
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
      expect(lines.map((line) => line.split(' ').at(-1)?.replace('--env=', ''))).toEqual([
        'plan',
        'staging',
        'mermaid',
      ]);
    },
    20_000,
  );
}
