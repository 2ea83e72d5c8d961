import { describe, expect, test } from '@jest/globals';
import { ApiObject } from 'cdk8s';
import { CertManager } from '../../../constructs/platform/cert-manager/cert-manager';
import { Certificate } from '../../../constructs/platform/cert-manager/certificate';
import { SelfSignedIssuer } from '../../../constructs/platform/cert-manager/self-signed-issuer';
import { WebService, type WebServiceProps } from '../../../constructs/workloads/web-service';
import { SecretRef } from '../../../lib/secret';
import { refusals, shop } from '../../support/workloads';

const issued = () => {
  const namespace = shop();
  new CertManager(namespace.node.scope!, 'cert-manager');
  return { namespace, issuer: new SelfSignedIssuer(namespace.node.scope!, 'own', {}) };
};
const web = (namespace: ReturnType<typeof shop>, id: string, props: Partial<WebServiceProps> = {}) =>
  new WebService(namespace, id, { image: 'ghcr.io/acme/web:1.4.2', ...props });

describe('a Kubernetes Secret has one maker', () => {
  test('refuses a certificate that goes into the Secret of another workload', () => {
    const { namespace, issuer } = issued();
    web(namespace, 'x-tls', { env: { A: SecretRef.fromConfig('a') } });
    web(namespace, 'x', { host: 'x.example.org', tls: { issuer } });
    expect(refusals(namespace)).toEqual([
      expect.stringContaining(
        'makes Ingress shop/x, whose certificate goes into Secret shop/x-tls, which k3s/shop/x-tls writes as well',
      ),
    ]);
  });

  test('refuses two certificates in one Secret', () => {
    const { namespace, issuer } = issued();
    for (const id of ['a', 'b'])
      new Certificate(namespace, id, { issuer, dnsNames: [`${id}.example.org`], secretName: 'both' });
    const found = refusals(namespace);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('one-owner');
    expect(found[0]).toContain('makes Certificate shop/b, whose certificate goes into Secret shop/both');
    expect(found[0]).toContain('give the Secret of one of the two another name');
  });

  test('refuses a certificate beside an Ingress that has one made', () => {
    const { namespace, issuer } = issued();
    new Certificate(namespace, 'x-tls', { issuer, dnsNames: ['x.example.org'] });
    web(namespace, 'x', { host: 'x.example.org', tls: { issuer } });
    expect(refusals(namespace).join('\n')).toContain('Secret shop/x-tls, which k3s/shop/');
  });

  test.each([
    ['Owner', 1],
    ['Merge', 0],
  ])('an ExternalSecret beside a certificate, with the policy %s', (creationPolicy, count) => {
    const { namespace, issuer } = issued();
    new ApiObject(namespace, 'external', {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: 'external' },
      spec: { target: { name: 'site', creationPolicy }, secretStoreRef: { name: 'store' } },
    });
    new Certificate(namespace, 'site', { issuer, dnsNames: ['x.example.org'] });
    expect(refusals(namespace).filter((line) => line.includes('one-owner'))).toHaveLength(count);
  });

  test('takes an Ingress that only uses the Secret of a certificate', () => {
    const { namespace, issuer } = issued();
    new Certificate(namespace, 'site', { issuer, dnsNames: ['x.example.org'] });
    web(namespace, 'x', { host: 'x.example.org', tls: { secretName: 'site' } });
    expect(refusals(namespace)).toEqual([]);
  });

  test.each([
    ['one host', 'x.example.org', 0],
    ['other hosts', 'y.example.org', 1],
  ])('two Ingresses of %s with one Secret', (_, host, count) => {
    const { namespace } = issued();
    for (const [id, own] of Object.entries({ a: 'x.example.org', b: host }))
      new ApiObject(namespace, id, {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: id, annotations: { 'cert-manager.io/cluster-issuer': 'own' } },
        spec: { ingressClassName: 'traefik', tls: [{ hosts: [own], secretName: 'both' }] },
      });
    expect(refusals(namespace).filter((line) => line.includes('one-owner'))).toHaveLength(count);
  });
});

describe('a Secret that something else makes', () => {
  test('is not written over by the secrets of a workload of its name', () => {
    const namespace = shop();
    web(namespace, 'web', {
      env: { A: SecretRef.existing({ name: 'web', key: 'A' }), B: SecretRef.fromConfig('b') },
    });
    const [found, ...others] = refusals(namespace);
    expect(others).toEqual([]);
    expect(found).toContain('Secret shop/web A');
    expect(found).toContain(
      'is left in Secret web, which something else makes, and which B would be written over',
    );
  });

  test('can have the name of a workload whose secrets all lie in it', () => {
    const namespace = shop();
    web(namespace, 'web', { env: { A: SecretRef.existing({ name: 'web', key: 'A' }) } });
    expect(refusals(namespace)).toEqual([]);
  });
});
