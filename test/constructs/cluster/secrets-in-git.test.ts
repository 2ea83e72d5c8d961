import { describe, expect, test } from '@jest/globals';
import { GitSecrets } from '../../../constructs/cluster/git-secrets';
import { Namespace } from '../../../constructs/cluster/namespace';
import { secret, secretHole, SecretRef, secretText, urlEncoded } from '../../../lib/secret';
import { workloadSecret } from '../../../constructs/workloads/secrets/workload-secret';
import { controllerCertificate } from '../../support/controller-certificate';
import { existingCluster, objectsOf, problemsIn, synthesisOfCluster } from '../../support/synth';

const password = SecretRef.fromConfig('db-password');
const external = GitSecrets.external({ store: 'vault' });

function withStore(how = external, before = true) {
  const cluster = existingCluster({ crds: ['externalsecrets.external-secrets.io'] });
  if (before) cluster.secretsInGit(how);
  const namespace = new Namespace(cluster, 'shop');
  workloadSecret(namespace, {
    namespace: 'shop',
    name: 'database',
    data: { password, url: secretText`postgres://app:${urlEncoded(password)}@db/app` },
  });
  if (!before) cluster.secretsInGit(how);
  return cluster;
}

describe('with an external store', () => {
  test('a Secret is an ExternalSecret in the manifests, and nobody else makes it', () => {
    const cluster = withStore();
    expect(objectsOf(cluster, 'ExternalSecret')).toEqual([
      {
        apiVersion: 'external-secrets.io/v1',
        kind: 'ExternalSecret',
        metadata: { name: 'database', namespace: 'shop' },
        spec: {
          refreshInterval: '1h',
          secretStoreRef: { name: 'vault', kind: 'ClusterSecretStore' },
          target: {
            name: 'database',
            template: {
              engineVersion: 'v2',
              data: {
                password: '{{ .db_password }}',
                url: 'postgres://app:{{ .db_password | urlquery | replace "+" "%20" }}@db/app',
              },
            },
          },
          data: [{ secretKey: 'db_password', remoteRef: { key: 'db-password' } }],
        },
      },
    ]);
    expect(problemsIn(cluster)).toEqual([]);
    const synthesis = synthesisOfCluster(cluster);
    expect(synthesis).toMatchObject({ kubernetesSecrets: [], secrets: [] });
    expect(synthesis.secretsInGit).toBeUndefined();
    expect(JSON.stringify(synthesis.manifests)).toContain('"kind":"ExternalSecret"');
  });

  test('it does not matter whether the store is named before or after', () => {
    expect(objectsOf(withStore(external, false), 'ExternalSecret')).toEqual(
      objectsOf(withStore(), 'ExternalSecret'),
    );
    expect(synthesisOfCluster(withStore(external, false)).kubernetesSecrets).toEqual([]);
  });

  test('keys of the store, its kind and how often it is asked can be said', () => {
    const how = GitSecrets.external({
      store: 'vault',
      kind: 'SecretStore',
      refreshInterval: '15m',
      keys: { 'db-password': { key: 'shop/db', property: 'password' } },
    });
    const [object] = objectsOf<{ spec: object }>(withStore(how), 'ExternalSecret');
    expect(object?.spec).toMatchObject({
      refreshInterval: '15m',
      secretStoreRef: { name: 'vault', kind: 'SecretStore' },
      data: [{ secretKey: 'db_password', remoteRef: { key: 'shop/db', property: 'password' } }],
    });
  });

  test('text that means something to a template stands in it as text', () => {
    const cluster = existingCluster();
    cluster.secretsInGit(external);
    cluster.addSecret(cluster, {
      namespace: 'shop',
      name: 'config',
      data: { json: `{"a": {${secretHole(secret('a'))}}}`, template: `{{ .x }}${secretHole(secret('a'))}` },
    });
    const [object] = objectsOf<{ spec: { target: { template: object } } }>(cluster, 'ExternalSecret');
    expect(object?.spec.target.template).toMatchObject({
      data: {
        json: '{{ "{\\"a\\": {" }}{{ .a }}}}',
        template: '{{ "{{ .x }}" }}{{ .a }}',
      },
    });
  });

  test('fails for a key of a secret that nothing uses, naming the one that was meant', () => {
    const cluster = withStore(GitSecrets.external({ store: 'vault', keys: { 'db-pasword': 'shop/db' } }));
    expect(problemsIn(cluster)).toEqual([
      '[laptop] secretsInGit keys["db-pasword"]: names a secret that no Kubernetes Secret of this cluster uses; write "db-password", or remove it (secrets-in-git)',
    ]);
  });

  test('fails for a secret that is to be generated', () => {
    const cluster = existingCluster();
    cluster.secretsInGit(external);
    const generated = SecretRef.generated();
    const data = { url: secretText`postgres://app:${generated}@db/app`, password: generated };
    workloadSecret(cluster, { namespace: 'shop', name: 'database', data });
    expect(problemsIn(cluster)).toEqual([
      "[laptop] Secret shop/database password: is to be generated, but the Secrets of this cluster come from an external store; put a value into the store, and write SecretRef.fromConfig('database-password') with its name there (secrets-in-git)",
    ]);
    expect(objectsOf(cluster, 'ExternalSecret')).toEqual([]);
  });
});

describe('sealed or encrypted with SOPS', () => {
  const { certificate } = controllerCertificate();
  const age = ['age18n2qhlv6xc28kcuxyvyqfyldjuy0l4calscg2erppvwuyfht048q97lzfv'];

  test.each([
    ['sealed-secrets', GitSecrets.sealed({ certificate }), { certificate }],
    ['sops', GitSecrets.sops({ age }), { age }],
  ])('%s: Secrets stay declared, and the synthesis says how they get into Git', (by, how, settings) => {
    const cluster = withStore(how);
    const synthesis = synthesisOfCluster(cluster);
    expect(synthesis.secretsInGit).toEqual([{ cluster: 'laptop', by, ...settings }]);
    expect(synthesis.kubernetesSecrets).toHaveLength(1);
    expect(synthesis.secrets).toEqual([
      { name: 'db-password', usedBy: ['laptop:shop/database'] },
      { name: 'generated-secrets', usedBy: ['laptop:Secrets in Git'] },
    ]);
    expect(objectsOf(cluster, 'ExternalSecret')).toEqual([]);
  });
});

describe('a way of getting Secrets into a cluster is refused', () => {
  const { certificate: ec } = controllerCertificate({ ec: true });
  const { privateKey } = controllerCertificate();
  test.each<[string, unknown, string]>([
    ['that is none', { age: [] }, 'secretsInGit: must be made by GitSecrets, got a map'],
    [
      'without a certificate',
      GitSecrets.sealed({ certificate: 'x' }),
      'secretsInGit certificate: must be a certificate in PEM, got "x"; run kubeseal --fetch-cert',
    ],
    [
      'with a private key',
      GitSecrets.sealed({ certificate: privateKey }),
      'secretsInGit certificate: holds a private key',
    ],
    [
      'with a key that is not RSA',
      GitSecrets.sealed({ certificate: ec }),
      'secretsInGit certificate: must have an RSA key, got ec',
    ],
    [
      'without a key of age',
      GitSecrets.sops({ age: [] }),
      "secretsInGit age: must be a list of public keys, got an empty list; write age: ['age1…']",
    ],
    [
      'with something else for a key',
      GitSecrets.sops({ age: ['ssh-ed25519 A'] }),
      'secretsInGit age[0]: must be a public key of age, got "ssh-ed25519 A"',
    ],
    [
      'with a private key of age',
      GitSecrets.sops({ age: ['AGE-SECRET-KEY-1CANARY'] }),
      'secretsInGit age[0]: is a private key',
    ],
    [
      'without a store',
      GitSecrets.external({ store: '' }),
      'secretsInGit store: must be the name of a store, got ""; write store: \'vault\'',
    ],
    [
      'with another kind',
      GitSecrets.external({ store: 'vault', kind: 'Vault' as 'SecretStore' }),
      "secretsInGit kind: must be 'ClusterSecretStore' or 'SecretStore', got \"Vault\"",
    ],
    [
      'with no duration',
      GitSecrets.external({ store: 'vault', refreshInterval: 'daily' }),
      'secretsInGit refreshInterval: must be a duration, got "daily"',
    ],
    [
      'with an empty key',
      GitSecrets.external({ store: 'vault', keys: { 'db-password': '' } }),
      'secretsInGit keys["db-password"]: must be a key of the store, got ""',
    ],
  ])('%s', (_, how, problem) => {
    const cluster = withStore(how as GitSecrets);
    const problems = problemsIn(cluster).join('\n');
    expect(problems).toContain(`[laptop] ${problem}`);
    expect(problems).not.toMatch(/CANARY|BEGIN PRIVATE/);
  });

  test('when there are two', () => {
    const cluster = withStore();
    cluster.secretsInGit(external);
    expect(problemsIn(cluster)).toEqual([
      '[laptop] secretsInGit: is called twice for one cluster; remove one of the two (secrets-in-git)',
    ]);
  });
});
