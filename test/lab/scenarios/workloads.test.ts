import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ApiObject } from 'cdk8s';
import { Namespace, type K3sCluster } from 'k3stack';
import type { Operation } from '../world/lab-stack';
import { engineTest } from '../world/needs';
import { World } from '../world/world';

const onEngine = engineTest('the driver only keeps objects in its state');
let world: World;

beforeAll(async () => {
  world = await World.start({ hosts: ['alfa'] });
});

afterAll(async () => {
  await world.stop();
});

onEngine('come with the cluster in one update, a definition before what it defines', async () => {
  declare({ colour: 'red', extra: true });
  const { operations } = await world.up();
  expect(begin(operations, 'widgets.example.org')).toBeGreaterThan(end(operations, 'k3s/kubeconfig'));
  expect(begin(operations, 'shop/first')).toBeGreaterThanOrEqual(end(operations, 'widgets.example.org'));
  expect(await world.kubectl('alfa', '-n shop get widget first -o jsonpath={.spec.size}')).toBe('3');
  expect(
    await world.kubectl('alfa', '-n shop get deployment web -o jsonpath={.status.availableReplicas}'),
  ).toBe('1');
});

onEngine('a second up runs nothing', async () => {
  expect((await world.up()).operations).toEqual([]);
});

onEngine('a change is applied in place, and leaves alone what others have set', async () => {
  const before = await uid('configmap settings');
  await world.kubectl(
    'alfa',
    `-n shop patch configmap settings --field-manager=another -p '{"data":{"theirs":"kept"}}'`,
  );
  declare({ colour: 'blue', extra: true });
  const { operations } = await world.up();
  expect(operations.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['update k3s/shop/settings']);
  expect(await uid('configmap settings')).toBe(before);
  expect(await world.kubectl('alfa', '-n shop get configmap settings -o jsonpath={.data}')).toBe(
    '{"colour":"blue","theirs":"kept"}',
  );
});

onEngine('what another manager has changed is not taken back silently: the error names it', async () => {
  await world.kubectl(
    'alfa',
    `-n shop patch configmap settings --field-manager=somebody -p '{"data":{"colour":"green"}}'`,
  );
  declare({ colour: 'yellow', extra: true });
  expect(await world.upFails()).toMatch(/conflict with "?somebody/);
  expect(await world.kubectl('alfa', '-n shop get configmap settings -o jsonpath={.data.colour}')).toBe(
    'green',
  );
  declare({ colour: 'green', extra: true });
  await world.up();
});

onEngine('what the program no longer has goes, and nothing else', async () => {
  declare({ colour: 'green', extra: false });
  const { operations } = await world.up();
  expect(operations.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['delete k3s/shop/extra']);
  await expect(uid('configmap extra')).rejects.toThrow(/not found/);
});

onEngine('destroy takes the cluster, and does not ask it to delete each object before', async () => {
  // Whoever deletes it waits for ever.
  const held = '{"metadata":{"finalizers":["example.org/held"]}}';
  await world.kubectl('alfa', `-n shop patch configmap settings --field-manager=another -p '${held}'`);
  await world.destroy();
  expect(await world.leftOn('alfa')).toEqual([]);
});

test('or they are written for Git, and Pulumi applies none', async () => {
  await world.stack.setConfig('k3stack:workloads', 'git:./fleet');
  declare({ colour: 'red', extra: true });
  const { operations } = await world.up();
  expect(operations.map(({ name }) => name).filter((name) => name.startsWith('k3s/shop'))).toEqual([]);
  const folder = join(world.project.folder, 'fleet');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.yaml'),
  );
  const texts = files.map((path) => readFileSync(join(folder, path), 'utf8'));
  expect(texts.filter((text) => text.includes('colour: red'))).toHaveLength(1);
  expect((await world.up()).operations).toEqual([]);
  expect(await world.leaks()).toEqual([]);
});

function declare({ colour, extra }: { readonly colour: string; readonly extra: boolean }): void {
  world.declare({ servers: ['alfa'] }, (k3s) => {
    const namespace = new Namespace(k3s, 'shop');
    definition(k3s);
    new ApiObject(namespace, 'first', {
      apiVersion: 'example.org/v1',
      kind: 'Widget',
      metadata: { name: 'first' },
      spec: { size: 3 },
    });
    configMap(namespace, 'settings', { colour });
    if (extra) configMap(namespace, 'extra', { a: 'b' });
    const labels = { app: 'web' };
    new ApiObject(namespace, 'web', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: 'web', image: 'registry.example.org/web:1' }] },
        },
      },
    });
  });
}

function definition(k3s: K3sCluster): void {
  new ApiObject(k3s, 'widgets', {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.org' },
    spec: {
      group: 'example.org',
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets', singular: 'widget' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
            },
          },
        },
      ],
    },
  });
}

function configMap(namespace: Namespace, name: string, data: Readonly<Record<string, string>>): void {
  new ApiObject(namespace, name, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });
}

function uid(object: string): Promise<string> {
  return world.kubectl('alfa', `-n shop get ${object} -o jsonpath='{.metadata.uid}'`);
}

function named(operations: readonly Operation[], part: string): Operation {
  const found = operations.find(({ name }) => name.includes(part));
  if (found === undefined)
    throw new Error(`${part} is not in ${operations.map(({ name }) => name).join(', ')}`);
  return found;
}

function begin(operations: readonly Operation[], part: string): number {
  return named(operations, part).start;
}

function end(operations: readonly Operation[], part: string): number {
  return named(operations, part).end;
}
