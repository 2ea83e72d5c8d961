import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readManifestPair, readManifests } from '../../../adapters/manifests/read-manifests';
import type { ManifestSet } from '../../../lib/manifests/manifest-document';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'k3stack-manifests-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a file below the folder, and gives its path. */
function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const configMap = (name: string, rest = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${rest}`;

/** `file:line name` of each document. */
const found = ({ documents }: ManifestSet): string[] =>
  documents.map(({ file: where, line, object }) => `${where}:${line} ${object.metadata.name}`);

/** `file:line:column problem` of each problem. */
const problems = (set: ManifestSet): string[] =>
  set.problems.map(
    ({ file: where, line, column, problem }) =>
      [where, line, column].filter((part) => part !== undefined).join(':') + ` ${problem}`,
  );

const stream = (text: string | Buffer): { stdin: AsyncIterable<unknown> } => ({
  stdin: Readable.from([text]),
});

describe('what is read', () => {
  test('a folder is read with everything below it, in the order of names, with the line where each document begins', async () => {
    file('b.yaml', `# two\n---\n${configMap('b1')}---\n# Source: chart\n\n${configMap('b2')}`);
    file('a/z.yml', configMap('z'));
    file('a/c.json', JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } }));
    file('a/notes.txt', 'no manifest');
    file('.hidden/x.yaml', configMap('x'));
    file('node_modules/y/y.yaml', configMap('y'));
    const set = await readManifests(folder);
    expect(found(set)).toEqual(['a/c.json:1 c', 'a/z.yml:1 z', 'b.yaml:3 b1', 'b.yaml:10 b2']);
    expect(set.problems).toEqual([]);
    expect(set.ignored).toEqual([]);
  });

  test('a single file is called by its own name, and standard input by a dash', async () => {
    expect(found(await readManifests(file('deep/one.yaml', configMap('a'))))).toEqual(['one.yaml:1 a']);
    expect(found(await readManifests('-', stream(configMap('a'))))).toEqual(['-:1 a']);
  });

  test('files of other tools are named as ignored, and so are files without any object', async () => {
    file('kustomization.yaml', 'resources: [a.yaml]\n');
    file('chart/Chart.yaml', 'apiVersion: v2\nname: shop\n');
    file('chart/values-production.yaml', 'replicas: 2\n');
    file('package.json', '{"name": "shop"}');
    file('config.yaml', 'listen: 8080\n');
    file('list.json', '[1, 2]');
    file('empty.yaml', '---\n# nothing\n---\n');
    file('shop.yaml', configMap('shop'));
    const set = await readManifests(folder);
    expect(found(set)).toEqual(['shop.yaml:1 shop']);
    expect(set.ignored).toEqual([
      'chart/Chart.yaml',
      'chart/values-production.yaml',
      'config.yaml',
      'empty.yaml',
      'kustomization.yaml',
      'list.json',
      'package.json',
    ]);
    expect(set.problems).toEqual([]);
  });

  test('lists are taken apart, also lists of one kind whose items leave out what they are, and lists in lists', async () => {
    const item = (name: string): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [item('a'), { apiVersion: 'v1', kind: 'List', items: [item('b')] }],
    };
    const deployments = {
      apiVersion: 'apps/v1',
      kind: 'DeploymentList',
      metadata: { resourceVersion: '1' },
      items: [{ metadata: { name: 'c' } }],
    };
    const set = await readManifests('-', stream(`${JSON.stringify(list)}\n${JSON.stringify(deployments)}\n`));
    expect(found(set)).toEqual(['-:1 a', '-:1 b', '-:1 c']);
    expect(set.documents[2]?.object).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'c' },
    });
  });

  test('a custom resource whose kind ends in List is an object', async () => {
    const set = await readManifests(
      '-',
      stream('apiVersion: a.example/v1\nkind: AllowList\nmetadata: {name: a}\nitems: [x]\n'),
    );
    expect(set.documents.map(({ object }) => object['items'])).toEqual([['x']]);
  });

  test('JSON objects that follow each other are read without anything between them', async () => {
    const object = (name: string): string =>
      JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { a: '}{"' } });
    expect(found(await readManifests('-', stream(`${object('a')}${object('b')}\n  ${object('c')}`)))).toEqual(
      ['-:1 a', '-:1 b', '-:1 c'],
    );
  });

  test.each([
    [
      'line breaks of Windows',
      Buffer.from(`${configMap('a')}---\n${configMap('b')}`.replaceAll('\n', '\r\n')),
      [1, 6],
    ],
    ['a byte order mark', Buffer.from(`\ufeff${configMap('a')}---\n${configMap('b')}`), [1, 6]],
    ['UTF-16 of small end', Buffer.from(`\ufeff${configMap('a')}---\n${configMap('b')}`, 'utf16le'), [1, 6]],
    [
      'UTF-16 of big end',
      Buffer.from(`\ufeff${configMap('a')}---\n${configMap('b')}`, 'utf16le').swap16(),
      [1, 6],
    ],
    [
      'ends of documents and directives',
      Buffer.from(`%YAML 1.1\n---\n${configMap('a')}...\n%YAML 1.1\n---\n${configMap('b')}...\n`),
      [3, 10],
    ],
    [
      'content beside the separator',
      Buffer.from(`--- {apiVersion: v1, kind: A, metadata: {name: a}}\n--- # here\n${configMap('b')}`),
      [1, 3],
    ],
    [
      'text that looks like a separator',
      Buffer.from(
        `${configMap('a', 'data:\n  x: |\n    ---\n    a: b\n  y: "---x"\n')}---\n${configMap('b')}`,
      ),
      [1, 11],
    ],
  ])('%s are read', async (_, bytes, lines) => {
    const set = await readManifests(file('a.yaml', bytes));
    expect(problems(set)).toEqual([]);
    expect(found(set)).toEqual([`a.yaml:${lines[0]} a`, `a.yaml:${lines[1]} b`]);
  });

  test('an empty namespace is none', async () => {
    const set = await readManifests(
      '-',
      stream('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: }\n'),
    );
    expect(set.documents[0]?.object.metadata).toEqual({ name: 'a' });
  });
});

describe('two inputs', () => {
  test('documents of the same text share their object, whatever file and comment they are in', async () => {
    const a = file(
      'a/one.yaml',
      `# Source: one\n${configMap('same')}---\n${configMap('other', 'data: {a: b}\n')}`,
    );
    const b = file(
      'b/two.yaml',
      `# Source: two\n${configMap('same')}---\n${configMap('other', 'data: {a: c}\n')}`,
    );
    const [before, after] = await readManifestPair(a, b);
    expect(after.documents[0]?.object).toBe(before.documents[0]?.object);
    expect(after.documents[1]?.object).not.toEqual(before.documents[1]?.object);
  });

  test('standard input can be one of them, not both', async () => {
    const [before, after] = await readManifestPair(
      file('a.yaml', configMap('a')),
      '-',
      stream(configMap('b')),
    );
    expect([...found(before), ...found(after)]).toEqual(['a.yaml:1 a', '-:1 b']);
    await expect(readManifestPair('-', '-')).rejects.toMatchObject({ code: 'NO_MANIFESTS' });
  });
});

describe('what cannot be read', () => {
  test('text that does not parse is a problem with file, line and column, and everything else is read', async () => {
    file(
      'bad.yaml',
      `${configMap('good')}---\nkind: A\nmetadata:\n  name: x\n name: y\n---\n${configMap('after')}`,
    );
    file('fine.yaml', configMap('fine'));
    const set = await readManifests(folder);
    expect(found(set)).toEqual(['bad.yaml:1 good', 'bad.yaml:11 after', 'fine.yaml:1 fine']);
    expect(problems(set)).toEqual(['bad.yaml:9:2 does not parse: bad indentation of a mapping entry']);
  });

  test.each(
    [
      ['kind: A\n', '1 has no apiVersion'],
      ['apiVersion: v1\n', '1 has no kind'],
      ['apiVersion: 1\nkind: A\n', '1 has a number as its apiVersion'],
      ['apiVersion: v1\nkind: A\n', '1 has no metadata'],
      ['apiVersion: v1\nkind: A\nmetadata: {}\n', '1 has no metadata.name'],
      ['apiVersion: v1\nkind: A\nmetadata: {name: 1e3}\n', '1 has a number as its metadata.name'],
      [
        'apiVersion: v1\nkind: A\nmetadata: {name: a, namespace: no}\n',
        '1 has a boolean as its metadata.namespace',
      ],
      ['just text\n', '1 is text, not an object of Kubernetes'],
      [
        'apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: A}]\n',
        '1 item 1 of the list has no metadata',
      ],
      ['a: 1\n\tb: 2\n', '2:1 does not parse: tab characters must not be used in indentation'],
      ['a: &a [*a]\n', '1 has an alias that stands for something it is part of'],
      [`a: ${'['.repeat(10_000)}\n`, '1:515 is nested deeper than 512 levels'],
      [`{"a":${'['.repeat(10_000)}1${']'.repeat(10_000)}}`, '1 is nested deeper than 512 levels'],
      ['image: {{ .Values.image }}\n', '1 is a template, not YAML'],
      [
        '{{- if .Values.enabled }}\nkind: A\n{{- end }}\n---\n{{ include "x" . }}\n',
        '1 is a template, not YAML',
      ],
    ].map(([text = '', expected]) => [text.slice(0, 60), text, expected] as const),
  )('%j is a problem', async (_, text, expected) => {
    const set = await readManifests('-', stream(text));
    expect(problems(set)).toEqual([`-:${expected}`]);
    expect(set.documents).toEqual([]);
  });

  test('text of a template that is quoted is no template', async () => {
    const set = await readManifests('-', stream(configMap('a', 'data: {x: "{{ $labels.pod }}"}\n')));
    expect(found(set)).toEqual(['-:1 a']);
    expect(set.problems).toEqual([]);
  });

  test('an object with the same key twice is read with the last one, and is a problem', async () => {
    const set = await readManifests('-', stream(configMap('a', 'data:\n  k: 1\n  k: 2\n')));
    expect(set.documents[0]?.object['data']).toEqual({ k: 2 });
    expect(problems(set)).toEqual(['-:7:3 has the same key twice in one map']);
  });

  test('a billion laughs are a problem, soon', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, index) => `l${index + 1}: &l${index + 1} [${`*l${index},`.repeat(10)}]`,
    );
    const text = ['apiVersion: v1', 'kind: A', 'metadata: {name: a}', 'l0: &l0 ha', ...levels].join('\n');
    const set = await readManifests('-', stream(text));
    expect(problems(set)).toEqual(['-:1 has aliases of aliases that make it more than 1000000 values']);
  });

  test.each([
    ['zero bytes', Buffer.from('kind: A\0'), 'is no text: it holds a zero byte'],
    [
      'bytes that are no text',
      Buffer.from([0x6b, 0xff, 0xfe, 0x80]),
      'is neither UTF-8 nor UTF-16 with a byte order mark',
    ],
    ['half of a character', Buffer.from([0xff, 0xfe, 0x3d, 0xd8]), 'begins as utf-16le and is none'],
  ])('%s are a problem', async (_, bytes, problem) => {
    file('good.yaml', configMap('good'));
    file('picture.yaml', bytes);
    const set = await readManifests(folder);
    expect(problems(set)).toEqual([`picture.yaml ${problem}`]);
    expect(found(set)).toEqual(['good.yaml:1 good']);
  });

  test('an input beyond the limit is read up to the file that does not fit, which is named', async () => {
    file('a.yaml', configMap('a'));
    file('b.yaml', configMap('b', `# ${'x'.repeat(2_000_000)}\n`));
    file('c.yaml', configMap('c'));
    const set = await readManifests(folder, { limit: 1_048_576 });
    expect(found(set)).toEqual(['a.yaml:1 a']);
    expect(problems(set)).toEqual([
      'b.yaml makes the input larger than 1 MiB: neither it nor what comes after it was read',
    ]);
    const streamed = await readManifests('-', { limit: 10, ...stream(configMap('a')) });
    expect(streamed.documents).toEqual([]);
    expect(streamed.problems).toHaveLength(1);
  });

  test('no problem quotes what is written in a Secret', async () => {
    const secret = (value: string): string =>
      `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  p: ${value}\n`;
    const values = [
      '*hunter2',
      '!hunter2!a b',
      '"hunter2',
      '{{ hunter2 }}: x',
      '[hunter2',
      'hunter2: x',
      '|\n hunter2',
      '"\\hunter2"',
      '!!int hunter2',
      '@hunter2',
      '.nan',
    ];
    for (const value of values) {
      const { documents, problems: said } = await readManifests('-', stream(secret(value)));
      expect([value, documents.length, said.length]).toEqual([value, 0, 1]);
      expect(JSON.stringify(said)).not.toContain('hunter2');
    }
  });
});

describe('hostile folders', () => {
  test('names with control characters are escaped', async () => {
    file('a\u001b[31m\nb.yaml', configMap('a'));
    file('\u0007.yaml', 'a: [');
    file('values\r.yaml', 'a: 1');
    const set = await readManifests(folder);
    expect(set.documents.map((document) => document.file)).toEqual(['a\\u001b[31m\\u000ab.yaml']);
    expect(set.problems.map((problem) => problem.file)).toEqual(['\\u0007.yaml']);
    expect(set.ignored).toEqual(['values\\u000d.yaml']);
  });

  test('links stay inside the folder, and loops of them end', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'k3stack-outside-'));
    try {
      writeFileSync(join(outside, 'secret.yaml'), configMap('outside'));
      file('in/real.yaml', configMap('real'));
      file('in/..data/mounted.yaml', configMap('mounted'));
      symlinkSync(join(outside, 'secret.yaml'), join(folder, 'out.yaml'));
      symlinkSync(outside, join(folder, 'outfolder'));
      symlinkSync('..', join(folder, 'in', 'loop'));
      symlinkSync('self.yaml', join(folder, 'self.yaml'));
      symlinkSync('nowhere', join(folder, 'gone.yaml'));
      symlinkSync('real.yaml', join(folder, 'in', 'again.yaml'));
      symlinkSync('..data/mounted.yaml', join(folder, 'in', 'mounted.yaml'));
      const set = await readManifests(folder);
      expect(found(set)).toEqual(['in/mounted.yaml:1 mounted', 'in/real.yaml:1 real']);
      expect(problems(set)).toEqual([
        'gone.yaml cannot be read: it leads nowhere, or has gone meanwhile',
        'out.yaml is a link to something outside of the folder, and was not followed',
        'outfolder is a link to something outside of the folder, and was not followed',
        'self.yaml cannot be read: it is a link that leads to itself',
      ]);
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  });

  test('a pipe in a folder is not waited for', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe.yaml')]);
    file('a.yaml', configMap('a'));
    const set = await readManifests(folder);
    expect(found(set)).toEqual(['a.yaml:1 a']);
    expect(problems(set)).toEqual(['pipe.yaml is neither a file nor a folder']);
  });

  test('keys of prototypes are data, and change nothing else', async () => {
    const set = await readManifests(
      '-',
      stream(configMap('a', 'data:\n  __proto__: {polluted: "yes"}\n  constructor: x\n')),
    );
    const data = set.documents[0]?.object['data'] as object;
    expect(Object.keys(data)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

test.each(['nothing-here', 'file.yaml/below'])(
  '%s, which is not there, is an error that says what to name',
  async (name) => {
    file('file.yaml', configMap('a'));
    await expect(readManifests(join(folder, name))).rejects.toMatchObject({
      code: 'NO_MANIFESTS',
      message: expect.stringMatching(/name a folder of manifests, a file, or -$/),
    });
  },
);
