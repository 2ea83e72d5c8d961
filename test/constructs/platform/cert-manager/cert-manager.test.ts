import { describe, expect, test } from '@jest/globals';
import { CHARTS } from '../../../../constructs/helm/chart-catalogue';
import { CertManager } from '../../../../constructs/platform/cert-manager/cert-manager';
import type { CertManagerProps } from '../../../../constructs/platform/cert-manager/cert-manager-settings';
import { certManagerValues } from '../../../../constructs/platform/cert-manager/cert-manager-values';
import { expectKnownValues } from '../../../support/chart-values';
import {
  existingCluster,
  k3sCluster,
  objectsIn,
  objectsOf,
  problemsIn,
  schemaProblems,
  synthesisOfCluster,
} from '../../../support/synth';

const problems = (props: object): string[] => {
  const cluster = k3sCluster();
  new CertManager(cluster, 'cert-manager', props);
  return problemsIn(cluster);
};

describe('cert-manager', () => {
  test('is its namespace and its chart, small and with its definitions', () => {
    const cluster = k3sCluster();
    const certManager = new CertManager(cluster, 'cert-manager');
    expect(objectsIn(cluster)).toMatchInlineSnapshot(`
     [
       {
         "apiVersion": "v1",
         "kind": "Namespace",
         "metadata": {
           "labels": {
             "pod-security.kubernetes.io/enforce": "restricted",
           },
           "name": "cert-manager",
         },
       },
       {
         "apiVersion": "helm.cattle.io/v1",
         "kind": "HelmChart",
         "metadata": {
           "name": "cert-manager",
           "namespace": "kube-system",
         },
         "spec": {
           "chart": "oci://quay.io/jetstack/charts/cert-manager",
           "targetNamespace": "cert-manager",
           "valuesContent": "crds:
       enabled: true
       keep: true
     resources:
       requests:
         cpu: "10m"
         memory: "64Mi"
       limits:
         memory: "256Mi"
     webhook:
       resources:
         requests:
           cpu: "10m"
           memory: "32Mi"
         limits:
           memory: "128Mi"
     cainjector:
       resources:
         requests:
           cpu: "10m"
           memory: "64Mi"
         limits:
           memory: "256Mi"
     startupapicheck:
       resources:
         requests:
           cpu: "10m"
           memory: "32Mi"
     ",
           "version": "v1.21.1",
         },
       },
     ]
    `);
    expect(certManager.requests).toEqual({
      cpu: '30m',
      memory: '160Mi',
      perNode: { cpu: '0m', memory: '0Mi' },
    });
    expect(problemsIn(cluster)).toEqual([]);
    expect(schemaProblems(cluster)).toEqual([]);
    expect(synthesisOfCluster(cluster).warnings.filter(({ blocks }) => blocks === 'nothing')).toEqual([]);
  });

  test.each<[string, CertManagerProps, object]>([
    [
      'resources',
      {
        resources: { requests: { cpu: '1' } },
        webhookResources: { limits: { memory: '1Gi' } },
        caInjectorResources: {},
      },
      {
        resources: { requests: { cpu: '1' } },
        webhook: { resources: { limits: { memory: '1Gi' } } },
        cainjector: { resources: {} },
      },
    ],
    ['webhooks', { webhookReplicas: 3 }, { webhook: { replicaCount: 3 } }],
    ['the Gateway API', { gatewayApi: true }, { config: { gatewayAPI: { enabled: true } } }],
    [
      'servers for names',
      { dnsServers: ['1.1.1.1:53', '9.9.9.9:53'] },
      { dns01RecursiveNameservers: '1.1.1.1:53,9.9.9.9:53', dns01RecursiveNameserversOnly: true },
    ],
    [
      'anything else, over the props',
      { values: { crds: { keep: false } } },
      { crds: { enabled: true, keep: false } },
    ],
  ])('takes %s', (_, props, expected) => {
    const values = certManagerValues(props);
    expect(values).toMatchObject(expected);
    expectKnownValues(CHARTS.certManager, values);
  });

  test('sums what its pods ask for', () => {
    const { requests } = new CertManager(k3sCluster(), 'cert-manager', {
      webhookReplicas: 3,
      resources: { requests: { memory: '100Mi' } },
    });
    expect(requests).toEqual({ cpu: '50m', memory: '260Mi', perNode: { cpu: '0m', memory: '0Mi' } });
  });

  test('is taken by a cluster that is there', () => {
    const cluster = existingCluster({ helm: 'argo-cd' });
    new CertManager(cluster, 'cert-manager');
    expect(objectsOf(cluster, 'Application')).toHaveLength(1);
  });

  test('fails when there is one already', () => {
    const cluster = k3sCluster();
    new CertManager(cluster, 'cert-manager');
    new CertManager(cluster, 'another');
    expect(problemsIn(cluster)).toEqual([
      '[k3s/another] scope: is a second cert-manager beside k3s/cert-manager: both would answer for the same objects; remove one of the two (cert-manager)',
    ]);
    expect(objectsOf(cluster, 'HelmChart')).toHaveLength(1);
  });

  test('fails when a server for names has no port, or a prop has another form', () => {
    expect(problems({ dnsServers: ['1.1.1.1'] })).toEqual([
      "[k3s/cert-manager] dnsServers[0]: must be an address and a port, got \"1.1.1.1\"; write '1.1.1.1:53', or 'https://…' for DNS over HTTPS (cert-manager)",
    ]);
    expect(problems({ dnsServers: ['[2606:4700:4700::1111]:53', 'https://1.1.1.1/dns-query'] })).toEqual([]);
    expect(problems({ webhookReplicas: 0 })[0]).toContain(
      'webhookReplicas: must be a whole number from 1 to 10',
    );
  });
});
