import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createServer, type AddressInfo } from 'node:net';
import { apiProblem } from '../../adapters/api-probe';
import { testCa, tlsServer } from '../support/tls-server';

const ca = testCa();
const other = testCa('other-ca');
let server: Awaited<ReturnType<typeof tlsServer>>;
beforeAll(async () => void (server = await tlsServer(ca, 'IP:127.0.0.1,DNS:localhost')));
afterAll(() => server.close());

test.each(['127.0.0.1', 'localhost'])('nothing is wrong with %s of the right cluster', async (host) => {
  expect(await apiProblem({ host, port: server.port }, ca.pem)).toBeUndefined();
});

test('another CA is another cluster', async () => {
  expect(await apiProblem({ host: '127.0.0.1', port: server.port }, other.pem)).toMatch(
    /^presents another CA/,
  );
});

test('an address that is not in the certificate is named as such', async () => {
  const elsewhere = await tlsServer(ca, 'IP:10.9.9.9');
  expect(await apiProblem({ host: '127.0.0.1', port: elsewhere.port }, ca.pem)).toBe(
    'is not in the certificate; add it to api.tlsSans',
  );
  elsewhere.close();
});

test('nobody there, and nobody who answers', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  expect(await apiProblem({ host: '127.0.0.1', port }, ca.pem, 200)).toBe('does not answer');
  silent.close();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await apiProblem({ host: '127.0.0.1', port: 1 }, ca.pem)).toBe('refuses the connection');
});
