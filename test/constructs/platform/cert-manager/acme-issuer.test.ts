import { describe, expect, test } from '@jest/globals';
import { Namespace } from '../../../../constructs/cluster/namespace';
import { AcmeIssuer } from '../../../../constructs/platform/cert-manager/acme-issuer';
import type { AcmeIssuerProps, Dns01 } from '../../../../constructs/platform/cert-manager/acme-settings';
import { CertManager } from '../../../../constructs/platform/cert-manager/cert-manager';
import { Traefik } from '../../../../constructs/platform/traefik/traefik';
import type { K3sCluster } from '../../../../constructs/cluster/k3s-cluster';
import { secret, SecretRef } from '../../../../lib/secret';
import {
  existingCluster,
  k3sCluster,
  objectsOf,
  plainChart,
  problemsIn,
  schemaProblems,
  synthesisOfCluster,
} from '../../../support/synth';

interface IssuerShape {
  readonly metadata: object;
  readonly spec: { readonly acme: Record<string, unknown> & { readonly solvers: Record<string, unknown>[] } };
}

function clusterWithAll(): K3sCluster {
  const cluster = k3sCluster();
  new Traefik(cluster, 'traefik');
  new CertManager(cluster, 'cert-manager');
  return cluster;
}

function made(props?: AcmeIssuerProps): { cluster: K3sCluster; issuer: AcmeIssuer; object: IssuerShape } {
  const cluster = clusterWithAll();
  const issuer = new AcmeIssuer(cluster, 'letsencrypt', props);
  expect(problemsIn(cluster)).toEqual([]);
  expect(schemaProblems(cluster)).toEqual([]);
  const [object] = objectsOf<IssuerShape>(cluster, 'ClusterIssuer');
  if (object === undefined) throw new Error('no ClusterIssuer');
  return { cluster, issuer, object };
}

const problems = (props: object, cluster = clusterWithAll()): string[] => {
  new AcmeIssuer(cluster, 'letsencrypt', props);
  return problemsIn(cluster);
};

describe('an issuer by ACME', () => {
  test('is that of the staging of Let’s Encrypt, by HTTP through the ingress class of the cluster', () => {
    const { issuer, object } = made();
    expect([issuer.name, issuer.kind, issuer.hasWildcards]).toEqual([
      'letsencrypt-staging',
      'ClusterIssuer',
      false,
    ]);
    expect(object).toEqual({
      apiVersion: 'cert-manager.io/v1',
      kind: 'ClusterIssuer',
      metadata: { name: 'letsencrypt-staging' },
      spec: {
        acme: {
          server: 'https://acme-staging-v02.api.letsencrypt.org/directory',
          privateKeySecretRef: { name: 'letsencrypt-staging-account-key' },
          solvers: [{ http01: { ingress: { ingressClassName: 'traefik', serviceType: 'ClusterIP' } } }],
        },
      },
    });
  });

  test('has its own name in production, so that certificates of staging are made anew', () => {
    expect(made({ server: 'letsencrypt' }).issuer.name).toBe('letsencrypt');
    expect(made({ server: 'letsencrypt' }).object.spec.acme['server']).toBe(
      'https://acme-v02.api.letsencrypt.org/directory',
    );
    expect(new AcmeIssuer(k3sCluster(), 'acme-staging').name).toBe('acme-staging');
  });

  test('takes another authority with an account, a profile and a certificate', () => {
    const { cluster, object } = made({
      server: 'https://acme.example.org/directory',
      email: 'ops@example.org',
      profile: 'shortlived',
      caCertificate: '-----BEGIN CERTIFICATE-----',
      externalAccount: { keyId: 'customer', key: secret('eab') },
    });
    expect(object.metadata).toEqual({ name: 'letsencrypt' });
    expect(object.spec.acme).toMatchObject({
      server: 'https://acme.example.org/directory',
      email: 'ops@example.org',
      profile: 'shortlived',
      caBundle: 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t',
      externalAccountBinding: {
        keyID: 'customer',
        keySecretRef: { name: 'letsencrypt-credentials', key: 'external-account-key' },
      },
    });
    expect(synthesisOfCluster(cluster).kubernetesSecrets).toMatchObject([
      {
        namespace: 'cert-manager',
        name: 'letsencrypt-credentials',
        data: { 'external-account-key': '«secret:eab»' },
      },
    ]);
  });

  test('answers at a Gateway', () => {
    const gateway = { name: 'web', namespace: 'edge' };
    expect(made({ solvers: [{ http01: { gateway } }] }).object.spec.acme.solvers).toEqual([
      {
        http01: {
          gatewayHTTPRoute: { parentRefs: [{ kind: 'Gateway', ...gateway }], serviceType: 'ClusterIP' },
        },
      },
    ]);
  });

  test('reads the ingress class that comes after it', () => {
    const cluster = k3sCluster();
    new AcmeIssuer(cluster, 'letsencrypt');
    new Traefik(cluster, 'traefik');
    new CertManager(cluster, 'cert-manager');
    const [object] = objectsOf<IssuerShape>(cluster, 'ClusterIssuer');
    expect(object?.spec.acme.solvers[0]?.['http01']).toMatchObject({
      ingress: { ingressClassName: 'traefik' },
    });
    expect(problemsIn(cluster)).toEqual([]);
  });

  test('tells its solvers apart by names and zones, and their credentials by number', () => {
    const { object, cluster } = made({
      solvers: [
        { http01: { ingressClass: 'nginx' }, dnsNames: ['shop.example.org'] },
        { dns01: { cloudflare: { apiToken: secret('one') } }, dnsZones: ['example.org'], followCname: true },
        { dns01: { cloudflare: { apiToken: secret('two') } }, dnsZones: ['example.com'] },
      ],
    });
    expect(object.spec.acme.solvers).toEqual([
      {
        selector: { dnsNames: ['shop.example.org'] },
        http01: { ingress: { ingressClassName: 'nginx', serviceType: 'ClusterIP' } },
      },
      {
        selector: { dnsZones: ['example.org'] },
        dns01: {
          cnameStrategy: 'Follow',
          cloudflare: {
            apiTokenSecretRef: { name: 'letsencrypt-staging-credentials', key: 'cloudflare-api-token-2' },
          },
        },
      },
      {
        selector: { dnsZones: ['example.com'] },
        dns01: {
          cloudflare: {
            apiTokenSecretRef: { name: 'letsencrypt-staging-credentials', key: 'cloudflare-api-token-3' },
          },
        },
      },
    ]);
    expect(synthesisOfCluster(cluster).kubernetesSecrets[0]?.data).toEqual({
      'cloudflare-api-token-2': '«secret:one»',
      'cloudflare-api-token-3': '«secret:two»',
    });
  });

  test('comes after cert-manager, which brings its definition', () => {
    const { cluster } = made();
    const objects = synthesisOfCluster(cluster).manifests.flatMap(({ objects: all }) => all);
    const issuer = objects.find(({ object }) => object.kind === 'ClusterIssuer');
    expect(issuer?.after).toEqual(['k3s/cert-manager/namespace', 'k3s/cert-manager/chart/release']);
  });

  test('comes after a cert-manager that is made later, and warns where there is none', () => {
    const cluster = k3sCluster();
    new Traefik(cluster, 'traefik');
    const issuer = new AcmeIssuer(cluster, 'letsencrypt');
    expect(problemsIn(cluster)).toEqual([
      "[k3s/letsencrypt] scope: is read by cert-manager, which this program does not install; write new CertManager(cluster, 'cert-manager') (cert-manager) [warning]",
    ]);
    const certManager = new CertManager(cluster, 'cert-manager');
    expect(problemsIn(cluster)).toEqual([]);
    expect(issuer.node.dependencies).toEqual([certManager]);
    const existing = existingCluster({ ingressClass: 'nginx' });
    new AcmeIssuer(existing, 'letsencrypt');
    expect(problemsIn(existing)).toEqual([]);
  });

  test('lies in a namespace as an Issuer, with its credentials, and in none as a ClusterIssuer', () => {
    const cluster = clusterWithAll();
    const shop = new Namespace(cluster, 'shop');
    const solvers = [{ dns01: { digitalocean: { token: secret('do') } } }];
    new AcmeIssuer(shop, 'own', { kind: 'Issuer', server: 'letsencrypt', solvers });
    new AcmeIssuer(shop, 'all', { server: 'letsencrypt', solvers });
    expect(objectsOf(cluster, 'Issuer')[0]?.metadata).toEqual({ name: 'own', namespace: 'shop' });
    expect(objectsOf(cluster, 'ClusterIssuer')[0]?.metadata).toEqual({ name: 'all' });
    const secrets = synthesisOfCluster(cluster).kubernetesSecrets;
    expect(secrets.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
      'shop/own-credentials',
      'cert-manager/all-credentials',
    ]);
  });
});

describe('DNS-01', () => {
  const token = secret('token');
  const reference = (key: string): object => ({ name: 'letsencrypt-staging-credentials', key });

  test.each<[string, Dns01, object]>([
    [
      'Cloudflare',
      { cloudflare: { apiToken: token } },
      { cloudflare: { apiTokenSecretRef: reference('cloudflare-api-token') } },
    ],
    [
      'DigitalOcean',
      { digitalocean: { token } },
      { digitalocean: { tokenSecretRef: reference('digitalocean-token') } },
    ],
    [
      'Route 53 with keys',
      {
        route53: {
          region: 'eu-central-1',
          accessKey: token,
          secretKey: secret('key'),
          hostedZoneId: 'Z1',
          role: 'arn:x',
        },
      },
      {
        route53: {
          region: 'eu-central-1',
          hostedZoneID: 'Z1',
          role: 'arn:x',
          accessKeyIDSecretRef: reference('route53-access-key'),
          secretAccessKeySecretRef: reference('route53-secret-key'),
        },
      },
    ],
    [
      'Route 53 of the machine',
      { route53: { region: 'eu-central-1' } },
      { route53: { region: 'eu-central-1' } },
    ],
    [
      'dynamic updates',
      { rfc2136: { nameserver: '192.0.2.53:53', tsigKeyName: 'k', tsigSecret: token, protocol: 'TCP' } },
      {
        rfc2136: {
          nameserver: '192.0.2.53:53',
          tsigKeyName: 'k',
          tsigAlgorithm: 'HMACSHA256',
          tsigSecretSecretRef: reference('rfc2136-tsig-secret'),
          protocol: 'TCP',
        },
      },
    ],
    [
      'acme-dns',
      { acmeDns: { host: 'https://auth.example.org', account: token } },
      { acmeDNS: { host: 'https://auth.example.org', accountSecretRef: reference('acme-dns-account') } },
    ],
    [
      'a webhook',
      {
        webhook: {
          groupName: 'acme.example.org',
          solverName: 'x',
          config: { zone: 'a' },
          credentials: { token },
        },
      },
      { webhook: { groupName: 'acme.example.org', solverName: 'x', config: { zone: 'a' } } },
    ],
  ])('is written for %s', (_, dns01, expected) => {
    const { object, issuer, cluster } = made({ solvers: [{ dns01 }] });
    expect(object.spec.acme.solvers).toEqual([{ dns01: expected }]);
    expect(issuer.hasWildcards).toBe(true);
    synthesisOfCluster(cluster);
  });

  test('takes a Kubernetes Secret that is there', () => {
    const apiToken = SecretRef.existing({ name: 'dns', key: 'token' });
    const { object, cluster } = made({ solvers: [{ dns01: { cloudflare: { apiToken } } }] });
    expect(object.spec.acme.solvers).toEqual([
      { dns01: { cloudflare: { apiTokenSecretRef: { name: 'dns', key: 'token' } } } },
    ]);
    expect(synthesisOfCluster(cluster).kubernetesSecrets).toEqual([]);
  });

  test('puts the keys of a webhook where its configuration names them', () => {
    const webhook = { groupName: 'g', solverName: 's', credentials: { 'api-key': token } };
    expect(
      synthesisOfCluster(made({ solvers: [{ dns01: { webhook } }] }).cluster).kubernetesSecrets[0],
    ).toMatchObject({
      name: 'letsencrypt-staging-credentials',
      data: { 'api-key': '«secret:token»' },
    });
  });
});

describe('an issuer by ACME fails when', () => {
  const token = secret('token');
  test.each<[string, object, string]>([
    [
      'its server is neither',
      { server: 'lets-encrypt' },
      "server: must be 'letsencrypt', 'letsencrypt-staging' or an https address, got \"lets-encrypt\"; write server: 'letsencrypt'",
    ],
    [
      'its mail address is none',
      { email: 'ops' },
      'email: must be a mail address, got "ops"; write \'ops@example.org\'',
    ],
    [
      'its server of acme-dns has no scheme',
      { solvers: [{ dns01: { acmeDns: { host: 'auth.example.org', account: token } } }] },
      'solvers[0].dns01.acmeDns.host: must be the address of the server, got "auth.example.org"; write host: \'https://auth.example.org\'',
    ],
    [
      'its certificate is none',
      { caCertificate: 'x' },
      "caCertificate: is no certificate in PEM form; write '-----BEGIN CERTIFICATE-----…'",
    ],
    [
      'it has no solver',
      { solvers: [] },
      'solvers: is empty: nothing can be shown to be yours; write solvers: [{ http01: {} }]',
    ],
    [
      'a solver has nothing',
      { solvers: [{}] },
      'solvers[0]: must have one of http01 and dns01, got neither; write { http01: {} }, or { dns01: { … } }',
    ],
    [
      'a solver has both',
      { solvers: [{ http01: {}, dns01: { digitalocean: { token } } }] },
      'solvers[0]: must have one of http01 and dns01, got both; write { http01: {} }, or { dns01: { … } }',
    ],
    [
      'HTTP is to show a wildcard',
      { solvers: [{ http01: {}, dnsNames: ['*.example.org'] }] },
      'solvers[0]: is HTTP-01 for a wildcard, which no authority takes; write dns01 for it',
    ],
    [
      'a zone is none',
      { solvers: [{ http01: {}, dnsZones: ['example_org'] }] },
      'solvers[0]: names "example_org", which is no DNS name; write dnsZones: [\'example.org\']',
    ],
    [
      'half of the keys of Route 53 are missing',
      { solvers: [{ dns01: { route53: { region: 'x', accessKey: token } } }] },
      "solvers[0].dns01.route53: has one of accessKey and secretKey, which go together; write accessKey: secret('…'), secretKey: secret('…')",
    ],
    [
      'an Issuer is to use the keys of the machine',
      { kind: 'Issuer', solvers: [{ dns01: { route53: { region: 'x' } } }] },
      "solvers[0].dns01.route53: has no keys, and an Issuer may not use those of the machine; write accessKey and secretKey, or kind: 'ClusterIssuer'",
    ],
    [
      'the address of a name server is none',
      { solvers: [{ dns01: { rfc2136: { nameserver: 'http://x', tsigKeyName: 'k', tsigSecret: token } } }] },
      'solvers[0].dns01.rfc2136.nameserver: must be an address or a name, with a port, got "http://x"; write nameserver: \'192.0.2.53:53\'',
    ],
    [
      'a secret stands in the configuration of a webhook',
      { solvers: [{ dns01: { webhook: { groupName: 'g', solverName: 's', config: { token } } } }] },
      "solvers[0].dns01.webhook.config: holds a secret, and is written into the manifest; write credentials: { token: secret('…') }, and in config the Secret <issuer>-credentials with that key",
    ],
  ])('%s', (_, props, message) => {
    expect(problems(props)).toEqual([`[k3s/letsencrypt] ${message} (acme-issuer)`]);
  });

  test('nothing serves Ingress objects in the cluster', () => {
    const withoutIngress = (): K3sCluster => {
      const cluster = k3sCluster();
      new CertManager(cluster, 'cert-manager');
      return cluster;
    };
    expect(problems({}, withoutIngress())).toEqual([
      "[k3s/letsencrypt] solvers[0].http01: answers through an ingress controller, and cluster k3s has none; write new Traefik(cluster, 'traefik'), http01: { ingressClass: '…' }, or dns01 (acme-issuer)",
    ]);
    expect(problems({ solvers: [{ http01: { ingressClass: 'nginx' } }] }, withoutIngress())).toEqual([]);
  });

  test('a token is text, which is not repeated', () => {
    const [problem = '', ...more] = problems({
      solvers: [{ dns01: { cloudflare: { apiToken: 'hunter2' } } }],
    });
    expect(more).toEqual([]);
    expect(problem).toContain(
      'Secret cert-manager/letsencrypt-staging-credentials cloudflare-api-token: must be a secret',
    );
    expect(problem).not.toContain('hunter2');
  });

  test('its provider is not one of them', () => {
    expect(problems({ solvers: [{ dns01: { godaddy: {} } }] })[0]).toContain(
      'solvers[0].dns01: must have one of the keys cloudflare, route53, digitalocean, rfc2136, acmeDns, webhook',
    );
  });

  test('two webhooks want one key', () => {
    const webhook = { groupName: 'g', solverName: 's', credentials: { token } };
    expect(
      problems({ solvers: [{ dns01: { webhook } }, { dns01: { webhook }, dnsZones: ['example.org'] }] }),
    ).toEqual([
      '[k3s/letsencrypt] solvers: have credentials with the key "token" twice; give one of them another key, and name it in its config (acme-issuer)',
    ]);
  });
});

test('an issuer in a plain chart, without a cluster, leaves the class to whoever serves Ingress objects', () => {
  const chart = plainChart('shop');
  new AcmeIssuer(chart, 'letsencrypt');
  const [object] = objectsOf<IssuerShape>(chart, 'ClusterIssuer');
  expect(object?.metadata).toEqual({ name: 'letsencrypt-staging' });
  expect(object?.spec.acme.solvers).toEqual([{ http01: { ingress: { serviceType: 'ClusterIP' } } }]);
  expect(problemsIn(chart)).toEqual([]);
});
