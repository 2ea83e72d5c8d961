import { describe, expect, test } from '@jest/globals';
import { loadSchemas } from '../../../adapters/schemas';
import { validateObject } from '../../../lib/kubernetes/validate-object';

const schemas = loadSchemas();
const lines = (object: object, crds?: readonly unknown[]) =>
  validateObject(object, { schemas, kubernetes: '1.34', crds }).map(
    ({ rule, field, problem, fix }) => `${rule} ${field}: ${problem}; ${fix}`,
  );

describe('what is shipped is known', () => {
  const helmChart = (spec: object) => ({
    apiVersion: 'helm.cattle.io/v1',
    kind: 'HelmChart',
    metadata: { name: 'a', namespace: 'kube-system' },
    spec,
  });

  test('a good chart', () => {
    expect(
      lines(
        helmChart({
          chart: 'traefik',
          repo: 'https://a.example',
          valuesContent: 'a: 1',
          set: { a: 1, b: 'c' },
        }),
      ),
    ).toEqual([]);
  });

  test('a field that is misspelled', () => {
    expect(lines(helmChart({ valueContent: 'a: 1' }))).toEqual([
      `unknown-field spec.valueContent: is not a known field, got 'a: 1'; write 'valuesContent'`,
    ]);
  });

  test.each([
    [
      'velero.io/v1',
      'Schedule',
      { schedule: '0 3 * * *', template: { includedNamespaces: ['*'], ttl: '720h' } },
    ],
    [
      'velero.io/v1',
      'BackupStorageLocation',
      { provider: 'aws', objectStorage: { bucket: 'b' }, config: { region: 'x' } },
    ],
    ['traefik.io/v1alpha1', 'Middleware', { redirectScheme: { scheme: 'https', permanent: true } }],
    ['traefik.io/v1alpha1', 'Middleware', { plugin: { mine: { anything: [1, { a: 'b' }] } } }],
    [
      'traefik.io/v1alpha1',
      'IngressRoute',
      { routes: [{ match: 'Host(`a`)', services: [{ name: 'a', port: 'http' }] }] },
    ],
    [
      'argoproj.io/v1alpha1',
      'Application',
      {
        project: 'default',
        source: { repoURL: 'https://a.example', chart: 'a', helm: { valuesObject: { any: [1] } } },
        destination: { server: 'https://kubernetes.default.svc', namespace: 'n' },
      },
    ],
    [
      'source.toolkit.fluxcd.io/v1',
      'HelmRepository',
      { url: 'oci://a.example', type: 'oci', interval: '24h' },
    ],
    [
      'helm.toolkit.fluxcd.io/v2',
      'HelmRelease',
      {
        interval: '1h',
        chart: { spec: { chart: 'a', sourceRef: { kind: 'HelmRepository', name: 'a' } } },
        values: { any: [1] },
      },
    ],
  ])('a good %s %s', (apiVersion, kind, spec) => {
    expect(lines({ apiVersion, kind, metadata: { name: 'a', namespace: 'n' }, spec })).toEqual([]);
  });

  test.each([
    [
      'argoproj.io/v1alpha1',
      'Application',
      { project: 'default', destination: { nameSpace: 'n' } },
      `unknown-field spec.destination.nameSpace: is not a known field, got 'n'; write 'namespace'`,
    ],
    [
      'source.toolkit.fluxcd.io/v1',
      'HelmRepository',
      { url: 'a.example' },
      `invalid-value spec.url: does not have the right form, got 'a.example'; write a string that matches ^(http|https|oci)://.*$`,
    ],
    [
      'helm.toolkit.fluxcd.io/v2',
      'HelmRelease',
      { interval: '1h', targetNamespaces: 'n' },
      `unknown-field spec.targetNamespaces: is not a known field, got 'n'; write 'targetNamespace'`,
    ],
  ])('a bad %s %s', (apiVersion, kind, spec, line) => {
    expect(lines({ apiVersion, kind, metadata: { name: 'a', namespace: 'n' }, spec })).toEqual([line]);
  });
});

describe('a CustomResourceDefinition of the program', () => {
  const crd = (spec: object, version: object = {}) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.org' },
    spec: {
      group: 'example.org',
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
          ...version,
        },
      ],
    },
  });
  const widget = (spec: unknown, apiVersion = 'example.org/v1') => ({
    apiVersion,
    kind: 'Widget',
    metadata: { name: 'w' },
    spec,
  });

  test.each<[string, object, unknown, string[]]>([
    ['fields that fit', { type: 'object', properties: { size: { type: 'integer' } } }, { size: 1 }, []],
    [
      'a field it does not have',
      { type: 'object', properties: { size: { type: 'integer' } } },
      { sise: 1 },
      [`unknown-field spec.sise: is not a known field, got 1; write 'size'`],
    ],
    [
      'fields that are kept',
      { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      { any: [1] },
      [],
    ],
    ['a map', { type: 'object', additionalProperties: { type: 'string' } }, { a: 'b' }, []],
    [
      'either',
      { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
      5,
      [],
    ],
    ['null that is dropped', { type: 'object', properties: { a: { type: 'string' } } }, { a: null }, []],
    [
      'null in a list',
      { type: 'array', items: { type: 'string' } },
      [null],
      ['wrong-type spec[0]: must be a string, got null; write a string'],
    ],
    [
      'a default for what is required',
      { type: 'object', required: ['a'], properties: { a: { type: 'string', default: 'x' } } },
      {},
      [],
    ],
    [
      'a number below its minimum',
      { type: 'integer', minimum: 1 },
      0,
      ['invalid-value spec: is too small, got 0; write at least 1'],
    ],
    [
      'a string of the wrong form',
      { type: 'string', pattern: '^[a-z]+$' },
      'A1',
      [`invalid-value spec: does not have the right form, got 'A1'; write a string that matches ^[a-z]+$`],
    ],
    ['a pattern that only Go understands', { type: 'string', pattern: '(?i)^[[:alpha:]]+$' }, 'A1', []],
    [
      'two forms where one is asked for',
      {
        type: 'object',
        properties: { a: { type: 'string' }, b: { type: 'string' } },
        oneOf: [{ required: ['a'] }, { required: ['b'] }],
      },
      { a: 'x', b: 'y' },
      [
        'invalid-value spec: does not have the right form, got an object; give it exactly one of the forms in its schema',
      ],
    ],
    [
      'a whole object inside',
      {
        type: 'object',
        'x-kubernetes-embedded-resource': true,
        'x-kubernetes-preserve-unknown-fields': true,
      },
      { apiVersion: 'v1', kind: 'A', metadata: { name: 'x', lables: {} } },
      [`unknown-field spec.metadata.lables: is not a known field, got an object; write 'labels'`],
    ],
  ])('decides on %s', (_, schema, spec, expected) => {
    expect(lines(widget(spec), [crd(schema)])).toEqual(expected);
  });

  test('comes before the one that is shipped', () => {
    const own = crd({ type: 'object', properties: { mine: { type: 'string' } } });
    const chart = {
      ...own,
      spec: { ...own.spec, group: 'helm.cattle.io', names: { kind: 'HelmChart', plural: 'helmcharts' } },
    };
    const object = {
      apiVersion: 'helm.cattle.io/v1',
      kind: 'HelmChart',
      metadata: { name: 'a' },
      spec: { mine: 'x' },
    };
    expect([lines(object, [chart]), lines(object)]).toEqual([
      [],
      [expect.stringContaining('unknown-field spec.mine')],
    ]);
  });

  test('names the versions it serves', () => {
    expect(lines(widget({}, 'example.org/v2'), [crd({ type: 'object' })])).toEqual([
      `removed-api-version apiVersion: its CustomResourceDefinition in this program does not serve 'example.org/v2'; write example.org/v1`,
    ]);
  });

  test('lets a status lack fields when it is a subresource', () => {
    const schema = {
      openAPIV3Schema: {
        type: 'object',
        properties: { status: { type: 'object', required: ['a'], properties: { a: { type: 'string' } } } },
      },
    };
    const object = { ...widget(undefined), status: {} };
    expect(lines(object, [crd({}, { schema, subresources: { status: {} } })])).toEqual([]);
    expect(lines(object, [crd({}, { schema })])).toHaveLength(1);
  });

  test('is itself checked as to structure', () => {
    expect(lines(crd({ type: 'object', propertys: {} }))).toEqual([
      `unknown-field spec.versions[0].schema.openAPIV3Schema.properties.spec.propertys: is not a known field, got an object; write 'properties'`,
    ]);
  });

  test('holds nothing back when it is malformed', () => {
    const broken = [null, 5, {}, crd({ properties: 5, items: 'x', required: [1] }), { spec: { group: 1 } }];
    expect(lines(widget({ a: 1 }), broken)).toEqual([]);
  });
});
