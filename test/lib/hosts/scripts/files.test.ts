import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ScriptHost } from '../../../support/script-host';

let host: ScriptHost;
beforeEach(() => {
  host = new ScriptHost();
});
afterEach(() => host.remove());

describe('a file', () => {
  test('is written with its mode, and nothing is left beside it', () => {
    const { code } = host.source(
      [],
      'printf %s "$TEXT" | file_write "$ROOT/etc/x/y.conf" 0640; mode_of "$ROOT/etc/x/y.conf"',
      {
        TEXT: 'a\nb',
      },
    );
    expect(code).toBe(0);
    expect(host.read('/etc/x/y.conf')).toBe('a\nb');
    expect(host.list('/etc/x')).toEqual(['y.conf']);
  });

  test('is compared by mode, owner and content', () => {
    host.write('/f', 'text', 0o600);
    const sha = '982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1';
    const is = (mode: string, owner: string, sum: string) =>
      host.source([], `file_is "$ROOT/f" ${mode} ${owner} ${sum}`).code === 0;
    expect(is('0600', host.owner, sha)).toBe(true);
    expect([is('0640', host.owner, sha), is('0600', 'x:y', sha), is('0600', host.owner, '0')]).toEqual([
      false,
      false,
      false,
    ]);
  });

  test('is staged beside its place, and takes it or goes', () => {
    host.write('/new', 'new');
    host.write('/etc/f', 'old');
    host.source([], `file_stage "$ROOT/new" "$ROOT/etc/f" 0600 ${host.owner}`);
    expect([host.read('/etc/f'), host.list('/etc')]).toEqual(['old', ['.k3stack.f.new', 'f']]);
    host.source([], 'file_switch "$ROOT/etc/f"');
    expect([host.read('/etc/f'), host.list('/etc')]).toEqual(['new', ['f']]);
    host.source([], `file_stage "$ROOT/new" "$ROOT/etc/f" 0600 ${host.owner}; file_unstage "$ROOT/etc/f"`);
    expect(host.list('/etc')).toEqual(['f']);
  });

  test.each([
    [
      'staged',
      (path: string) => `file_stage "$ROOT/new" "${path}" 0600 ${host.owner}; file_switch "${path}"`,
    ],
    ['written', (path: string) => `file_write "${path}" 0600 <"$ROOT/new"`],
  ])('that is %s never ends as a drop-in does before it is one, and clears what was left', (_, program) => {
    const [folder, base] = ['/etc/config.yaml.d', '50-a.yaml'];
    host.write('/new', 'new');
    const stays = [
      '.k3stack.50-b.yaml',
      '.k3stack.7.50-b.yaml',
      `.k3stack.${process.pid}.${base}.new`,
      '50-b.yaml',
    ];
    for (const name of [`.k3stack.${base}`, `.k3stack.7.${base}`, `.k3stack.999999999.${base}.new`, ...stays])
      host.write(`${folder}/${name}`, 'left');
    host.program('sync', `ls -A '${host.path(folder)}' >>'${host.path('/seen')}'`);
    expect(host.source([], program(host.path(`${folder}/${base}`))).code).toBe(0);
    expect(host.list(folder)).toEqual([...stays, base].sort());
    const begun = host
      .read('/seen')
      .split('\n')
      .filter((name) => name.includes(base));
    expect(begun.length).toBeGreaterThan(1);
    expect(begun.filter((name) => !name.endsWith('.new'))).toEqual([]);
  });
});

test('a link is replaced, also one to a folder', () => {
  mkdirSync(host.path('/a'));
  mkdirSync(host.path('/b'));
  const { stdout } = host.source([], 'link_switch a "$ROOT/l"; link_switch b "$ROOT/l"; readlink "$ROOT/l"');
  expect([stdout, host.list('/')]).toEqual(['b\n', ['a', 'b', 'l']]);
});

const mounts = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;

describe('a full disk', () => {
  const scenario = (program: string) => `
    mkdir -p "$ROOT/small"
    mount -t tmpfs -o size=64k tmpfs "$ROOT/small"
    echo old >"$ROOT/small/f"
    status=0
    (${program}) || status=$?
    cat "$ROOT/small/f"; ls -A "$ROOT/small"; umount "$ROOT/small"; exit "$status"`;

  (mounts ? test : test.skip)(
    'ends the step with the path named, and leaves the file as it was (needs root)',
    () => {
      writeFileSync(host.path('/big'), 'x'.repeat(200_000));
      for (const program of [
        'file_write "$ROOT/small/f" 0600 <"$ROOT/big"',
        `file_put "$ROOT/big" "$ROOT/small/f" 0600 ${host.owner}`,
      ]) {
        const run = host.source([], scenario(program));
        expect(run).toMatchObject({ code: 21, stdout: 'old\nf\n' });
        expect(run.stderr).toContain(`no space left to write ${host.path('/small/f')}`);
      }
    },
  );
});
