import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Datastore, secret } from 'k3stack';
import { canaries } from '../world/canaries';
import { CommandLine } from '../world/command-line';
import { keepLog } from '../world/keep-log';
import { BUCKET, ObjectStore } from '../world/object-store';
import { ENVIRONMENT, World, type ClusterProps } from '../world/world';

const servers = ['alfa', 'bravo', 'charlie'];
const PASSPHRASE = 'correct horse battery staple of the lab';
const environment = { K3STACK_BACKUP_PASSPHRASE: PASSPHRASE };
let world: World;
let k3stack: CommandLine;
let store: ObjectStore;
let snapshot = '';
let kept = '';
let rotated = '';

beforeAll(async () => {
  world = await World.start({ hosts: servers, secrets: ['s3-access-key', 's3-secret-key'] });
  const { 's3-access-key': accessKey = '', 's3-secret-key': secretKey = '' } = world.secrets;
  store = await ObjectStore.start(world.lab.operatorAddress, { accessKey, secretKey });
  k3stack = new CommandLine(world);
  const cluster: ClusterProps = {
    servers,
    datastore: Datastore.embeddedEtcd({
      snapshots: { schedule: '* * * * *', retention: 3 },
      s3: {
        bucket: BUCKET,
        endpoint: store.endpoint,
        endpointCa: store.ca,
        credentials: { accessKey: secret('s3-access-key'), secretKey: secret('s3-secret-key') },
      },
    }),
  };
  world.declare(cluster);
  k3stack.declare(cluster);
  await world.up();
});

afterAll(async () => {
  await store.stop();
  await world.stop();
});

test('one on demand lies on the server and in S3, its token sealed beside the program', async () => {
  await world.kubectl('alfa', 'create namespace before');
  kept = await uid('before');
  const args = ['snapshot', 'create', '--json', '--download', join(k3stack.home, 'kept')];
  const { code, stdout } = await k3stack.runAs(key(), args, environment);
  const {
    snapshot: taken,
    token,
    file,
  } = JSON.parse(stdout) as {
    snapshot: { name: string; path: string; node: string };
    token: string;
    file: string;
  };
  expect(code).toBe(0);
  snapshot = taken.name;
  expect(store.objects()).toContain(snapshot);
  expect([file, statSync(file).mode & 0o777]).toEqual([join(k3stack.home, 'kept', snapshot), 0o600]);
  const there = await world.host(taken.node).must(`sha256sum ${taken.path}`);
  expect(there).toContain(createHash('sha256').update(readFileSync(file)).digest('hex'));
  // All Secrets of the cluster are in it, and nowhere else is one to be found.
  rmSync(file);
  const listed = (await k3stack.run('snapshot', 'list')).stdout
    .split('\n')
    .filter((line) => line.includes(snapshot));
  expect(listed.join('\n')).toMatch(/s3:\/\/snapshots\//);
  expect(listed.join('\n')).toMatch(/file:\/\//);
  expect(token).toContain(join('snapshots', ENVIRONMENT, 'k3s', `${snapshot}.token.sealed`));
  const sealed = readFileSync(token, 'utf8');
  for (const value of Object.values(world.secrets)) expect(sealed).not.toContain(value);
});

test('one by schedule comes by itself, on the server and in S3', async () => {
  const scheduled = (): string[] => store.objects().filter((name) => name.startsWith('etcd-snapshot-'));
  for (const end = Date.now() + 130_000; scheduled().length === 0 && Date.now() < end;) await sleep(1000);
  expect(scheduled()).not.toEqual([]);
  const { stdout } = await k3stack.run('snapshot', 'list');
  expect(stdout).toMatch(/etcd-snapshot-.*file:\/\//);
});

test('a drill brings the same cluster back', async () => {
  const before = await uids();
  const began = Date.now();
  const { code, stdout } = await k3stack.run('drill', '--yes');
  keepLog('drill', { seconds: (Date.now() - began) / 1000 });
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining(`the same ${before.length} namespaces, by their UIDs`),
  ]);
  expect(await uids()).toEqual(before);
  await allReady();
});

test('with another token since, one in S3 opens with the token that was sealed with it', async () => {
  await world.kubectl('alfa', 'create namespace after');
  const { 'k3s-server-token': token = '' } = canaries('k3s-server-token');
  rotated = token;
  await world.stack.setConfig('k3s-server-token', token, true);
  await world.up();
  expect(await world.host('alfa').readFile('/var/lib/rancher/k3s/server/token')).toContain(token);

  const refused = await k3stack.run('restore', `s3:${snapshot}`, '--yes');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/the token is not the one that the cluster had when .* was taken/);
  expect(await world.host('alfa').must('ls /var/lib/rancher/k3s/server/db/etcd')).toContain('member');

  const restored = await k3stack.runAs(key(), ['restore', `s3:${snapshot}`, '--yes'], environment);
  expect([restored.code, restored.stdout]).toEqual([0, expect.stringContaining(`is back at ${snapshot}`)]);
  expect(await uid('before')).toBe(kept);
  await expect(uid('after')).rejects.toThrow(/not found/);
  await allReady();
});

test('its servers have the token of the program again, also after a restart', async () => {
  for (const name of servers) {
    expect(await world.host(name).readFile('/var/lib/rancher/k3s/server/token')).toContain(rotated);
    await world.host(name).must('systemctl restart k3s', { timeout: 120_000 });
    await allReady();
  }
  expect((await world.up()).operations).toEqual([]);
});

test('with a wrong passphrase nothing is touched', async () => {
  const wrong = { K3STACK_BACKUP_PASSPHRASE: 'another one of the lab' };
  const { code, stderr } = await k3stack.runAs(key(), ['restore', `s3:${snapshot}`, '--yes'], wrong);
  expect([code, stderr]).toEqual([1, expect.stringContaining('SEALED_TOKEN_UNREADABLE')]);
  await allReady();
});

test('no secret is anywhere but in its own files', async () => {
  expect(await world.leaks()).toEqual([]);
  expect(readdirSync(world.project.folder)).toContain('snapshots');
});

function key(): string {
  return world.lab.keys.privateKeyFile;
}

async function allReady(): Promise<void> {
  await world.kubectl('alfa', 'wait --for=condition=Ready node --all --timeout=55s');
  expect(await world.nodes('charlie')).toEqual(
    servers.map((name) => `${name} Ready ${world.releases.first.version}`),
  );
}

function uid(namespace: string): Promise<string> {
  return world.kubectl('alfa', `get namespace ${namespace} -o jsonpath='{.metadata.uid}'`);
}

async function uids(): Promise<string[]> {
  const text = await world.kubectl(
    'alfa',
    `get namespaces -o jsonpath='{range .items[*]}{.metadata.name} {.metadata.uid}{"\\n"}{end}'`,
  );
  return text.trim().split('\n').sort();
}
