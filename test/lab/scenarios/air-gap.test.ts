import { createHash, randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { LOCK_FILE, OFFICIAL_RELEASES, renderLock } from '../../../lib/distributions/k3s/lock';
import { keepLog } from '../world/keep-log';
import { World, type ClusterProps } from '../world/world';

const IMAGES = 'k3s-airgap-images-amd64.tar.zst';
const SHOP = 'images/shop.tar';
const cluster: ClusterProps = { servers: ['alfa'], agents: ['delta'], airGap: { archives: [SHOP] } };
const contents = { [IMAGES]: randomBytes(3_000_000), [SHOP]: randomBytes(200_000) };
let world: World;

beforeAll(async () => {
  world = await World.start({ hosts: ['alfa', 'delta'] });
  world.declare(cluster);
  const { version, sha256 } = world.releases.first;
  const source = `${OFFICIAL_RELEASES}/${version}/sha256sum-amd64.txt`;
  const sum = (name: keyof typeof contents): string => digest(contents[name]);
  const lock = {
    [version]: {
      k3s: { sha256, source },
      [IMAGES]: { sha256: sum(IMAGES), source },
      [SHOP]: { sha256: sum(SHOP), source: `file:${SHOP}` },
    },
  };
  writeFileSync(join(world.project.folder, LOCK_FILE), renderLock(lock));
});

afterAll(async () => {
  await world.stop();
});

test('what is not there yet is named with its place, and no host is changed', async () => {
  const output = await world.upFails();
  expect(output).toContain(
    `hosts get k3s of ${world.releases.first.version} from this machine, and there is no`,
  );
  expect(output).toContain(release('k3s'));
  expect(await untouched()).toEqual([]);
});

test('what is not what the lock file says is not uploaded', async () => {
  const { file, version } = world.releases.first;
  mkdirSync(join(world.project.folder, 'artifacts', version), { recursive: true });
  mkdirSync(join(world.project.folder, 'images'));
  copyFileSync(file, release('k3s'));
  writeFileSync(join(world.project.folder, SHOP), contents[SHOP]);
  const tampered = Buffer.from(contents[IMAGES] as Buffer);
  tampered[1_000_000] = (tampered[1_000_000] ?? 0) ^ 1;
  writeFileSync(release(IMAGES), tampered);
  const output = await world.upFails();
  expect(output).toContain('is not what the lock file says');
  expect(output).toContain(digest(tampered));
  for (const host of world.lab.hosts) {
    expect(await host.exists(`/var/lib/k3stack/artifacts/${digest(tampered)}`)).toBe(false);
    expect(await host.exists(`/var/lib/k3stack/artifacts/${digest(contents[IMAGES] as Buffer)}`)).toBe(false);
    expect(await host.exists('/etc/rancher')).toBe(false);
  }
  writeFileSync(release(IMAGES), contents[IMAGES]);
});

test('both hosts get everything from this machine, verified', async () => {
  // Somebody wrote another file where a host keeps the image archive.
  const kept = `/var/lib/k3stack/artifacts/${digest(contents[IMAGES])}`;
  await world.host('delta').writeFile(kept, randomBytes(3_000_000));
  const { seconds } = await world.up();
  keepLog('air-gap', { seconds });
  for (const name of ['alfa', 'delta']) {
    for (const [archive, content] of Object.entries(contents)) {
      const path = `/var/lib/rancher/k3s/agent/images/${archive.split('/').at(-1) ?? ''}`;
      expect(await world.host(name).must(`sha256sum <${path}`)).toContain(digest(content));
    }
    expect(await world.host(name).must('sha256sum </usr/local/bin/k3s')).toContain(
      world.releases.first.sha256,
    );
  }
  const { version } = world.releases.first;
  expect(await world.nodes('alfa')).toEqual([`alfa Ready ${version}`, `delta Ready ${version}`]);
});

test('a second up uploads nothing, also without the files', async () => {
  const { folder } = world.project;
  rmSync(join(folder, 'artifacts'), { recursive: true });
  rmSync(join(folder, 'images'), { recursive: true });
  const before = await artifacts();
  expect((await world.up()).operations).toEqual([]);
  expect(await artifacts()).toEqual(before);
});

test('another release: only its own files are uploaded', async () => {
  const { version, sha256, file } = world.releases.patch;
  const lockFile = join(world.project.folder, LOCK_FILE);
  const { k3s } = JSON.parse(readFileSync(lockFile, 'utf8')) as {
    k3s: Record<string, Record<string, { sha256: string; source: string }>>;
  };
  const before = k3s[world.releases.first.version];
  const entries = { ...before, k3s: { sha256, source: `file:${file}` } };
  mkdirSync(join(world.project.folder, 'artifacts', version), { recursive: true });
  mkdirSync(join(world.project.folder, 'images'));
  writeFileSync(join(world.project.folder, 'artifacts', version, IMAGES), contents[IMAGES]);
  writeFileSync(join(world.project.folder, SHOP), contents[SHOP]);
  writeFileSync(lockFile, renderLock({ ...k3s, [version]: entries }));
  world.declare({ ...cluster, version });
  const there = await artifacts();
  await world.up();
  const news = (await artifacts()).filter((line) => !there.includes(line));
  expect(news.map((line) => line.replace(/ .*/, '')).sort()).toEqual([`alfa:${sha256}`, `delta:${sha256}`]);
  expect(await world.nodes('alfa')).toEqual([`alfa Ready ${version}`, `delta Ready ${version}`]);
});

test('nothing has left the lab, and no mirror was asked', async () => {
  expect(await world.lab.outboundPackets()).toEqual({ packets: 0, lookups: 0 });
  expect(world.mirror.requests).toEqual([]);
  expect(await world.leaks()).toEqual([]);
});

/** Where the docs say that an artifact of a release lies. */
function release(name: string): string {
  return join(world.project.folder, 'artifacts', world.releases.first.version, name);
}

/** What lies uploaded on both hosts: a line that changes when it is written again. */
async function artifacts(): Promise<string[]> {
  const lists = await Promise.all(
    world.lab.hosts.map(async (host) => {
      const list = await host.must('cd /var/lib/k3stack/artifacts && stat -c "%n %i %Y" *');
      return list
        .trim()
        .split('\n')
        .map((line) => `${host.name}:${line}`);
    }),
  );
  return lists.flat().sort();
}

async function untouched(): Promise<string[]> {
  const found = await Promise.all(
    world.lab.hosts.map(async ({ name }) =>
      (await world.leftOn(name)).filter((line) => line !== '/var/lib/k3stack'),
    ),
  );
  return found.flat();
}

function digest(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
