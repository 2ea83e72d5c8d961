import { describe, expect, test } from '@jest/globals';
import { Namespace } from '../../../../constructs/cluster/namespace';
import { CertManager } from '../../../../constructs/platform/cert-manager/cert-manager';
import { PrivateCaIssuer } from '../../../../constructs/platform/cert-manager/private-ca-issuer';
import { SelfSignedIssuer } from '../../../../constructs/platform/cert-manager/self-signed-issuer';
import type { K3sCluster } from '../../../../constructs/cluster/k3s-cluster';
import { secret, SecretRef } from '../../../../lib/secret';
import {
  k3sCluster,
  objectsIn,
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

const certManagerObjects = (cluster: K3sCluster): ReturnType<typeof objectsIn> =>
  objectsIn(cluster).filter(({ apiVersion }) => apiVersion === 'cert-manager.io/v1');

describe('an issuer that signs itself', () => {
  test('is for all namespaces, or for its own', () => {
    const cluster = clusterWithCertManager();
    const issuer = new SelfSignedIssuer(cluster, 'self-signed');
    new SelfSignedIssuer(new Namespace(cluster, 'shop'), 'own', { kind: 'Issuer' });
    expect([issuer.name, issuer.kind]).toEqual(['self-signed', 'ClusterIssuer']);
    expect(certManagerObjects(cluster)).toEqual([
      {
        apiVersion: 'cert-manager.io/v1',
        kind: 'ClusterIssuer',
        metadata: { name: 'self-signed' },
        spec: { selfSigned: {} },
      },
      {
        apiVersion: 'cert-manager.io/v1',
        kind: 'Issuer',
        metadata: { name: 'own', namespace: 'shop' },
        spec: { selfSigned: {} },
      },
    ]);
    expect([...problemsIn(cluster), ...schemaProblems(cluster)]).toEqual([]);
  });
});

describe('a private authority', () => {
  test('has a root that cert-manager makes: who signs it, its certificate, and who signs with it', () => {
    const cluster = clusterWithCertManager();
    const issuer = new PrivateCaIssuer(cluster, 'home');
    expect([issuer.name, issuer.kind, issuer.secretName, issuer.secretNamespace]).toEqual([
      'home',
      'ClusterIssuer',
      'home-root',
      'cert-manager',
    ]);
    expect(certManagerObjects(cluster)).toEqual([
      {
        apiVersion: 'cert-manager.io/v1',
        kind: 'ClusterIssuer',
        metadata: { name: 'home-root' },
        spec: { selfSigned: {} },
      },
      {
        apiVersion: 'cert-manager.io/v1',
        kind: 'Certificate',
        metadata: { name: 'home-root', namespace: 'cert-manager' },
        spec: {
          isCA: true,
          commonName: 'home',
          secretName: 'home-root',
          duration: '87600h',
          privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Never' },
          issuerRef: { name: 'home-root', kind: 'ClusterIssuer', group: 'cert-manager.io' },
        },
      },
      {
        apiVersion: 'cert-manager.io/v1',
        kind: 'ClusterIssuer',
        metadata: { name: 'home' },
        spec: { ca: { secretName: 'home-root' } },
      },
    ]);
    expect([...problemsIn(cluster), ...schemaProblems(cluster)]).toEqual([]);
    const order = synthesisOfCluster(cluster).manifests.flatMap(({ objects }) =>
      objects.map(({ object, after }) => ({ name: `${object.kind} ${object.metadata.name}`, after })),
    );
    expect(order.find(({ name }) => name === 'ClusterIssuer home')?.after).toContain('k3s/home/root');
    expect(order.find(({ name }) => name === 'Certificate home-root')?.after).toContain(
      'k3s/home/root-issuer',
    );
  });

  test('lies in a namespace with all of its parts', () => {
    const cluster = clusterWithCertManager();
    new PrivateCaIssuer(new Namespace(cluster, 'shop'), 'own', {
      kind: 'Issuer',
      root: { commonName: 'Shop', duration: '8760h' },
    });
    expect(
      certManagerObjects(cluster).map(
        ({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`,
      ),
    ).toEqual(['Issuer shop/own-root', 'Certificate shop/own-root', 'Issuer shop/own']);
    expect(objectsOf(cluster, 'Certificate')[0]).toMatchObject({
      spec: { commonName: 'Shop', duration: '8760h', issuerRef: { kind: 'Issuer' } },
    });
  });

  test('is made all for the cluster inside of a namespace, with its root beside cert-manager', () => {
    const cluster = clusterWithCertManager();
    new PrivateCaIssuer(new Namespace(cluster, 'shop'), 'home');
    expect(
      certManagerObjects(cluster)
        .map(({ kind, metadata }) => [kind, metadata.namespace])
        .sort(),
    ).toEqual([
      ['Certificate', 'cert-manager'],
      ['ClusterIssuer', undefined],
      ['ClusterIssuer', undefined],
    ]);
    synthesisOfCluster(cluster);
  });

  test('is given as secrets, or as a Kubernetes Secret', () => {
    const cluster = clusterWithCertManager();
    new PrivateCaIssuer(cluster, 'company', {
      authority: { certificate: secret('ca-certificate'), key: secret('ca-key') },
    });
    new PrivateCaIssuer(cluster, 'other', { authority: { secretName: 'other-ca' } });
    expect(certManagerObjects(cluster).map(({ spec }) => spec)).toEqual([
      { ca: { secretName: 'company-authority' } },
      { ca: { secretName: 'other-ca' } },
    ]);
    expect(synthesisOfCluster(cluster).kubernetesSecrets).toMatchObject([
      {
        namespace: 'cert-manager',
        name: 'company-authority',
        data: { 'tls.crt': '«secret:ca-certificate»', 'tls.key': '«secret:ca-key»' },
      },
    ]);
  });

  const existing = SecretRef.existing({ name: 'ca', key: 'crt' });
  test.each<[string, object, string]>([
    [
      'both ways are written',
      { authority: { secretName: 'ca' }, root: {} },
      'root: describes a root that is to be made, and authority one that is there; remove one of the two (private-ca)',
    ],
    [
      'keys of a Kubernetes Secret are named',
      { authority: { certificate: existing, key: existing } },
      "authority: refers to keys of an existing Kubernetes Secret, and cert-manager takes a whole one with tls.crt and tls.key; write authority: { secretName: 'its-name' } (private-ca)",
    ],
    [
      'the Secret has no name',
      { authority: { secretName: 'My CA' } },
      'authority.secretName: must be the name of a Kubernetes Secret, got "My CA"; write secretName: \'company-ca\' (private-ca)',
    ],
    [
      'the lifetime is in days',
      { root: { duration: '3650d' } },
      'root.duration: must be at least one hour, in hours, minutes and seconds, got "3650d"; write duration: \'2160h\' (private-ca)',
    ],
    [
      'the key is missing',
      { authority: { certificate: secret('c') } },
      'authority.key: is missing; write key: … (props-shape)',
    ],
  ])('fails when %s', (_, props, message) => {
    const cluster = clusterWithCertManager();
    new PrivateCaIssuer(cluster, 'home', props);
    expect(problemsIn(cluster)).toEqual([`[k3s/home] ${message}`]);
  });
});
