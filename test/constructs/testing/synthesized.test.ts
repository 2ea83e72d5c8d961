import { describe, expect, test } from '@jest/globals';
import { ApiObject, Chart, Testing } from 'cdk8s';
import { type Construct } from 'constructs';
import {
  exactly,
  expectViolation,
  ObjectAssertionError,
  policies,
  synthesized,
  type SynthesizedObjects,
} from '../../../adapters/testing';
import { environments } from '../../../constructs/environments';
import { K3sCluster } from '../../../constructs/cluster/k3s-cluster';
import { Namespace } from '../../../constructs/cluster/namespace';
import { patch } from '../../../constructs/patch';
import { addCheck } from '../../../constructs/violations';
import { late } from '../../../lib/late';
import { addFiles, folderWith } from '../../support/cli';

const container = {
  name: 'web',
  image: 'example.org/web:1.2.0',
  ports: [{ containerPort: 80 }, { containerPort: 443 }],
};

function deployment(scope: Construct, name: string, namespace?: string, over: object = {}): ApiObject {
  return new ApiObject(scope, `${namespace ?? ''}-${name}`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, ...(namespace !== undefined && { namespace }), labels: { app: name } },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [container], ...over } },
    },
  });
}

function objectsWith(define: (chart: Chart) => void): SynthesizedObjects {
  const chart = Testing.chart();
  define(chart);
  return synthesized(chart);
}

/** What an assertion says. */
function messageOf(assertion: () => unknown): string {
  try {
    assertion();
  } catch (error) {
    expect(error).toBeInstanceOf(ObjectAssertionError);
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

const shop = objectsWith((chart) => {
  deployment(chart, 'web', 'shop');
  deployment(chart, 'worker', 'shop');
  deployment(chart, 'web', 'blog');
  new ApiObject(chart, 'service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop' },
  });
});

const program = environments(
  { production: { replicas: 2 }, staging: { replicas: 1 } },
  (env, { replicas }) => {
    const cluster = new K3sCluster(env, 'k3s', {
      version: 'v1.34.9+k3s1',
      servers: { alfa: { nodeIp: '10.0.0.11', ssh: { host: '10.0.0.11' } } },
    });
    const namespace = new Namespace(cluster, 'shop');
    new ApiObject(namespace, 'web', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'web' },
      data: { replicas: String(replicas), address: late('web-ip', { example: '203.0.113.7' }) },
    });
  },
);

describe('objects come from', () => {
  test('one environment of a program', () => {
    for (const [name, replicas] of [
      ['production', '2'],
      ['staging', '1'],
    ] as const) {
      const objects = synthesized(program, name);
      objects.expectObject(
        'ConfigMap',
        'web',
        { data: { replicas, address: '«web-ip»' } },
        { cluster: 'k3s', namespace: 'shop' },
      );
      expect(objects.count('Namespace')).toBe(1);
      expect(objects.synthesis?.hosts.map((host) => host.name)).toEqual(['alfa']);
    }
    expect(synthesized(program.build('staging')).snapshot()).toBe(synthesized(program, 'staging').snapshot());
  });

  test('a folder with pinned keys, or none that could be missing', () => {
    const pinned = (objects: SynthesizedObjects): string[] =>
      objects.warnings.filter(({ blocks }) => blocks === 'provision').map(({ rule }) => rule);
    expect(pinned(synthesized(program, 'staging'))).toEqual([]);
    const folder = folderWith({});
    expect(pinned(synthesized(program, 'staging', { folder }))).toContain('host-key');
    addFiles(folder, { known_hosts: 'not a key' });
    expect(() => synthesized(program, 'staging', { folder })).toThrow(
      expect.objectContaining({ code: 'INVALID_KNOWN_HOSTS' }),
    );
  });

  test('a chart or an app of cdk8s, patches applied, lists taken apart', () => {
    const app = Testing.app();
    const object = deployment(new Chart(app, 'shop'), 'web');
    patch(object, 'spec.replicas', 5);
    new ApiObject(new Chart(app, 'list'), 'list', {
      apiVersion: 'v1',
      kind: 'List',
      items: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }],
    });
    const objects = synthesized(app);
    objects.expectObject('Deployment', 'web', { spec: { replicas: 5 } });
    expect([...objects].map(({ kind }) => kind)).toEqual(['Deployment', 'ConfigMap']);
    expect(objects.synthesis).toBeUndefined();
    expect(synthesized(Testing.chart()).count()).toBe(0);
  });

  test('a list of objects', () => {
    const chart = Testing.chart();
    deployment(chart, 'web');
    expect(synthesized(Testing.synth(chart) as object[]).has('Deployment', 'web')).toBe(true);
  });
});

describe('finding', () => {
  test('by kind, name, and what else tells apart', () => {
    expect(shop.find('Deployment', 'web', { namespace: 'blog' }).metadata.namespace).toBe('blog');
    expect(shop.find('Service', 'web', { apiVersion: 'v1' }).kind).toBe('Service');
    expect(shop.all('Deployment', { labels: { app: 'web' } })).toHaveLength(2);
    expect(shop.count()).toBe(4);
    expect(shop.count('Deployment', { namespace: 'shop' })).toBe(2);
  });

  test('fails when there is none, with those there are and the nearest', () => {
    expect(messageOf(() => shop.find('Deployment', 'workr'))).toBe(
      "there is no Deployment 'workr'; did you mean 'worker'?\nDeployment there are:\n  blog/web\n  shop/web\n  shop/worker",
    );
    expect(messageOf(() => shop.find('Deployment', 'worker', { namespace: 'blog' }))).toMatch(
      /^there is no Deployment 'worker' with namespace blog\n.*\n {2}blog\/web\n {2}shop\/web\n {2}shop\/worker$/,
    );
    expect(messageOf(() => shop.find('Deploymnt', 'web'))).toBe(
      "there is no Deploymnt 'web', nor any other Deploymnt; did you mean 'Deployment'?; kinds there are: Deployment, Service",
    );
    expect(messageOf(() => synthesized([]).find('Pod', 'a'))).toBe(
      "there is no Pod 'a', nor any other Pod; there are no objects",
    );
  });

  test('fails when there are several, saying what tells them apart', () => {
    expect(messageOf(() => shop.find('Deployment', 'web'))).toBe(
      "there are 2 Deployment 'web'; name one with { namespace }, { apiVersion } or { cluster }:\n  Deployment shop/web of apps/v1\n  Deployment blog/web of apps/v1",
    );
  });
});

describe('a partial match', () => {
  const containers = (...wanted: unknown[]): object => ({
    spec: { template: { spec: { containers: wanted } } },
  });
  const has = (partial: object): boolean => shop.has('Deployment', 'web', partial, { namespace: 'shop' });

  test('takes what has at least that', () => {
    expect(has({})).toBe(true);
    expect(has({ spec: { replicas: 3, template: {} }, kind: 'Deployment' })).toBe(true);
    expect(has(containers({ name: 'web' }))).toBe(true);
    expect(has(containers({ ports: [{ containerPort: 443 }, { containerPort: 80 }] }))).toBe(true);
    expect(has({ spec: { paused: undefined } })).toBe(true);
    expect(has(containers({ image: /:1\.\d+\.\d+$/g }))).toBe(true);
    expect(has(containers({ image: /:1\.\d+\.\d+$/g }))).toBe(true);
    expect(has({ spec: { replicas: (count: unknown) => Number(count) > 2 } })).toBe(true);
    expect(has({ spec: { replicas: expect.any(Number) } })).toBe(true);
    expect(has({ metadata: { labels: exactly({ app: 'web' }) } })).toBe(true);
  });

  test('takes nothing else', () => {
    expect(has({ spec: { replicas: 2 } })).toBe(false);
    expect(has({ spec: { replicas: '3' } })).toBe(false);
    expect(has({ spec: { replicas: undefined } })).toBe(false);
    expect(has({ spec: { replicas: null } })).toBe(false);
    expect(has(containers({ name: 'web' }, { name: 'web' }))).toBe(false);
    expect(has(containers({ name: 'web', image: 'other' }))).toBe(false);
    expect(has({ spec: { replicas: expect.any(String) } })).toBe(false);
    expect(has({ spec: { replicas: () => 'yes' } })).toBe(false);
    expect(has({ spec: [{ replicas: 3 }] })).toBe(false);
    expect(has({ spec: { template: { spec: { containers: {} } } } })).toBe(false);
    expect(has({ toString: expect.anything() })).toBe(false);
    expect(has(containers(exactly({ name: 'web', image: container.image })))).toBe(false);
    expect(shop.has('Deployment', 'none')).toBe(false);
  });

  test('an item can stand for one expected item only, whichever way round they are', () => {
    const objects = synthesized([
      { kind: 'X', apiVersion: 'v1', metadata: { name: 'x' }, list: [{ a: 1, b: 1 }, { a: 1 }] },
    ]);
    expect(objects.has('X', 'x', { list: [{ a: 1 }, { b: 1 }] })).toBe(true);
    expect(objects.has('X', 'x', { list: [{ b: 1 }, { b: 1 }] })).toBe(false);
    expect(objects.has('X', 'x', { list: [] })).toBe(true);
    expect(objects.has('X', 'x', { list: exactly([]) })).toBe(false);
  });

  test('says every field that differs, of lists against the nearest item', () => {
    const partial = {
      metadata: { annotations: { a: 'b' }, labels: exactly({}) },
      spec: {
        replicas: 2,
        template: {
          spec: {
            containers: [{ name: 'web', image: 'other:1', ports: [{ containerPort: 8080 }] }],
            volumes: [{ name: 'data' }],
          },
        },
      },
    };
    expect(messageOf(() => shop.expectObject('Deployment', 'web', partial, { namespace: 'shop' })))
      .toMatchInlineSnapshot(`
     "Deployment shop/web is not as expected:
       metadata.annotations: expected {"a":"b"}, got nothing
       metadata.labels: expected exactly {}, got {"app":"web"}
       spec.replicas: expected 2, got 3
       spec.template.spec.containers[0].image: expected 'other:1', got 'example.org/web:1.2.0'
       spec.template.spec.containers[0].ports[0].containerPort: expected 8080, got 80
       spec.template.spec.volumes: expected a list with [{"name":"data"}], got nothing"
    `);
    expect(
      messageOf(() =>
        shop.expectObject(
          'Deployment',
          'web',
          { spec: { replicas: /3/, paused: (value: unknown) => value === true } },
          { namespace: 'shop' },
        ),
      ),
    ).toMatchInlineSnapshot(`
     "Deployment shop/web is not as expected:
       spec.replicas: expected text like /3/, got 3
       spec.paused: expected what paused takes, got nothing"
    `);
  });

  test('gives the object, and fails as find does', () => {
    expect(shop.expectObject('Service', 'web', { kind: 'Service' }).apiVersion).toBe('v1');
    expect(messageOf(() => shop.expectObject('Service', 'wbe'))).toContain("did you mean 'web'?");
  });
});

test('how many there are, and none', () => {
  shop.expectCount('Deployment', 3);
  shop.expectNone('Ingress');
  shop.expectNone('Deployment', 'db');
  shop.expectNone('Deployment', 'worker', { namespace: 'blog' });
  expect(messageOf(() => shop.expectCount('Service', 2))).toBe(
    'expected 2 Service, got 1:\n  Service shop/web',
  );
  expect(messageOf(() => shop.expectCount('Ingress', 1))).toBe(
    'expected 1 Ingress, got 0; kinds there are: Deployment, Service',
  );
  expect(messageOf(() => shop.expectNone('Deployment', 'worker'))).toBe(
    "expected no Deployment 'worker', got:\n  Deployment shop/worker",
  );
});

describe('a snapshot', () => {
  test('is the same in whatever order objects and keys come, and has no more than is wanted', () => {
    const objects = [
      {
        kind: 'B',
        apiVersion: 'v1',
        metadata: { namespace: 'n', name: 'x', labels: { a: '1' } },
        spec: { z: 1, name: 'n', a: [{ k: 1, b: 2 }] },
      },
      { spec: undefined, apiVersion: 'v1', metadata: { name: 'y' }, kind: 'A' },
    ];
    const snapshot = synthesized(objects).snapshot();
    expect(snapshot).toMatchInlineSnapshot(`
     "apiVersion: v1
     kind: A
     metadata:
       name: "y"
     ---
     apiVersion: v1
     kind: B
     metadata:
       name: x
       namespace: "n"
       labels:
         a: "1"
     spec:
       name: "n"
       a:
         - b: 2
           k: 1
       z: 1
     "
    `);
    expect(synthesized([...objects].reverse()).snapshot()).toBe(snapshot);
    expect(
      synthesized(objects).snapshot({ kinds: ['B'], without: ['metadata.labels', 'spec', 'a.b', ''] }),
    ).toBe('apiVersion: v1\nkind: B\nmetadata:\n  name: x\n  namespace: "n"\n');
    expect(synthesized([]).snapshot()).toBe('');
  });
});

describe('a schema', () => {
  test('of a Kubernetes version is what charts are held to when asked', () => {
    shop.expectValid('1.34');
    const wrong = objectsWith((chart) => {
      deployment(chart, 'web', 'shop', { hostname: 7, affinty: {} });
      new ApiObject(chart, 'own', { apiVersion: 'example.org/v1', kind: 'Own', metadata: { name: 'own' } });
    });
    expect(messageOf(() => wrong.expectValid('1.34'))).toMatch(
      /^Kubernetes 1\.34 refuses objects:\n {2}Deployment shop\/web spec\.template\.spec\.affinty: .*'affinity'\n {2}Deployment shop\/web spec\.template\.spec\.hostname: must be a string.*$/,
    );
    expect(() => shop.expectValid('1.2')).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_KUBERNETES_VERSION' }),
    );
  });

  test('sees late values as their examples', () => {
    const withAddress = (example: string): SynthesizedObjects =>
      objectsWith((chart) =>
        deployment(chart, 'web', 'shop', { hostname: 'a', priority: late('number', { example }) }),
      );
    expect(messageOf(() => withAddress('five').expectValid('1.34'))).toContain("got 'five'");
  });
});

describe('a violation', () => {
  const checked = (blocks?: 'nothing') => (): SynthesizedObjects =>
    objectsWith((chart) =>
      addCheck(chart, () => [
        { rule: 'my-rule', property: 'a.b', problem: 'is 7', fix: 'write 8', ...(blocks && { blocks }) },
      ]),
    );

  test('that refuses a program is expected by its parts', () => {
    expect(
      expectViolation(checked(), { rule: 'my-rule', property: 'a.b', problem: /\b7$/, blocks: 'synth' }),
    ).toMatchObject({ fix: 'write 8' });
    const wrong = environments({ test: {} }, (env) => {
      const cluster = new K3sCluster(env, 'k3s', { version: '1.34', servers: {} });
      new Namespace(cluster, 'shop');
    });
    expectViolation(() => synthesized(wrong, 'test'), { path: 'test/k3s', property: 'version' });
  });

  test('that warns is expected the same way, and does not throw', () => {
    expectViolation(checked('nothing'), { rule: 'my-rule', blocks: 'nothing' });
    expect(checked('nothing')().warnings).toHaveLength(1);
  });

  test('that is another one is told', () => {
    expect(messageOf(() => expectViolation(checked(), { rule: 'my-rule', property: /^c/ }))).toBe(
      'expected a violation with rule my-rule, property /^c/; got:\n  [test] a.b: is 7; write 8 (my-rule)',
    );
    expect(messageOf(() => expectViolation(() => shop, { rule: 'my-rule' }))).toBe(
      'expected a violation with rule my-rule; there was none at all',
    );
  });

  test('is not an error of the program', () => {
    const broken = (): never => {
      throw new TypeError('of the program');
    };
    expect(() => expectViolation(broken, { rule: 'my-rule' })).toThrow(TypeError);
    expect(() => synthesized(program, 'prod')).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_ENVIRONMENT' }),
    );
  });

  test('of a patch that leads nowhere is one as well', () => {
    const wrong = (): SynthesizedObjects =>
      objectsWith((chart) => patch(deployment(chart, 'web'), 'spec.tmplate.spec', {}));
    expectViolation(wrong, { rule: 'patch-path', property: 'Deployment spec.tmplate.spec' });
  });
});

test('policies are named with object, path and what to write', () => {
  expect(messageOf(() => shop.expectPolicy(policies.noLatestImage, policies.memoryLimits))).toBe(
    `3 objects break a policy:${['shop/web', 'shop/worker', 'blog/web']
      .map(
        (name) =>
          `\n  Deployment ${name} spec.template.spec.containers[0].resources.limits.memory is missing: one leak takes the whole node; write such as '256Mi' (memory-limits)`,
      )
      .join('')}`,
  );
  shop.expectPolicy(policies.noLatestImage);
});
