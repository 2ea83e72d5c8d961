import { describe, expect, test } from '@jest/globals';
import { PostgresDatabase } from '../../../constructs/workloads/postgres-database';
import { connectionTo } from '../../../constructs/workloads/connection';
import { ScheduledJob } from '../../../constructs/workloads/scheduled-job';
import { WebService, type WebServiceProps } from '../../../constructs/workloads/web-service';
import { setWorkloadDefaults, type WorkloadDefaults } from '../../../constructs/workloads/workload-defaults';
import { Worker } from '../../../constructs/workloads/worker';
import { Namespace } from '../../../constructs/cluster/namespace';
import { existingCluster } from '../../support/synth';
import { data, refusals, shop } from '../../support/workloads';

const IMAGE = 'ghcr.io/acme/web:1.4.2';

/** What a program without types may write as well. */
const refusalsOf = (props: object): string => {
  const namespace = shop();
  new WebService(namespace, 'web', { image: IMAGE, ...props });
  return refusals(namespace).join('\n');
};

describe('amounts of bytes', () => {
  test.each([
    ['requests', '100m', "write '100Mi'"],
    ['limits', '0', "write '64Mi'"],
    ['limits', '0.5', "write '64Mi'"],
  ])('refuses memory in %s of %s', (kind, memory, fix) => {
    const found = refusalsOf({ resources: { [kind]: { memory } } });
    expect(found).toContain(`must be an amount of whole bytes, got "${memory}"`);
    expect(found).toContain(fix);
  });

  test('has nothing against thousandths of a core', () => {
    expect(refusalsOf({ resources: { requests: { cpu: '100m', memory: '1.5Mi' } } })).toBe('');
  });

  test.each(['0', '1m'])('refuses a database on a volume of %s', (size) => {
    const namespace = shop();
    new PostgresDatabase(namespace, 'db', { version: '17', size });
    expect(refusals(namespace).join('\n')).toMatch(/size .*(bytes|size)/);
  });
});

describe('labels and annotations', () => {
  test.each<[string, object]>([
    ['nodeSelector', { nodeSelector: { 'a b': 'c' } }],
    ['podAnnotations', { podAnnotations: { 'a b': 'c' } }],
    ['allowFrom', { allowFrom: [{ namespace: 'a', labels: { 'a b': 'c' } }] }],
    ['egress', { egress: [{ namespace: 'a', labels: { 'a b': 'c' } }] }],
  ])('%s: refuses a key with a space', (property, props) => {
    const found = refusalsOf(props);
    expect(found).toContain(property);
    expect(found).toContain('must have keys of letters, digits');
    expect(found).toContain("write 'a-b'");
  });

  test.each<[string, object]>([
    ['nodeSelector', { nodeSelector: { a: 'c d' } }],
    ['allowFrom', { allowFrom: [{ namespace: 'a', labels: { a: 'c d' } }] }],
    ['egress', { egress: [{ namespace: 'a', labels: { a: 'c d' } }] }],
  ])('%s: refuses a value with a space', (_, props) => {
    expect(refusalsOf(props)).toContain("must be at most 63 letters, digits, '-', '_' and '.', got \"c d\"");
  });

  test('annotations have any text', () => {
    expect(refusalsOf({ podAnnotations: { 'example.org/note': 'a b: {c}' } })).toBe('');
  });

  test.each<[keyof WorkloadDefaults, string]>([
    ['labels', 'a b'],
    ['nodeSelector', 'a b'],
    ['podAnnotations', 'a b'],
  ])('of the defaults: refuses a key with a space in %s', (property, key) => {
    const namespace = shop();
    setWorkloadDefaults(namespace, { [property]: { [key]: 'x' } });
    expect(refusals(namespace).join('\n')).toContain(`must have keys of letters, digits`);
  });
});

describe('who may connect', () => {
  test.each([[{}], [{ namespace: undefined }], [{ labels: {} }]])(
    'refuses %j, which would be every pod of the cluster',
    (peer) => {
      const found = refusalsOf({ allowFrom: [peer] });
      expect(found).toContain('allowFrom[0]');
      expect(found).toContain("'cluster' says that everybody in it may");
    },
  );

  test.each([[{ cidr: '10.0.0.1/32', ports: [] }], [{ namespace: 'a', ports: [] }]])(
    'refuses %j, which would open every port',
    (target) => {
      expect(refusalsOf({ egress: [target] })).toContain('is an empty list, which would open every port');
    },
  );

  test('takes labels alone, in any namespace', () => {
    const namespace = shop();
    const props: Partial<WebServiceProps> = { allowFrom: [{ labels: { role: 'scraper' } }] };
    const { network } = new WebService(namespace, 'web', { image: IMAGE, ...props });
    expect(data(network.policy).spec.ingress[0].from).toEqual([
      { namespaceSelector: {}, podSelector: { matchLabels: { role: 'scraper' } } },
    ]);
    expect(refusals(namespace)).toEqual([]);
  });
});

describe('names', () => {
  test.each(['1db', '', '-'])('refuses the connection %j, whose variables no program could have', (name) => {
    const db = connectionTo({ host: 'db.example.org', port: 5432 });
    const found = refusalsOf({ connections: { [name]: db } });
    expect(found).toContain(`connections[${JSON.stringify(name)}]: makes variables such as`);
    expect(found).toContain('write connections: { db: … }');
  });

  test.each([
    ['key', { key: 'a b' }, "write 'a-b'"],
    ['value', { key: 'a', value: 'c d' }, "write 'c-d'"],
  ])('refuses a toleration of a taint with a space in its %s', (property, toleration, fix) => {
    const found = refusalsOf({ tolerations: [toleration] });
    expect(found).toContain(`tolerations[0].${property}: must be `);
    expect(found).toContain(fix);
  });

  test('refuses one host twice', () => {
    expect(refusalsOf({ host: ['a.example.org', 'b.example.org', 'a.example.org'] })).toContain(
      'host: has "a.example.org" twice; remove one of the two',
    );
  });
});

describe('a cluster that is said to have no storage class', () => {
  const claims = (storageClasses?: readonly string[]): string[] => {
    const cluster = existingCluster(storageClasses === undefined ? {} : { storageClasses });
    const namespace = new Namespace(cluster, 'shop', { podSecurity: 'restricted' });
    new Worker(namespace, 'worker', { image: IMAGE, volumes: { '/data': { persistent: '1Gi' } } });
    return refusals(namespace);
  };

  test('refuses a volume without a class', () => {
    expect(claims([])).toEqual([
      expect.stringContaining('cluster laptop has no default one: it waits for ever'),
    ]);
  });

  test('unlike one of which nobody said', () => {
    expect(claims()).toEqual([]);
    expect(claims(['standard'])).toEqual([]);
  });
});

describe('what can never run', () => {
  test('refuses pods for no architecture', () => {
    expect(refusalsOf({ architectures: [] })).toContain('is an empty list, which no node fits');
  });

  test('refuses a job on a day that never comes', () => {
    const namespace = shop();
    new ScheduledJob(namespace, 'job', { image: IMAGE, schedule: '0 0 31 2 *' });
    expect(refusals(namespace).join('\n')).toContain('names a day that never comes');
  });
});
