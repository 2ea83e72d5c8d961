import { describe, expect, test } from '@jest/globals';
import type { Offers } from '../../../lib/rules/object-needs-offers';
import { routeRules } from '../../../lib/rules/object-routes';
import type { ObjectEntry } from '../../../lib/rules/object-set';
import { runRules } from '../../../lib/rules/rule';
import type { Violation } from '../../../lib/rules/violation';
import type { KubernetesObject } from '../../../lib/synthesis/synthesis';

type Entry = Partial<Omit<ObjectEntry, 'object'>> & { readonly object: object };

const offers: Offers = {
  ingress: ['traefik'],
  storage: [],
  customResources: [],
  packaged: true,
  sealed: true,
};

function found(...entries: Entry[]): Violation[] {
  return runRules(routeRules, {
    clusters: ['k3s', 'other'],
    reserved: new Map(),
    offers: new Map([['k3s', offers]]),
    objects: entries.map((entry, index): ObjectEntry => ({
      path: `k3s/${index}`,
      cluster: 'k3s',
      owner: 'workloads',
      ...entry,
      object: entry.object as KubernetesObject,
    })),
  });
}

interface IngressOver {
  readonly host?: string;
  readonly path?: string;
  readonly pathType?: string;
  readonly className?: string;
  readonly annotations?: object;
  readonly tls?: boolean;
}

function ingress(name: string, over: IngressOver = {}, namespace = 'shop'): Entry {
  const { host = 'shop.example.org', path = '/', pathType = 'Prefix', className, annotations, tls } = over;
  const paths = [{ path, pathType, backend: { service: { name, port: { number: 80 } } } }];
  return {
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, namespace, ...(annotations && { annotations }) },
      spec: {
        ...(className !== undefined && { ingressClassName: className }),
        ...(tls === true && { tls: [{ hosts: [host] }] }),
        rules: [{ ...(host !== '' && { host }), http: { paths } }],
      },
    },
  };
}

describe('two Ingresses', () => {
  test('fail when they are on one host and path, naming both', () => {
    expect(found(ingress('web'), ingress('blog', {}, 'blog'))).toEqual([
      {
        rule: 'route-once',
        path: 'k3s/1',
        property: 'spec.rules[0].http.paths[0].path',
        problem:
          'Ingress blog/blog serves shop.example.org/, which Ingress shop/web (k3s/0) serves as well: only one of them gets the requests',
        fix: 'give one of the two another host or path, or remove it',
      },
    ]);
  });

  test.each<[string, IngressOver, IngressOver]>([
    ['one prefix with and without a slash', { path: '/cart' }, { path: '/cart/' }],
    ['hosts that differ in case', {}, { host: 'Shop.Example.org' }],
    ['no host', { host: '' }, { host: '' }],
    ['the class of the cluster, named by one only', { className: 'traefik' }, {}],
    ['a class by its old annotation', { annotations: { 'kubernetes.io/ingress.class': 'traefik' } }, {}],
    ['a host that only a run knows', { host: '«late:host=a»' }, { host: '«late:host=a»' }],
  ])('fail on %s', (_, one, two) => {
    expect(found(ingress('a', one), ingress('b', two))).toHaveLength(1);
  });

  test.each<[string, IngressOver]>([
    ['hosts', { host: 'blog.example.org' }],
    ['paths', { path: '/cart' }],
    ['types of path: the exact one wins', { pathType: 'Exact' }],
    ['classes', { className: 'nginx' }],
    ['entry points', { annotations: { 'traefik.ingress.kubernetes.io/router.entrypoints': 'web' } }],
    ['priorities', { annotations: { 'traefik.ingress.kubernetes.io/router.priority': '10' } }],
    ['TLS: one redirects to the other', { tls: true }],
    ['shares of the requests', { annotations: { 'nginx.ingress.kubernetes.io/canary': 'true' } }],
  ])('are taken when they differ in their %s', (_, over) => {
    expect(found(ingress('a'), ingress('b', over))).toEqual([]);
  });

  test('are taken in two clusters, and one alone is', () => {
    expect(found(ingress('a'), { ...ingress('b'), cluster: 'other' })).toEqual([]);
    expect(found(ingress('a'))).toEqual([]);
  });
});

describe('routes of the Gateway API', () => {
  const route = (name: string, over: object = {}, match: object = {}): Entry => ({
    object: {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name, namespace: 'shop' },
      spec: {
        parentRefs: [{ name: 'web' }],
        hostnames: ['shop.example.org'],
        rules: [{ matches: [match] }],
        ...over,
      },
    },
  });

  test('fail when they match the same at one Gateway, also by default', () => {
    expect(found(route('a'), route('b'))).toHaveLength(1);
    expect(
      found(route('a', { rules: [{}] }), route('b', {}, { path: { type: 'PathPrefix', value: '/' } })),
    ).toHaveLength(1);
    const headers = { headers: [{ name: 'x', value: '1' }] };
    expect(found(route('a', {}, headers), route('b', {}, headers))).toHaveLength(1);
  });

  test.each<[string, Entry]>([
    ['Gateway', route('b', { parentRefs: [{ name: 'web', namespace: 'edge' }] })],
    ['listener', route('b', { parentRefs: [{ name: 'web', sectionName: 'https' }] })],
    ['host', route('b', { hostnames: ['blog.example.org'] })],
    ['path', route('b', {}, { path: { value: '/cart' } })],
    ['header', route('b', {}, { headers: [{ name: 'x', value: '1' }] })],
  ])('are taken with another %s', (_, other) => {
    expect(found(route('a'), other)).toEqual([]);
  });
});

describe('routes of Traefik', () => {
  const route = (name: string, match: string, over: object = {}, spec: object = {}): Entry => ({
    object: {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'IngressRoute',
      metadata: { name, namespace: 'shop' },
      spec: { entryPoints: ['web', 'websecure'], routes: [{ match, ...over }], ...spec },
    },
  });
  const RULE = 'Host(`shop.example.org`) && PathPrefix(`/cart`)';

  test('fail when their rules are written alike', () => {
    const same = route(
      'b',
      'Host(`shop.example.org`)&&PathPrefix(`/cart`)',
      {},
      { entryPoints: ['websecure', 'web'] },
    );
    expect(found(route('a', RULE), same)).toHaveLength(1);
  });

  test('are taken with another rule, priority, TLS or entry point', () => {
    expect(found(route('a', RULE), route('b', 'Host(`shop.example.org`)'))).toEqual([]);
    expect(found(route('a', RULE), route('b', RULE, { priority: 10 }))).toEqual([]);
    expect(found(route('a', RULE), route('b', RULE, {}, { tls: {} }))).toEqual([]);
    expect(found(route('a', RULE), route('b', RULE, {}, { entryPoints: ['web'] }))).toEqual([]);
  });
});
