import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CommandLine } from '../world/command-line';
import { recordedRuns } from '../world/recorded-runs';
import { World, type ClusterProps } from '../world/world';

let world: World;

beforeAll(async () => {
  world = await World.start({ hosts: ['alfa'] });
});

afterAll(async () => {
  await world.stop();
});

test('installs one server on sqlite', async () => {
  world.declare({ servers: ['alfa'] });
  await world.up();
  expect(await world.nodes('alfa')).toEqual([`alfa Ready ${world.releases.first.version}`]);
});

test('a second up runs nothing', async () => {
  expect((await world.up()).operations).toEqual([]);
});

test('a label, an annotation and a taint are applied live', async () => {
  const started = await startTime();
  world.declare({
    servers: {
      alfa: {
        labels: { 'example.org/disk': 'ssd' },
        annotations: { 'example.org/note': 'it\'s "quoted", on\ntwo lines' },
        taints: [{ key: 'example.org/busy', effect: 'PreferNoSchedule' }],
      },
    },
  });
  const { operations } = await world.up();
  expect(names(operations)).not.toContain('k3s/gate');
  const node = JSON.parse(await world.kubectl('alfa', 'get node alfa -o json')) as NodeObject;
  expect(node.metadata.labels['example.org/disk']).toBe('ssd');
  expect(node.metadata.annotations['example.org/note']).toBe('it\'s "quoted", on\ntwo lines');
  expect(node.spec.taints).toContainEqual({ key: 'example.org/busy', effect: 'PreferNoSchedule' });
  expect(await startTime()).toBe(started);
});

test('and removed when they are no longer declared', async () => {
  const started = await startTime();
  world.declare({ servers: ['alfa'] });
  await world.up();
  const node = JSON.parse(await world.kubectl('alfa', 'get node alfa -o json')) as NodeObject;
  expect(node.metadata.labels).not.toHaveProperty(['example.org/disk']);
  expect(node.metadata.annotations).not.toHaveProperty(['example.org/note']);
  expect(node.spec.taints ?? []).toEqual([]);
  expect(await startTime()).toBe(started);
});

test('a changed option restarts the one server, once', async () => {
  const started = await startTime();
  world.declare(CHANGED);
  await world.up();
  expect(await startTime()).not.toBe(started);
  const again = await startTime();
  expect((await world.up()).operations).toEqual([]);
  expect(await startTime()).toBe(again);
});

describe('snapshots of sqlite', () => {
  let k3stack: CommandLine;

  beforeAll(() => {
    k3stack = new CommandLine(world);
    k3stack.declare(CHANGED);
  });

  test('one that was taken by hand brings back what was there, and nothing that came later', async () => {
    await world.kubectl('alfa', 'create namespace before');
    const before = await namespaces();
    const { code, stdout } = await k3stack.run('snapshot', 'create', '--json');
    expect(code).toBe(0);
    const { snapshot } = JSON.parse(stdout) as { snapshot: { name: string; path: string } };
    expect((await k3stack.run('snapshot', 'list')).stdout).toContain(snapshot.name);
    await world.kubectl('alfa', 'create namespace after');
    const restored = await k3stack.run('restore', snapshot.path, '--on', 'alfa', '--yes');
    expect([restored.code, restored.stdout]).toEqual([
      0,
      expect.stringContaining(`is back at ${snapshot.name}`),
    ]);
    expect(await namespaces()).toEqual(before);
    expect(await world.nodes('alfa')).toEqual([`alfa Ready ${world.releases.first.version}`]);
  });

  test('a drill brings the same cluster back', async () => {
    const before = await namespaces();
    const { code, stdout } = await k3stack.run('drill', '--yes');
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining(`the same ${before.length} namespaces, by their UIDs`),
    ]);
    expect(await namespaces()).toEqual(before);
    expect(await k3stack.run('drift')).toMatchObject({ code: 0 });
  });
});

test('no secret is anywhere but in its own files', async () => {
  expect(await world.leaks()).toEqual([]);
});

test('destroy refuses while a volume would be erased, and says what to do', async () => {
  await world.kubectl('alfa', 'apply -f -', VOLUME);
  const report = await world.stack.destroy();
  expect(report.succeeded).toBe(false);
  expect(report.output).toMatch(/data|volume/i);
  expect(report.output).toContain('allowDataLoss');
  expect(await world.nodes('alfa')).toEqual([`alfa Ready ${world.releases.first.version}`]);
});

test('destroy leaves no process, mount, firewall rule or file once that was allowed', async () => {
  world.declare({ servers: ['alfa'], allowDataLoss: true });
  await world.up();
  await world.destroy();
  expect(await world.leftOn('alfa')).toEqual([]);
});

test('the engine did in each run what a real one was recorded to do', () => {
  const { runs, recorded } = recordedRuns('single-server', world);
  expect(runs).toEqual(recorded);
});

/** Names with their UIDs, which no other cluster has. */
async function namespaces(): Promise<string[]> {
  const lines = `'{range .items[*]}{.metadata.name} {.metadata.uid}{"\\n"}{end}'`;
  return (await world.kubectl('alfa', `get namespaces -o jsonpath=${lines}`)).trim().split('\n').sort();
}

async function startTime(): Promise<string> {
  const { stdout } = await world
    .host('alfa')
    .exec('systemctl show --property=ExecMainStartTimestampMonotonic --value k3s');
  return stdout.trim();
}

function names(operations: readonly { readonly name: string }[]): string[] {
  return operations.map(({ name }) => name);
}

interface NodeObject {
  readonly metadata: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly taints?: readonly object[] };
}

const CHANGED: ClusterProps = {
  servers: { alfa: { config: { 'kube-apiserver-arg': { 'audit-log-maxage': '7' } } } },
};

const VOLUME = JSON.stringify({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: 'precious' },
  spec: {
    capacity: { storage: '1Gi' },
    accessModes: ['ReadWriteOnce'],
    persistentVolumeReclaimPolicy: 'Delete',
    hostPath: { path: '/var/lib/rancher/k3s/storage/precious' },
  },
});
