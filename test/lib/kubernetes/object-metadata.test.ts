import { describe, expect, test } from '@jest/globals';
import { loadSchemas } from '../../../adapters/schemas';
import { validateObject } from '../../../lib/kubernetes/validate-object';

const schemas = loadSchemas();
const fields = (apiVersion: string, kind: string, metadata: object, kubernetes = '1.34') =>
  validateObject({ apiVersion, kind, metadata }, { schemas, kubernetes })
    .filter(({ field }) => field.startsWith('metadata'))
    .map(({ rule, field }) => `${rule} ${field}`);

describe('names', () => {
  test.each([
    ['v1', 'ConfigMap', 'a.b-c', true],
    ['v1', 'ConfigMap', 'A', false],
    ['v1', 'ConfigMap', 'a'.repeat(254), false],
    ['v1', 'Namespace', 'a.b', false],
    ['apps/v1', 'StatefulSet', 'a.b', false],
    ['rbac.authorization.k8s.io/v1', 'ClusterRole', 'system:Node/x', false],
    ['rbac.authorization.k8s.io/v1', 'ClusterRole', 'system:Node', true],
    ['batch/v1', 'CronJob', 'a'.repeat(53), false],
    ['batch/v1', 'CronJob', 'a'.repeat(52), true],
    ['velero.io/v1', 'Backup', 'Not_one', false],
  ])('%s %s may be called %s: %s', (apiVersion, kind, name, good) => {
    expect(fields(apiVersion, kind, { name })).toEqual(good ? [] : ['invalid-value metadata.name']);
  });

  test('a Service may start with a digit from Kubernetes 1.36 on', () => {
    expect(fields('v1', 'Service', { name: '1a' }, '1.36')).toEqual([]);
    expect(fields('v1', 'Service', { name: '1a' }, '1.35')).toEqual(['invalid-value metadata.name']);
  });

  test('a name or the start of one is required', () => {
    expect(fields('v1', 'ConfigMap', {})).toEqual(['missing-field metadata.name']);
    expect(fields('v1', 'ConfigMap', { generateName: 'a-' })).toEqual([]);
  });

  test('a namespace is a DNS label', () => {
    expect(fields('v1', 'ConfigMap', { name: 'a', namespace: 'a_b' })).toEqual([
      'invalid-value metadata.namespace',
    ]);
  });
});

describe('labels and annotations', () => {
  test.each([
    [{ labels: { 'app.kubernetes.io/name': 'a', empty: '' } }, []],
    [{ labels: { image: 'ghcr.io/a:1' } }, ['invalid-value metadata.labels.image']],
    [{ labels: { 'a b': 'c' } }, [`invalid-value metadata.labels['a b']`]],
    [{ labels: { 'Upper.Case/a': 'c' } }, [`invalid-value metadata.labels['Upper.Case/a']`]],
    [{ annotations: { 'Upper.Case/a': 'any text: {}' } }, []],
    [{ annotations: { 'a/b/c': '' } }, [`invalid-value metadata.annotations['a/b/c']`]],
  ])('%j', (metadata, expected) => {
    expect(fields('v1', 'ConfigMap', { name: 'a', ...metadata })).toEqual(expected);
  });

  test('those of a pod template too', () => {
    const metadata = { labels: { version: 'v1:2' } };
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'j' },
      spec: { template: { metadata, spec: { containers: [{ name: 'a' }] } } },
    };
    expect(validateObject(job, { schemas, kubernetes: '1.34' }).map(({ field }) => field)).toEqual([
      'spec.template.metadata.labels.version',
    ]);
  });
});
