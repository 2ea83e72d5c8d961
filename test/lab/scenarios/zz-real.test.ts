import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keepLog } from '../world/keep-log';
import { allServiceTimes, mostDownTogether, restarted } from '../world/service-times';
import { startCounts } from '../world/starts';
import { type ClusterProps, World } from '../world/world';
import { Writer } from '../world/writer';

const SERVERS = ['alfa', 'bravo', 'charlie'];
const ALL = [...SERVERS, 'delta'];
let world: World;

beforeAll(async () => {
  world = await World.start({ hosts: ALL });
});
afterAll(async () => {
  await world.stop();
});

test('three servers and an agent', async () => {
  declare({});
  await world.up();
  expect(await world.nodes('alfa')).toEqual(at(world.releases.first.version));
});
test('second up', async () => {
  expect((await world.up()).operations).toEqual([]);
});
test('label of the agent, live', async () => {
  const times = await allServiceTimes(world.lab.hosts);
  declare({ agents: { delta: { labels: { 'example.org/disk': 'ssd' } } } });
  await world.up();
  expect(await world.kubectl('alfa', 'get nodes -l example.org/disk=ssd -o name')).toBe('node/delta\n');
  expect(restarted(times, await allServiceTimes(world.lab.hosts))).toEqual([]);
});
test('a pod', async () => {
  await world.kubectl('alfa', 'create deployment web --image=docker.io/library/busybox:1.35 -- sleep 1000000');
  const pods = async (): Promise<void> =>
    keepLog('real-pods', {
      pods: await world.kubectl('alfa', 'get pods -o wide'),
      events: (await world.kubectl('alfa', 'get events')).slice(-2500),
    });
  try {
    await world.kubectl('alfa', 'wait --for=condition=Available deployment/web --timeout=50s');
  } finally {
    await pods();
  }
});
test('patch', async () => {
  const times = await allServiceTimes(world.lab.hosts);
  const starts = await startCounts(world.lab.hosts);
  const writer = new Writer(await world.api(), () => SERVERS.map((name) => world.host(name).address));
  declare({ version: (world.releases.minor ?? world.releases.patch).version, agents: { delta: { labels: { 'example.org/disk': 'ssd' } } } });
  await world.up();
  const written = await writer.stop();
  keepLog('real-writer', written);
  const after = await allServiceTimes(world.lab.hosts);
  keepLog('real-starts', { starts, now: await startCounts(world.lab.hosts) });
  expect(await world.nodes('alfa')).toEqual(at((world.releases.minor ?? world.releases.patch).version));
  expect(restarted(times, after)).toEqual(ALL);
  expect(mostDownTogether(after)).toBe(1);
  expect(written.lost).toEqual([]);
});
test('leaks', async () => {
  expect(await world.leaks()).toEqual([]);
});
test('destroy', async () => {
  await world.destroy();
  for (const host of ALL) expect([host, await world.leftOn(host)]).toEqual([host, []]);
});

function at(version: string): string[] {
  return ALL.map((name) => `${name} Ready ${version}`);
}
function declare(props: Partial<ClusterProps>): void {
  world.declare({ servers: SERVERS, agents: ['delta'], upgrade: { drain: { timeout: 60 }, healthyFor: 3 }, ...props });
}
