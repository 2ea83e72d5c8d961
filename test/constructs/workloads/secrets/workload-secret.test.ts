import { Chart } from 'cdk8s';
import { describe, expect, test } from '@jest/globals';
import { ExistingCluster } from '../../../../constructs/cluster/existing-cluster';
import { Environment } from '../../../../constructs/environment';
import { boundSecret } from '../../../../constructs/workloads/secrets/bound-secret';
import { workloadSecret } from '../../../../constructs/workloads/secrets/workload-secret';
import { SecretRef, secretText, urlEncoded, type SecretSource } from '../../../../lib/secret';
import { fillHoles } from '../../../../lib/synthesis/fill';
import {
  existingCluster,
  objectsIn,
  plainChart,
  problemsIn,
  synthesisOfCluster,
} from '../../../support/synth';

const place = { namespace: 'shop', name: 'database' };
const password = SecretRef.fromConfig('db-password');

describe('a workload’s secret', () => {
  test('that something else makes is referred to where it is, and nothing is declared', () => {
    const cluster = existingCluster();
    const keys = workloadSecret(cluster, {
      ...place,
      data: { password: SecretRef.existing({ name: 'vault-db', key: 'pw' }) },
    });
    expect(keys).toEqual({ password: { name: 'vault-db', key: 'pw' } });
    expect(synthesisOfCluster(cluster)).toMatchObject({ kubernetesSecrets: [], secrets: [] });
    expect(problemsIn(cluster)).toEqual([]);
  });

  test('from config is declared with a hole, beside those that something else makes', () => {
    const cluster = existingCluster();
    const keys = workloadSecret(cluster, {
      ...place,
      data: { password, tls: SecretRef.existing({ name: 'tls', key: 'key' }) },
    });
    expect(keys).toEqual({
      password: { name: 'database', key: 'password' },
      tls: { name: 'tls', key: 'key' },
    });
    const { kubernetesSecrets, secrets } = synthesisOfCluster(cluster);
    expect(kubernetesSecrets.map(({ data }) => data)).toEqual([{ password: '«secret:db-password»' }]);
    expect(secrets).toEqual([{ name: 'db-password', usedBy: ['laptop:shop/database'] }]);
  });

  test('may be text with secrets in it', () => {
    const cluster = existingCluster();
    workloadSecret(cluster, {
      ...place,
      data: { url: secretText`postgres://app:${urlEncoded(password)}@db:${5432}/app?token=${password}` },
    });
    expect(synthesisOfCluster(cluster).kubernetesSecrets[0]?.data).toEqual({
      url: 'postgres://app:«secret:db-password|url»@db:5432/app?token=«secret:db-password»',
    });
  });

  test('that is generated stands by its place, needs the root only, and is in no output', () => {
    const cluster = existingCluster();
    workloadSecret(cluster, { ...place, data: { password: SecretRef.generated({ rotation: 2 }) } });
    const { kubernetesSecrets, secrets } = synthesisOfCluster(cluster);
    expect(kubernetesSecrets[0]?.data).toEqual({
      password: '«secret:generated-secrets|generated:test/laptop/shop/database/password#2:32:alphanumeric»',
    });
    expect(secrets).toEqual([{ name: 'generated-secrets', usedBy: ['laptop:shop/database'] }]);
    expect(objectsIn(cluster)).toEqual([]);
  });

  test('that is generated is the same value alone and inside of a text, in any order, and when the text goes', () => {
    const values = [true, false].map((urlFirst) => {
      const cluster = existingCluster();
      const generated = SecretRef.generated();
      const url = { url: secretText`postgres://app:${generated}@db/app` };
      workloadSecret(cluster, { ...place, data: { ...(urlFirst && url), password: generated, ...url } });
      return filled(cluster)['shop/database'] ?? {};
    });
    expect(values[0]).toEqual(values[1]);
    const alone = existingCluster();
    workloadSecret(alone, { ...place, data: { password: SecretRef.generated() } });
    expect(filled(alone)['shop/database']).toEqual({ password: values[0]?.['password'] });
    expect(values[0]?.['url']).toBe(`postgres://app:${values[0]?.['password']}@db/app`);
  });

  test('that is generated with a name is the same value everywhere in the environment', () => {
    const cluster = existingCluster();
    for (const namespace of ['shop', 'reports'])
      workloadSecret(cluster, {
        ...place,
        namespace,
        data: { password: SecretRef.generated({ name: 'db' }) },
      });
    const values = filled(cluster);
    expect(values['shop/database']).toEqual(values['reports/database']);
    expect(synthesisOfCluster(cluster).kubernetesSecrets[0]?.data['password']).toContain(
      'generated:test/db#0',
    );
  });

  test('that a preset bound to its place is the same value in another namespace', () => {
    const cluster = existingCluster();
    const bound = boundSecret(cluster, SecretRef.generated(), { ...place, key: 'password' });
    workloadSecret(cluster, { ...place, data: { password: bound } });
    workloadSecret(cluster, { namespace: 'web', name: 'copy', data: { url: secretText`x:${bound}` } });
    const values = filled(cluster);
    expect(values['web/copy']).toEqual({ url: `x:${values['shop/database']?.['password']}` });
    expect(problemsIn(cluster)).toEqual([]);
  });

  test('outside of a cluster may be one that something else makes', () => {
    const chart = plainChart();
    const data = { password: SecretRef.existing({ name: 'db', key: 'password' }) };
    expect(workloadSecret(chart, { ...place, data })).toEqual({ password: { name: 'db', key: 'password' } });
    expect(problemsIn(chart)).toEqual([]);
  });
});

describe('a workload’s secret is refused', () => {
  test.each<[string, SecretSource]>([
    ['from config', password],
    ['generated', SecretRef.generated()],
  ])('outside of a cluster when it is %s', (_, source) => {
    const chart = plainChart();
    workloadSecret(chart, { ...place, data: { password: source } });
    expect(problemsIn(chart)).toEqual([
      "[plain] Secret shop/database password: cannot be made outside of a cluster, as its value must not be in a manifest; write password: SecretRef.existing({ name: '…', key: 'password' }), or make it inside of a cluster (workload-secret)",
    ]);
  });

  test.each<[string, unknown, string]>([
    ['text', 'hunter2', "must be a secret, got text; write password: SecretRef.fromConfig('password')"],
    ['nothing', undefined, 'must be a secret, got nothing'],
    [
      'text without a secret',
      secretText`hunter2`,
      'is text without a secret in it, which would be written into synthesis.json',
    ],
    [
      'text with an existing one',
      secretText`a${SecretRef.existing({ name: 'db', key: 'password' })}`,
      'is text with the value of the existing Secret db in it, which is not known here; put the whole text into that Secret, or pass the parts as variables and write $(NAME)',
    ],
    [
      'text with something else in it',
      secretText`a${undefined as unknown as SecretSource}`,
      'must be a secret, got nothing',
    ],
    [
      'an existing one without a key',
      SecretRef.existing({ name: 'db' } as never),
      "must name a Kubernetes Secret and a key of it, got \"db\" and nothing; write SecretRef.existing({ name: 'database', key: 'password' })",
    ],
    [
      'a short one',
      SecretRef.generated({ length: 8 }),
      'is generated, but its length must be a whole number from 16 to 256, got 8; write SecretRef.generated({ length: 32 })',
    ],
    [
      'one of other letters',
      SecretRef.generated({ alphabet: 'base64' as 'hex' }),
      "is generated, but its alphabet must be 'alphanumeric' or 'hex', got \"base64\"",
    ],
    [
      'a wrong rotation',
      SecretRef.generated({ rotation: -1 }),
      'is generated, but its rotation must be a whole number from 0 on',
    ],
    [
      'a wrong name',
      SecretRef.generated({ name: 'a b' }),
      "is generated, but its name must be letters, digits and '-'",
    ],
  ])('when it is %s, and its text is not repeated', (_, value, problem) => {
    const cluster = existingCluster();
    workloadSecret(cluster, { ...place, data: { password: value as SecretSource } });
    const [first = '', ...more] = problemsIn(cluster);
    expect(more).toEqual([]);
    expect(first).toContain(`[laptop] Secret shop/database password: ${problem}`);
    expect(first).not.toContain('hunter2');
  });

  test('when a generated one without a name is used in two Secrets', () => {
    const cluster = existingCluster();
    const generated = SecretRef.generated();
    workloadSecret(cluster, { ...place, data: { password: generated } });
    workloadSecret(cluster, { ...place, name: 'other', data: { password: generated } });
    expect(problemsIn(cluster)).toEqual([
      "[laptop] Secret shop/other password: is to be generated, and the same SecretRef is used for password of Secret laptop:shop/database, so it has no place of its own; give it a name: SecretRef.generated({ name: 'database-password' }), or use one SecretRef.generated() for each (workload-secret)",
    ]);
  });

  test('when a generated one without a name is used for two keys', () => {
    const cluster = existingCluster();
    const generated = SecretRef.generated();
    workloadSecret(cluster, { ...place, data: { one: generated, two: generated } });
    expect(problemsIn(cluster).join()).toContain('is used for two');
  });

  test('when it was handed out by a preset, and the one that the preset was given is used elsewhere', () => {
    const cluster = existingCluster();
    const generated = SecretRef.generated();
    const bound = boundSecret(cluster, generated, { ...place, key: 'password' });
    workloadSecret(cluster, { ...place, data: { password: bound } });
    expect(problemsIn(cluster)).toEqual([]);
    workloadSecret(cluster, { ...place, name: 'web', data: { password: generated } });
    expect(problemsIn(cluster).join()).toContain(
      'Secret shop/web password: is to be generated, and the same SecretRef',
    );
    boundSecret(cluster, generated, { ...place, name: 'worker', key: 'password' });
    expect(problemsIn(cluster).join()).toContain('Secret shop/worker password: is to be generated');
  });

  test('when a key is none, and nothing else is said of it', () => {
    const cluster = existingCluster();
    workloadSecret(cluster, { ...place, data: { 'a b': SecretRef.generated() } });
    expect(problemsIn(cluster)).toEqual([
      "[laptop] addSecret data[\"a b\"]: Secret database has a key that must be letters, digits, '-', '_' and '.'; write 'password' (kubernetes-secret)",
    ]);
  });

  test('when one name has two forms, as these would be two values', () => {
    const cluster = existingCluster();
    for (const [name, length] of [
      ['a', 32],
      ['b', 48],
    ] as const)
      workloadSecret(cluster, {
        ...place,
        name,
        data: { password: SecretRef.generated({ name: 'db', length }) },
      });
    expect(problemsIn(cluster)).toEqual([
      "[laptop] Secret shop/b password: is generated as 'db' with length: 48, alphabet: 'alphanumeric', rotation: 0, but elsewhere with length: 32, alphabet: 'alphanumeric', rotation: 0, which is another value; make it once, and pass that SecretRef to both, or give one another name (workload-secret)",
    ]);
  });

  test('but one constant of the program serves several environments', () => {
    const generated = SecretRef.generated();
    for (const name of ['staging', 'production']) {
      const cluster = new ExistingCluster(new Environment(name), 'laptop', {
        kubeconfig: { context: 'laptop' },
        kubernetesVersion: '1.34',
      });
      workloadSecret(new Chart(cluster, 'chart'), {
        ...place,
        name: `${name}-db`,
        data: { password: generated },
      });
      expect(problemsIn(cluster)).toEqual([]);
    }
  });
});

/** Values of every Kubernetes Secret, as a run makes them. */
function filled(cluster: ExistingCluster): Record<string, Record<string, string>> {
  const secrets = { 'generated-secrets': 'r'.repeat(64) };
  return Object.fromEntries(
    synthesisOfCluster(cluster).kubernetesSecrets.map(({ namespace, name, data }) => [
      `${namespace}/${name}`,
      Object.fromEntries(
        Object.entries(data).map(([key, text]) => [key, fillHoles(text, { secrets, late: {} })]),
      ),
    ]),
  );
}
