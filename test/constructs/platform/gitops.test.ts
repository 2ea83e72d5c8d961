import { describe, expect, test } from '@jest/globals';
import { CHARTS } from '../../../constructs/helm/chart-catalogue';
import { ArgoCd, argoCdValues, type ArgoCdProps } from '../../../constructs/platform/gitops/argo-cd';
import { Flux, fluxValues, type FluxProps } from '../../../constructs/platform/gitops/flux';
import type { GitSource } from '../../../constructs/platform/gitops/git-source';
import { expectKnownValues } from '../../support/chart-values';
import { existingCluster, k3sCluster, objectsOf, problemsIn, schemaProblems } from '../../support/synth';
import { data } from '../../support/workloads';

const source: GitSource = { url: 'https://git.example.org/acme/cluster.git' };
const argo = (props: Partial<ArgoCdProps> = {}, cluster = k3sCluster()) =>
  new ArgoCd(cluster, 'argo-cd', { source, ...props });
const flux = (props: Partial<FluxProps> = {}, cluster = k3sCluster()) =>
  new Flux(cluster, 'flux', { source, ...props });

describe('a GitOps controller', () => {
  test.each([
    ['argo-cd', argo],
    ['flux', flux],
  ])('%s is applied by K3s itself, from a file on every server', (file, make) => {
    const cluster = k3sCluster();
    make({}, cluster);
    const files = cluster.model().autoDeploy.map(({ name }) => name);
    expect(files).toContain(`${file}.yaml`);
    expect(schemaProblems(cluster)).toEqual([]);
    expect(problemsIn(cluster)).toEqual([]);
  });

  test('of a cluster of somebody else is an ordinary object', () => {
    const cluster = existingCluster({ helm: 'helm-controller' });
    new Flux(cluster, 'flux', { source });
    expect(objectsOf(cluster, 'HelmChart')).toHaveLength(1);
    expect(objectsOf(cluster, 'Kustomization')).toHaveLength(1);
  });

  test.each<[string, 'argo-cd' | 'flux', (cluster: ReturnType<typeof existingCluster>) => unknown]>([
    ['Argo CD', 'argo-cd', (cluster) => new ArgoCd(cluster, 'it', { source })],
    ['Flux', 'flux', (cluster) => new Flux(cluster, 'it', { source })],
  ])('%s cannot install itself', (name, helm, make) => {
    const cluster = existingCluster({ helm });
    make(cluster);
    expect(problemsIn(cluster).join('\n')).toContain(`would be installed by ${name} itself`);
  });

  test.each<[string, GitSource, string]>([
    [
      'an address that is none',
      { url: 'git.example.org/acme' },
      "write url: 'https://git.example.org/acme/cluster.git'",
    ],
    ['a path upwards', { ...source, path: '../other' }, 'must lie inside of the repository'],
  ])('refuses %s', (_, wrong, message) => {
    for (const make of [argo, flux]) {
      const cluster = k3sCluster();
      make({ source: wrong }, cluster);
      expect(problemsIn(cluster).join('\n')).toContain(message);
    }
  });

  test.each(['https', 'http'])(
    'refuses an %s address with a password in it, without repeating it',
    (scheme) => {
      const cluster = k3sCluster();
      argo({ source: { url: `${scheme}://bot:hunter2@git.example.org/acme/cluster.git` } }, cluster);
      const found = problemsIn(cluster).join('\n');
      expect(found).toContain('holds an account');
      expect(found).not.toContain('hunter2');
    },
  );
});

describe('ArgoCd', () => {
  test('applies the folder of this environment and cluster, and keeps it so', () => {
    expect(data(argo().application)).toMatchObject({
      metadata: { name: 'test-k3s', namespace: 'argocd' },
      spec: {
        source: {
          repoURL: source.url,
          targetRevision: 'main',
          path: 'test/k3s',
          directory: { recurse: true, include: '*.yaml' },
        },
        syncPolicy: { automated: { prune: true, selfHeal: true } },
      },
    });
  });

  test('takes its options', () => {
    const { application, requests } = argo({
      source: { ...source, revision: 'v1', path: 'live' },
      prune: false,
      selfHeal: false,
      applicationSets: true,
      notifications: true,
      values: { global: { logging: { level: 'warn' } } },
    });
    expect(data(application).spec).toMatchObject({
      source: { targetRevision: 'v1', path: 'live' },
      syncPolicy: { automated: { prune: false, selfHeal: false } },
    });
    expect(requests).toMatchObject({ cpu: '110m', memory: '504Mi' });
  });

  test('says what its pods ask for', () =>
    expect(argo().requests).toMatchObject({ cpu: '90m', memory: '376Mi' }));

  test.each([{}, { applicationSets: true, notifications: true }])(
    'values %j are known to the chart',
    (props) => {
      expectKnownValues(CHARTS.argoCd, argoCdValues({ source, ...props }));
    },
  );
});

describe('Flux', () => {
  test('applies the folder of this environment and cluster', () => {
    const { repository, kustomization } = flux();
    expect(data(repository).spec).toEqual({ url: source.url, interval: '5m', ref: { branch: 'main' } });
    expect(data(kustomization)).toMatchObject({
      metadata: { name: 'test-k3s', namespace: 'flux-system' },
      spec: { path: './test/k3s', prune: true, sourceRef: { kind: 'GitRepository', name: 'test-k3s' } },
    });
  });

  test('takes its options', () => {
    const { repository, kustomization, requests } = flux({
      source: { ...source, credentialsSecret: 'git' },
      prune: false,
      interval: '1m',
      sopsSecret: 'age',
      helm: false,
      notifications: true,
    });
    expect(data(repository).spec).toMatchObject({ interval: '1m', secretRef: { name: 'git' } });
    expect(data(kustomization).spec).toMatchObject({
      prune: false,
      decryption: { provider: 'sops', secretRef: { name: 'age' } },
    });
    expect(requests).toMatchObject({ cpu: '60m', memory: '192Mi' });
  });

  test.each([{}, { helm: false, notifications: true }])('values %j are known to the chart', (props) => {
    expectKnownValues(CHARTS.flux, fluxValues({ source, ...props }));
  });

  test('refuses an interval that is none', () => {
    const cluster = k3sCluster();
    flux({ interval: 'often' }, cluster);
    expect(problemsIn(cluster).join('\n')).toContain("write interval: '5m'");
  });
});
