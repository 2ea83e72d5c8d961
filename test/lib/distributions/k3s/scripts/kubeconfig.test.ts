import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import { ScriptHost } from '../../../../support/script-host';
import { FakeK3s, onCoordinator, ownedHost, READY } from './fake-k3s';

// Processes by the dozen, on machines that do other things too.
jest.setTimeout(60_000);

let host: ScriptHost;
beforeEach(() => {
  host = new ScriptHost();
  ownedHost(host);
  new FakeK3s(host, [READY]);
});
afterEach(() => host.remove());

const run = () =>
  host.run('create', {
    step: 'kubeconfig',
    values: { ...onCoordinator, CLUSTER: 'shop', API_URL: 'https://10.0.0.9:6443' },
  });

test('works from outside: the URL of the API, the CA and the keys are in it, under the cluster’s name', async () => {
  const tls = '/var/lib/rancher/k3s/server/tls';
  host.write(`${tls}/server-ca.crt`, 'CA\n');
  host.write(`${tls}/client-admin.crt`, 'CERT\n');
  host.write(`${tls}/client-admin.key`, 'KEY-canary\n');
  host.write('/var/lib/rancher/k3s/server/token', `K10${'c'.repeat(64)}::server:token-canary\n`);
  const { code, result, stderr } = await run();
  expect([code, stderr, result?.['caHash']]).toEqual([0, '', 'c'.repeat(64)]);
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  expect(parse(Buffer.from(String(result?.['kubeconfig']), 'base64').toString())).toEqual({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'shop',
        cluster: { server: 'https://10.0.0.9:6443', 'certificate-authority-data': base64('CA\n') },
      },
    ],
    users: [
      {
        name: 'shop',
        user: { 'client-certificate-data': base64('CERT\n'), 'client-key-data': base64('KEY-canary\n') },
      },
    ],
    contexts: [{ name: 'shop', context: { cluster: 'shop', user: 'shop' } }],
    'current-context': 'shop',
  });
});

test('fails when K3s has not written its keys', async () => {
  const { code, stderr } = await run();
  expect(code).toBe(42);
  expect(stderr).toContain('server-ca.crt is missing');
});
