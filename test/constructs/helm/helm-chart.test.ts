import { describe, expect, test } from '@jest/globals';
import { Chart } from 'cdk8s';
import { late, secret } from '../../../constructs';
import type { HelmDelivery } from '../../../constructs';
import { HelmChart, type HelmChartProps } from '../../../constructs/helm/helm-chart';
import { mergeValues } from '../../../constructs/helm/helm-values';
import {
  existingCluster,
  k3sCluster,
  objectsIn,
  plainChart,
  problemsIn,
  schemaProblems,
  synthesisOfCluster,
} from '../../support/synth';

const PROPS: HelmChartProps = {
  chart: 'podinfo',
  repository: 'https://charts.example.org/',
  version: '6.7.1',
  namespace: 'web',
  values: { replicas: 2, tags: ['on', '1.10'] },
};

function deliveredBy(helm: HelmDelivery, over: Partial<HelmChartProps> = {}): unknown[] {
  const cluster = existingCluster({ helm, kubernetesVersion: '1.36' });
  new HelmChart(cluster, 'podinfo', { ...PROPS, ...over });
  const { warnings } = synthesisOfCluster(cluster); // says so when nothing is known of a kind
  expect(warnings).toEqual([]);
  return objectsIn(cluster);
}

describe('a Helm chart', () => {
  test("is a HelmChart of K3s's controller in a K3s cluster, an existing one that has it, and a plain chart", () => {
    const chart = plainChart();
    const k3s = k3sCluster();
    for (const scope of [chart, k3s]) new HelmChart(scope, 'podinfo', PROPS);
    const expected = [
      {
        apiVersion: 'helm.cattle.io/v1',
        kind: 'HelmChart',
        metadata: { name: 'podinfo', namespace: 'kube-system' },
        spec: {
          repo: 'https://charts.example.org',
          chart: 'podinfo',
          version: '6.7.1',
          targetNamespace: 'web',
          valuesContent: 'replicas: 2\ntags:\n  - "on"\n  - "1.10"\n',
        },
      },
    ];
    expect(objectsIn(chart)).toEqual(expected);
    expect(objectsIn(k3s)).toEqual(expected);
    expect(deliveredBy('helm-controller')).toEqual(expected);
    expect(schemaProblems(chart)).toEqual([]);
  });

  test('is an Application where Argo CD delivers', () => {
    expect(deliveredBy('argo-cd', { createNamespace: true })).toEqual([
      {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: {
          name: 'podinfo',
          namespace: 'argocd',
          finalizers: ['resources-finalizer.argocd.argoproj.io'],
        },
        spec: {
          project: 'default',
          source: {
            repoURL: 'https://charts.example.org',
            chart: 'podinfo',
            targetRevision: '6.7.1',
            helm: { releaseName: 'podinfo', valuesObject: { replicas: 2, tags: ['on', '1.10'] } },
          },
          destination: { server: 'https://kubernetes.default.svc', namespace: 'web' },
          syncPolicy: {
            automated: { prune: true, selfHeal: true },
            syncOptions: ['CreateNamespace=true', 'ServerSideApply=true'],
          },
        },
      },
    ]);
  });

  test('is a HelmRepository and a HelmRelease where Flux delivers', () => {
    expect(deliveredBy('flux', { createNamespace: true })).toEqual([
      {
        apiVersion: 'source.toolkit.fluxcd.io/v1',
        kind: 'HelmRepository',
        metadata: { name: 'podinfo', namespace: 'flux-system' },
        spec: { url: 'https://charts.example.org', interval: '24h' },
      },
      {
        apiVersion: 'helm.toolkit.fluxcd.io/v2',
        kind: 'HelmRelease',
        metadata: { name: 'podinfo', namespace: 'flux-system' },
        spec: {
          interval: '1h',
          releaseName: 'podinfo',
          targetNamespace: 'web',
          storageNamespace: 'web',
          chart: {
            spec: {
              chart: 'podinfo',
              version: '6.7.1',
              sourceRef: { kind: 'HelmRepository', name: 'podinfo', namespace: 'flux-system' },
            },
          },
          install: { createNamespace: true },
          values: { replicas: 2, tags: ['on', '1.10'] },
        },
      },
    ]);
  });

  test('is a Chart where k0s delivers', () => {
    expect(deliveredBy('k0s', { releaseName: 'web' })).toEqual([
      {
        apiVersion: 'helm.k0sproject.io/v1beta1',
        kind: 'Chart',
        metadata: { name: 'web', namespace: 'kube-system' },
        spec: {
          chartName: 'web/podinfo',
          repository: { url: 'https://charts.example.org', insecure: false },
          releaseName: 'web',
          version: '6.7.1',
          namespace: 'web',
          values: 'replicas: 2\ntags:\n  - "on"\n  - "1.10"\n',
        },
      },
    ]);
  });

  test('is the inputs of a Release where Pulumi delivers', () => {
    expect(deliveredBy('pulumi', { createNamespace: true })).toEqual([
      {
        apiVersion: 'helm.sh/v3',
        kind: 'Release',
        metadata: { name: 'podinfo', namespace: 'web' },
        spec: {
          chart: 'podinfo',
          repositoryOpts: { repo: 'https://charts.example.org' },
          version: '6.7.1',
          createNamespace: true,
          allowNullValues: true,
          values: { replicas: 2, tags: ['on', '1.10'] },
        },
      },
    ]);
  });

  test('is left as it is after a failed upgrade when told, which only K3s has to be', () => {
    const abort = { failurePolicy: 'abort' } as const;
    expect(deliveredBy('helm-controller', abort)).toMatchObject([{ spec: { failurePolicy: 'abort' } }]);
    expect(deliveredBy('argo-cd', abort)).toEqual(deliveredBy('argo-cd'));
  });

  test('comes from a registry of images in the way each delivery spells it', () => {
    const oci = { repository: 'oci://registry.example.org/charts' };
    expect(deliveredBy('helm-controller', oci)).toMatchObject([
      { spec: { chart: 'oci://registry.example.org/charts/podinfo' } },
    ]);
    expect(deliveredBy('argo-cd', oci)).toMatchObject([
      { spec: { source: { repoURL: 'registry.example.org/charts', chart: 'podinfo' } } },
    ]);
    expect(deliveredBy('flux', oci)).toMatchObject([
      { spec: { type: 'oci', url: 'oci://registry.example.org/charts' } },
      {},
    ]);
    for (const [helm, key] of [
      ['k0s', 'chartName'],
      ['pulumi', 'chart'],
    ] as const) {
      const [made] = deliveredBy(helm, oci) as { spec: object }[];
      expect(made?.spec).toHaveProperty(key, 'oci://registry.example.org/charts/podinfo');
      expect(Object.keys(made!.spec).filter((name) => name.startsWith('repository'))).toEqual([]);
    }
  });

  test('goes into the namespace of the chart around it, else into default', () => {
    const chart = plainChart('shop');
    expect(new HelmChart(chart, 'a', { ...PROPS, namespace: undefined }).namespace).toBe('shop');
    expect(new HelmChart(new Chart(chart, 'b'), 'b', { ...PROPS, namespace: undefined }).namespace).toBe(
      'default',
    );
    expect(new HelmChart(chart, 'c', { ...PROPS, releaseName: 'other' }).releaseName).toBe('other');
  });

  test('keeps values that only a run knows', () => {
    const chart = plainChart();
    new HelmChart(chart, 'podinfo', {
      ...PROPS,
      values: { host: late('web-ip', { example: '203.0.113.7' }) },
    });
    expect(objectsIn(chart)).toMatchObject([
      { spec: { valuesContent: 'host: "«late:web-ip=203.0.113.7»"\n' } },
    ]);
  });
});

describe('a Helm chart fails when', () => {
  const problems = (over: object): string[] => {
    const chart = plainChart();
    new HelmChart(chart, 'podinfo', { ...PROPS, ...over });
    return problemsIn(chart);
  };

  test('nothing installs charts', () => {
    const cluster = existingCluster({ helm: undefined });
    const k3s = k3sCluster({ config: { server: { 'disable-helm-controller': true } } });
    for (const scope of [cluster, k3s]) new HelmChart(scope, 'podinfo', PROPS);
    expect(objectsIn(cluster)).toEqual([]);
    expect([...problemsIn(cluster), ...problemsIn(k3s)]).toMatchInlineSnapshot(`
     [
       "[laptop/podinfo] scope: is a Helm chart, and nothing in cluster laptop installs charts; write helm: 'helm-controller', 'k0s', 'argo-cd', 'flux' or 'pulumi' in the cluster's props, whichever installs them (helm-delivery)",
       "[k3s/podinfo] scope: is a Helm chart, and nothing in cluster k3s installs charts; remove config.server['disable-helm-controller'] from the cluster (helm-delivery)",
     ]
    `);
  });

  test('k0s is too old to take a repository with the chart', () => {
    const cluster = existingCluster({ helm: 'k0s', kubernetesVersion: '1.34' });
    new HelmChart(cluster, 'podinfo', PROPS);
    new HelmChart(cluster, 'image', { ...PROPS, repository: 'oci://registry.example.org/charts' });
    expect(problemsIn(cluster)).toMatchInlineSnapshot(`
     [
       "[laptop/podinfo] repository: is no registry of images, and k0s takes others with the chart from 1.35 on; cluster laptop runs 1.34; upgrade k0s, or write helm: 'pulumi' in the cluster's props (helm-delivery)",
     ]
    `);
  });

  test('its values hold a secret, as a reference or as text', () => {
    expect(problems({ values: { auth: { password: secret('db') }, urls: ['«secret:url»'] } }))
      .toMatchInlineSnapshot(`
     [
       "[plain/podinfo] values.auth.password: is a secret, and values are written into the manifest; make a Kubernetes Secret by cluster.addSecret(…) and give the chart its name (most have a value like 'existingSecret') (secret-in-manifest)",
       "[plain/podinfo] values.urls[0]: is a secret, and values are written into the manifest; make a Kubernetes Secret by cluster.addSecret(…) and give the chart its name (most have a value like 'existingSecret') (secret-in-manifest)",
     ]
    `);
  });

  test('version, repository or a name cannot be used', () => {
    expect(
      problems({
        chart: 'a/b',
        version: '6.x',
        repository: 'http://charts.example.org',
        namespace: 'Web',
        releaseName: 'r'.repeat(54),
      }),
    ).toMatchInlineSnapshot(`
     [
       "[plain/podinfo] chart: must be the name of a chart in its repository, got "a/b"; write chart: 'velero', and where it lies in repository (helm-chart)",
       "[plain/podinfo] repository: must be an https:// or oci:// address, got "http://charts.example.org"; write repository: 'https://…' or 'oci://…' (helm-chart)",
       "[plain/podinfo] version: must be one exact version, got "6.x"; write all three numbers: version: '12.1.0' (helm-chart)",
       "[plain/podinfo] namespace: must be lower case letters, digits and '-', at most 63, got "Web"; write namespace: 'velero' (helm-chart)",
       "[plain/podinfo] releaseName: must be lower case letters, digits and '-', at most 53, got "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr"; write releaseName: 'velero' (helm-chart)",
     ]
    `);
  });
});

test('values merge by key, and anything that is no map replaces', () => {
  expect(mergeValues({ a: { b: 1, c: [1] }, d: 1 }, { a: { c: [2], e: null }, d: { f: 1 } })).toEqual({
    a: { b: 1, c: [2], e: null },
    d: { f: 1 },
  });
});
