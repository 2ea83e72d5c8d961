import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keepLog } from '../world/keep-log';
import { standInTest } from '../world/needs';
import { allServiceTimes, mostDownTogether, restarted } from '../world/service-times';
import { Watch } from '../world/watch';
import { World } from '../world/world';

const AGENTS = ['bravo', 'charlie', 'delta', 'echo', 'foxtrot'];

let world: World;

beforeAll(async () => {
  world = await World.start({ hosts: ['alfa', ...AGENTS] });
  declare(world.releases.first.version);
  await world.up();
});

afterAll(async () => {
  await world.stop();
});

test('of five agents exactly two are away at a time while they are upgraded, in declared order', async () => {
  const hosts = AGENTS.map((name) => world.host(name));
  const before = await allServiceTimes(hosts);
  const watch = new Watch(await world.api(), { alfa: world.host('alfa').address });
  declare(world.releases.patch.version);
  await world.up();
  const seen = await watch.stop();
  keepLog('watch-waves', seen);
  const times = await allServiceTimes(hosts);
  expect(restarted(before, times)).toEqual(AGENTS);
  expect(seen.cordoned).toEqual(['alfa', ...AGENTS]);
  expect(seen.nodesAway).toHaveLength(2);
  expect(mostDownTogether(times)).toBeLessThanOrEqual(2);
  const [bravo, charlie, delta, echo, foxtrot] = times.map(({ stopped, ready }) => ({ stopped, ready }));
  expect(Math.max(bravo!.ready, charlie!.ready)).toBeLessThan(Math.min(delta!.stopped, echo!.stopped));
  expect(Math.max(delta!.ready, echo!.ready)).toBeLessThan(foxtrot!.stopped);
  const { items } = JSON.parse(await world.kubectl('alfa', 'get nodes -o json')) as NodeList;
  expect(
    items.map(({ metadata: { name }, spec, status }) => [
      name,
      spec.unschedulable ?? false,
      status.nodeInfo.kubeletVersion,
    ]),
  ).toEqual(['alfa', ...AGENTS].map((name) => [name, false, world.releases.patch.version]));
});

const onStandIn = standInTest('nothing else keeps a kubelet not Ready when told');

onStandIn('a wave waits as long as somebody who is away already would make it three', async () => {
  await world.host('foxtrot').writeFile('/etc/k3s-standin/not-ready', '');
  await world.kubectl('alfa', 'wait --for=condition=Ready=False node/foxtrot --timeout=50s');
  const wave = ['bravo', 'charlie'].map((name) => world.host(name));
  const before = await allServiceTimes(wave);
  const watch = new Watch(await world.api(), { alfa: world.host('alfa').address });
  declare(world.releases.minor?.version ?? '');
  let gate: (() => void) | undefined;
  const gateBegan = new Promise<void>((resolve) => (gate = resolve));
  const up = world.up({ onOperation: (name) => (name === 'k3s/agents/gate-1' ? gate?.() : undefined) });
  await Promise.race([gateBegan, up]);
  await sleep(10_000);
  const meanwhile = JSON.parse(await world.kubectl('alfa', 'get nodes -o json')) as NodeList;
  const restartedMeanwhile = restarted(before, await allServiceTimes(wave));
  await world.host('foxtrot').must('rm /etc/k3s-standin/not-ready');
  await up;
  const seen = await watch.stop();
  keepLog('watch-waves-waiting', seen);
  expect(
    meanwhile.items.filter(({ spec }) => spec.unschedulable).map(({ metadata }) => metadata.name),
  ).toEqual([]);
  expect(restartedMeanwhile).toEqual([]);
  expect(seen.nodesAway.length).toBeLessThanOrEqual(2);
  expect(await world.nodes('alfa')).toEqual(
    ['alfa', ...AGENTS].map((name) => `${name} Ready ${world.releases.minor?.version}`),
  );
});

function declare(version: string): void {
  world.declare({
    servers: ['alfa'],
    agents: AGENTS,
    version,
    upgrade: { maxUnavailable: 2, healthyFor: 3 },
  });
}

interface NodeList {
  readonly items: readonly NodeObject[];
}

interface NodeObject {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly unschedulable?: boolean };
  readonly status: { readonly nodeInfo: { readonly kubeletVersion: string } };
}
