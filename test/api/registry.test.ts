// The registry of LocalRegistry and PullThroughCache: the real program, built as a Go module, started with the variables and the command of the
// manifests. There is no kubelet and no containerd: the test starts it, and pulls as a client of the registry's API.
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LocalRegistry } from '../../constructs/platform/registry/local-registry';
import { PullThroughCache } from '../../constructs/platform/registry/pull-through-cache';
import { SecretRef } from '../../lib/secret';
import { goProgram } from '../support/go-program';
import { containerOf, podSpecOf, shop } from '../support/workloads';
import { freePorts } from './component';

const hasHtpasswd = spawnSync('htpasswd', ['--help'], { stdio: 'ignore' }).error === undefined;
const PASSWORD = `it's "quoted" $HOME & long`;
const folder = mkdtempSync(join(tmpdir(), 'k3stack-registry-'));
const children: ChildProcess[] = [];

/** What the image has as its configuration (distribution/distribution@v3.1.1:cmd/registry/config-example.yml), but for users. */
const CONFIG = `version: 0.1
log: { fields: { service: registry } }
storage: { cache: { blobdescriptor: inmemory }, filesystem: { rootdirectory: /var/lib/registry } }
http: { addr: ':5000', headers: { X-Content-Type-Options: [nosniff] } }
health: { storagedriver: { enabled: true, interval: 10s, threshold: 3 } }
`;

interface Started {
  readonly url: string;
  readonly child: ChildProcess;
}

/** Starts the registry with the variables of a manifest; paths of the container lie below `home`. */
async function start(
  home: string,
  variables: readonly { name: string; value?: string }[],
  over: object = {},
): Promise<Started> {
  const binary = goProgram({
    title: 'the registry of CNCF Distribution',
    sources: join(__dirname, 'registry'),
    folder: 'registry',
    name: 'registry',
  });
  const [port] = await freePorts(1);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'config.yml'), CONFIG);
  const env = Object.fromEntries(
    variables.map(({ name, value = '' }) => [name, value.startsWith('/') ? join(home, value) : value]),
  );
  const child = spawn(binary, ['serve', join(home, 'config.yml')], {
    env: { ...env, ...over, REGISTRY_HTTP_ADDR: `127.0.0.1:${port}` },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  children.push(child);
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 100; tries++) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.status === 200) return { url, child };
    if (child.exitCode !== null) break;
    await sleep(100);
  }
  throw new Error('the registry did not start');
}

const digestOf = (content: string) => `sha256:${createHash('sha256').update(content).digest('hex')}`;
const basic = (password: string) => ({
  authorization: `Basic ${Buffer.from(`k3stack:${password}`).toString('base64')}`,
});

async function push(
  url: string,
  headers: Record<string, string>,
): Promise<{ status: number; manifest: string; layer: string }> {
  const layer = 'what is in the layer';
  const begun = await fetch(`${url}/v2/shop/blobs/uploads/`, { method: 'POST', headers });
  const location = begun.headers.get('location');
  if (location === null) return { status: begun.status, manifest: '', layer };
  await fetch(`${location}&digest=${digestOf(layer)}`, { method: 'PUT', headers, body: layer });
  const part = (mediaType: string) => ({ mediaType, digest: digestOf(layer), size: layer.length });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: part('application/vnd.oci.image.config.v1+json'),
    layers: [part('application/vnd.oci.image.layer.v1.tar')],
  });
  const done = await fetch(`${url}/v2/shop/manifests/1.4.2`, {
    method: 'PUT',
    headers: { ...headers, 'content-type': 'application/vnd.oci.image.manifest.v1+json' },
    body: manifest,
  });
  return { status: done.status, manifest, layer };
}

const ACCEPT = { accept: 'application/vnd.oci.image.manifest.v1+json' };

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

(hasHtpasswd ? describe : describe.skip)(
  'registries as the manifests start them (needs htpasswd, of apache2-utils)',
  () => {
    let local: Started;
    const authorized = basic(PASSWORD);

    beforeAll(async () => {
      const { statefulSet } = new LocalRegistry(shop(), 'registry');
      const home = join(folder, 'local');
      mkdirSync(join(home, 'auth'), { recursive: true });
      const [users] = podSpecOf(statefulSet).initContainers as { command: [string, string, string] }[];
      const [shell, flag, script] = users!.command;
      execFileSync(shell, [flag, script.replaceAll('/auth', join(home, 'auth'))], {
        env: { PATH: process.env['PATH'], PASSWORD },
      });
      local = await start(home, containerOf(statefulSet).env as { name: string; value: string }[]);
    }, 300_000);

    test('let nobody in without the password, and answer the probe all the same', async () => {
      expect((await fetch(local.url)).status).toBe(200);
      expect((await fetch(`${local.url}/v2/`)).status).toBe(401);
      expect((await fetch(`${local.url}/v2/`, { headers: basic('wrong') })).status).toBe(401);
      expect((await push(local.url, basic('wrong'))).status).toBe(401);
    });

    test('take an image and give it back', async () => {
      const { status, manifest } = await push(local.url, authorized);
      expect(status).toBe(201);
      const back = await fetch(`${local.url}/v2/shop/manifests/1.4.2`, {
        headers: { ...authorized, ...ACCEPT },
      });
      expect(await back.text()).toBe(manifest);
    });

    test('keep what was fetched through them once, also when the line is down', async () => {
      const { layer, manifest } = await push(local.url, authorized);
      const { statefulSet } = new PullThroughCache(shop(), 'cache', {
        upstream: 'docker.io',
        credentials: { username: SecretRef.fromConfig('user'), password: SecretRef.fromConfig('password') },
      });
      const cache = await start(
        join(folder, 'cache'),
        containerOf(statefulSet).env as { name: string; value: string }[],
        {
          REGISTRY_PROXY_REMOTEURL: local.url, // instead of the one on the internet
          REGISTRY_PROXY_USERNAME: 'k3stack',
          REGISTRY_PROXY_PASSWORD: PASSWORD,
        },
      );
      const pull = async () => {
        const first = await fetch(`${cache.url}/v2/shop/manifests/1.4.2`, { headers: ACCEPT });
        const blob = await fetch(`${cache.url}/v2/shop/blobs/${digestOf(layer)}`);
        return [await first.text(), await blob.text()];
      };
      expect(await pull()).toEqual([manifest, layer]);
      for (let tries = 0; tries < 50 && !(await isStored(cache.url, layer)); tries++) await sleep(100);
      local.child.kill('SIGKILL');
      await once(local.child, 'exit');
      expect(await pull()).toEqual([manifest, layer]);
    });
  },
);

/** The cache writes while it answers; a request for the head is answered from either side. */
async function isStored(url: string, layer: string): Promise<boolean> {
  const { status } = await fetch(`${url}/v2/shop/blobs/${digestOf(layer)}`, { method: 'HEAD' });
  return status === 200;
}
