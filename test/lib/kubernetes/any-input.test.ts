import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadSchemas } from '../../../adapters/schemas';
import { validateObject } from '../../../lib/kubernetes/validate-object';

const schemas = loadSchemas();
const kinds = [
  ['v1', 'ConfigMap'],
  ['v1', 'Pod'],
  ['v1', 'List'],
  ['apps/v1', 'Deployment'],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
  ['velero.io/v1', 'Backup'],
  ['example.org/v1', 'Widget'],
] as const;

// Names that the schemas know, and names that objects inherit.
const key = fc.oneof(
  fc.constantFrom(
    'metadata',
    'spec',
    'template',
    'containers',
    'labels',
    'data',
    'constructor',
    '__proto__',
    'toString',
  ),
  fc.string(),
);
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom(null, true, 0, -1, 1.5, 1e300, '', 'x', undefined),
    fc.string(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 6 }),
  ),
})).value;

const object = fc
  .tuple(fc.constantFrom(...kinds), json, json, json)
  .map(([[apiVersion, kind], metadata, spec, template]) => ({ apiVersion, kind, metadata, spec, template }));

const crd = fc.tuple(json, json).map(([schema, extra]) => ({
  kind: 'CustomResourceDefinition',
  spec: {
    group: 'example.org',
    names: { kind: 'Widget' },
    versions: [
      { name: 'v1', schema: { openAPIV3Schema: { type: 'object', properties: { spec: schema } } } },
      extra,
    ],
  },
}));

test('never throws, and every finding says what is wrong and what to write', () => {
  fc.assert(
    fc.property(fc.oneof(object, json), crd, (value, definition) => {
      for (const finding of validateObject(value, { schemas, kubernetes: '1.34', crds: [definition] })) {
        expect(finding.problem).not.toBe('');
        expect(finding.fix).not.toBe('');
      }
    }),
    { numRuns: 500 },
  );
});

test('finds the same in the same order', () => {
  fc.assert(
    fc.property(object, (value) => {
      const options = { schemas, kubernetes: '1.35' };
      expect(validateObject(value, options)).toEqual(validateObject(structuredClone(value), options));
    }),
    { numRuns: 100 },
  );
});
