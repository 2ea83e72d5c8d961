import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { K3sCluster } from '../../constructs/cluster/k3s-cluster';
import { Namespace } from '../../constructs/cluster/namespace';
import type { Environment } from '../../constructs/environment';
import { TraefikMiddleware } from '../../constructs/platform/traefik/middleware';
import { Traefik } from '../../constructs/platform/traefik/traefik';
import { ExternalService } from '../../constructs/workloads/external-service';
import { Ingress } from '../../constructs/workloads/ingress';
import { WebService } from '../../constructs/workloads/web-service';
import { secret } from '../../lib/secret';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import { tlsSecret } from './http/certificate';
import { HttpWorld, httpSuite, objectNamed } from './http/world';

httpSuite(
  'WebServices asked through the real Traefik, with EndpointSlices as the endpoint controller would write them',
  () => {
    let world: HttpWorld;
    let objects: KubernetesObject[];

    beforeAll(async () => {
      world = await HttpWorld.start();
      await world.backends({ 'shop-a': 1, 'shop-b': 2, api: 3, admin: 4, public: 5, gpu: 6 });
      objects = await world.apply(program, { 'shop/staff-users users': ADA });
      await world.applyObject(tlsSecret('shop', 'shop-tls', ['shop.example.org']));
      await world.endpoints(objectNamed(objects, 'Service', 'shop'), [{ host: 1 }, { host: 2 }]);
      for (const [name, host] of Object.entries({ api: 3, admin: 4, public: 5 }))
        await world.endpoints(objectNamed(objects, 'Service', name), [{ host }]);
      await world.answers('https://shop.example.org/', 200);
    }, 900_000);

    afterAll(() => world?.stop());

    test('a host and a path lead to their service', async () => {
      expect((await world.answers('https://shop.example.org/', 200)).echo?.backend).toMatch(/^shop-/);
      expect((await world.answers('https://shop.example.org/api/orders?of=ada', 200)).echo).toMatchObject({
        backend: 'api',
        path: '/api/orders?of=ada',
        headers: { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example.org' },
      });
      await world.answers('https://elsewhere.example.org/', 404);
    });

    test('a prefix of an Ingress is compared by characters, as Traefik does by default', async () => {
      expect((await world.answers('https://shop.example.org/apis', 200)).echo?.backend).toBe('api');
    });

    test('a host gets the certificate of its Secret, others the one of Traefik', async () => {
      expect((await world.answers('https://shop.example.org/', 200)).certificate).toBe('shop.example.org');
      expect((await world.answers('https://elsewhere.example.org/', 404)).certificate).toBe(
        'TRAEFIK DEFAULT CERT',
      );
    });

    test('a WebSocket is kept open through the Ingress', async () => {
      const { client } = world.traefik;
      expect(await client.webSocket('wss://shop.example.org/api/chat', 'hello')).toBe(
        'api at /api/chat: hello',
      );
    });

    test('both replicas get requests, and one that is not ready gets none', async () => {
      expect(await askedBackends(world)).toEqual(['shop-a', 'shop-b']);
      await world.traefik.sandbox.stopBackend('shop-b');
      await world.endpoints(objectNamed(objects, 'Service', 'shop'), [
        { host: 1 },
        { host: 2, ready: false },
      ]);
      const backends = await world.traefik.eventually(
        () => askedBackends(world),
        (names) => names.join() === 'shop-a',
      );
      expect(backends).toEqual(['shop-a']);
      await world.backends({ 'shop-b': 2 });
      await world.endpoints(objectNamed(objects, 'Service', 'shop'), [{ host: 1 }, { host: 2 }]);
      await world.traefik.eventually(
        () => askedBackends(world),
        (names) => names.join() === 'shop-a,shop-b',
      );
    });

    test('a host with a certificate is not served without encryption', async () => {
      await world.answers('https://shop.example.org/', 200);
      await world.answers('http://shop.example.org/', 404);
    });

    test('middlewares: a plain request is sent to https, and there a password is asked for', async () => {
      const redirected = await world.answers('http://admin.example.org/reports?year=2026', 301);
      expect(redirected.headers.location).toBe('https://admin.example.org/reports?year=2026');
      const refused = await world.answers('https://admin.example.org/', 401);
      expect(refused.headers['www-authenticate']).toBe('Basic realm="traefik"');
      const authorization = `Basic ${Buffer.from('ada:lovelace').toString('base64')}`;
      const { echo } = await world.answers('https://admin.example.org/', 200, { headers: { authorization } });
      expect(echo?.backend).toBe('admin');
      const wrong = `Basic ${Buffer.from('ada:byron').toString('base64')}`;
      await world.answers('https://admin.example.org/', 401, { headers: { authorization: wrong } });
    });

    test('a service outside of the cluster is reached at its address', async () => {
      const { echo } = await world.answers('http://gpu.example.org/v1/models', 200);
      expect(echo).toMatchObject({ backend: 'gpu', path: '/v1/models' });
    });

    test('an HTTPRoute of the Gateway API leads to its service', async () => {
      const { echo } = await world.answers('http://public.example.org/docs', 200);
      expect(echo).toMatchObject({ backend: 'public', path: '/docs' });
      await world.answers('http://unknown.example.org/docs', 404);
    });
  },
);

/** `htpasswd -nbs ada lovelace`. */
const ADA = 'ada:{SHA}MJgvYgf2tRctgBqviyzN0HpBdyY=';

/** Who answers ten requests. */
async function askedBackends({ traefik }: HttpWorld): Promise<string[]> {
  const names = new Set<string>();
  for (let round = 0; round < 10; round++) {
    const { status, echo } = await traefik.client.get('https://shop.example.org/');
    names.add(echo?.backend ?? String(status));
  }
  return [...names].sort();
}

function program(env: Environment): void {
  const cluster = new K3sCluster(env, 'k3s', {
    version: 'v1.34.9+k3s1',
    servers: { alfa: { ssh: { host: '10.0.0.11' }, nodeIp: '10.0.0.11' } },
  });
  new Traefik(cluster, 'traefik', { gatewayApi: true });
  const namespace = new Namespace(cluster, 'shop');
  const host = 'shop.example.org';
  const tls = { secretName: 'shop-tls' };
  new WebService(namespace, 'shop', { image: image('shop'), host, tls });
  new WebService(namespace, 'api', { image: image('api'), host, tls, path: '/api' });

  const https = new TraefikMiddleware(namespace, 'https', {
    redirectScheme: { scheme: 'https', permanent: true },
  });
  const staff = new TraefikMiddleware(namespace, 'staff', { basicAuth: { users: secret('staff') } });
  const middlewares = [https, staff];
  new WebService(namespace, 'admin', {
    image: image('admin'),
    host: 'admin.example.org',
    tls: 'default',
    middlewares,
    // Else Traefik answers on `websecure` alone.
    ingress: Ingress.traefik({ annotations: { [ENTRY_POINTS]: 'web,websecure' } }),
  });

  new ExternalService(namespace, 'gpu', { address: '10.42.7.6', port: 8080, host: 'gpu.example.org' });
  gateway(namespace);
  new WebService(namespace, 'public', {
    image: image('public'),
    host: 'public.example.org',
    ingress: Ingress.gateway('public'),
  });
}

const ENTRY_POINTS = 'traefik.ingress.kubernetes.io/router.entrypoints';

function image(name: string): string {
  return `registry.example.org/${name}:1.0.0`;
}

/**
 * As the chart of Traefik makes them (traefik/traefik-helm-chart@v39.0.7:traefik/templates/gateway.yaml, gatewayclass.yaml), on the port that this
 * Traefik listens on.
 */
function gateway(scope: Construct): void {
  const api = { apiVersion: 'gateway.networking.k8s.io/v1' };
  const spec = { controllerName: 'traefik.io/gateway-controller' };
  new ApiObject(scope, 'gateway-class', {
    ...api,
    kind: 'GatewayClass',
    metadata: { name: 'traefik' },
    spec,
  });
  new ApiObject(scope, 'gateway', {
    ...api,
    kind: 'Gateway',
    metadata: { name: 'public' },
    spec: { gatewayClassName: 'traefik', listeners: [{ name: 'web', port: 80, protocol: 'HTTP' }] },
  });
}
