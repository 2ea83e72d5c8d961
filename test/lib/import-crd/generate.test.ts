import { describe, expect, test } from '@jest/globals';
import * as cdk8s from 'cdk8s';
import ts from 'typescript';
import { generateTypes, type GenerateOptions } from '../../../lib/import-crd/generate';
import { readCrds } from '../../../lib/import-crd/read-crds';
import { typeErrors } from '../../support/type-errors';
import { source, version, widgetCrd } from './crd-text';

const generate = (crds: readonly object[], options?: GenerateOptions) =>
  generateTypes(readCrds([source(...crds)]).crds, options);

const textOf = (crds: readonly object[], options?: GenerateOptions): string =>
  generate(crds, options)
    .map(({ text }) => text)
    .join('');

/** Text for a definition with this schema of `spec`, held to compile. */
function types(spec: object): string {
  const text = textOf([widgetCrd(spec)]);
  expect(typeErrors({ 'example.org.ts': text })).toEqual([]);
  return text;
}

/** The type that a property of `spec` gets. */
function typeOf(property: object): string {
  const text = textOf([widgetCrd({ type: 'object', properties: { field: property } })]);
  return /readonly field\?: (.*);/.exec(text)?.[1] ?? '';
}

/** What the compiler says about a program that uses the kind. */
function usage(spec: object, code: string): string[] {
  const head =
    "import { Testing } from 'cdk8s';\nimport { Widget } from './example.org.js';\nconst chart = Testing.chart();\n";
  return typeErrors({ 'example.org.ts': textOf([widgetCrd(spec)]), 'use.ts': head + code });
}

test('a class and plain types for a kind', () => {
  expect(
    types({
      type: 'object',
      description: 'What is wanted.',
      required: ['size', 'color'],
      properties: {
        size: { type: 'integer', description: 'In metres.' },
        color: { type: 'string', enum: ['red', 'green'], default: 'red' },
        parts: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } },
      },
    }),
  ).toMatchInlineSnapshot(`
   "// Made by \`k3stack import crd\`: what is changed here is lost when it is made again.
   /* eslint-disable */
   import { ApiObject, type ApiObjectMetadata } from 'cdk8s';
   import type { Construct } from 'constructs';

   /** Widget of example.org/v1. */
   export class Widget extends ApiObject {
     static readonly apiVersion = 'example.org/v1';
     static readonly kind = 'Widget';

     constructor(scope: Construct, id: string, props: WidgetProps = {}) {
       super(scope, id, { ...props, apiVersion: 'example.org/v1', kind: 'Widget' });
     }
   }

   /** What {@link Widget} is made of. */
   export interface WidgetProps {
     readonly metadata?: ApiObjectMetadata;
     /** What is wanted. */
     readonly spec?: WidgetSpec;
   }

   export interface WidgetSpec {
     /** In metres. */
     readonly size: number;
     /** @default "red" */
     readonly color?: 'red' | 'green';
     readonly parts?: readonly WidgetSpecPartsItem[];
   }

   export interface WidgetSpecPartsItem {
     readonly name?: string;
   }
   "
  `);
});

describe('the type of', () => {
  const cases: readonly [string, object, string][] = [
    ['text', { type: 'string', format: 'date-time' }, 'string'],
    ['a number', { type: 'integer', format: 'int64' }, 'number'],
    [
      'int-or-string',
      { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
      'number | string',
    ],
    ['a value that may be null', { type: 'string', nullable: true }, 'string | null'],
    ['a choice that may be null', { type: 'string', enum: ['a'], nullable: true }, "'a' | null"],
    [
      'an enum of texts',
      { type: 'string', enum: ['', "it's", 'a"b', 'c\\d'] },
      `'' | 'it\\'s' | 'a"b' | 'c\\\\d'`,
    ],
    ['an enum of numbers', { type: 'integer', enum: [1, 2, 'three'] }, '1 | 2'],
    [
      'an enum of lists',
      { type: 'array', items: { type: 'string' }, enum: [['a'], ['a', 'b']] },
      "readonly ['a'] | readonly ['a', 'b']",
    ],
    [
      'a list whose enum is that of its items',
      { type: 'array', items: { type: 'string' }, enum: ['a', 'b'] },
      'readonly string[]',
    ],
    [
      'a list of choices',
      { type: 'array', items: { type: 'string', enum: ['a', 'b'] } },
      "readonly ('a' | 'b')[]",
    ],
    [
      'a list of lists',
      { type: 'array', items: { type: 'array', items: { type: 'number' } } },
      'readonly (readonly number[])[]',
    ],
    ['a list of anything', { type: 'array' }, 'readonly unknown[]'],
    [
      'a map',
      { type: 'object', additionalProperties: { type: 'string' } },
      'Readonly<Record<string, string>>',
    ],
    [
      'an object that keeps what it has',
      { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      'Readonly<Record<string, unknown>>',
    ],
    ['anything', { 'x-kubernetes-preserve-unknown-fields': true }, 'unknown'],
    ['an object that keeps nothing', { type: 'object' }, 'Readonly<Record<string, never>>'],
    [
      'one of several types',
      { oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
      'string | readonly string[]',
    ],
    ['several types in a list', { type: ['string', 'null'] }, 'string | null'],
    ['an enum in parts', { type: 'string', anyOf: [{ enum: ['a'] }, { enum: ['b'] }] }, "'a' | 'b'"],
    ['a part that is no enum', { type: 'string', anyOf: [{ enum: ['a'] }, { pattern: '^b' }] }, 'string'],
    ['all of several', { allOf: [{ type: 'string' }, { enum: ['a', 'b'] }] }, "'a' | 'b'"],
    ['what is no schema', { type: 7 }, 'unknown'],
  ];

  test.each(cases)('%s', (_, schema, expected) => {
    expect(typeOf(schema)).toBe(expected);
  });

  test('all of them compiles', () => {
    types({ type: 'object', properties: Object.fromEntries(cases.map(([name, schema]) => [name, schema])) });
  });
});

test('fields that go together are named in the comment, and stay optional', () => {
  const choice = { properties: { a: { type: 'string' }, b: { type: 'string' } }, type: 'object' };
  const text = types({
    type: 'object',
    properties: {
      one: { ...choice, oneOf: [{ required: ['a'] }, { required: ['b'] }] },
      some: { ...choice, anyOf: [{ required: ['a'] }, { required: ['b'] }] },
    },
  });
  expect(text).toContain('/** Exactly one of `a`, `b`. */\n  readonly one?: WidgetSpecOne;');
  expect(text).toContain('/** At least one of `a`, `b`. */\n  readonly some?: WidgetSpecSome;');
  expect(text).not.toContain('Variant');
});

test('objects that differ by a choice become a union', () => {
  const spec = {
    type: 'object',
    properties: { name: { type: 'string' } },
    oneOf: [
      { properties: { file: { type: 'string' } }, required: ['file'] },
      { properties: { url: { type: 'string' } }, required: ['url'] },
    ],
  };
  expect(usage(spec, "new Widget(chart, 'w', { spec: { name: 'a', url: 'b' } });")).toEqual([]);
  expect(usage(spec, "new Widget(chart, 'w', { spec: { name: 'a' } });")).toHaveLength(1);
});

test('what TypeScript has to refuse is refused, and what the API takes is taken', () => {
  const spec = {
    type: 'object',
    required: ['mode'],
    properties: {
      mode: { type: 'string', enum: ['on', 'off'] },
      port: { 'x-kubernetes-int-or-string': true },
      extra: {
        type: 'object',
        properties: { a: { type: 'string' } },
        'x-kubernetes-preserve-unknown-fields': true,
      },
      template: {
        type: 'object',
        'x-kubernetes-embedded-resource': true,
        'x-kubernetes-preserve-unknown-fields': true,
      },
      none: { type: 'object' },
    },
  };
  const use = (text: string): string[] =>
    usage(spec, `new Widget(chart, 'w', { metadata: { name: 'w' }, spec: ${text} });`);
  expect(use("{ mode: 'on', port: 'http', extra: { a: 'x', b: [1] }, none: {} }")).toEqual([]);
  expect(use("{ mode: 'on', template: { apiVersion: 'v1', kind: 'Pod', spec: {} } }")).toEqual([]);
  expect(use("{ mode: 'maybe' }")).toHaveLength(1);
  expect(use("{ mode: 'on', none: { a: 1 } }")).toHaveLength(1);
  expect(use("{ mode: 'on', template: { kind: 'Pod' } }")).toHaveLength(1);
  expect(use("{ mode: 'on', modes: [] }")).toHaveLength(1);
  expect(use('{}')).toHaveLength(1);
});

test('the class makes the object that the API server gets', () => {
  const { outputText } = ts.transpileModule(
    types({ type: 'object', properties: { a: { type: 'integer' } } }),
    {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    },
  );
  const module = { exports: {} as { Widget: new (...args: unknown[]) => cdk8s.ApiObject } };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- what is generated is run
  const evaluate = new Function('exports', 'require', outputText) as (...args: unknown[]) => void;
  evaluate(module.exports, () => cdk8s);
  const widget = new module.exports.Widget(cdk8s.Testing.chart(), 'w', {
    metadata: { name: 'w' },
    spec: { a: 1 },
  });
  expect(widget.toJson()).toEqual({
    apiVersion: 'example.org/v1',
    kind: 'Widget',
    metadata: { name: 'w' },
    spec: { a: 1 },
  });
});

test('names that cannot be names of properties, types or classes', () => {
  const property = { type: 'object', properties: { a: { type: 'string' } } };
  const keys = [
    '$ref',
    '$patch',
    'x-y',
    'x_y',
    'xY',
    '3d',
    'constructor',
    'toString',
    '__proto__',
    'class',
    "it's",
    'a\nb',
    'ü',
    '-',
  ];
  const text = types({ type: 'object', properties: Object.fromEntries(keys.map((key) => [key, property])) });
  expect(text).toContain("readonly 'x-y'?: WidgetSpecXY;");
  expect(text).toContain('readonly x_y?: WidgetSpecXY2;');
  expect(text).toContain('readonly xY?: WidgetSpecXY3;');
  for (const kind of [
    'ApiObject',
    'Record',
    'Object',
    'Construct',
    'Readonly',
    'Promise',
    'Array',
    'String',
    'Date',
    'Map',
  ]) {
    const own = textOf([widgetCrd(property, { names: { kind } })]);
    expect(typeErrors({ 'example.org.ts': own })).toEqual([]);
    expect(own).toContain(`static readonly kind = '${kind}';`);
  }
});

test('kinds whose names are those of other types', () => {
  const spec = { type: 'object', properties: { a: { type: 'string' } } };
  const names = ['Widget', 'WidgetProps', 'WidgetSpec'];
  const text = textOf(names.map((kind) => widgetCrd(spec, { names: { kind } })));
  expect(typeErrors({ 'example.org.ts': text })).toEqual([]);
  for (const name of names) expect(text).toContain(`export class ${name} extends ApiObject`);
});

test('nothing that a definition says gets out of a comment or a text', () => {
  const evil = "*/ throw new Error('out'); /* ${x} ` \u2028 \u0000";
  const spec = {
    type: 'object',
    description: evil,
    properties: {
      [evil]: { type: 'string', description: evil, enum: [evil, "'; throw 1; '"], default: evil },
    },
  };
  expect(types(spec)).not.toMatch(/^\s*throw/m);
});

test('a schema that refers to itself', () => {
  const schema = {
    type: 'object',
    properties: { spec: { $ref: '#/definitions/Node' } },
    definitions: {
      Node: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          children: { type: 'array', items: { $ref: '#/definitions/Node' } },
        },
      },
      Loop: { $ref: '#/definitions/Loop' },
    },
  };
  const crd = (root: object): object =>
    widgetCrd({}, { versions: [{ name: 'v1', served: true, schema: { openAPIV3Schema: root } }] });
  const code = `import { Widget } from './example.org.js';
import { Testing } from 'cdk8s';
new Widget(Testing.chart(), 'w', { spec: { name: 'a', children: [{ name: 'b', children: [] }] } });`;
  expect(typeErrors({ 'example.org.ts': textOf([crd(schema)]), 'use.ts': code })).toEqual([]);
  const looping = {
    ...schema,
    properties: { spec: { $ref: '#/definitions/Loop' }, other: { $ref: 'http://x' } },
  };
  expect(typeErrors({ 'example.org.ts': textOf([crd(looping)]) })).toEqual([]);
});

test('deep schemas are taken, and endless ones refused by name', () => {
  const nested = (levels: number): object =>
    levels === 0 ? { type: 'string' } : { type: 'object', properties: { a: nested(levels - 1) } };
  expect(typeErrors({ 'example.org.ts': textOf([widgetCrd(nested(60))]) })).toEqual([]);
  expect(() => textOf([widgetCrd(nested(250))])).toThrow(
    /crds\.yaml, line 1: its schema is nested more than 200 levels/,
  );
});

test('of several versions the preferred one, or those that are named', () => {
  const spec = { type: 'object', properties: { a: { type: 'string' } } };
  const crd = widgetCrd(spec, {
    versions: [
      version('v1alpha1', spec, { served: false }),
      version('v1beta1', spec, { deprecated: true, deprecationWarning: 'use v1' }),
      version('v1', spec),
      version('v2alpha1', spec),
    ],
  });
  const kinds = (versions?: string[]): string[] =>
    generate([crd], versions && { versions }).flatMap((file) =>
      file.kinds.map(({ name, version: v }) => `${name} ${v}`),
    );
  expect(kinds()).toEqual(['Widget v1']);
  expect(kinds(['all'])).toEqual(['Widget v1', 'WidgetV1beta1 v1beta1', 'WidgetV2alpha1 v2alpha1']);
  expect(kinds(['v1beta1'])).toEqual(['Widget v1beta1']);
  expect(textOf([crd], { versions: ['all'] })).toMatch(
    /@deprecated use v1\n \*\/\nexport class WidgetV1beta1 /,
  );
  expect(typeErrors({ 'example.org.ts': textOf([crd], { versions: ['all'] }) })).toEqual([]);
  expect(() => kinds(['v1alpha1'])).toThrow(
    'no definition serves version v1alpha1; write --version with v1, v1beta1, v2alpha1',
  );
});

test('a status is left out where the server writes it', () => {
  const root = {
    type: 'object',
    required: ['spec', 'status'],
    properties: { spec: { type: 'string' }, status: { type: 'string' } },
  };
  const crd = (subresources?: object): object =>
    widgetCrd(
      {},
      { versions: [{ name: 'v1', served: true, subresources, schema: { openAPIV3Schema: root } }] },
    );
  expect(textOf([crd({ status: {} })])).not.toContain('readonly status');
  expect(textOf([crd()])).toContain('readonly status: string;');
});

test('a definition without a schema takes anything', () => {
  const crd = widgetCrd({}, { versions: [{ name: 'v1', served: true }] });
  const code = `import { Widget } from './example.org.js';
import { Testing } from 'cdk8s';
new Widget(Testing.chart(), 'w', { spec: { anything: [1] }, data: 'x' });
new Widget(Testing.chart(), 'w');`;
  expect(typeErrors({ 'example.org.ts': textOf([crd]), 'use.ts': code })).toEqual([]);
});

test('a definition of apiextensions v1beta1', () => {
  const validation = { openAPIV3Schema: { properties: { spec: { properties: { a: { type: 'string' } } } } } };
  const text = textOf([widgetCrd({}, { versions: undefined, version: 'v1', validation })]);
  expect(text).toContain('readonly a?: string;');
});

test('the same bytes in whatever order definitions come, a file for each group', () => {
  const spec = { type: 'object', properties: { a: { type: 'string' } } };
  const crds = ['B', 'A', 'C'].map((kind) =>
    widgetCrd(spec, { names: { kind }, group: kind === 'C' ? 'a.example.org' : 'b.example.org' }),
  );
  const files = generate(crds);
  expect(files.map(({ group, kinds }) => [group, ...kinds.map(({ kind }) => kind)])).toEqual([
    ['a.example.org', 'C'],
    ['b.example.org', 'A', 'B'],
  ]);
  expect(generate([...crds].reverse())).toEqual(files);
});

test('a prefix, and no descriptions', () => {
  const spec = {
    type: 'object',
    description: 'About it.',
    properties: { a: { type: 'string', description: 'About a.' } },
  };
  const text = textOf([widgetCrd(spec)], { namePrefix: 'Acme', docs: false });
  expect(text).toContain('export class AcmeWidget extends ApiObject');
  expect(text).toContain('export interface AcmeWidgetSpec {');
  expect(text).not.toContain('About');
});

test('a kind that two definitions have is refused, naming both', () => {
  const again = { name: 'more.yaml', text: source(widgetCrd({})).text };
  const { crds } = readCrds([source(widgetCrd({})), again]);
  expect(() => generateTypes(crds)).toThrow(
    'more.yaml, line 1: Widget of example.org is defined already, in crds.yaml, line 1; give one of them only',
  );
});

test('numbers that JSON has not are no values of a type, nor a default', () => {
  // As YAML writes them: .inf and .nan.
  const spec = (property: string) =>
    readCrds([
      {
        name: 'a.yaml',
        text: `kind: CustomResourceDefinition
spec:
  group: example.org
  names: { kind: Widget }
  versions:
    - name: v1
      served: true
      schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object, properties: { field: ${property} } } } } }
`,
      },
    ]).crds;
  const text = (property: string) =>
    generateTypes(spec(property))
      .map(({ text: each }) => each)
      .join('');
  expect(text('{ type: number, enum: [.inf, .nan] }')).toContain('readonly field?: number;');
  expect(text('{ enum: [.inf, 1, [.nan]] }')).toContain('readonly field?: 1;');
  expect(text('{ type: number, default: .inf }')).not.toContain('@default');
});

test('an empty list of types is none', () => {
  expect(typeOf({ type: [] })).toBe('unknown');
  types({ type: 'object', properties: { field: { type: [] } } });
});
