import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { cli, existingProgram, folderWith } from '../support/cli';

const MODULES = join(__dirname, '../../node_modules');
const TSCONFIG = JSON.stringify({
  compilerOptions: { strict: true, noEmit: true, types: [], skipLibCheck: true },
  files: ['types.ts'],
});

/** A project with the real compiler; only `types.ts` is checked, which keeps the test quick. */
const project = (types: string): string => {
  const folder = folderWith({
    'environments.ts': existingProgram(['a']),
    'types.ts': types,
    'tsconfig.json': TSCONFIG,
    'node_modules/.keep': '',
  });
  symlinkSync(join(MODULES, 'typescript'), join(folder, 'node_modules/typescript'));
  return folder;
};

test('checks types and environments, and writes nothing', async () => {
  const cwd = project('export const a: number = 1;');
  const result = await cli(['validate'], { cwd });
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(result.stdout).toMatch(
    /^✓ types\n✓ a {2}laptop: existing 1\.34 · 1 object · .*\n1 environment valid in \d+\.\d\d s\n$/,
  );
  expect(existsSync(join(cwd, 'dist'))).toBe(false);
});

test('shows what the compiler says, and the environments all the same', async () => {
  const result = await cli(['validate'], { cwd: project("export const a: number = 'x';") });
  expect(result.code).toBe(1);
  expect(result.stderr).toMatch(/✗ types\ntypes\.ts\(1,14\): error TS2322/);
  expect(result.stdout).toMatch(/✓ a/);
});

test('leaves the types out with --no-types, without a tsconfig.json, a compiler, or TypeScript', async () => {
  const wrong = "export const a: number = 'x';";
  const notChecked = async (cwd: string, ...args: string[]): Promise<string> =>
    (await cli(['validate', ...args], { cwd })).stdout.split('\n')[0] ?? '';
  expect(await notChecked(project(wrong), '--no-types')).toBe('- types not checked: --no-types');
  expect(await notChecked(folderWith({ 'environments.ts': existingProgram(['a']) }))).toBe(
    '- types not checked: there is no tsconfig.json',
  );
  expect(
    await notChecked(folderWith({ 'environments.ts': existingProgram(['a']), 'tsconfig.json': '{}' })),
  ).toBe('- types not checked: typescript is not installed in the project');
  expect(await notChecked(folderWith({ 'environments.mjs': existingProgram(['a']) }))).toBe(
    '- types not checked: the program is not TypeScript',
  );
});

test('--json has the types and each environment', async () => {
  const result = await cli(['validate', '--json'], { cwd: project("export const a: number = 'x';") });
  expect(result).toMatchObject({ code: 1, stderr: '' });
  expect(JSON.parse(result.stdout)).toMatchObject({
    environments: [{ environment: 'a', ok: true }],
    types: { checked: true, ok: false, output: expect.stringContaining('TS2322') },
  });
});

test('fails when the program cannot be loaded', async () => {
  const cwd = folderWith({ 'environments.ts': 'export const x = ;' });
  expect(await cli(['validate'], { cwd })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('environments.ts:1:18: Unexpected token'),
  });
});
