import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import { casesOf, clusterObject, type RatedFixture, type RiskCase } from './risk-case';

type Schema = Readonly<Record<string, unknown>>;

const TEXT = { type: 'string' };
const NUMBER = { type: 'integer' };

/** Hits and near misses of rules about the schemas of custom kinds. */
export const cautionDefinitions: readonly RatedFixture[] = casesOf('crd-schema-narrowed', {
  'a field goes': changes({ size: NUMBER, note: TEXT }, { size: NUMBER }, 'spec.note is gone'),
  'a field of a list is required from now on': changes(
    { parts: { type: 'array', items: { type: 'object', properties: { name: TEXT } } } },
    { parts: { type: 'array', items: { type: 'object', required: ['name'], properties: { name: TEXT } } } },
    'spec.parts[].name is required',
  ),
  'bounds come and move': changes(
    { size: NUMBER, port: { type: 'integer', minimum: 0, maximum: 10 } },
    { size: { type: 'integer', minimum: 1 }, port: { type: 'integer', minimum: 1, maximum: 9 } },
    'spec.port has minimum 1, spec.port has maximum 9, spec.size has minimum 1',
  ),
  'values go': changes(
    { mode: { type: 'string', enum: ['a', 'b'] }, kind: TEXT },
    { mode: { type: 'string', enum: ['a'] }, kind: { type: 'string', enum: ['x', 'y'] } },
    'spec.kind takes 2 values only, spec.mode no longer takes b',
  ),
  'another type and another pattern': changes(
    { a: TEXT, b: { type: 'string', pattern: '^x' } },
    { a: NUMBER, b: { type: 'string', pattern: '^y' } },
    'spec.a is of type integer, not string, spec.b has another pattern',
  ),
  'more of all': changes(
    { a: { type: 'integer', minimum: 1 }, b: { type: 'string', enum: ['a'] }, c: { type: 'integer' } },
    {
      a: { type: 'integer', minimum: 0 },
      b: { type: 'string', enum: ['a', 'b'] },
      c: { type: 'number' },
      d: TEXT,
    },
  ),
  'what comes with bounds of its own': changes(
    {},
    { a: { type: 'object', required: ['b'], properties: { b: { type: 'integer', minimum: 1 } } } },
  ),
  'a required field has a default': {
    before: [definition({ properties: { spec: { type: 'object', properties: { a: TEXT } } } })],
    after: [
      definition({
        properties: {
          spec: { type: 'object', required: ['a'], properties: { a: { type: 'string', default: 'x' } } },
        },
      }),
    ],
  },
  'unknown fields are kept': {
    before: [definition({ properties: { spec: { type: 'object', properties: { a: TEXT } } } })],
    after: [
      definition({
        properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      }),
    ],
  },
  'what controllers write': {
    before: [definition({ properties: { status: { type: 'object', properties: { phase: TEXT } } } })],
    after: [definition({ properties: { status: { type: 'object' } } })],
  },
  'a version that is not served': {
    before: [definition({ properties: { spec: { type: 'object', properties: { a: TEXT } } } }, false)],
    after: [definition({ properties: { spec: { type: 'object' } } }, false)],
  },
});

function changes(before: Schema, after: Schema, ...hits: readonly string[]): RiskCase {
  const [left, right] = [before, after].map((properties) =>
    definition({ type: 'object', properties: { spec: { type: 'object', properties } } }),
  );
  return { ...(left && { before: [left] }), ...(right && { after: [right] }), hits };
}

function definition(openAPIV3Schema: Schema, served = true): KubernetesObject {
  return clusterObject('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'widgets.example.org', {
    spec: {
      group: 'example.org',
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets' },
      versions: [{ name: 'v1', served, storage: true, schema: { openAPIV3Schema } }],
    },
  });
}
