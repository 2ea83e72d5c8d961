import { connect, type PeerCertificate } from 'node:tls';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ApiObject } from 'cdk8s';
import { Namespace } from 'k3stack';
import { Api } from '../world/api';
import { canaries } from '../world/canaries';
import { keepLog } from '../world/keep-log';
import { engineTest } from '../world/needs';
import { Watch } from '../world/watch';
import { World, type ClusterProps } from '../world/world';

const servers = ['alfa', 'bravo', 'charlie'];
const names = [...servers, 'delta'];
let world: World;
let cluster: ClusterProps = { servers, agents: ['delta'] };

beforeAll(async () => {
  world = await World.start({ hosts: names });
  declare({});
  await world.up();
});

afterAll(async () => {
  await world.stop();
});

test('server token: the old one opens nothing any more, and no server loses the majority', async () => {
  const old = await tokenOf('alfa');
  const { 'k3s-server-token': token = '' } = canaries('k3s-server-token');
  const watch = await watching();
  await world.stack.setConfig('k3s-server-token', token, true);
  await world.up();
  expect((await watch.stop()).serversDown.length).toBeLessThan(2);
  for (const name of servers) {
    expect(await tokenOf(name)).toBe(token);
    expect(await accepts(name, 'server', token)).toBe(200);
    expect(await accepts(name, 'server', old)).not.toBe(200);
  }
  await restartsWell();
});

test('agent token, certificates and the key of Secrets, in one update', async () => {
  await world.kubectl('alfa', 'create secret generic kept --from-literal=a=b');
  const before = {
    certificates: await certificates(),
    key: await encryptionKey(),
  };
  const { 'k3s-agent-token': token = '' } = canaries('k3s-agent-token');
  await world.stack.setConfig('k3s-agent-token', token, true);
  declare({ rotate: { certificates: 1, encryptionKey: 1 } });
  const watch = await watching();
  const { seconds } = await world.up();
  const report = await watch.stop();
  keepLog('rotations', { seconds, serversDown: report.serversDown, log: report.log });
  expect(report.serversDown.length).toBeLessThan(2);
  const after = await certificates();
  for (const name of servers) expect([name, after[name]]).not.toEqual([name, before.certificates[name]]);
  expect(await encryptionKey()).not.toBe(before.key);
  for (const name of servers) {
    expect(await accepts(name, 'node', token)).toBe(200);
    expect(await accepts(name, 'node', world.secrets['k3s-agent-token'] ?? '')).not.toBe(200);
    const secret = await world.kubectl(name, "get secret kept -o jsonpath='{.data.a}'");
    expect(Buffer.from(secret, 'base64').toString()).toBe('b');
  }
  expect((await world.host('delta').readFile('/etc/rancher/k3s/token')).trim()).toMatch(
    new RegExp(`::node:${token}$`),
  );
  await restartsWell();
  expect((await world.up()).operations).toEqual([]);
});

engineTest('the driver only keeps objects in its state')(
  'the API at another address: no object is replaced',
  async () => {
    const uid = (): Promise<string> =>
      world.kubectl('bravo', "-n shop get configmap web -o jsonpath='{.metadata.uid}'");
    const before = await uid();
    // As something that moves it from server to server would.
    const virtual = world.host('bravo').address.replace(/\d+$/, '210');
    await world.host('bravo').must(`ip address add ${virtual}/24 dev host0`);
    declare({ rotate: { certificates: 1, encryptionKey: 1 }, api: { registrationAddress: virtual } });
    const { operations } = await world.up();
    expect(operations.filter(({ kind }) => kind === 'replace' || kind === 'delete')).toEqual([]);
    expect(operations.map(({ name }) => name).filter((name) => name.startsWith('k3s/shop'))).toEqual([]);
    expect(await uid()).toBe(before);
    const { kubeconfigs } = (await world.stack.outputs()) as { kubeconfigs: { k3s: string } };
    expect(kubeconfigs.k3s).toContain(`server: "https://${virtual}:6443"`);
    expect((await new Api(kubeconfigs.k3s).ask(virtual, '/readyz')).body).toBe('ok');
    for (const name of servers) expect((await served(name)).subjectaltname).toContain(virtual);
    expect((await world.up()).operations).toEqual([]);
  },
);

test('no secret is anywhere but in its own files', async () => {
  expect(await world.leaks()).toEqual([]);
});

function declare(more: Partial<ClusterProps>): void {
  cluster = { ...cluster, ...more };
  world.declare(cluster, (k3s) => {
    const namespace = new Namespace(k3s, 'shop', { podSecurity: 'restricted' });
    new ApiObject(namespace, 'web', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'web' },
      data: { a: 'b' },
    });
  });
}

async function watching(): Promise<Watch> {
  return new Watch(
    await world.api(),
    Object.fromEntries(servers.map((name) => [name, world.host(name).address])),
  );
}

async function tokenOf(name: string): Promise<string> {
  const text = await world.host(name).readFile('/var/lib/rancher/k3s/server/token');
  return text.trim().replace(/^.*::server:/, '');
}

/** What a server answers to who logs in with a token. */
async function accepts(name: string, user: 'server' | 'node', token: string): Promise<number> {
  const path = user === 'server' ? 'v1-k3s/server-bootstrap' : 'v1-k3s/client-ca.crt';
  const curl = `curl -sk -o /dev/null -w '%{http_code}' -K - https://127.0.0.1:6443/${path}`;
  const { stdout } = await world.host(name).exec(curl, { input: `user = "${user}:${token}"\n` });
  return Number(stdout);
}

/** Serial numbers of what servers show at 6443. */
async function certificates(): Promise<Record<string, string>> {
  const entries = servers.map(async (name) => [name, (await served(name)).serialNumber] as const);
  return Object.fromEntries(await Promise.all(entries));
}

function served(name: string): Promise<PeerCertificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: world.host(name).address, port: 6443, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

async function encryptionKey(): Promise<string> {
  return /^ \*.*$/m.exec(await world.host('alfa').must('k3s secrets-encrypt status'))?.[0] ?? '';
}

/** All nodes are Ready, also after a restart of every server: what its files say is what it needs. */
async function restartsWell(): Promise<void> {
  for (const name of servers) {
    await world.host(name).must('timeout 60 systemctl restart k3s', { timeout: 120_000 });
    await world.kubectl(name, 'wait --for=condition=Ready node --all --timeout=55s');
  }
  expect(await world.nodes('alfa')).toEqual(
    names.map((name) => `${name} Ready ${world.releases.first.version}`),
  );
}
