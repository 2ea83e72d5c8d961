import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { LabHost } from '../hosts/host';
import { allServiceTimes, restarted } from '../world/service-times';
import { World } from '../world/world';

const SERVERS = ['alfa', 'bravo', 'charlie'];
const DATA = '/var/lib/rancher/k3s/server';

let world: World;

beforeAll(async () => {
  world = await World.start({ hosts: [...SERVERS, 'delta'] });
  declare();
  await world.up();
});

afterAll(async () => {
  await world.stop();
});

test('with the majority of etcd away nothing is restarted; the change is made once it is back', async () => {
  const others = [world.host('bravo'), world.host('charlie')];
  await Promise.all(others.map((host) => host.must('systemctl stop k3s')));
  const before = await allServiceTimes([world.host('alfa')]);
  declare({ 'kube-apiserver-arg': { 'audit-log-maxage': '7' } });
  const output = await world.upFails();
  expect(output).toMatch(/alfa/);
  expect(output).toMatch(/the API .*does not answer|is not ready|majority/);
  expect(restarted(before, await allServiceTimes([world.host('alfa')]))).toEqual([]);
  expect(await world.host('alfa').readFile('/etc/rancher/k3s/config.yaml')).not.toContain(
    'audit-log-maxage=7',
  );
  // Either of them waits for the other.
  await Promise.all(others.map((host) => host.must('systemctl start --no-block k3s')));
  // A Node counts as Ready for a while after its server has gone.
  await polled(async () => (await Promise.all(SERVERS.map(answers))).every(Boolean));
  await polled(async () => (await ready()).length === 4);
  await world.up();
  expect(await world.host('alfa').readFile('/etc/rancher/k3s/config.yaml')).toContain('audit-log-maxage=7');
  expect(await ready()).toEqual([...SERVERS, 'delta']);
});

test('a server whose datastore is not there starts with no other one, says so, and goes on when it is back', async () => {
  const charlie = world.host('charlie');
  await charlie.must(`systemctl stop k3s && mv ${DATA}/db ${DATA}/not-mounted`);
  await charlie.reboot();
  await sleep(10_000);
  expect(await unitState(charlie)).not.toBe('active');
  const before = await allServiceTimes([world.host('alfa'), world.host('bravo')]);
  declare({}, { charlie: { 'example.org/disk': 'ssd' } });
  const output = await world.upFails();
  expect(output).toMatch(/charlie/);
  expect(output).toMatch(/is a disk not mounted\?/i);
  expect(await charlie.exists(`${DATA}/db`)).toBe(false);
  await charlie.must(`mv ${DATA}/not-mounted ${DATA}/db`);
  await world.up();
  expect(await ready()).toEqual([...SERVERS, 'delta']);
  expect(restarted(before, await allServiceTimes([world.host('alfa'), world.host('bravo')]))).toEqual([]);
});

test('destroy stops at a machine that is gone and says how to go on without it; it goes on when that is back', async () => {
  const delta = world.host('delta');
  await delta.powerOff();
  await polled(async () => (await ready()).length === 3);
  const report = await world.stack.destroy();
  world.printed.push(report.output);
  expect(report.succeeded).toBe(false);
  expect(report.output).toContain('not Ready: delta.');
  expect(report.output).toMatch(/pulumi state delete --yes .*::delta\/join/);
  await delta.powerOn();
  await world.destroy();
  for (const name of [...SERVERS, 'delta']) expect([name, await world.leftOn(name)]).toEqual([name, []]);
});

/** @param config Of the first server; labels by the server that has them. */
function declare(
  config: Record<string, unknown> = {},
  labels: Record<string, Record<string, string>> = {},
): void {
  lastConfig = { ...lastConfig, ...config };
  const props = (name: string): object => ({
    ...(labels[name] !== undefined && { labels: labels[name] }),
    ...(name === 'alfa' && { config: lastConfig }),
  });
  world.declare({
    servers: Object.fromEntries(SERVERS.map((name) => [name, props(name)])),
    agents: ['delta'],
  });
}

let lastConfig: Record<string, unknown> = {};

async function unitState(host: LabHost): Promise<string> {
  return (await host.exec('systemctl is-active k3s')).stdout.trim();
}

/** Names of Nodes that are Ready; none while the API does not answer. */
async function answers(server: string): Promise<boolean> {
  const api = await world.api();
  return api.ask(world.host(server).address, '/readyz').then(
    ({ body }) => body === 'ok',
    () => false,
  );
}

async function ready(): Promise<string[]> {
  const nodes = await world.nodes('alfa').catch(() => []);
  return nodes.filter((line) => / Ready /.test(line)).map((line) => line.split(' ')[0] ?? '');
}

async function polled(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 180_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error('it did not become so');
    await sleep(1000);
  }
}
