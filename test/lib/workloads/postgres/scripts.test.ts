import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import {
  DOWNLOAD_SCRIPT,
  DUMP_SCRIPT,
  RESTORE_SCRIPT,
  UPLOAD_SCRIPT,
} from '../../../../lib/workloads/postgres/dump-scripts';
import { START_SCRIPT } from '../../../../lib/workloads/postgres/start-script';

const SCRIPTS = [
  ['start', 'bash', START_SCRIPT],
  ['dump', 'sh', DUMP_SCRIPT],
  ['upload', 'sh', UPLOAD_SCRIPT],
  ['download', 'sh', DOWNLOAD_SCRIPT],
  ['restore', 'bash', RESTORE_SCRIPT],
] as const;

const isThere = spawnSync('shellcheck', ['--version']).status === 0;
const checked = (name: string, act: () => void): void =>
  isThere ? test(name, act) : test.skip(`${name} [shellcheck is not installed]`, act);
const check = (shell: string, script: string): string =>
  spawnSync('shellcheck', ['-s', shell, '-'], { input: script, encoding: 'utf8' }).stdout;

describe('scripts of a database', () => {
  checked('have nothing that shellcheck finds', () => {
    expect(SCRIPTS.map(([name, shell, script]) => [name, check(shell, script)])).toEqual(
      SCRIPTS.map(([name]) => [name, '']),
    );
  });

  checked('are watched: shellcheck would find something', () => {
    expect(check('sh', 'rm -f $part')).toContain('SC2086');
  });

  test.each(SCRIPTS)('%s has nothing that Kubernetes would replace in a command', (_, __, script) => {
    expect(script).not.toMatch(/\$\$|\$\([A-Za-z_][A-Za-z0-9_]*\)/);
  });

  test.each(SCRIPTS)('%s stops at the first failure', (_, shell, script) => {
    expect(script.split('\n')[0]).toBe(shell === 'bash' ? 'set -euo pipefail' : 'set -eu');
  });

  test.each(SCRIPTS)('%s names no password in the arguments of a program', (_, __, script) => {
    expect(script).not.toMatch(/PGPASSWORD|SECRET_ACCESS_KEY|\$DB_PASSWORD/);
  });
});
