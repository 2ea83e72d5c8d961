import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { liveColumn } from '../../adapters/live-cluster/live-column';
import { loadSchemas } from '../../adapters/schemas';
import type { ColumnAnswer } from '../../lib/diff/column';
import { compare } from '../../lib/diff/compare';
import { comparedObject } from '../../lib/diff/compared-object';
import { HiddenValues } from '../../lib/diff/hidden-value';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import { cli } from '../support/cli';
import { type ControlPlane, startControlPlane } from './control-plane';
import { prepareNamespace } from './replay-update';

let plane: ControlPlane;
const folder = mkdtempSync(join(tmpdir(), 'k3stack-live-column-'));
const applied: KubernetesObject[] = [];

beforeAll(async () => {
  plane = await startControlPlane();
  await prepareNamespace(plane.api, 'shop');
  await plane.api.apply(role('reader', ['get']));
});
beforeEach(() => void applied.splice(0));
afterEach(async () => {
  for (const object of applied) await plane.api.delete(object);
});
afterAll(async () => {
  await plane.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a live cluster says of an object', () => {
  test('that is new, that it would be created', async () => {
    expect(await saysOf([], [settings('blue')])).toEqual(['would be created']);
  });

  test('that is new and there already, in which fields it would change', async () => {
    await have(settings('green'));
    expect(await saysOf([], [settings('blue')])).toEqual([
      'is there already; would change: 1 field; data.colour',
    ]);
  });

  test('that it would change as the manifests do', async () => {
    await have(settings('blue'));
    expect(await saysOf([settings('blue')], [settings('red')])).toEqual(['would change: 1 field']);
  });

  test('that it has what the manifests want to bring', async () => {
    await have(settings('red'));
    expect(await saysOf([settings('blue')], [settings('red')])).toEqual(['unchanged']);
  });

  test('what somebody has changed by hand, which the manifests would change back', async () => {
    await have(deployment('nginx:1.28', 2));
    await plane.api.patch(deployment('nginx:1.28', 2), { spec: { replicas: 5 } });
    expect(await saysOf([deployment('nginx:1.28', 2)], [deployment('nginx:1.29', 2)])).toEqual([
      'would change: 2 fields; not part of this change: spec.replicas',
    ]);
  });

  test('that a field goes, when the manager that applies it has set it', async () => {
    await have({ ...settings('blue'), data: { colour: 'blue', size: '3' } }, 'somebody');
    const before = { ...settings('blue'), data: { colour: 'blue', size: '3' } };
    expect(await saysOf([before], [settings('blue')])).toEqual(['would change: 1 field']);
  });

  test('that a field stays which another manager has set', async () => {
    const before = { ...settings('blue'), data: { colour: 'blue', size: '3' } };
    applied.push(before);
    await plane.api.create(before);
    expect(await saysOf([before], [settings('blue')])).toEqual([
      'unchanged; stays, as another field manager has set it: data.size',
    ]);
  });

  test('that goes, whether it is there still', async () => {
    await have(settings('blue'));
    const gone = { ...settings('blue'), metadata: { name: 'gone', namespace: 'shop' } };
    expect(await saysOf([settings('blue'), gone], [])).toEqual(['not there any more', 'is there']);
  });

  test('why it is refused, without the value that is', async () => {
    await have(deployment('nginx:1.28', 1));
    const other = deployment('nginx:1.28', 1, { app: 'web', tier: 'front' });
    expect(await saysOf([deployment('nginx:1.28', 1)], [other])).toEqual([
      'refused: spec.selector: Invalid value: field is immutable',
    ]);
  });

  test('that has no shape that the server knows, which field is wrong', async () => {
    expect(await saysOf([], [{ ...settings('blue'), date: { colour: 'red' } }])).toEqual([
      'refused: failed to create typed patch object (shop/settings; /v1, Kind=ConfigMap): .date: field not declared in schema',
    ]);
  });

  test('that it cannot be tried, when a dry run keeps what another manager has set and the rest does not fit it', async () => {
    const service = (port: number): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: named('web'),
      spec: { clusterIP: 'None', ports: [{ port }] },
    });
    applied.push(service(80));
    await plane.api.create(service(80));
    expect(await saysOf([service(80)], [service(81)])).toEqual([
      'not tried: another field manager has set spec.ports[80/TCP], which a dry run cannot take away; with it the server says: ' +
        'spec.ports[0].name: Required value; spec.ports[1].name: Required value',
    ]);
  });

  test('what the server warns of', async () => {
    const object = deployment('nginx:1.28', 1);
    const { template } = object['spec'] as { template: { spec: Record<string, unknown> } };
    template.spec['nodeSelector'] = { 'beta.kubernetes.io/os': 'linux' };
    expect(await saysOf([], [object])).toEqual([
      'would be created; warns: spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
    ]);
  });

  test('of a custom kind the same, and of one that the cluster does not serve, that it cannot be tried', async () => {
    await have(issuer({ selfSigned: {} }));
    const changed = issuer({ selfSigned: { crlDistributionPoints: ['http://crl.example'] } });
    expect(await saysOf([issuer({ selfSigned: {} })], [changed])).toEqual(['would change: 1 field']);
    const widget = { apiVersion: 'acme.example/v1', kind: 'Widget', metadata: named('first') };
    expect(await saysOf([], [widget])).toEqual([
      'not tried: the cluster serves no Widget of acme.example/v1',
    ]);
  });

  test('that lies in a namespace of the same change, that it cannot be tried yet', async () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'coming' } };
    const first = { ...settings('blue'), metadata: { name: 'first', namespace: 'coming' } };
    expect(await saysOf([], [namespace, first])).toEqual([
      'not tried: the same change makes its namespace',
      'would be created',
    ]);
  });

  test('which keys of a Secret would change, and never a value', async () => {
    await have(secret({ word: 'plum-1', other: 'pear' }));
    const column = await ask([secret({ word: 'plum-1' })], [secret({ word: 'plum-2' })]);
    expect([...column.says.values()]).toEqual(['would change: 1 field']);
    const tls = { ...secret({ word: 'plum-3' }), metadata: named('tls'), type: 'kubernetes.io/tls' };
    const refused = await ask([], [tls]);
    expect([...refused.says.values()]).toEqual([
      'refused: Invalid (its words are left out, as they may quote hidden values)',
    ]);
    expect(JSON.stringify([column.notes, [...column.says], refused.notes, [...refused.says]])).not.toMatch(
      /plum|pear|cGx1b|cGVhc/,
    );
  });

  test('whose values are filled in later, whether keys come or go', async () => {
    await have(secret({ word: 'plum-1' }));
    expect(await saysOf([secret({ word: '«secret:old»' })], [secret({ word: '«secret:new»' })])).toEqual([
      'unchanged; values that are filled in later are not compared',
    ]);
    const late = settings('«late:address»');
    expect(await saysOf([settings('blue')], [late])).toEqual([
      'not tried: it has values that are filled in when it is applied',
    ]);
  });

  test('and changes nothing', async () => {
    await have(settings('blue'));
    const before = await plane.api.get(settings('blue'));
    await saysOf([settings('blue')], [settings('red'), secret({ word: 'plum' })]);
    expect(await plane.api.get(settings('blue'))).toEqual(before);
    expect(await plane.api.find(secret({}))).toBeUndefined();
  });
});

describe('whoever may not patch', () => {
  test('gets the live object compared, and is told', async () => {
    await have(settings('green'));
    const column = await ask([settings('blue')], [settings('red')], await kubeconfigOf('reader'));
    expect([...column.says.values()]).toEqual([
      'may not be tried; the live object differs in 1 field: data.colour',
    ]);
    expect(column.notes).toHaveLength(2);
    expect(column.notes[1]).toMatch(/lack the right to patch/);
  });

  test('and may not read either, gets the reason', async () => {
    const [said] = await saysOf([secret({ a: 'b' })], [secret({ a: 'c' })], await kubeconfigOf('reader'));
    expect(said).toBe(
      'not tried: secrets "password" is forbidden: User "system:serviceaccount:shop:reader" cannot patch resource "secrets" in API group "" in the namespace "shop"',
    );
  });
});

describe('a cluster that cannot be asked fails its column, and says why', () => {
  test('with a token that is none', async () => {
    const { failed, says } = await ask([], [settings('blue')], kubeconfigWith({ token: 'no-such-token' }));
    expect(failed).toBe(
      'test: the cluster does not take these credentials; they may have expired: write a kubeconfig with others',
    );
    expect(says.size).toBe(0);
  });

  test('with an authority of another cluster', async () => {
    const { failed } = await ask([], [settings('blue')], kubeconfigWith({ token: 'a' }, false));
    expect(failed).toBe(
      'test: the cluster presents another CA: it belongs to another cluster, or something in between answers',
    );
  });

  test('when it is down, while the report stands', async () => {
    const file = join(folder, 'down.kubeconfig');
    const config = parse(readFileSync(plane.kubeconfig, 'utf8')) as Kubeconfig;
    // Port 1 of this machine: nobody listens there.
    config.clusters[0]!.cluster.server = 'https://127.0.0.1:1';
    writeFileSync(file, stringify(config));
    for (const [name, colour] of [
      ['a.yaml', 'blue'],
      ['b.yaml', 'red'],
    ] as const)
      writeFileSync(join(folder, name), stringify(settings(colour)));
    const down = await cli(['diff', 'a.yaml', 'b.yaml', '--kubeconfig', 'down.kubeconfig'], { cwd: folder });
    expect([down.code, down.stderr]).toEqual([2, '']);
    expect(down.stdout).toContain('could not be asked: the cluster refuses the connection');
    expect(down.stdout).toContain('somebody may have changed it by hand');
    const up = await cli(['diff', 'a.yaml', 'b.yaml', '--kubeconfig', plane.kubeconfig], { cwd: folder });
    expect(up.stdout).toContain('live: would be created');
    expect(up.stdout).not.toContain('somebody may have changed it by hand');
  });
});

/** What the cluster says, in the order of the comparison. */
async function saysOf(...args: Parameters<typeof ask>): Promise<string[]> {
  const { says, failed } = await ask(...args);
  expect(failed).toBeUndefined();
  return [...says.values()];
}

function ask(
  before: readonly KubernetesObject[],
  after: readonly KubernetesObject[],
  kubeconfig = plane.kubeconfig,
): Promise<ColumnAnswer> {
  const [hidden, schemas] = [new HiddenValues(), loadSchemas()];
  const [old, now] = [before, after].map((objects) => ({
    objects: objects.map((object) => comparedObject(object, {}, hidden)),
    kubernetes: '1.36',
  }));
  const comparison = compare('test', old!, now!, schemas);
  return liveColumn([{ comparison, kubeconfig }], { cwd: folder, schemas, hidden });
}

async function have(object: KubernetesObject, manager?: string): Promise<void> {
  applied.push(object);
  await plane.api.apply(object, manager === undefined ? {} : { manager });
}

function named(name: string): { name: string; namespace: string } {
  return { name, namespace: 'shop' };
}

function settings(colour: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: named('settings'), data: { colour } };
}

function secret(stringData: Readonly<Record<string, string>>): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: named('password'), stringData };
}

function issuer(spec: unknown): KubernetesObject {
  return { apiVersion: 'cert-manager.io/v1', kind: 'Issuer', metadata: named('own'), spec };
}

function deployment(
  image: string,
  replicas: number,
  labels: Readonly<Record<string, string>> = { app: 'web' },
): KubernetesObject {
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: named('web'),
    spec: { replicas, selector: { matchLabels: labels }, template },
  };
}

function role(name: string, verbs: readonly string[]): KubernetesObject {
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs }];
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: named(name), rules };
}

/** A kubeconfig of a service account that may read ConfigMaps. */
async function kubeconfigOf(account: string): Promise<string> {
  await plane.api.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: named(account) });
  await plane.api.apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: named(account),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: account },
    subjects: [{ kind: 'ServiceAccount', ...named(account) }],
  });
  await allowed(`system:serviceaccount:shop:${account}`);
  const path = `/api/v1/namespaces/shop/serviceaccounts/${account}/token`;
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const { body } = await plane.api.ask('POST', path, request);
  const { status } = JSON.parse(body) as { status: { token: string } };
  return kubeconfigWith({ token: status.token });
}

/** The server takes up rights a little after they are given. */
async function allowed(user: string): Promise<void> {
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  const resourceAttributes = { namespace: 'shop', verb: 'get', resource: 'configmaps' };
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user, resourceAttributes },
  };
  for (;;) {
    const { body } = await plane.api.ask('POST', path, review);
    if ((JSON.parse(body) as { status: { allowed: boolean } }).status.allowed) return;
  }
}

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data'?: string } }[];
  users: { user: unknown }[];
}

/** The kubeconfig of the cluster with another user, or without the authority of the server. */
function kubeconfigWith(user: unknown, hasAuthority = true): string {
  const config = parse(readFileSync(plane.kubeconfig, 'utf8')) as Kubeconfig;
  config.users[0]!.user = user;
  if (!hasAuthority) delete config.clusters[0]!.cluster['certificate-authority-data'];
  const file = join(folder, 'other.kubeconfig');
  writeFileSync(file, stringify(config));
  return file;
}
