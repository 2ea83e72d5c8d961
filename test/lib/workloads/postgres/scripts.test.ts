import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
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

describe('the start of a server', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'k3stack-start-'));
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data/PG_VERSION'), '17\n');
    const stub = (name: string, script: string) =>
      writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    // As pg_ctl does: /bin/sh reads the options (postgres: src/bin/pg_ctl/pg_ctl.c, start_postmaster).
    stub(
      'pg_ctl',
      'while getopts D:t:wo:m: o; do [ $o != o ] || exec /bin/sh -c "exec server $OPTARG"; done',
    );
    stub('server', 'printf "%s\\0" "$@" > "$OUT"');
    stub('psql', 'cat > /dev/null');
    stub('postgres', ':');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test.each([
    ["log_line_prefix=it's '' $(touch $PWNED) `touch $PWNED` \\ \" & %m"],
    ["log_line_prefix=x\n'$(touch $PWNED) #"],
  ])('hands pg_ctl the setting %j as it is, and runs nothing of it', (setting) => {
    const env = {
      PATH: `${folder}:${process.env['PATH']}`,
      PGDATA: join(folder, 'data'),
      PG_MAJOR: '17',
      OUT: join(folder, 'out'),
      PWNED: join(folder, 'pwned'),
    };
    const { status, stderr } = spawnSync('bash', ['--norc', '-c', START_SCRIPT, 'start', '-c', setting], {
      env,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    const [first, second] = readFileSync(env.OUT, 'utf8').split('\0');
    expect([first, second]).toEqual(['-c', setting]);
    expect(existsSync(env.PWNED)).toBe(false);
  });
});
