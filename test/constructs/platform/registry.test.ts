import { describe, expect, test } from '@jest/globals';
import { Namespace } from '../../../constructs/cluster/namespace';
import { LocalRegistry, type LocalRegistryProps } from '../../../constructs/platform/registry/local-registry';
import {
  PullThroughCache,
  type PullThroughCacheProps,
} from '../../../constructs/platform/registry/pull-through-cache';
import { Worker } from '../../../constructs/workloads/worker';
import { SecretRef, secret } from '../../../lib/secret';
import { existingCluster, k3sCluster, problemsIn, synthesisOfCluster } from '../../support/synth';
import { containerOf, data, podSpecOf, refusals, shop } from '../../support/workloads';

const registriesOf = (namespace: Namespace) =>
  synthesisOfCluster(namespace.node.scope as never).hosts.map(
    ({ files }) => files.find(({ path }) => path.endsWith('/registries.yaml'))?.content,
  );
const environmentOf = (object: Parameters<typeof containerOf>[0]): Record<string, unknown> =>
  Object.fromEntries(
    (containerOf(object).env as { name: string; value?: string; valueFrom?: object }[]).map(
      ({ name, value, valueFrom }) => [name, value ?? valueFrom],
    ),
  );

describe('LocalRegistry', () => {
  const registry = (props: LocalRegistryProps = {}, namespace = shop()) =>
    new LocalRegistry(namespace, 'registry', props);

  test('keeps images on a claim, and asks who is there', () => {
    const { statefulSet } = registry();
    expect(data(statefulSet).spec.volumeClaimTemplates[0].spec.resources).toEqual({
      requests: { storage: '20Gi' },
    });
    expect(environmentOf(statefulSet)).toMatchObject({
      REGISTRY_AUTH: 'htpasswd',
      REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: '/var/lib/registry',
    });
    expect(containerOf(statefulSet).volumeMounts).toContainEqual({
      name: 'data',
      mountPath: '/var/lib/registry',
    });
  });

  test('the password goes from a Secret through stdin into the file of users', () => {
    const [users] = podSpecOf(registry({ user: 'ci' }).statefulSet).initContainers;
    expect(users.command[2]).toBe(`printf %s "$PASSWORD" | htpasswd -niB 'ci' > /auth/htpasswd`);
    expect(users.env).toEqual([
      { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'registry-user', key: 'password' } } },
    ]);
  });

  test('every node is told how to pull from it', () => {
    const namespace = shop();
    registry({ password: secret('own') }, namespace);
    const files = registriesOf(namespace);
    expect(files).toHaveLength(2);
    expect(files[0]).toBe(files[1]);
    expect(files[0]).toMatchInlineSnapshot(`
     "mirrors:
       registry.local:
         endpoint:
           - http://127.0.0.1:30500
     configs:
       "127.0.0.1:30500":
         auth:
           username: k3stack
           password: "«secret:own»"
     "
    `);
  });

  test('pods that push get its address and the password by reference', () => {
    const namespace = shop();
    const local = registry({}, namespace);
    const worker = new Worker(namespace, 'ci', {
      image: 'ghcr.io/acme/ci:1',
      connections: { registry: local.connection },
    });
    expect(environmentOf(worker.deployment)).toEqual({
      REGISTRY_HOST: 'registry.shop',
      REGISTRY_PORT: '5000',
      REGISTRY_URL: 'http://registry.shop:5000',
      REGISTRY_USER: 'k3stack',
      REGISTRY_PASSWORD: { secretKeyRef: { name: 'registry-user', key: 'password' } },
    });
    expect(local.image('shop:1.4.2')).toBe('registry.local/shop:1.4.2');
    expect(refusals(namespace)).toEqual([]);
  });

  test('what the cluster says of a registry wins', () => {
    const cluster = k3sCluster({
      registries: { mirrors: { 'registry.local': { endpoints: ['http://10.0.0.1:5000'] } } },
    });
    const namespace = shop({}, cluster);
    registry({}, namespace);
    expect(registriesOf(namespace)[0]).toContain('http://10.0.0.1:5000');
    expect(registriesOf(namespace)[0]).not.toContain('- http://127.0.0.1:30500\n');
  });

  test('in a cluster of somebody else, the nodes are left to them', () => {
    const cluster = existingCluster();
    registry({}, new Namespace(cluster, 'registry'));
    expect(problemsIn(cluster).join()).toContain(
      'write a mirror of registry.local to http://127.0.0.1:30500',
    );
  });

  test.each<[string, LocalRegistryProps, string]>([
    ['a host that names of images do not take', { host: 'registry' }, "write host: 'registry.local'"],
    ['a user with a quote in it', { user: "a'b" }, "write user: 'k3stack'"],
    ['a port out of range', { nodePort: 5000 }, 'from 30000 to 32767'],
    ['a password as text', { password: 'x' as never }, "write password: secret('password')"],
  ])('refuses %s', (_, props, message) => {
    const namespace = shop();
    registry(props, namespace);
    expect(refusals(namespace).join('\n')).toContain(message);
  });
});

describe('PullThroughCache', () => {
  const cache = (props: Partial<PullThroughCacheProps> = {}, namespace = shop()) =>
    new PullThroughCache(namespace, 'hub', { upstream: 'docker.io', ...props });

  test('fetches from the registry itself, and nodes ask it first', () => {
    const namespace = shop();
    const { statefulSet, network } = cache({}, namespace);
    expect(environmentOf(statefulSet)).toMatchObject({
      REGISTRY_PROXY_REMOTEURL: 'https://registry-1.docker.io',
      REGISTRY_PROXY_TTL: '168h',
    });
    expect(podSpecOf(statefulSet).initContainers).toBeUndefined();
    expect(data(network.policy).spec.egress[1].to[0].ipBlock.cidr).toBe('0.0.0.0/0');
    expect(registriesOf(namespace)[0]).toContain('- http://127.0.0.1:30501\n');
  });

  test('of other registries has other ports', () => {
    const { service } = cache({ upstream: 'ghcr.io' });
    expect(data(service).spec).toMatchObject({ type: 'NodePort', ports: [{ port: 5000, nodePort: 30_502 }] });
  });

  test('is refused beside another one of the same registry, and on a port that is taken', () => {
    const namespace = shop();
    cache({}, namespace);
    new PullThroughCache(namespace, 'again', { upstream: 'docker.io' });
    const found = refusals(namespace).join('\n');
    expect(found).toContain('images of docker.io are to be pulled from two places');
    expect(found).toContain('wants port 30501 of the nodes, which Service shop/hub');
  });

  test('takes an account by reference', () => {
    const credentials = {
      username: SecretRef.fromConfig('hub-user'),
      password: SecretRef.existing({ name: 'hub', key: 'token' }),
    };
    expect(environmentOf(cache({ credentials, lifetime: '24h' }).statefulSet)).toMatchObject({
      REGISTRY_PROXY_TTL: '24h',
      REGISTRY_PROXY_USERNAME: { secretKeyRef: { name: 'hub', key: 'REGISTRY_PROXY_USERNAME' } },
      REGISTRY_PROXY_PASSWORD: { secretKeyRef: { name: 'hub', key: 'token' } },
    });
  });

  test.each<[string, Partial<PullThroughCacheProps>, string]>([
    [
      'an address instead of a registry',
      { upstream: 'https://ghcr.io', nodePort: 30510 },
      "write upstream: 'docker.io'",
    ],
    ['a registry without a port of its own', { upstream: 'gcr.io' }, 'write nodePort: 30510'],
    ['days', { lifetime: '7d' }, "write '168h'"],
  ])('refuses %s', (_, props, message) => {
    const namespace = shop();
    cache(props, namespace);
    expect(refusals(namespace).join('\n')).toContain(message);
  });
});
