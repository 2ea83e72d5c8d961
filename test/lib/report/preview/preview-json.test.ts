import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import Ajv2020 from 'ajv/dist/2020';
import { HiddenValue } from '../../../../lib/diff/hidden-value';
import type { PreviewReport } from '../../../../lib/diff/report';
import { previewJson } from '../../../../lib/report/preview/preview-json';
import { previewSchema, previewSchemaText } from '../../../../lib/report/preview/preview-schema';
import { emptyReport, sampleObject, sampleReport } from '../../../support/preview-report';

const valid = new Ajv2020({ strict: true, allErrors: true }).compile(previewSchema);

/** What a report in JSON breaks, one line each. */
function problems(report: unknown): string[] {
  valid(report);
  return (valid.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
  );
}

interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly oneOf?: readonly (Shape & { properties: { type: { const: string } } })[];
}

/** Each shape of a schema, with every value of a report that has it. */
function heldBy(schema: Shape, values: readonly unknown[], found = new Map<Shape, unknown[]>()) {
  found.set(schema, [...(found.get(schema) ?? []), ...values]);
  const { properties = {}, items, oneOf = [] } = schema;
  if (items !== undefined) heldBy(items, values.flat(), found);
  for (const one of oneOf) {
    const type = one.properties.type.const;
    heldBy(
      one,
      values.filter((value) => (value as { type: string }).type === type),
      found,
    );
  }
  for (const [key, inner] of Object.entries(properties)) {
    const held = (values as Readonly<Record<string, unknown>>[]).map((value) => value[key]);
    heldBy(
      inner,
      held.filter((value) => value !== undefined),
      found,
    );
  }
  return found;
}

const sample = JSON.parse(previewJson(sampleReport())) as PreviewReport;

test('docs/schemas/preview.v1.schema.json is what the types give; write it with `npx jiti scripts/update-preview-schema.ts`', () => {
  const file = join(__dirname, '../../../../docs/schemas/preview.v1.schema.json');
  expect(readFileSync(file, 'utf8')).toBe(previewSchemaText());
});

describe('the schema', () => {
  test.each<[string, PreviewReport]>([
    ['a report with everything in it', sampleReport()],
    ['a report in which nothing differs', emptyReport()],
  ])('takes %s', (_, report) => {
    expect(problems(JSON.parse(previewJson(report)))).toEqual([]);
  });

  test('the sample has every property that the schema knows, so none goes untested', () => {
    const unseen = [...heldBy(previewSchema, [sample])].flatMap(([schema, values]) =>
      Object.keys(schema.properties ?? {}).filter((key) =>
        values.every((value) => !Object.hasOwn(value as object, key)),
      ),
    );
    // Numbers by kind, of which one stands for all.
    expect(unseen).toEqual([
      'int-or-string',
      'duration',
      'empty',
      'secret-form',
      'definition-text',
      'server-field',
    ]);
  });

  const [risk] = sample.risks;
  const [object] = sample.objects;
  test.each<[string, unknown, RegExp]>([
    ['an unknown property', { ...sample, extra: 1 }, /additional properties.*extra/],
    ['pictures', { ...sample, pictures: [] }, /additional properties.*pictures/],
    ['a missing property', { ...sample, verdict: undefined }, /required property 'verdict'/],
    ['another version', { ...sample, schema: 'k3stack.preview/v2' }, /\/schema must be equal/],
    ['a level that is none', { ...sample, risks: [{ ...risk, level: 'routine' }] }, /\/risks\/0\/level/],
    [
      'a subject that is two things',
      { ...sample, risks: [{ ...risk, subject: { type: 'host', cluster: 'a', id: object?.id } }] },
      /\/risks\/0\/subject/,
    ],
    ['a negative number', { ...sample, folds: { quantity: -1 } }, /\/folds\/quantity must be >= 0/],
    ['a short commit', { ...sample, base: { label: 'a', commit: '1f0c2d7' } }, /\/base\/commit must match/],
  ])('refuses %s', (_, report, problem) => {
    expect(problems(JSON.parse(JSON.stringify(report))).join('\n')).toMatch(problem);
  });
});

describe('the text', () => {
  test('ends with one line feed, and has no pictures', () => {
    expect(previewJson(sampleReport())).toMatch(/[^\n]\n$/);
    expect(previewJson(sampleReport())).not.toContain('<svg');
    expect({ ...sample, pictures: sampleReport().pictures }).toEqual(sampleReport());
  });

  test('is the same in whatever order keys were written', () => {
    const turned = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(turned);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, member]) => [key, turned(member)]),
      );
    };
    expect(previewJson(turned(sampleReport()) as PreviewReport)).toBe(previewJson(sampleReport()));
  });

  test('holds a value that somebody forgot to hide as hidden', () => {
    const fields = [{ path: 'data.a', op: 'add', after: new HiddenValue() }] as const;
    const text = previewJson(emptyReport({ objects: [sampleObject({ fields })] }));
    expect(text).toContain('"after": "«hidden»"');
  });
});
