import { describe, expect, test } from '@jest/globals';
import type { K3sCluster } from '../../../../constructs/cluster/k3s-cluster';
import { Namespace } from '../../../../constructs/cluster/namespace';
import { AcmeIssuer } from '../../../../constructs/platform/cert-manager/acme-issuer';
import { CertManager } from '../../../../constructs/platform/cert-manager/cert-manager';
import { Certificate } from '../../../../constructs/platform/cert-manager/certificate';
import type { CertificateProps } from '../../../../constructs/platform/cert-manager/certificate-settings';
import { hoursOf } from '../../../../constructs/platform/cert-manager/durations';
import { SelfSignedIssuer } from '../../../../constructs/platform/cert-manager/self-signed-issuer';
import { secret } from '../../../../lib/secret';
import {
  k3sCluster,
  objectsOf,
  problemsIn,
  schemaProblems,
  synthesisOfCluster,
} from '../../../support/synth';

function clusterWithCertManager(): K3sCluster {
  const cluster = k3sCluster();
  new CertManager(cluster, 'cert-manager');
  return cluster;
}

const issuer = { name: 'company', kind: 'ClusterIssuer' } as const;

function made(props: Partial<CertificateProps>): { certificate: Certificate; spec: unknown } {
  const cluster = clusterWithCertManager();
  const certificate = new Certificate(new Namespace(cluster, 'shop'), 'web', {
    issuer,
    dnsNames: ['shop.example.org'],
    ...props,
  });
  expect([...problemsIn(cluster), ...schemaProblems(cluster)]).toEqual([]);
  return { certificate, spec: objectsOf(cluster, 'Certificate')[0]?.['spec'] };
}

const problems = (props: object): string[] => {
  const cluster = clusterWithCertManager();
  new Certificate(new Namespace(cluster, 'shop'), 'web', { issuer, ...props });
  return problemsIn(cluster);
};

describe('a certificate', () => {
  test('is put into a Secret of its name, with a small key', () => {
    const { certificate, spec } = made({});
    expect(certificate.secretName).toBe('web');
    expect(certificate.object?.metadata.namespace).toBe('shop');
    expect(spec).toEqual({
      secretName: 'web',
      dnsNames: ['shop.example.org'],
      privateKey: { algorithm: 'ECDSA' },
      issuerRef: { name: 'company', kind: 'ClusterIssuer', group: 'cert-manager.io' },
    });
  });

  test('takes all that cert-manager does of these', () => {
    const props = {
      secretName: 'web-tls',
      ipAddresses: ['192.0.2.10', '2001:db8::1'],
      commonName: 'shop',
      duration: '720h',
      renewBefore: '240h30m',
      usages: ['server auth', 'client auth'],
      privateKey: { algorithm: 'RSA', size: 4096, rotationPolicy: 'Never' },
      isCa: true,
    } as const;
    const { usages, ipAddresses, commonName, duration, renewBefore, privateKey } = props;
    expect(made(props).spec).toMatchObject({
      secretName: 'web-tls',
      usages,
      ipAddresses,
      commonName,
      duration,
      renewBefore,
      privateKey,
      isCA: true,
    });
    expect(made({ privateKey: { algorithm: 'RSA' } }).spec).toMatchObject({
      privateKey: { algorithm: 'RSA', size: 2048 },
    });
    made({ dnsNames: ['*.example.org'], duration: '1h30m', renewBefore: '5m' });
  });

  test('comes after its issuer and cert-manager', () => {
    const cluster = clusterWithCertManager();
    const shop = new Namespace(cluster, 'shop');
    new Certificate(shop, 'web', {
      issuer: new SelfSignedIssuer(shop, 'own', { kind: 'Issuer' }),
      dnsNames: ['a.b'],
    });
    const objects = synthesisOfCluster(cluster).manifests.flatMap(({ objects: all }) => all);
    expect(objects.find(({ object }) => object.kind === 'Certificate')?.after).toEqual([
      'k3s/cert-manager/namespace',
      'k3s/cert-manager/chart/release',
      'k3s/shop/own/issuer',
    ]);
  });
});

describe('a certificate fails when', () => {
  test.each<[string, object, string]>([
    [
      'it is for nothing',
      {},
      "dnsNames: names nothing that the certificate is for; write dnsNames: ['shop.example.org']",
    ],
    [
      'a name is none',
      { dnsNames: ['Shop.example.org'] },
      'dnsNames[0]: must be a DNS name in lower case, got "Shop.example.org"; write \'shop.example.org\'',
    ],
    [
      'a name is an address',
      { dnsNames: ['192.0.2.10'] },
      'dnsNames[0]: must be a DNS name in lower case, got "192.0.2.10"; write ipAddresses: [\'192.0.2.10\']',
    ],
    [
      'an address is none',
      { ipAddresses: ['shop'] },
      'ipAddresses[0]: must be an IP address, got "shop"; write \'192.0.2.10\'',
    ],
    [
      'it is renewed before it is made',
      { dnsNames: ['a.b'], renewBefore: '2160h' },
      'renewBefore: is not before the end: certificates live 2160h, got "2160h"; write renewBefore: \'720h\'',
    ],
    [
      'it lives too shortly',
      { dnsNames: ['a.b'], duration: '30m' },
      'duration: must be at least one hour, in hours, minutes and seconds, got "30m"; write duration: \'2160h\'',
    ],
    [
      'a key has bits of another kind',
      { dnsNames: ['a.b'], privateKey: { size: 2048 } },
      'privateKey.size: must be 256, 384, 521 for ECDSA, got 2048; write size: 256',
    ],
    [
      'a key of one size has a size',
      { dnsNames: ['a.b'], privateKey: { algorithm: 'Ed25519', size: 256 } },
      'privateKey.size: has no meaning for Ed25519; remove it',
    ],
    [
      'its common name is too long',
      { commonName: 'x'.repeat(65) },
      'commonName: has 65 characters, and certificates take 64; write a shorter one; the names that count are dnsNames',
    ],
  ])('%s', (_, props, message) => {
    expect(problems(props)).toEqual([`[k3s/shop/web] ${message} (certificate)`]);
  });

  test('its issuer has another form', () => {
    expect(problems({ issuer: 'letsencrypt', dnsNames: ['a.b'] })).toEqual([
      "[k3s/shop/web] issuer: must be an issuer, got \"letsencrypt\"; write issuer: { name: 'letsencrypt', kind: 'ClusterIssuer' }, or an issuer of the program (props-shape)",
    ]);
  });

  test('it has a wildcard, which its issuer cannot show to be yours', () => {
    const wildcard = (issuerProps: ConstructorParameters<typeof AcmeIssuer>[2]): string[] => {
      const cluster = clusterWithCertManager();
      const acme = new AcmeIssuer(cluster, 'letsencrypt', { server: 'letsencrypt', ...issuerProps });
      const web = new Certificate(new Namespace(cluster, 'shop'), 'web', {
        issuer: acme,
        dnsNames: ['*.example.org'],
      });
      return problemsIn(web.node.scopes.at(-2) as Namespace);
    };
    expect(wildcard({ solvers: [{ http01: { ingressClass: 'nginx' } }] })).toEqual([
      '[k3s/shop/web] dnsNames: has the wildcard "*.example.org", and issuer letsencrypt shows names to be yours by HTTP only; add a solver with dns01 to the issuer, or name each host (certificate)',
    ]);
    expect(wildcard({ solvers: [{ dns01: { digitalocean: { token: secret('t') } } }] })).toEqual([]);
  });

  test('its issuer is of another namespace', () => {
    const cluster = clusterWithCertManager();
    const own = new SelfSignedIssuer(new Namespace(cluster, 'blog'), 'own', { kind: 'Issuer' });
    new Certificate(new Namespace(cluster, 'shop'), 'web', { issuer: own, dnsNames: ['a.b'] });
    expect(problemsIn(cluster)).toEqual([
      "[k3s/shop/web] issuer: is an Issuer of namespace blog, and the certificate lies in shop; write kind: 'ClusterIssuer' at the issuer, or make both in one namespace (certificate)",
    ]);
  });
});

test.each([
  ['2160h', 2160],
  ['1h30m', 1.5],
  ['90s', 0.025],
  ['3d', undefined],
  ['', undefined],
])('%j is %p hours', (text, hours) => {
  expect(hoursOf(text)).toBe(hours);
});
