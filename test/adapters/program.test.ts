import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadProgram } from '../../adapters/program';
import { K3stackError } from '../../lib/errors';
import { cli, existingProgram, folderWith } from '../support/cli';

const errorOf = async (files: Record<string, string>, given?: string): Promise<K3stackError> => {
  const folder = folderWith(files);
  const error: unknown = await loadProgram(folder, given).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(K3stackError);
  const { code, message } = error as K3stackError;
  return { code, message: message.replaceAll(folder, 'FOLDER') } as K3stackError;
};

test.each(['environments.ts', 'environments.mts', 'environments.js', 'environments.mjs', 'environments.cts'])(
  'loads %s',
  async (name) => {
    const folder = folderWith({ [name]: existingProgram(['a', 'b']) });
    const program = await loadProgram(folder);
    expect(program).toMatchObject({ file: join(folder, name), folder });
    expect(program.environments.names).toEqual(['a', 'b']);
  },
);

test('loads a CommonJS program', async () => {
  const folder = folderWith({
    'environments.cjs':
      "const { environments } = require('k3stack'); module.exports = environments({ a: {} }, () => {});",
  });
  expect((await loadProgram(folder)).environments.names).toEqual(['a']);
});

test('loads a program by file or folder, with what it imports, enums and top-level await', async () => {
  const folder = folderWith({
    'deploy/infra.ts': `import { environments } from 'k3stack'; import { Size } from './size';
      const late = await Promise.resolve(Size.Small); export default environments({ [late]: {} }, () => {});`,
    'deploy/size.ts': "export enum Size { Small = 'small' }",
    'other/environments.ts': existingProgram(['c']),
  });
  expect((await loadProgram(folder, 'deploy/infra.ts')).environments.names).toEqual(['small']);
  expect((await loadProgram(folder, 'other')).environments.names).toEqual(['c']);
});

test('loads a program that has changed afresh', async () => {
  const folder = folderWith({ 'environments.ts': existingProgram(['a']) });
  await loadProgram(folder);
  const other = folderWith({ 'environments.ts': existingProgram(['b']) });
  expect((await loadProgram(other)).environments.names).toEqual(['b']);
});

test('keeps transformed files in the node_modules of the project, else nowhere', async () => {
  const folder = folderWith({ 'environments.ts': existingProgram(['a']) });
  mkdirSync(join(folder, 'node_modules'));
  await loadProgram(folder);
  expect(existsSync(join(folder, 'node_modules/.cache/jiti'))).toBe(true);
});

test('fails when there is no program, saying what was looked for', async () => {
  const error = await errorOf({});
  expect(error.code).toBe('NO_PROGRAM');
  expect(error.message).toBe(
    'no program in FOLDER: looked for environments.ts, environments.mts, environments.cts, environments.js, ' +
      'environments.mjs, environments.cjs; make one with k3stack init, or name yours with --program FILE',
  );
  expect((await errorOf({}, 'x.ts')).message).toBe(
    'there is no FOLDER/x.ts; name the program with --program FILE',
  );
});

test.each([
  [
    'export const a = 1;',
    'has no default export; write export default environments({ production: {} }, (env) => { … })',
  ],
  ['export default {};', 'exports an object by default, which environments() did not make'],
  ['export default () => {};', 'exports a function by default, which environments() did not make'],
  [
    "import { environments } from 'k3stack'; export const envs = environments({ a: {} }, () => {});",
    'has no default export; write export default envs',
  ],
])('fails when the default export is not what environments() makes: %s', async (text, message) => {
  const error = await errorOf({ 'environments.ts': text });
  expect(error.code).toBe('PROGRAM_EXPORT');
  expect(error.message).toContain(message);
});

test('fails at a syntax error with file, line and the place', async () => {
  const error = await errorOf({
    'environments.ts': "import { shop } from './shop';\nexport default shop;",
    'shop.ts': 'export const shop = {\n  a: 1,\n  b: : 2,\n};\n',
  });
  expect(error.code).toBe('PROGRAM_SYNTAX');
  expect(error.message).toBe('shop.ts:3:6: Unexpected token\n  3 |   b: : 2,\n    |      ^');
});

test('fails at an import of something that is not there, naming who imports it', async () => {
  const ofPackage = await errorOf({
    'environments.ts': "import { x } from '@acme/shop/sub'; export default x;",
  });
  expect(ofPackage.code).toBe('PROGRAM_IMPORT');
  expect(ofPackage.message).toBe(
    'environments.ts imports "@acme/shop/sub", which is not there; run npm install @acme/shop',
  );
  const ofFile = await errorOf({ 'environments.ts': "import { x } from './shpo'; export default x;" });
  expect(ofFile.message).toBe('environments.ts imports "./shpo", which is not there; mend the path');
});

test('fails when the program throws, with the frames of the user and no others', async () => {
  const error = await errorOf({
    'environments.ts': "import { settings } from './settings';\nexport default settings();\n",
    'settings.ts': "export function settings(): never {\n  throw new TypeError('no settings');\n}\n",
  });
  expect(error.code).toBe('PROGRAM_FAILED');
  expect(error.message.split('\n').slice(0, 3)).toEqual([
    'environments.ts threw TypeError: no settings',
    '    at settings (FOLDER/settings.ts:2:9)',
    expect.stringMatching(/^ {4}at FOLDER\/environments\.ts:2:\d+$/),
  ]);
  expect(error.message).not.toMatch(/node_modules|adapters\/program\.ts/);
});

test('fails when the program throws what is no Error', async () => {
  expect((await errorOf({ 'environments.ts': "throw { why: 'me' };" })).message).toBe(
    "environments.ts threw what is no Error: { why: 'me' }",
  );
});

test('passes errors of the package on as they are', async () => {
  expect(
    (
      await errorOf({
        'environments.ts':
          "import { environments } from 'k3stack'; export default environments({}, () => {});",
      })
    ).code,
  ).toBe('NO_ENVIRONMENTS');
});

test('refuses to stand in for another version that the project has installed', async () => {
  const error = await errorOf({
    'environments.ts': existingProgram(['a']),
    'node_modules/k3stack/package.json': '{ "name": "k3stack", "version": "9.9.9" }',
  });
  expect(error.code).toBe('OTHER_K3STACK');
  expect(error.message).toMatch(
    /the project uses 9\.9\.9 \(FOLDER\/node_modules\/k3stack\); run it with npx k3stack/,
  );
});

test('shows the stack of a defect in this package, and asks for a report', async () => {
  const folder = folderWith({
    'environments.ts': existingProgram(
      ['a'],
      'cluster.node.addMetadata = null as never; (cluster as any).output = () => { return null as never; };',
    ),
  });
  const result = await cli(['validate', '--no-types'], { cwd: folder });
  expect(result.code).toBe(1);
  expect(result.stderr).toMatch(
    /TypeError.*\n.*at .*constructs\/synthesis.*This is a defect of k3stack\. Please report it to its maintainers, with the lines above\.\n$/s,
  );
});
