import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { source, version, widgetCrd } from '../lib/import-crd/crd-text';
import { addFiles, cli, folderWith } from '../support/cli';

const spec = { type: 'object', properties: { size: { type: 'integer', description: 'In metres.' } } };
const { text: widget } = source(widgetCrd(spec));
const { text: gadget } = source(widgetCrd(spec, { group: 'b.org', names: { kind: 'Gadget' } }));

const MADE = /^\/\/ Made by `k3stack import crd`/;

test('writes a file for each API group, and says what is in it', async () => {
  const cwd = folderWith({ 'a.yaml': `${widget}---\nkind: Pod\n`, 'b.yaml': gadget });
  expect(await cli(['import', 'crd', 'a.yaml', 'b.yaml'], { cwd })).toEqual({
    code: 0,
    stdout: `✓ imports/b.org.ts  Gadget v1\n✓ imports/example.org.ts  Widget v1\n1 object of other kinds left out\n`,
    stderr: '',
  });
  const text = readFileSync(join(cwd, 'imports/example.org.ts'), 'utf8');
  expect(text).toMatch(MADE);
  expect(text).toContain('export class Widget extends ApiObject');
});

test('leaves a file alone whose text would be the same, and replaces what it made', async () => {
  const cwd = folderWith({ 'a.yaml': widget });
  await cli(['import', 'crd', 'a.yaml'], { cwd });
  const before = statSync(join(cwd, 'imports/example.org.ts')).mtimeMs;
  expect((await cli(['import', 'crd', 'a.yaml'], { cwd })).stdout).toBe(
    '= imports/example.org.ts  Widget v1\n',
  );
  expect(statSync(join(cwd, 'imports/example.org.ts')).mtimeMs).toBe(before);
  const { stdout } = await cli(['import', 'crd', 'a.yaml', '--no-docs', '--json'], { cwd });
  expect(JSON.parse(stdout)).toEqual({
    files: [
      {
        file: 'imports/example.org.ts',
        written: true,
        kinds: [{ kind: 'Widget', version: 'v1', name: 'Widget' }],
      },
    ],
    others: 0,
  });
  expect(readFileSync(join(cwd, 'imports/example.org.ts'), 'utf8')).not.toContain('In metres.');
});

test('does not replace a file that it did not make, unless told', async () => {
  const own = '// my own\n';
  const cwd = folderWith({ 'a.yaml': `${widget}---\n${gadget}`, 'imports/example.org.ts': own });
  const refused = await cli(['import', 'crd', 'a.yaml'], { cwd });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(
    'imports/example.org.ts is there, and k3stack import did not make it; name another --out, or replace with --force',
  );
  expect(readFileSync(join(cwd, 'imports/example.org.ts'), 'utf8')).toBe(own);
  expect(statSync(join(cwd, 'imports/b.org.ts'), { throwIfNoEntry: false })).toBeUndefined();
  expect((await cli(['import', 'crd', 'a.yaml', '--force', '--quiet'], { cwd })).stdout).toBe('');
  expect(readFileSync(join(cwd, 'imports/example.org.ts'), 'utf8')).toMatch(MADE);
});

test('reads standard input, and writes to standard output', async () => {
  const cwd = folderWith({});
  const { code, stdout } = await cli(['import', 'crd', '-', '--out', '-', '--name-prefix', 'Acme'], {
    cwd,
    stdin: widget,
  });
  expect(code).toBe(0);
  expect(stdout).toMatch(MADE);
  expect(stdout).toContain('export class AcmeWidget extends ApiObject');
});

test('takes the versions that are named', async () => {
  const { text } = source(widgetCrd(spec, { versions: [version('v1', spec), version('v1beta1', spec)] }));
  const cwd = folderWith({ 'a.yaml': text });
  const { stdout } = await cli(['import', 'crd', 'a.yaml', '--version', 'all'], { cwd });
  expect(stdout).toBe('✓ imports/example.org.ts  Widget v1, WidgetV1beta1 v1beta1\n');
  expect((await cli(['import', 'crd', 'a.yaml', '--version', 'v3'], { cwd })).stderr).toContain(
    'no definition serves version v3; write --version with v1, v1beta1',
  );
});

test.each<[string, readonly string[], string]>([
  [
    'another word than crd',
    ['chart', 'a.yaml'],
    "import takes crd and files, got 'chart'; write k3stack import crd FILE",
  ],
  ['no file', ['crd'], 'no file is named; write k3stack import crd FILE, or - for standard input'],
  ['standard input twice', ['crd', '-', '-'], 'standard input can be read once; keep one -'],
  ['two writers of standard output', ['crd', 'a.yaml', '--out', '-', '--json'], 'keep one of them'],
  [
    'several groups on standard output',
    ['crd', 'a.yaml', '--out', '-'],
    '--out - takes one API group, got b.org, example.org',
  ],
  [
    'a prefix that is none',
    ['crd', 'a.yaml', '--name-prefix', '1-'],
    "must be the beginning of a class name, got '1-'; write such as Acme",
  ],
  ['a file that is missing', ['crd', 'none.yaml'], 'there is no file none.yaml; name one that is there'],
  ['a folder', ['crd', 'folder'], 'folder is a folder; name the files in it, such as crds/*.yaml'],
  ['a picture', ['crd', 'picture.png'], 'picture.png is no text; name a YAML or JSON file'],
  ['a folder that is a file', ['crd', 'a.yaml', '--out', 'b.yaml'], 'cannot write b.yaml/b.org.ts: '],
  [
    'a file that is a folder',
    ['crd', 'a.yaml', '--out', 'taken'],
    'taken/b.org.ts is a folder; name another --out',
  ],
  ['a broken document', ['crd', 'broken.yaml'], 'broken.yaml, document 2, line '],
])('fails at %s', async (_, args, message) => {
  const cwd = folderWith({ 'a.yaml': `${widget}---\n${gadget}`, 'b.yaml': gadget });
  addFiles(cwd, {
    'folder/c.yaml': '',
    'picture.png': '\0',
    'broken.yaml': `${widget}---\na: [`,
    'taken/b.org.ts/x': '',
  });
  const { code, stdout, stderr } = await cli(['import', ...args], { cwd, stdin: widget });
  expect(code).toBe(1);
  expect(`${stdout}${stderr}`).toContain(message);
});
