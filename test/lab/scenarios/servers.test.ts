import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Datastore } from 'k3stack';
import { keepLog } from '../world/keep-log';
import { recordedRuns } from '../world/recorded-runs';
import { allServiceTimes, restarted } from '../world/service-times';
import { World } from '../world/world';
import { Writer } from '../world/writer';

let world: World;
let declared: readonly string[] = [];

beforeAll(async () => {
  world = await World.start({ hosts: ['alfa', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot'] });
});

afterAll(async () => {
  await world.stop();
});

describe('one server becomes three', () => {
  test('one on etcd', async () => {
    declare('alfa');
    await world.up();
    expect(await etcdMembers('alfa')).toEqual(['alfa']);
  });

  test('two more join in one update, one after another; the first is not restarted', async () => {
    const before = await times('alfa');
    const writer = writerAt('alfa');
    declare('alfa', 'bravo', 'charlie');
    const { operations } = await world.up();
    expect(hostsOf(operations)).toEqual(['bravo', 'charlie']);
    expect(restarted(before, await times('alfa'))).toEqual([]);
    expect(await etcdMembers('alfa')).toEqual(['alfa', 'bravo', 'charlie']);
    expect(await readyMembers('alfa')).toEqual(['alfa', 'bravo', 'charlie']);
    expect(await etcdMembers('alfa')).toEqual(['alfa', 'bravo', 'charlie']);
    const [bravo, charlie] = await times('bravo', 'charlie');
    expect(bravo?.ready).toBeLessThan(charlie?.started ?? 0);
    const written = await (await writer).stop();
    keepLog('writer-servers', written);
    expect(written.lost).toEqual([]);
    expect(written.acknowledged).toBeGreaterThan(5);
  });
});

test('a dead server goes and a new one takes its place, in one update', async () => {
  await world.host('charlie').powerOff();
  await world.kubectl('alfa', 'wait --for=condition=Ready=Unknown node/charlie --timeout=55s');
  const before = await times('alfa', 'bravo');
  declare('alfa', 'bravo', 'delta');
  let back: Promise<void> | undefined;
  const members: string[][] = [];
  // Its host is only asked when the cluster is whole again; here it comes back just then, still believing to be a member.
  const onOperation = (name: string): void => {
    if (name !== 'charlie/run') return;
    back = etcdMembers('alfa')
      .then((names) => void members.push(names))
      .then(() => world.host('charlie').powerOn());
  };
  await world.up({ onOperation });
  await back;
  expect(members).toEqual([['alfa', 'bravo', 'delta']]);
  expect(await readyMembers('alfa')).toEqual(['alfa', 'bravo', 'delta']);
  expect(await etcdMembers('alfa')).toEqual(['alfa', 'bravo', 'delta']);
  expect(restarted(before, await times('alfa', 'bravo'))).toEqual([]);
  expect(await world.leftOn('charlie')).toEqual([]);
});

test('the first declared server goes, and one comes in its place', async () => {
  const before = await times('bravo', 'delta');
  declare('bravo', 'delta', 'echo');
  await world.up();
  expect(await etcdMembers('bravo')).toEqual(['bravo', 'delta', 'echo']);
  expect(await readyMembers('bravo')).toEqual(['bravo', 'delta', 'echo']);
  expect(await etcdMembers('bravo')).toEqual(['bravo', 'delta', 'echo']);
  expect(await world.leftOn('alfa')).toEqual([]);
  expect(restarted(before, await times('bravo', 'delta'))).toEqual([]);
  expect((await world.up()).operations).toEqual([]);
});

describe('five servers', () => {
  test('become so with one that was here before', async () => {
    declare('bravo', 'delta', 'echo', 'foxtrot', 'alfa');
    await world.up();
    expect(await readyMembers('bravo')).toEqual(['alfa', 'bravo', 'delta', 'echo', 'foxtrot']);
    expect(await etcdMembers('bravo')).toEqual(['alfa', 'bravo', 'delta', 'echo', 'foxtrot']);
  });

  test('two go in one update: one after another out of etcd, then off their hosts', async () => {
    const before = await times('bravo', 'delta', 'echo');
    declare('bravo', 'delta', 'echo');
    const { output } = await world.up();
    expect(output).toMatch(
      /etcd has 5 members; without (alfa|foxtrot) 4 of the other 4 are healthy, and 3 are needed/,
    );
    expect(output).toMatch(
      /etcd has 4 members; without (alfa|foxtrot) 3 of the other 3 are healthy, and 2 are needed/,
    );
    expect(await readyMembers('bravo')).toEqual(['bravo', 'delta', 'echo']);
    expect(await etcdMembers('bravo')).toEqual(['bravo', 'delta', 'echo']);
    expect(restarted(before, await times('bravo', 'delta', 'echo'))).toEqual([]);
    expect(await world.leftOn('alfa')).toEqual([]);
    expect(await world.leftOn('foxtrot')).toEqual([]);
  });
});

test('a removal that would break the majority is refused with the arithmetic, and nothing changes', async () => {
  await world.host('delta').exec('systemctl stop k3s');
  const before = await times('bravo', 'echo');
  declare('bravo', 'delta', 'foxtrot');
  expect(await world.upFails()).toMatch(
    /etcd has 3 members and needs 2 of them without echo, but only 1 of the others are healthy\. Not healthy: delta/,
  );
  expect(await etcdMembers('bravo')).toEqual(['bravo', 'delta', 'echo']);
  expect(restarted(before, await times('bravo', 'echo'))).toEqual([]);
  const { stdout } = await world.host('echo').exec('systemctl is-active k3s');
  expect(stdout.trim()).toBe('active');
  expect(await world.kubectl('bravo', 'get node echo -o jsonpath={.spec.unschedulable}')).toBe('');
});

test('and is done once the other one is back', async () => {
  await world.host('delta').must('systemctl start k3s');
  await world.up();
  expect(await readyMembers('bravo')).toEqual(['bravo', 'delta', 'foxtrot']);
  expect(await etcdMembers('bravo')).toEqual(['bravo', 'delta', 'foxtrot']);
  expect(await world.leftOn('echo')).toEqual([]);
});

test('the engine did in each run what a real one was recorded to do', () => {
  const { runs, recorded } = recordedRuns('servers', world);
  expect(runs).toEqual(recorded);
});

function declare(...servers: string[]): void {
  declared = servers;
  world.declare({ servers, datastore: Datastore.embeddedEtcd() });
}

function times(...hosts: string[]): ReturnType<typeof allServiceTimes> {
  return allServiceTimes(hosts.map((name) => world.host(name)));
}

async function writerAt(server: string): Promise<Writer> {
  return new Writer(await world.api(server), () => declared.map((name) => world.host(name).address));
}

/** As etcd itself says; a removed server that has come back without a Node is in no other list. */
async function etcdMembers(server: string): Promise<string[]> {
  const answer = await world
    .host(server)
    .must(
      'cd /var/lib/rancher/k3s/server/tls/etcd && curl -sS --fail --cacert server-ca.crt --cert client.crt --key client.key ' +
        "--data '{}' https://127.0.0.1:2379/v3/cluster/member/list",
    );
  const { members } = JSON.parse(answer) as { members: readonly { name: string; isLearner?: boolean }[] };
  return members
    .filter(({ isLearner }) => isLearner !== true)
    .map(({ name }) => name.replace(/-[0-9a-f]{8}$/, ''))
    .sort();
}

/** Ready servers with a member, as the cluster has found: K3s labels a Node only when its member votes. */
async function readyMembers(server: string): Promise<string[]> {
  const { items } = JSON.parse(await world.kubectl(server, 'get nodes -o json')) as {
    items: readonly NodeObject[];
  };
  return items
    .filter(({ metadata, status }) => metadata.labels[ETCD] === 'true' && isReady(status))
    .map(({ metadata }) => metadata.name)
    .sort();
}

function isReady({ conditions }: NodeObject['status']): boolean {
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** Hosts whose own steps ran. */
function hostsOf(operations: readonly { readonly name: string }[]): string[] {
  const own = operations.map(({ name }) => name.split('/')[0] ?? '').filter((name) => name !== 'k3s');
  return [...new Set(own)].sort();
}

interface NodeObject {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly status: { readonly conditions: readonly { readonly type: string; readonly status: string }[] };
}

const ETCD = 'node-role.kubernetes.io/etcd';
