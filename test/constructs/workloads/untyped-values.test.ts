import { describe, expect, test } from '@jest/globals';
import { App } from 'cdk8s';
import { Construct } from 'constructs';
import { patch } from '../../../constructs/patch';
import { AcmeIssuer } from '../../../constructs/platform/cert-manager/acme-issuer';
import { Cilium } from '../../../constructs/platform/cilium/cilium';
import { Longhorn } from '../../../constructs/platform/longhorn/longhorn';
import { PullThroughCache } from '../../../constructs/platform/registry/pull-through-cache';
import { TraefikMiddleware } from '../../../constructs/platform/traefik/middleware';
import { connectionTo, type Connection } from '../../../constructs/workloads/connection';
import { EdgeApp } from '../../../constructs/workloads/edge-app';
import { WebService } from '../../../constructs/workloads/web-service';
import { setWorkloadDefaults } from '../../../constructs/workloads/workload-defaults';
import { K3stackError } from '../../../lib/errors';
import { late } from '../../../lib/late';
import { list, text } from '../../../lib/rules/shape';
import { secret, SecretRef } from '../../../lib/secret';
import { existingCluster, k3sCluster, objectsOf, problemsIn } from '../../support/synth';
import { refusals, shop } from '../../support/workloads';

const IMAGE = 'ghcr.io/acme/shop:1.4.2';

/** What is said about a web service whose props an untyped program wrote. */
function ofWeb(props: object): string {
  const namespace = shop();
  new WebService(namespace, 'web', { image: IMAGE, ...props });
  return refusals(namespace).join('\n');
}

/** Code and message of the error that is thrown. */
function thrown(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(K3stackError);
    return `${(error as K3stackError).code} ${(error as Error).message}`;
  }
  throw new Error('nothing was thrown');
}

describe('volumes', () => {
  test.each([{ files: { a: 'b' } }, { persistent: '1Gi' }])(
    'two paths with one name are refused: %j',
    (volume) => {
      expect(ofWeb({ volumes: { '/a-b': volume, '/a/b': volume } })).toContain(
        'gets the same name as "/a-b"',
      );
    },
  );

  test.each(['persistent', 'claim', 'scratch', 'memory', 'files', 'secret'])('%s without a value', (key) => {
    expect(ofWeb({ volumes: { '/data': { [key]: undefined } } })).toContain(
      `volumes["/data"].${key}: is undefined`,
    );
  });

  test('a second kind without a value does not decide how the first is mounted', () => {
    expect(ofWeb({ volumes: { '/data': { scratch: '1Gi', secret: undefined } } })).toContain(
      'volumes["/data"].secret: is undefined',
    );
  });
});

describe('a property that is there and undefined', () => {
  test.each(['issuer', 'secretName'])('tls.%s', (key) => {
    const props = { host: 'shop.example.org', tls: { [key]: undefined } };
    expect(ofWeb(props)).toContain(`tls.${key}: is missing`);
  });

  test('an amount of a container', () => {
    const resources = { requests: { cpu: undefined, memory: '128Mi' } } as never;
    const cluster = k3sCluster({ network: { cni: { kind: 'none', provider: 'cilium' } } } as never);
    new Cilium(cluster, 'cilium', { resources, operatorResources: resources });
    new Longhorn(cluster, 'longhorn', { resources });
    expect(problemsIn(cluster).join('\n')).not.toContain('quantity');
  });

  test.each(['cloudflare', 'route53', 'digitalocean', 'rfc2136', 'acmeDns', 'webhook'])('dns01.%s', (key) => {
    const cluster = k3sCluster();
    new AcmeIssuer(cluster, 'it', { solvers: [{ dns01: { [key]: undefined } as never }] });
    expect(problemsIn(cluster).join('\n')).toContain(`solvers[0].dns01.${key}: is undefined`);
  });
});

describe('a connection', () => {
  const db: Connection = connectionTo({ host: '10.0.0.9', port: 5432 });
  const target = { cidrs: ['10.0.0.9/32'], port: 5432 };

  test.each<[string, () => unknown, string]>([
    ['to nothing', () => connectionTo(null as never), 'connections.db.host: is missing'],
    [
      'to a number',
      () => connectionTo({ host: 5 as never, port: 1 }),
      'connections.db.host: must be text, got 5',
    ],
    [
      'to a secret',
      () => connectionTo({ host: secret('h') as never, port: 1 }),
      'host: must be text, got a secret',
    ],
    [
      'to text as ranges',
      () => connectionTo({ host: 'x', port: 1, cidrs: '10.0.0.0/8' as never }),
      'must be a list',
    ],
    [
      'with an unknown property',
      () => connectionTo({ host: 'x', port: 1, cidr: [] } as never),
      'db.cidr: is not known',
    ],
    ['on no port', () => ({ ...db, port: 99_999 }), 'connections.db.port: must be a whole number'],
    ['without a target', () => ({ ...db, target: null }), 'connections.db.target: must have one of the keys'],
    [
      'with an empty target',
      () => ({ ...db, target: {} }),
      'connections.db.target: must have one of the keys',
    ],
    [
      'with a forged network',
      () => ({ ...db, target: { network: {}, construct: 5, port: 1 } }),
      'connections.db.target',
    ],
    ['with a number as secret', () => ({ ...db, secret: 5 }), 'connections.db.secret: must be a map'],
    [
      'with text as the value of a secret',
      () => ({
        ...db,
        secret: { namespace: 'a', name: 'b', variables: { PASSWORD: { key: 'p', value: 'hunter2' } } },
      }),
      'PASSWORD.value: must be a secret; write',
    ],
    ['with a secret as protocol', () => ({ ...db, protocol: secret('p') }), 'protocol: must be one of'],
    ['with variables of null', () => ({ ...db, variables: null }), 'connections.db.variables: must be a map'],
    ['that is none', () => 'db', 'connections.db: must be the connection of a workload, got "db"'],
  ])('%s is refused', (_, connection, message) => {
    expect(ofWeb({ connections: { db: connection() } })).toContain(message);
  });

  test('of an upstream is held to the same', () => {
    const namespace = shop();
    const connection = { host: 'a', port: 1, target, variables: null } as never;
    new EdgeApp(namespace, 'edge', { image: IMAGE, upstream: { connection } });
    expect(refusals(namespace).join('\n')).toContain(
      'upstream.connection.variables: must be a map, got null',
    );
  });
});

describe('the id of a preset', () => {
  test.each(['quota', 'limits', 'default-deny', 'acme-solvers'])('can be %s', (id) => {
    const namespace = shop({
      quota: { pods: 100, storage: '100Gi' },
      limits: { defaultLimit: { memory: '64Mi' } },
      defaultDeny: true,
    });
    new WebService(namespace, 'first', { image: IMAGE, host: 'a.example.org', tls: { issuer: 'it' } });
    const web = new WebService(namespace, id, { image: IMAGE });
    expect(web.name).toBe(id);
    expect(objectsOf(namespace, 'ResourceQuota')).toMatchObject([{ metadata: { name: 'quota' } }]);
    expect(objectsOf(namespace, 'LimitRange')).toMatchObject([{ metadata: { name: 'limits' } }]);
    expect(namespace.defaultDeny?.name).toBe('default-deny');
  });

  test.each<[unknown, string]>([
    ['web', 'has "web" already; give one of the two another id'],
    ['__proto__', 'must be a name, got "__proto__"'],
    ['constructor', 'must be a name, got "constructor"'],
    ['', 'must be a name, got ""'],
    [5, 'must be a name, got 5'],
  ])('cannot be %j beside web', (id, message) => {
    const namespace = shop();
    new WebService(namespace, 'web', { image: IMAGE });
    const text = thrown(() => new WebService(namespace, id as string, { image: IMAGE }));
    expect(text).toContain('INVALID_CONSTRUCT_ID');
    expect(text).toContain(message);
  });

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'must be a construct'],
    ['an app without a chart', new App(), 'which is in no chart'],
    ['a construct without a chart', new Construct(new App(), 'a'), 'which is in no chart'],
  ])('needs a scope, which %s is not', (_, scope, message) => {
    const text = thrown(() => new WebService(scope as never, 'web', { image: IMAGE }));
    expect(text).toContain('INVALID_SCOPE');
    expect(text).toContain(message);
  });
});

describe('functions say what they were given', () => {
  test.each<[string, () => unknown, string]>([
    [
      'patch',
      () => patch(undefined as never, 'a', 1),
      'NO_OBJECT patch of "a": must be given an object, got nothing',
    ],
    ['existing', () => SecretRef.existing(undefined as never), 'INVALID_SECRET_NAME an existing secret'],
    ['generated', () => SecretRef.generated(null as never), 'INVALID_SECRET_NAME a generated secret'],
    ['secret', () => secret(undefined as never), 'INVALID_SECRET_NAME secret name must be'],
    ['late', () => late(undefined as never, undefined as never), 'INVALID_LATE_VALUE'],
    ['late without an example', () => late('x', {} as never), '{ example: undefined }'],
    [
      'defaults',
      () => setWorkloadDefaults(undefined as never, {}),
      'INVALID_SCOPE the scope must be a construct',
    ],
  ])('%s', (_, action, message) => {
    expect(thrown(action)).toContain(message);
  });

  test('patch still takes an object', () => {
    const web = new WebService(shop(), 'web', { image: IMAGE });
    expect(web.route).toBeUndefined();
    patch(web.deployment, 'spec.replicas', 7);
    expect((web.deployment.toJson() as { spec: object }).spec).toMatchObject({ replicas: 7 });
  });

  test('an existing secret without a key is a violation', () => {
    expect(ofWeb({ env: { A: SecretRef.existing({ name: 'db' } as never) } })).toContain(
      'must name a Kubernetes Secret and a key of it',
    );
  });
});

test('a hole in a list is an item that is missing', () => {
  expect(list(text)(['a', , 'b'], ['args'])).toMatchObject([{ at: ['args', '1'], problem: 'must be text' }]);
});

test('__proto__ is no middleware', () => {
  const cluster = existingCluster();
  new TraefikMiddleware(cluster, 'it', JSON.parse('{"__proto__":{}}') as never);
  expect(problemsIn(cluster).join('\n')).toContain('__proto__');
});

test('a word of JavaScript is no registry with a port of its own', () => {
  const cache = new PullThroughCache(shop(), 'cache', { upstream: 'constructor' });
  expect(JSON.stringify(cache.service.toJson())).toContain('30599');
});
