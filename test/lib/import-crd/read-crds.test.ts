import { expect, test } from '@jest/globals';
import { readCrds } from '../../../lib/import-crd/read-crds';
import { compareVersions } from '../../../lib/import-crd/version-order';
import { source, version, widgetCrd } from './crd-text';

const read = (text: string) => readCrds([{ name: 'a.yaml', text }]);
const { text: widget } = source(widgetCrd({ type: 'object' }));

test('several documents, lists, JSON, and other objects between them', () => {
  const other = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
  const list = JSON.stringify({
    kind: 'List',
    apiVersion: 'v1',
    items: [widgetCrd({}, { group: 'b.org' }), { kind: 'Pod' }],
  });
  const { crds, others } = read(`---\n# nothing\n---\n${widget}---\n${other}---\n${list}\n---\n`);
  expect(crds.map(({ group, kind, namespaced }) => [group, kind, namespaced])).toEqual([
    ['example.org', 'Widget', true],
    ['b.org', 'Widget', true],
  ]);
  expect(others).toBe(2);
  expect(readCrds([{ name: 'a.json', text: JSON.stringify(widgetCrd({})) }]).crds).toHaveLength(1);
});

test('versions that Kubernetes prefers come first', () => {
  const sorted = [
    'v11alpha2',
    'foo1',
    'v2',
    'v3beta1',
    'v12alpha1',
    'v10',
    'foo10',
    'v10beta3',
    'v11beta2',
    'v1',
  ];
  expect(sorted.sort(compareVersions)).toEqual([
    'v10',
    'v2',
    'v1',
    'v11beta2',
    'v10beta3',
    'v3beta1',
    'v12alpha1',
    'v11alpha2',
    'foo1',
    'foo10',
  ]);
});

test.each<[string, string, string]>([
  ['no YAML', `${widget}---\na: [1\n`, 'a.yaml, document 2, line '],
  [
    'a template of a chart',
    '{{- if .Values.crds }}\nkind: X\n{{ end }}',
    'it is a template of a Helm chart: give what `helm template` makes of it',
  ],
  ['nothing', '', 'a.yaml: there is no CustomResourceDefinition; name a file that has one'],
  ['other objects only', 'kind: Pod', 'a.yaml: there is no CustomResourceDefinition'],
  ['no object', 'just text', 'a.yaml, line 1: it is no Kubernetes object; write apiVersion, kind'],
  [
    'a list item that is no object',
    'kind: List\nitems:\n  - kind: Pod\n  - 7\n',
    'a.yaml, line 4: it is no Kubernetes object',
  ],
  [
    'no spec',
    'kind: CustomResourceDefinition',
    'a.yaml, line 1: spec.group must be a domain, got undefined; write such as example.org',
  ],
  [
    'a group that leads elsewhere',
    'kind: CustomResourceDefinition\nspec:\n  group: ../../etc',
    'a.yaml, line 3: spec.group must be a domain, got "../../etc"',
  ],
  [
    'a kind that is code',
    'kind: CustomResourceDefinition\nspec:\n  group: a.org\n  names:\n    kind: "A {}"',
    'a.yaml, line 5: spec.names.kind must be a kind, got "A {}"',
  ],
  [
    'no version',
    source(widgetCrd({}, { versions: [] })).text,
    'spec.versions has no version that is served; add one',
  ],
  [
    'a version twice',
    source(widgetCrd({}, { versions: [version('v1', {}), version('v1', {})] })).text,
    'spec.versions has v1 twice',
  ],
])('fails at %s', (_, text, message) => {
  expect(() => read(text)).toThrow(
    expect.objectContaining({ code: 'INVALID_CRD', message: expect.stringContaining(message) }),
  );
});

test('fails at aliases that grow without end, and at endless nesting', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefghi'
      .split('')
      .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`),
  ].join('\n');
  expect(() => read(bomb)).toThrow(/a\.yaml, line 1: it cannot be read: .*; write it without aliases/);
  expect(() => read('['.repeat(100_000))).toThrow(expect.objectContaining({ code: 'INVALID_CRD' }));
});

test.each([
  ['a list in a map', `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`],
  ['maps', `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`],
  ['lists that do not end', '['.repeat(100_000)],
])('says of endless nesting that it is too deep, not that it is no YAML: %s', (_, text) => {
  expect(() => read(text)).toThrow('a.yaml: it is nested too deeply to be read; name another file');
});

test('takes brackets in descriptions that never close', () => {
  const properties = Array.from(
    { length: 700 },
    (_, index) => `    a${index}:\n      description: in [0, ${index})\n`,
  );
  const schema = `schema:\n  openAPIV3Schema:\n    type: object\n    properties:\n${properties.join('')}`;
  expect(read(`${widget}---\nkind: Other\n${schema}`).others).toBe(1);
});
