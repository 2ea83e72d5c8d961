import { describe, expect, test } from '@jest/globals';
import { ApiObject } from 'cdk8s';
import { AcmeIssuer } from '../../../constructs/platform/cert-manager/acme-issuer';
import { CertManager } from '../../../constructs/platform/cert-manager/cert-manager';
import { SelfSignedIssuer } from '../../../constructs/platform/cert-manager/self-signed-issuer';
import type { Namespace } from '../../../constructs/cluster/namespace';
import { WebService } from '../../../constructs/workloads/web-service';
import { patch } from '../../../constructs/patch';
import { synthesisOfCluster } from '../../support/synth';
import { shop } from '../../support/workloads';

const IMAGE = 'ghcr.io/acme/web:1.4.2';
const warnings = (namespace: Namespace, rule: string) =>
  synthesisOfCluster(namespace.node.scope as never).warnings.filter((warning) => warning.rule === rule);

describe('image-moves', () => {
  test.each(['nginx', 'nginx:latest', 'nginx:main'])('warns of %s in an object of the program', (image) => {
    const namespace = shop();
    new ApiObject(namespace, 'raw', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'raw' },
      spec: { containers: [{ name: 'a', image }] },
    });
    expect(warnings(namespace, 'image-moves')).toMatchObject([
      { property: 'spec.containers[0].image', fix: "write one release: 'nginx:1.4.2', or a digest" },
    ]);
  });

  test('warns of one that a patch brought into a preset', () => {
    const namespace = shop();
    const { deployment } = new WebService(namespace, 'web', { image: IMAGE });
    patch(deployment, 'spec.template.spec.containers[name=web].image', 'nginx:latest');
    expect(warnings(namespace, 'image-moves')).toHaveLength(1);
  });

  test('has nothing against a release or a digest', () => {
    const namespace = shop();
    new WebService(namespace, 'web', { image: IMAGE });
    new WebService(namespace, 'api', { image: `nginx@sha256:${'a'.repeat(64)}` });
    expect(warnings(namespace, 'image-moves')).toEqual([]);
  });
});

describe('issuer-exists', () => {
  const web = (namespace: Namespace, issuer: ConstructorParameters<typeof WebService>[2]['tls']) =>
    new WebService(namespace, 'web', { image: IMAGE, host: 'a.example.org', tls: issuer });

  test('warns of the name of an issuer that is called otherwise, such as that of staging', () => {
    const namespace = shop();
    new CertManager(namespace.node.scope!, 'cert-manager');
    new AcmeIssuer(namespace.node.scope!, 'letsencrypt', { email: 'ops@example.org' });
    web(namespace, { issuer: 'letsencrypt' });
    expect(warnings(namespace, 'issuer-exists')).toMatchObject([
      { fix: "write 'letsencrypt-staging', or pass the issuer itself: tls: { issuer }" },
    ]);
  });

  test('warns where nothing signs at all', () => {
    const namespace = shop();
    web(namespace, { issuer: 'letsencrypt' });
    expect(
      warnings(namespace, 'issuer-exists')
        .map(({ fix }) => fix)
        .join(),
    ).toContain('new CertManager(cluster');
  });

  test('warns of an Issuer of another namespace', () => {
    const namespace = shop();
    new CertManager(namespace.node.scope!, 'cert-manager');
    new SelfSignedIssuer(namespace.node.scope!, 'elsewhere');
    web(namespace, { issuer: { name: 'elsewhere', kind: 'Issuer' } });
    expect(warnings(namespace, 'issuer-exists')).toHaveLength(1);
  });

  test('has nothing against the issuer itself', () => {
    const namespace = shop();
    new CertManager(namespace.node.scope!, 'cert-manager');
    web(namespace, {
      issuer: new AcmeIssuer(namespace.node.scope!, 'letsencrypt', { email: 'ops@example.org' }),
    });
    expect(warnings(namespace, 'issuer-exists')).toEqual([]);
  });
});
