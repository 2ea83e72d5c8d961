import * as pulumi from '@pulumi/pulumi';
import { k8s } from 'cdk8s-plus-28';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ExistingCluster, HelmChart, Namespace, late, secret, secretHole, type Environment } from 'k3stack';
import { gitFiles } from '../../stacks/workloads/git-files';
import { Workloads, type WorkloadsArgs } from '../../stacks/pulumi';
import { isSecret, plain, type Registration } from '../support/pulumi-monitor';
import { provisionable, ran } from '../support/pulumi-program';

// Each test runs a program or two, resource by resource.
jest.setTimeout(60_000);

describe('workloads', () => {
  beforeEach(() => {
    for (const level of ['log', 'info', 'warn', 'error'] as const)
      jest.spyOn(console, level).mockReturnValue();
  });
  afterEach(() => void jest.restoreAllMocks());

  test('have one resource for each object, under names that never change', async () => {
    const found = await applied(shop);
    expect([...found.keys()].sort()).toMatchInlineSnapshot(`
     [
       "kubernetes:apps/v1:Deployment k3d/shop/web",
       "kubernetes:core/v1:ConfigMap k3d/shop/settings",
       "kubernetes:core/v1:Namespace k3d/shop",
       "kubernetes:core/v1:Secret k3d/shop/database",
       "kubernetes:core/v1:Service k3d/shop/web",
       "pulumi:providers:kubernetes k3d",
     ]
    `);
  });

  test('wait for their namespace, for Secrets and what the program orders, and for nothing else', async () => {
    const found = await applied(shop);
    const waits = [...found].map(([name, { dependencies }]) => [
      name,
      dependencies.map((urn) => urn.split('::').slice(2).join(' ').replace(/^.*\$/, '')),
    ]);
    expect(Object.fromEntries(waits)).toMatchInlineSnapshot(`
     {
       "kubernetes:apps/v1:Deployment k3d/shop/web": [
         "kubernetes:core/v1:ConfigMap k3d/shop/settings",
         "kubernetes:core/v1:Namespace k3d/shop",
         "kubernetes:core/v1:Secret k3d/shop/database",
       ],
       "kubernetes:core/v1:ConfigMap k3d/shop/settings": [
         "kubernetes:core/v1:Namespace k3d/shop",
       ],
       "kubernetes:core/v1:Namespace k3d/shop": [],
       "kubernetes:core/v1:Secret k3d/shop/database": [
         "kubernetes:core/v1:Namespace k3d/shop",
       ],
       "kubernetes:core/v1:Service k3d/shop/web": [
         "kubernetes:apps/v1:Deployment k3d/shop/web",
         "kubernetes:core/v1:ConfigMap k3d/shop/settings",
         "kubernetes:core/v1:Namespace k3d/shop",
         "kubernetes:core/v1:Secret k3d/shop/database",
       ],
       "pulumi:providers:kubernetes k3d": [],
     }
    `);
  });

  test('are applied server-side, to a cluster that is told from others by its name', async () => {
    const provider = (await applied(shop)).get('pulumi:providers:kubernetes k3d');
    expect(provider?.inputs).toMatchObject({
      enableServerSideApply: 'true',
      enableConfigMapMutable: 'true',
      enableSecretMutable: 'true',
      clusterIdentifier: 'production/k3d',
    });
    expect(provider?.inputs).not.toHaveProperty('enablePatchForce');
    expect(isSecret(provider?.inputs['kubeconfig'])).toBe(true);
  });

  test('take over what others have only when they are told so', async () => {
    const found = await applied(shop, { patchForce: true, adopt: true, identity: 'c0ffee' });
    expect(found.get('pulumi:providers:kubernetes k3d')?.inputs).toMatchObject({
      enablePatchForce: 'true',
      upsertExistingObjects: 'true',
      clusterIdentifier: 'c0ffee',
    });
  });

  test('can use a context of the operator’s machine, and a provider that is there', async () => {
    const context = await applied(shop, { access: { context: 'laptop', file: '/home/me/config' } });
    expect(context.get('pulumi:providers:kubernetes k3d')?.inputs).toMatchObject({
      context: 'laptop',
      kubeconfig: '/home/me/config',
    });
    const own = await applied(shop, () => ({ access: new Provider('mine') }));
    expect([...own.keys()].filter((name) => name.startsWith('pulumi:providers'))).toEqual([
      'pulumi:providers:kubernetes mine',
    ]);
    expect(own.get('kubernetes:core/v1:Namespace k3d/shop')?.provider).toContain('::mine::');
  });

  test('put values of secrets in on their way, and late values', async () => {
    const found = await applied(shop, { late: { 'db-ip': pulumi.output('192.0.2.7') } });
    const data = found.get('kubernetes:core/v1:Secret k3d/shop/database')?.inputs['data'];
    expect(isSecret(data)).toBe(true);
    expect(plain(data)).toEqual({ url: Buffer.from('postgres://app:canary%2F@db').toString('base64') });
    expect(found.get('kubernetes:core/v1:ConfigMap k3d/shop/settings')?.inputs['data']).toEqual({
      database: '192.0.2.7',
    });
  });

  test('go with what they are deleted with', async () => {
    const found = await applied(shop, () => ({ deletedWith: new Provider('cluster') }));
    expect(
      new Set(
        [...found.values()]
          .filter(({ type }) => type.startsWith('kubernetes:'))
          .map(({ deletedWith }) => deletedWith.split('::').at(-1)),
      ),
    ).toEqual(new Set(['cluster']));
  });

  test('install the charts of a cluster that leaves them to Pulumi, in their namespace', async () => {
    const found = await applied(withChart);
    const release = found.get('kubernetes:helm.sh/v3:Release k3d/shop/podinfo');
    expect(plain(release?.inputs)).toEqual({
      name: 'podinfo',
      namespace: 'shop',
      chart: 'podinfo',
      repositoryOpts: { repo: 'https://charts.example.org' },
      version: '6.7.1',
      createNamespace: false,
      allowNullValues: true,
      values: { replicas: 2, host: '10.0.0.7' },
      compat: 'true',
    });
    expect(release?.dependencies.map((urn) => urn.split('::').at(-1))).toContain('k3d/shop');
  });

  test('are not left to Git with such a chart, which nothing there could install', () => {
    const synthesis = provisionable(withChart);
    expect(() => gitFiles(synthesis, {})).toThrow(
      expect.objectContaining({
        code: 'HELM_NEEDS_PULUMI',
        message:
          "the Helm chart podinfo of cluster k3d is installed by Pulumi, and this stack leaves objects to Git; write helm: 'argo-cd' or 'flux' in the props of the cluster, or run pulumi config set k3stack:workloads pulumi",
      }),
    );
  });

  test('fail when the environment has no such cluster, naming the one that was meant', async () => {
    await expect(applied(shop, { cluster: 'k3b' })).rejects.toThrow(
      `the environment production has no cluster "k3b"; did you mean 'k3d'?`,
    );
  });
});

function shop(env: Environment): void {
  const cluster = new ExistingCluster(env, 'k3d', {
    kubeconfig: { context: 'k3d' },
    kubernetesVersion: '1.34',
  });
  const namespace = new Namespace(cluster, 'shop');
  const address = late('db-ip', { example: '10.0.0.7' });
  new k8s.KubeConfigMap(namespace, 'settings', {
    metadata: { name: 'settings' },
    data: { database: address },
  });
  const labels = { app: 'web' };
  const web = new k8s.KubeDeployment(namespace, 'web', {
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx:1.29.1' }] } },
    },
  });
  const service = new k8s.KubeService(namespace, 'service', {
    metadata: { name: 'web' },
    spec: { selector: labels, ports: [{ port: 80 }] },
  });
  service.node.addDependency(web);
  cluster.addSecret(namespace, {
    namespace: 'shop',
    name: 'database',
    data: { url: `postgres://app:${secretHole(secret('database'), 'url')}@db` },
  });
}

/** A provider that the user's program has. */
class Provider extends pulumi.ProviderResource {
  constructor(name: string) {
    super('kubernetes', name, {});
  }
}

function withChart(env: Environment): void {
  const cluster = new ExistingCluster(env, 'k3d', {
    kubeconfig: { context: 'k3d' },
    kubernetesVersion: '1.34',
    helm: 'pulumi',
  });
  new HelmChart(new Namespace(cluster, 'shop'), 'podinfo', {
    chart: 'podinfo',
    repository: 'https://charts.example.org',
    version: '6.7.1',
    values: { replicas: 2, host: late('db-ip', { example: '10.0.0.7' }) },
  });
}

async function applied(
  define: (env: Environment) => void,
  args: Partial<WorkloadsArgs> | (() => Partial<WorkloadsArgs>) = {},
): Promise<ReadonlyMap<string, Registration>> {
  const synthesis = provisionable(define);
  const { monitor } = await ran({
    program: () =>
      void new Workloads('k3d', {
        synthesis,
        access: { kubeconfig: 'canary-kubeconfig' },
        secrets: { database: 'canary/' },
        late: { 'db-ip': '10.0.0.7' },
        ...(typeof args === 'function' ? args() : args),
      }),
  });
  const custom = monitor.registrations.filter((entry) => entry.custom);
  return new Map(custom.map((entry) => [`${entry.type} ${entry.name}`, entry]));
}
