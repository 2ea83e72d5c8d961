import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';

const root = process.cwd();
const fixtures = join(root, 'test/fixtures/init');
const cases = readdirSync(fixtures).filter((name) => existsSync(join(fixtures, name, 'input')));
const scratch = mkdtempSync(join(tmpdir(), 'k3stack-init-from-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What became of each fixture; its folders or files are what is given. */
const runs = new Map(
  runAll(
    cases.map((name) => ({
      args: [
        '--from',
        readdirSync(join(fixtures, name, 'input'))
          .map((entry) => `input/${entry}`)
          .join(','),
        join(scratch, name),
      ],
      cwd: join(fixtures, name),
    })),
  ).map((run, index) => [cases[index] as string, run]),
);

function runAll(jobs: readonly object[]): Run[] {
  const { stdout, stderr, status } = node(
    ['node_modules/jiti/lib/jiti-cli.mjs', 'test/cli/init-runner.ts'],
    JSON.stringify(jobs),
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Run[];
}

function node(
  args: readonly string[],
  input = '',
): ReturnType<typeof spawnSync> & { stdout: string; stderr: string } {
  return spawnSync(process.execPath, args, { cwd: root, input, encoding: 'utf8', maxBuffer: 1 << 26 });
}

/** Every value in the inputs that is a secret. */
const SECRETS = [
  'not-to-be-written',
  'nor-this',
  'hunter2',
  'p%40ss',
  'p@ss',
  '«odd»',
  'cm9ib3Q6c2VjcmV0',
  'secret"',
];

describe.each(cases)('%s', (name) => {
  const { code, stdout, stderr } = runs.get(name) as Run;
  const folder = join(scratch, name);

  test('becomes the program and the report beside it', () => {
    expect(stderr).toBe('');
    matchFile(join(fixtures, name, 'environments.ts'), readFileSync(join(folder, 'environments.ts'), 'utf8'));
    matchFile(join(fixtures, name, 'report.txt'), `${stdout.slice(0, stdout.indexOf('✓')).trimEnd()}\n`);
  });

  test('holds no secret, in no file and not in what is printed', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) =>
      join(folder, path),
    );
    const texts = files.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file, 'utf8'));
    for (const secret of SECRETS) expect([stdout, ...texts].join('\n')).not.toContain(secret);
  });

  test('says why the program differs wherever it does, and exits with 3 where a rule refuses it', () => {
    expect(stdout).not.toContain('nobody knows why');
    expect(code).toBe(stdout.includes('rules that refuse the program') ? 3 : 0);
  });
});

test('all programs have the right types', () => {
  const { stdout } = node(['node_modules/typescript/bin/tsc', '-p', 'test/fixtures/init/tsconfig.json']);
  expect(stdout.split('\n').filter((line) => line.startsWith('test/fixtures/'))).toEqual([]);
}, 60_000);

test('all programs are laid out as prettier does', () => {
  const layout = ['--no-config', '--single-quote', '--print-width', '100', '--ignore-path', '/dev/null'];
  const { stdout, status } = node([
    'node_modules/prettier/bin/prettier.cjs',
    '--check',
    ...layout,
    `${scratch}/*/environments.ts`,
  ]);
  expect({ stdout, status }).toMatchObject({ status: 0 });
}, 60_000);

/** Compares with a file that is in Git; `K3STACK_UPDATE_FIXTURES=1` writes it. */
function matchFile(file: string, text: string): void {
  if (process.env['K3STACK_UPDATE_FIXTURES'] === '1') writeFileSync(file, text);
  expect(text).toBe(existsSync(file) ? readFileSync(file, 'utf8') : '');
}
