import { describe, expect, test } from '@jest/globals';
import type { Construct } from 'constructs';
import type { K3sCluster } from '../../../../constructs/cluster/k3s-cluster';
import { Namespace } from '../../../../constructs/cluster/namespace';
import { AcmeIssuer } from '../../../../constructs/platform/cert-manager/acme-issuer';
import type { AcmeSolver } from '../../../../constructs/platform/cert-manager/acme-settings';
import { CertManager } from '../../../../constructs/platform/cert-manager/cert-manager';
import { Certificate } from '../../../../constructs/platform/cert-manager/certificate';
import type { CertificateIssuer } from '../../../../constructs/platform/cert-manager/certificate-issuer';
import { SelfSignedIssuer } from '../../../../constructs/platform/cert-manager/self-signed-issuer';
import { TraefikRoute } from '../../../../constructs/platform/traefik/route';
import { TraefikTcpRoute } from '../../../../constructs/platform/traefik/tcp-route';
import { Traefik } from '../../../../constructs/platform/traefik/traefik';
import { Ingress } from '../../../../constructs/workloads/ingress';
import { WebService } from '../../../../constructs/workloads/web-service';
import { secret } from '../../../../lib/secret';
import { k3sCluster, objectsOf, problemsIn, schemaProblems } from '../../../support/synth';

interface Policy {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly podSelector: object; readonly ingress?: unknown };
}

/** What has a certificate made in a namespace. @returns What waits for the issuer */
type Asking = (namespace: Namespace, issuer: CertificateIssuer) => Construct | undefined;

const certificate: Asking = (namespace, issuer) =>
  new Certificate(namespace, 'web', { issuer, dnsNames: ['a.example.org'] });

const route: Asking = (namespace, issuer) => {
  const services = [{ name: 'web', port: 80 }];
  const made = new TraefikRoute(namespace, 'web', {
    hosts: ['a.example.org'],
    paths: [{ services }],
    tls: { issuer },
  });
  return made.certificate;
};

const tcpRoute: Asking = (namespace, issuer) => {
  const made = new TraefikTcpRoute(namespace, 'web', {
    hosts: ['a.example.org'],
    entryPoints: ['websecure'],
    services: [{ name: 'db', port: 5432 }],
    tls: { issuer },
  });
  return made.certificate;
};

const ASKING: readonly [string, Asking][] = [
  ['a Certificate', certificate],
  ['a TraefikRoute', route],
  ['a TraefikTcpRoute', tcpRoute],
];

function setUp(): { readonly cluster: K3sCluster; readonly namespace: Namespace } {
  const cluster = k3sCluster();
  new Traefik(cluster, 'traefik');
  return { cluster, namespace: new Namespace(cluster, 'shop', { defaultDeny: true }) };
}

/** From where the pods that answer for a host are reached; `undefined` when nothing lets anybody. */
function admitted(namespace: Namespace): unknown {
  const policies = objectsOf<Policy>(namespace, 'NetworkPolicy');
  expect(schemaProblems(namespace)).toEqual([]);
  const own = policies.filter(({ metadata }) => metadata.name === 'acme-solvers');
  expect(own.length).toBeLessThan(2);
  return own[0]?.spec.ingress;
}

const ports = [{ port: 8089, protocol: 'TCP' }];
const TRAEFIK = {
  from: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'app.kubernetes.io/name': 'traefik' } },
    },
  ],
  ports,
};
const ANYONE = { ports };

describe.each(ASKING)('%s', (_, ask) => {
  test('comes after cert-manager and its issuer, also where cert-manager is made last', () => {
    const { cluster, namespace } = setUp();
    const issuer = new AcmeIssuer(cluster, 'letsencrypt', { server: 'letsencrypt' });
    const waiting = ask(namespace, issuer);
    const certManager = new CertManager(cluster, 'cert-manager');
    const paths = waiting?.node.dependencies.map(({ node }) => node.path);
    expect(paths?.sort()).toEqual([certManager.node.path, issuer.node.path]);
    expect(problemsIn(cluster)).toEqual([]);
  });

  test('says that nothing reads it where the program installs no cert-manager', () => {
    const { cluster, namespace } = setUp();
    ask(namespace, { name: 'letsencrypt', kind: 'ClusterIssuer' });
    expect(problemsIn(cluster)).toEqual([
      expect.stringMatching(
        /^\[k3s\/shop\/web(\/certificate)?\] scope: is read by cert-manager, which this program does not install; write new CertManager/,
      ),
    ]);
  });

  test.each<[string, readonly AcmeSolver[] | undefined, unknown]>([
    ['an issuer as it usually is', undefined, [TRAEFIK]],
    ['another class', [{ http01: { ingressClass: 'nginx' } }], [ANYONE]],
    ['a Gateway', [{ http01: { gateway: { name: 'public' } } }], [ANYONE]],
    [
      'two classes',
      [{ http01: {} }, { http01: { ingressClass: 'nginx' }, dnsZones: ['b.example.org'] }],
      [TRAEFIK, ANYONE],
    ],
    ['DNS alone', [{ dns01: { digitalocean: { token: secret('token') } } }], undefined],
  ])('lets through to the pods that answer for a host: %s', (_case, solvers, expected) => {
    const { cluster, namespace } = setUp();
    ask(namespace, new AcmeIssuer(cluster, 'letsencrypt', { ...(solvers && { solvers }) }));
    expect(admitted(namespace)).toEqual(expected);
  });

  test('lets through what the class of the cluster needs, of an issuer that is only a name', () => {
    const { namespace } = setUp();
    ask(namespace, { name: 'letsencrypt', kind: 'ClusterIssuer' });
    expect(admitted(namespace)).toEqual([TRAEFIK]);
  });

  test('lets nobody through for an issuer that asks nobody', () => {
    const { cluster, namespace } = setUp();
    ask(namespace, new SelfSignedIssuer(cluster, 'self'));
    expect(admitted(namespace)).toBeUndefined();
  });

  test('makes no policy in a namespace that does not deny', () => {
    const cluster = k3sCluster();
    new Traefik(cluster, 'traefik');
    const namespace = new Namespace(cluster, 'shop');
    ask(namespace, { name: 'letsencrypt', kind: 'ClusterIssuer' });
    expect(admitted(namespace)).toBeUndefined();
  });
});

test('a route of Traefik in a cluster without a class is answered for by Traefik', () => {
  const namespace = new Namespace(k3sCluster(), 'shop', { defaultDeny: true });
  route(namespace, { name: 'letsencrypt', kind: 'ClusterIssuer' });
  expect(admitted(namespace)).toEqual([TRAEFIK]);
});

test('a second ingress controller of a namespace is let through as well, each once', () => {
  const { namespace } = setUp();
  const web = { image: 'registry.example.org/web:1.0.0', tls: { issuer: 'letsencrypt' } };
  new WebService(namespace, 'a', { ...web, host: 'a.example.org' });
  new WebService(namespace, 'b', {
    ...web,
    host: 'b.example.org',
    ingress: Ingress.className('nginx', { controllerNamespace: 'ingress-nginx' }),
  });
  new WebService(namespace, 'c', { ...web, host: 'c.example.org' });
  const nginx = {
    from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } }],
    ports,
  };
  expect(admitted(namespace)).toEqual([TRAEFIK, nginx]);
});
