import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  directCommand,
  loginCommand,
  STATE_DIR,
  stepCommand,
  uploadCommand,
} from '../../../lib/hosts/launcher';
import { framed } from '../../../lib/hosts/step-input';
import { folderWith } from '../../support/cli';
import { loginShells, posixShells, type Shell } from '../../support/shells';

describe('the command of a step', () => {
  const command = stepCommand('update', 'run K3s v1.34.1+k3s1\n on  server alfa');

  test('is one line below its summary, which stays a comment', () => {
    expect(command.split('\n')).toEqual([
      '# run K3s v1.34.1+k3s1 on server alfa',
      expect.stringMatching(/^exec /),
    ]);
    expect(command).toContain(`exec /bin/sh "$K3STACK_ROOT"${STATE_DIR}/scripts/current/job.sh update`);
  });

  test('is two quoted words that hold nothing a login shell would read differently', () => {
    const [, line = ''] = command.split('\n');
    const [, first = '', second = ''] = /^exec \/bin\/sh -c '([^']*)' '([^']*)'$/.exec(line) ?? [];
    expect(first).not.toBe('');
    expect(first + second).not.toMatch(/['\\!\n]/);
  });

  test('has no other form where no step is run', () => {
    for (const line of [directCommand(), uploadCommand()])
      expect(line).toMatch(/^exec \/bin\/sh -c '[^'\\!\n]+' '[^'\\!\n]+'$/);
    expect(loginCommand()).toMatch(/^exec \/bin\/sh -c '[^'\\!\n]+'$/);
  });

  test('of a deletion is done when nothing of us is left there, as its answer may have been lost', () => {
    const deleted = spawnSync('/bin/sh', ['-c', stepCommand('delete', 'x')], {
      input: framed('x'),
      env: { PATH: process.env['PATH'], K3STACK_ROOT: '/nonexistent' },
    });
    const updated = spawnSync('/bin/sh', ['-c', stepCommand('update', 'x')], {
      input: framed('x'),
      env: { PATH: process.env['PATH'], K3STACK_ROOT: '/nonexistent' },
    });
    // Without root the launcher asks for sudo first.
    expect([deleted.status, updated.status]).toEqual(process.getuid?.() === 0 ? [0, 13] : [12, 12]);
  });

  test('names nothing that differs between hosts or releases', () => {
    expect(stepCommand('run', 'a')).toBe(stepCommand('run', 'a'));
    expect(stepCommand('create', 'a').replace('create', 'update')).toBe(stepCommand('update', 'a'));
  });
});

describe('shellcheck', () => {
  const isThere = spawnSync('shellcheck', ['--version']).status === 0;
  const check = (program: string): string =>
    spawnSync('shellcheck', ['-s', 'sh', '-'], { input: program, encoding: 'utf8' }).stdout;
  // Each word in single quotes is a program of its own.
  const programs = [
    ...(['create', 'update', 'delete', 'run'] as const).map((operation) => [
      operation,
      stepCommand(operation, 'a step'),
    ]),
    ['direct', directCommand()],
    ['upload', uploadCommand()],
    ['login', loginCommand()],
  ].flatMap(([name = '', command = '']) =>
    [...command.matchAll(/'([^']+)'/g)].map(([, program = ''], index) => [`${name} ${index + 1}`, program]),
  );
  const checked = (name: string, act: () => void): void =>
    isThere ? test(name, act) : test.skip(`${name} [shellcheck is not installed]`, act);

  checked('finds nothing in the programs of the launcher', () => {
    expect(programs.map(([name]) => name)).toContain('delete 2');
    expect(programs.map(([name, program = '']) => [name, check(program)])).toEqual(
      programs.map(([name]) => [name, '']),
    );
  });

  checked('would find something', () => {
    expect(check('rm -f $part')).toContain('SC2086');
  });
});

/** What runs a program as somebody who is not root: `id`, and a sudo that asks for `hunter2` unless told otherwise. */
function operator(asks: boolean): string {
  const folder = folderWith({
    id: '#!/bin/sh\n[ "$1" = -u ] && echo 1000 || echo ops\n',
    sudo: `#!/bin/sh
case " $* " in *" -n true "*) exit ${asks ? 1 : 0};; esac
if [ "$1" = -n ]; then shift; exec "$@"; fi
IFS= read -r given; [ "$given" = hunter2 ] || { echo "sudo: wrong password" >&2; exit 1; }
while [ "$1" != /bin/sh ]; do shift; done
exec "$@"
`,
  });
  for (const name of ['id', 'sudo']) chmodSync(join(folder, name), 0o755);
  return folder;
}

function launch(
  shell: Shell,
  stdin: string,
  path = '',
): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(shell.program, [...shell.args, directCommand()], {
    input: stdin,
    encoding: 'utf8',
    // Bash reads ~/.bashrc when its input is a socket, as Node's pipes are.
    env: { PATH: `${path}:/usr/bin:/bin`, HOME: '/nonexistent' },
  });
}

const program =
  'printf "%s|" "$(cat <<\'END\'\nit\'s \\ "$HOME" `id`\nEND\n)"\nIFS= read -r more || echo end\n';
const printed = 'it\'s \\ "$HOME" `id`|end\n';

describe.each(loginShells.map((shell) => [shell.name, shell] as const))(
  'by the login shell %s',
  (_, shell) => {
    test('root runs the program of standard input, whatever stands before it', () => {
      expect(launch(shell, framed(program))).toMatchObject({ status: 0, stdout: printed });
      const noise = `\nLast login: today\n${framed(program).slice(1)}`;
      expect(launch(shell, noise)).toMatchObject({ status: 0, stdout: printed });
    });

    test('another user does by sudo, with a password or without', () => {
      expect(launch(shell, framed(program), operator(false))).toMatchObject({ status: 0, stdout: printed });
      expect(launch(shell, framed(program, 'hunter2'), operator(false))).toMatchObject({
        status: 0,
        stdout: printed,
      });
      expect(launch(shell, framed(program, 'hunter2'), operator(true))).toMatchObject({
        status: 0,
        stdout: printed,
      });
    });

    test('a password that sudo needs and nobody gave is exit code 12', () => {
      const result = launch(shell, framed(program), operator(true));
      expect(result).toMatchObject({ status: 12, stdout: '' });
      expect(result.stderr).toContain('ops becomes root neither without a password nor with one given');
    });

    test('a wrong password runs nothing', () => {
      expect(launch(shell, framed(program, 'wrong'), operator(true))).toMatchObject({
        status: 1,
        stdout: '',
      });
    });
  },
);

test('the exit code of the program is that of the command', () => {
  for (const shell of posixShells) expect(launch(shell, framed('exit 41\n')).status).toBe(41);
});

test('shells that read differently were tried', () => {
  expect(loginShells.length).toBeGreaterThan(1);
});
