import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HOST_EXIT } from '../../../../lib/hosts/exit-codes';
import { ScriptHost } from '../../../support/script-host';

const host = new ScriptHost();
afterAll(() => host.remove());

const LIB = join(__dirname, '..', '..', '..', '..', 'lib');
const scripts = ['hosts/scripts', 'distributions/k3s/scripts'].flatMap((folder) =>
  readdirSync(join(LIB, folder)).map((name) => join(LIB, folder, name)),
);

test('scripts and library have the same table of exit codes', () => {
  const table = readFileSync(join(LIB, 'hosts/scripts/common.sh'), 'utf8');
  const lines = [...table.matchAll(/^ {4}(\w+)\) echo (\d+) ;;$/gm)].map(([, name, code]) => [
    name,
    Number(code),
  ]);
  expect(Object.fromEntries(lines)).toEqual(HOST_EXIT);
});

test('a step fails with nothing but names of that table', () => {
  const used = scripts.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/^[^#\n]*\bfail ([a-z]\w*) ["']/gm)].map(([, name]) => name),
  );
  expect(used.length).toBeGreaterThan(50);
  expect(used.filter((name) => !Object.hasOwn(HOST_EXIT, name ?? ''))).toEqual([]);
});

const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;
(hasShellcheck ? test : test.skip)('shellcheck finds nothing in the scripts (needs shellcheck)', () => {
  const { stdout } = spawnSync('shellcheck', ['-s', 'sh', ...scripts], { encoding: 'utf8' });
  expect(stdout).toBe('');
});

test.each(['dash', 'bash'])('%s reads every script', (shell) => {
  if (!existsSync(`/usr/bin/${shell}`)) return;
  for (const path of scripts) expect([path, spawnSync(shell, ['-n', path]).status]).toEqual([path, 0]);
});

describe('JSON', () => {
  const awkward = fc.constantFrom(
    ...['\\', '"', '\n', '\t', '\r', '&', '$', '`', '%', "'", '\u0001', 'ü', 'a', ' '],
  );
  const unit = fc.oneof(awkward, fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }));
  const text = fc.string({ unit, maxLength: 30 }).filter((value) => !value.includes('\0'));

  test('holds any text', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 20, maxLength: 20 }), (values) => {
        const program = values
          .map((value) => `json_string '${value.replaceAll("'", `'\\''`)}'; echo`)
          .join('\n');
        const lines = host.source([], program).stdout.trimEnd().split('\n');
        expect(lines.map((line) => JSON.parse(line) as string)).toEqual(values.map(wellFormed));
      }),
      { numRuns: 25 },
    );
  });

  test.each([
    '',
    '\n',
    'a\n\n',
    '\\',
    '"',
    '\t\r\u0001\u001f\u007f',
    'ü – 日本 🚀',
    "it's $(id) `id`",
    '%s\\n',
    '&',
  ])('holds %j', (value) => {
    const { stdout } = host.source([], 'json_string "$VALUE"', { VALUE: value });
    expect(JSON.parse(stdout)).toBe(value);
  });

  test('makes lists', () => {
    expect(JSON.parse(host.source([], `json_list a 'b "c"' ''`).stdout)).toEqual(['a', 'b "c"', '']);
    expect(host.source([], 'json_list').stdout).toBe('[]');
  });
});

/** Half of a character does not survive the way through UTF-8. */
function wellFormed(value: string): string {
  return Buffer.from(value, 'utf8').toString('utf8');
}
