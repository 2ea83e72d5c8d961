import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import { tlsSecret } from './http/certificate';
import { HttpClient } from './http/client';
import { routeProgram } from './http/route-program';
import { HttpWorld, httpSuite, objectNamed } from './http/world';

httpSuite(
  'Traefik routes asked through the real Traefik, with EndpointSlices as the endpoint controller would write them',
  () => {
    let world: HttpWorld;
    let objects: KubernetesObject[];

    beforeAll(async () => {
      world = await HttpWorld.start();
      await world.backends({ 'web-a': 1, 'web-b': 2, api: 3, next: 4, elsewhere: 6, orders: 7 });
      await world.backends({ gate: 5 }, 'gate');
      objects = await world.apply(routeProgram, { 'shop/staff-users users': ADA });
      await world.applyObject(tlsSecret('shop', 'shop-tls', ['shop.example.org']));
      await world.applyObject(tlsSecret('shop', 'issued-tls', ['issued.example.org'])); // as cert-manager would
      await world.applyObject(tlsSecret('shop', 'tenants-tls', ['*.tenants.example.org']));
      const behind = { web: [1, 2], api: [3], next: [4], gate: [5], elsewhere: [6], orders: [7] };
      for (const [name, hosts] of Object.entries(behind))
        await world.endpoints(
          objectNamed(objects, 'Service', name),
          hosts.map((host) => ({ host })),
        );
      await world.answers('https://shop.example.org/', 200);
    }, 900_000);

    afterAll(() => world?.stop());

    describe('paths', () => {
      test.each([
        ['/', 'web'],
        ['/api', 'api'],
        ['/api/orders', 'api'],
        ['/apis', 'web'],
        ['/exact', 'api'],
        ['/exact/not', 'web'],
      ])('%s leads to %s', async (path, backend) => {
        const { echo } = await world.answers(`https://shop.example.org${path}`, 200);
        expect(echo?.backend).toMatch(new RegExp(`^${backend}(-|$)`));
        expect(echo?.path).toBe(path);
      });

      test('a method of its own leads elsewhere', async () => {
        const { echo } = await world.answers('https://shop.example.org/', 200, { method: 'DELETE' });
        expect(echo).toMatchObject({ backend: 'next', method: 'DELETE' });
      });

      test('a prefix is stripped before the service gets the request', async () => {
        const { echo } = await world.answers('http://plain.example.org/v1/orders?of=ada', 200);
        expect(echo).toMatchObject({
          backend: 'orders',
          path: '/orders?of=ada',
          headers: { 'x-forwarded-prefix': '/v1' },
        });
      });
    });

    describe('TLS', () => {
      test('the certificate is that of the host: of its Secret, of cert-manager, of a wildcard', async () => {
        const certificateOf = async (url: string): Promise<string | undefined> =>
          (await world.answers(url, 200)).certificate;
        expect(await certificateOf('https://shop.example.org/')).toBe('shop.example.org');
        expect(await certificateOf('https://issued.example.org/')).toBe('issued.example.org');
        expect(await certificateOf('https://ada.tenants.example.org/')).toBe('*.tenants.example.org');
      });

      test('one label fits a wildcard, none and two do not', async () => {
        await world.answers('https://tenants.example.org/', 404);
        await world.answers('https://a.b.tenants.example.org/', 404);
      });

      test('plain requests are sent to https, but for the challenge of a certificate', async () => {
        const { headers } = await world.answers('http://shop.example.org/api?a=b', 301);
        expect(headers.location).toBe('https://shop.example.org/api?a=b');
        const { echo } = await world.answers('http://shop.example.org/.well-known/acme-challenge/token', 200);
        expect(echo?.backend).toBe('next');
      });

      test('options of the route are asked of clients', async () => {
        const { client } = world.traefik;
        await world.answers('https://modern.example.org/', 200);
        await expect(client.get('https://modern.example.org/', { maxTls: 'TLSv1.2' })).rejects.toThrow(
          /protocol version/,
        );
        expect((await client.get('https://shop.example.org/', { maxTls: 'TLSv1.2' })).status).toBe(200);
      });
    });

    describe('middlewares', () => {
      test('rate limit: what goes over the burst is refused with 429', async () => {
        const statuses = await inARow(
          8,
          async () => (await world.traefik.client.get('http://limited.example.org/')).status,
        );
        expect(statuses.slice(0, 3)).toEqual([200, 200, 200]);
        expect(statuses.slice(5)).toEqual([429, 429, 429]);
      });

      test('basic auth: the users are those of the secret', async () => {
        await world.answers('http://staff.example.org/', 401);
        const { echo } = await world.answers('http://staff.example.org/', 200, {
          headers: { authorization: basic('ada:lovelace') },
        });
        expect(echo?.backend).toMatch(/^web-/);
        expect(echo?.headers['authorization']).toBeUndefined();
        await world.answers('http://staff.example.org/', 401, {
          headers: { authorization: basic('ada:byron') },
        });
      });

      test('forward auth: another service decides, and says who it is', async () => {
        expect((await world.answers('http://gated.example.org/', 401)).body).toBe('who are you?');
        const { echo } = await world.answers('http://gated.example.org/', 200, {
          headers: { 'x-token': 'good' },
        });
        expect(echo?.headers['x-auth-user']).toBe('ada');
        const forged = await world.answers('http://gated.example.org/', 200, {
          headers: { 'x-token': 'good', 'x-auth-user': 'eve' },
        });
        expect(forged.echo?.headers['x-auth-user']).toBe('ada');
      });

      test('security headers are on answers, and the name of the software is not', async () => {
        const { headers } = await world.answers('https://shop.example.org/', 200);
        expect(headers).toMatchObject({
          'strict-transport-security': 'max-age=31536000',
          'x-content-type-options': 'nosniff',
          'x-frame-options': 'SAMEORIGIN',
          'referrer-policy': 'strict-origin-when-cross-origin',
          'permissions-policy': 'camera=(), geolocation=(), microphone=()',
          'x-made-by': 'hand',
        });
        expect([headers['server'], headers['x-powered-by']]).toEqual([undefined, undefined]);
      });

      test('other addresses than those allowed are refused', async () => {
        await world.answers('http://inside.example.org/', 403);
      });
    });

    describe('services', () => {
      test('requests are shared by weight', async () => {
        await world.answers('http://weighted.example.org/', 200);
        const names = await inARow(20, () => backendOf(world, 'http://weighted.example.org/'));
        expect(names.filter((name) => name === 'next')).toHaveLength(5);
        expect(names.filter((name) => name === 'api')).toHaveLength(15);
      });

      test('a client with the cookie stays with its pod, others do not', async () => {
        const { headers, echo } = await world.answers('http://sticky.example.org/', 200);
        const [cookie = ''] = headers['set-cookie'] ?? [];
        expect(cookie).toMatch(/^shop-pod=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/);
        const sent = { headers: { cookie: cookie.split(';')[0] ?? '' } };
        const own = await inARow(10, () => backendOf(world, 'http://sticky.example.org/', sent));
        expect(new Set(own)).toEqual(new Set([echo?.backend]));
        const others = await inARow(10, () => backendOf(world, 'http://sticky.example.org/'));
        expect(new Set(others)).toEqual(new Set(['web-a', 'web-b']));
      });

      test('a WebSocket needs nothing further', async () => {
        const answer = await world.traefik.client.webSocket('wss://shop.example.org/api/chat', 'hello');
        expect(answer).toBe('api at /api/chat: hello');
      });

      test('connections of a TCP entry point get through', async () => {
        const socket = world.traefik.sandbox.socketOf('postgres');
        const client = new HttpClient({ http: socket, https: socket });
        const { echo } = await world.traefik.eventually(
          () => client.get('http://any.example.org/'),
          ({ status }) => status === 200,
        );
        expect(echo).toMatchObject({ backend: 'api', headers: { host: 'any.example.org' } });
        expect(echo?.headers['x-forwarded-for']).toBeUndefined();
      });
    });

    describe('what the checks warn of', () => {
      test('a route whose middleware is not there answers nothing', async () => {
        await world.answers('http://dangling.example.org/', 404);
        await world.applyObject({
          apiVersion: 'traefik.io/v1alpha1',
          kind: 'Middleware',
          metadata: { name: 'made-elsewhere', namespace: 'shop' },
          spec: { compress: {} },
        });
        await world.answers('http://dangling.example.org/', 200);
      });

      test('a service of another namespace is not reached', async () => {
        await world.answers('http://across.example.org/', 404);
      });
    });
  },
);

/** `htpasswd -nbs ada lovelace`. */
const ADA = 'ada:{SHA}MJgvYgf2tRctgBqviyzN0HpBdyY=';

function basic(credentials: string): string {
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

async function backendOf({ traefik }: HttpWorld, url: string, options = {}): Promise<string | undefined> {
  return (await traefik.client.get(url, options)).echo?.backend;
}

async function inARow<T>(times: number, act: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let round = 0; round < times; round++) results.push(await act());
  return results;
}
