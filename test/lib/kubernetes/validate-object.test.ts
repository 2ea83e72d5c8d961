import { describe, expect, test } from '@jest/globals';
import { loadSchemas } from '../../../adapters/schemas';
import { objectValidator, validateObject } from '../../../lib/kubernetes/validate-object';

const schemas = loadSchemas();
const lines = (object: unknown, kubernetes = '1.34') =>
  validateObject(object, { schemas, kubernetes }).map(
    ({ rule, field, problem, fix }) => `${rule} ${field}: ${problem}; ${fix}`,
  );

const configMap = (rest: object) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c' },
  ...rest,
});
const secret = (rest: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, ...rest });
const service = (spec: object) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec });
const pod = (container: object, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'web', image: 'web:1', ...container }], ...spec },
});
const deployment = (spec: object) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web:1' }] },
    },
    ...spec,
  },
});

describe('a good object has no findings', () => {
  test.each<[string, object]>([
    ['integers and strings where either may stand', service({ ports: [{ port: 80, targetPort: 'http' }] })],
    [
      'numbers as quantities',
      pod({ resources: { requests: { cpu: 1, memory: '64Mi' }, limits: { cpu: 0.5 } } }),
    ],
    ['null for any field', pod({ args: null, resources: null }, { nodeSelector: null })],
    ['null in a list of strings', pod({ args: [null] })],
    ['undefined, which no file holds', pod({ args: undefined })],
    [
      'what an API server added',
      { ...configMap({}), metadata: { name: 'c', creationTimestamp: null, managedFields: [] } },
    ],
    ['a status that lacks fields', { ...deployment({}), status: { conditions: [{ type: 'Available' }] } }],
    ['an empty string for an enum', pod({ imagePullPolicy: '' })],
    ['a name to be generated', { ...configMap({}), metadata: { generateName: 'c-' } }],
    ['base64 with line breaks', secret({ data: { key: 'aGVs\nbG8=' } })],
    [
      'fields that the specification calls required and the server fills in',
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: 'system:a:b' },
        roleRef: { kind: 'Role', name: 'a' },
      },
    ],
    [
      'a review, which has no name',
      {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: { verb: 'get' } },
      },
    ],
    [
      'a namespace on an object of the whole cluster',
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'a', namespace: 'Not_One' },
      },
    ],
    ['a list of good objects', { apiVersion: 'v1', kind: 'List', items: [configMap({})] }],
  ])('%s', (_, object) => {
    expect(lines(object)).toEqual([]);
  });
});

describe('a bad object', () => {
  test.each<[string, object, string]>([
    [
      'a field that is misspelled',
      service({ ports: [{ prot: 80, port: 80 }] }),
      `unknown-field spec.ports[0].prot: is not a known field, got 80; write 'port'`,
    ],
    [
      'a field of another kind',
      configMap({ spec: {} }),
      `unknown-field spec: is not a known field, got an object; leave it out, or write one of apiVersion, binaryData, data, immutable, kind, metadata`,
    ],
    [
      'a string for an integer',
      deployment({ replicas: '2' }),
      `wrong-type spec.replicas: must be an integer, got '2'; write 2, without quotes`,
    ],
    [
      'a number for a string',
      pod({ env: [{ name: 'PORT', value: 5432 }] }),
      `wrong-type spec.containers[0].env[0].value: must be a string, got 5432; write '5432', in quotes`,
    ],
    [
      'a fraction for an integer',
      deployment({ replicas: 1.5 }),
      'wrong-type spec.replicas: must be an integer, got 1.5; write an integer',
    ],
    [
      'an object for a list',
      pod({ ports: { containerPort: 80 } }),
      'wrong-type spec.containers[0].ports: must be a list, got an object; write a list',
    ],
    [
      'a boolean for an integer or a string',
      service({ ports: [{ port: 80, targetPort: true }] }),
      'wrong-type spec.ports[0].targetPort: must be an integer or a string, got true; write an integer or a string',
    ],
    [
      'an integer that does not fit',
      service({ ports: [{ port: 2 ** 31 }] }),
      'invalid-value spec.ports[0].port: does not fit int32, got 2147483648; write a smaller number',
    ],
    [
      'a field that is missing',
      service({ ports: [{ name: 'http' }] }),
      'missing-field spec.ports[0].port: is required, got nothing; write an integer',
    ],
    [
      'null where a value is required',
      service({ ports: [{ port: null }] }),
      'missing-field spec.ports[0].port: is required, got null; write an integer',
    ],
    [
      'null in a list of objects',
      service({ ports: [null] }),
      'missing-field spec.ports[0].port: is required, got nothing; write an integer',
    ],
    [
      'a value nobody knows',
      service({ type: 'NodeHost' }),
      `invalid-value spec.type: is not an allowed value, got 'NodeHost'; write one of 'ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'`,
    ],
    [
      'a value in the wrong case',
      pod({ imagePullPolicy: 'always' }),
      `invalid-value spec.containers[0].imagePullPolicy: is not an allowed value, got 'always'; write 'Always'`,
    ],
    [
      'a quantity with an unknown unit',
      pod({ resources: { limits: { memory: '64MB' } } }),
      `invalid-value spec.containers[0].resources.limits.memory: is not a quantity, got '64MB'; write such as '500m', '1.5' or '512Mi'`,
    ],
    [
      'a label that is no string',
      { ...configMap({}), metadata: { name: 'c', labels: { 'app.kubernetes.io/version': 1.2 } } },
      `wrong-type metadata.labels['app.kubernetes.io/version']: must be a string, got 1.2; write '1.2', in quotes`,
    ],
    [
      'data that is not base64',
      configMap({ binaryData: { key: 'hello!' } }),
      `invalid-value binaryData.key: is not base64, got 'hello!'; encode it`,
    ],
    [
      'a bad object in a list',
      { apiVersion: 'v1', kind: 'List', items: [configMap({ dat: {} })] },
      `unknown-field items[0].dat: is not a known field, got an object; write 'data'`,
    ],
    [
      'no API version',
      { kind: 'ConfigMap', metadata: { name: 'c' } },
      `missing-field apiVersion: is required, got nothing; write the API version, such as 'v1'`,
    ],
  ])('%s', (_, object, line) => {
    expect(lines(object)).toEqual([line]);
  });

  test('all of its problems are found at once', () => {
    expect(lines(pod({ imagge: 'x', ports: [{}] }, { nodeSelector: { disk: true } }))).toHaveLength(3);
  });

  test.each([null, 5, 'v1', [configMap({})]])('that is no object: %j', (value) => {
    expect(lines(value)).toHaveLength(1);
  });
});

test('values of a Secret are never shown', () => {
  const findings = lines(secret({ data: { key: 'hunter2!' }, stringData: { pin: 12345 } }));
  expect(findings).toEqual([
    'invalid-value data.key: is not base64, got a string; encode it',
    'wrong-type stringData.pin: must be a string, got a number; write a string',
  ]);
});

test('a field is known from the release on that has it', () => {
  const stopSignal = pod({ lifecycle: { stopSignal: 'SIGUSR1' } }, { os: { name: 'linux' } });
  expect(lines(stopSignal, '1.33')).toEqual([]);
  expect(lines(stopSignal, '1.32')).toEqual([
    `unknown-field spec.containers[0].lifecycle.stopSignal: is not a known field, got 'SIGUSR1'; leave it out, or write one of postStart, preStop`,
  ]);
});

test('a Kubernetes version without schemas is refused by name', () => {
  expect(() => lines(configMap({}), '1.20')).toThrow(
    "there is no schema of Kubernetes '1.20'; write one of 1.32, 1.33, 1.34, 1.35, 1.36",
  );
});

test('reads the options once for many objects', () => {
  const validate = objectValidator({ schemas, kubernetes: '1.34' });
  expect([configMap({}), service({ ports: [{}] })].map((object) => validate(object).length)).toEqual([0, 1]);
});
