import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { K3sAgentProps } from 'k3stack';
import type { HostScripts } from '../../../adapters/hosts/host-scripts';
import type { LabHost } from '../hosts/host';
import { keepLog } from '../world/keep-log';
import { recordedRuns } from '../world/recorded-runs';
import { allServiceTimes, mostDownTogether, restarted, type ServiceTimes } from '../world/service-times';
import { releaseTest, standInTest } from '../world/needs';
import { isRealK3s } from '../world/releases';
import { startCounts } from '../world/starts';
import { Watch, type WatchReport } from '../world/watch';
import { type ClusterProps, World } from '../world/world';
import { Writer } from '../world/writer';

/** A release of this package whose scripts for hosts have changed. */
let mockRelease = 'this one';
jest.mock('../../../adapters/hosts/host-scripts', () => {
  const actual = jest.requireActual<{ readHostScripts: (distribution: string) => HostScripts }>(
    '../../../adapters/hosts/host-scripts',
  );
  return {
    ...actual,
    readHostScripts: (distribution: string): HostScripts => {
      const scripts = actual.readHostScripts(distribution);
      if (mockRelease === 'this one') return scripts;
      const files = { ...scripts.files, 'zz-release.sh': `# ${mockRelease}\n` };
      return { files, digest: `${scripts.digest.slice(0, 56)}deadbeef` };
    },
  };
});

const SERVERS = ['alfa', 'bravo', 'charlie'];
const AGENTS = ['delta', 'echo'];
const ALL = [...SERVERS, ...AGENTS];

const LABELLED: Partial<K3sAgentProps> = {
  labels: { 'example.org/disk': 'ssd' },
  taints: [{ key: 'example.org/busy', effect: 'PreferNoSchedule' }],
};
const CHANGED: Readonly<Record<string, Partial<K3sAgentProps>>> = {
  delta: LABELLED,
  echo: { config: { 'kubelet-arg': { 'image-gc-high-threshold': '81' } } },
};

let world: World;

/** How often K3s was called by anybody, around the last {@link calling}. */
let calls: Readonly<Record<'before' | 'after', Record<string, number>>> = { before: {}, after: {} };
const recorded = standInTest('only the stand-in writes down each call');

beforeAll(async () => {
  world = await World.start({ hosts: [...ALL, 'foxtrot'] });
});

afterAll(async () => {
  await world.stop();
});

describe('installing', () => {
  test('three servers and two agents come up, servers one after another', async () => {
    declare({ agents: AGENTS });
    await world.up();
    expect(await world.nodes('alfa')).toEqual(readyAt(world.releases.first.version, ALL));
    const times = await timesOf(SERVERS);
    expect(times.map(({ host }) => host)).toEqual(inOrder(times));
    expect(
      members(await world.kubectl('alfa', 'get nodes -l node-role.kubernetes.io/etcd=true -o name')),
    ).toEqual(SERVERS);
  });

  test('a second up runs nothing', async () => {
    await calling(async () => {
      expect((await world.up()).operations).toEqual([]);
    });
  });

  recorded('not even a command of K3s', () => {
    expect(calls.after).toEqual(calls.before);
  });

  test('nor does one of a new release of this package', async () => {
    const scripts = await staged();
    mockRelease = 'a later one';
    await calling(async () => {
      expect((await world.up()).operations).toEqual([]);
    });
    expect(await staged()).toEqual(scripts);
  });

  recorded('and for that no command of K3s either', () => {
    expect(calls.after).toEqual(calls.before);
  });
});

describe('changing what runs', () => {
  test('a label and a taint of one agent are applied live, by the new release', async () => {
    const times = await timesOf(ALL);
    const seen = await watching('label', async () => {
      declare({ agents: { delta: LABELLED, echo: {} } });
      const { operations } = await world.up();
      expect(hostsOf(operations)).toEqual(['delta']);
    });
    const { metadata, spec } = JSON.parse(
      await world.kubectl('alfa', 'get node delta -o json'),
    ) as NodeObject;
    expect(metadata.labels['example.org/disk']).toBe('ssd');
    expect(spec.taints).toContainEqual({ key: 'example.org/busy', effect: 'PreferNoSchedule' });
    expect(restarted(times, await timesOf(ALL))).toEqual([]);
    expect(seen.cordoned).toEqual([]);
    expect(await world.host('alfa').must('readlink /var/lib/k3stack/scripts/current')).toMatch(/deadbeef$/m);
  });

  test('a changed option of one agent restarts it alone', async () => {
    const times = await timesOf(ALL);
    declare();
    await world.up();
    expect(restarted(times, await timesOf(ALL))).toEqual(['echo']);
  });

  test('a changed registries.yaml restarts each node once, servers one at a time, and nobody is drained', async () => {
    const times = await timesOf(ALL);
    const starts = await startCounts(hosts());
    const seen = await watching('registries', async () => {
      declare({ registries: REGISTRIES });
      await world.up();
    });
    const after = await timesOf(ALL);
    expect(restarted(times, after)).toEqual(ALL);
    expect(await startCounts(hosts())).toEqual(
      Object.fromEntries(Object.entries(starts).map(([host, count]) => [host, count + 1])),
    );
    const servers = after.filter(({ host }) => SERVERS.includes(host));
    expect(servers.map(({ host }) => host)).toEqual(inOrder(servers));
    expect(mostDownTogether(servers)).toBe(1);
    // Agents only come when the last server is well.
    expect(Math.min(...timesFor(after, AGENTS).map(({ started }) => started))).toBeGreaterThan(
      Math.max(...servers.map(({ ready }) => ready)),
    );
    expect(seen.serversDown).toHaveLength(1);
    expect(seen.noneReady).toBeLessThan(LONGEST_WAIT);
    expect(seen.cordoned).toEqual([]);
  });
});

describe('a further agent', () => {
  test('joins, and only it and the coordinator act', async () => {
    const times = await timesOf(ALL);
    declare({ registries: REGISTRIES, agents: { ...CHANGED, foxtrot: {} } });
    await calling(async () => {
      const { operations } = await world.up();
      expect(hostsOf(operations)).toEqual(['foxtrot']);
    });
    expect(restarted(times, await timesOf(ALL))).toEqual([]);
    expect(await world.nodes('alfa')).toEqual(readyAt(world.releases.first.version, [...ALL, 'foxtrot']));
  });

  recorded('no command of K3s ran on the others', () => {
    expect(ofOthers(calls.after)).toEqual(ofOthers(calls.before));
  });
});

describe('a patch release', () => {
  let writer: Writer;

  test('stops where a PodDisruptionBudget forbids the drain, and says which pod', async () => {
    await world.kubectl('alfa', 'apply -f -', GUARDED);
    await world.kubectl('alfa', 'wait --for=condition=Available deployment/guarded --timeout=60s');
    const pod = await guardedPod();
    const times = await timesOf(AGENTS);
    declare(patched());
    writer = new Writer(await world.api(), () => SERVERS.map((name) => world.host(name).address));
    const output = await world.upFails();
    expect(output).toMatch(
      /delta could not be drained within 10 s, and takes pods again\. Pods still there: default\/guarded-/,
    );
    expect(output).toMatch(/disruption budget/);
    expect(await guardedPod()).toEqual(pod);
    expect(restarted(times, await timesOf(AGENTS))).toEqual([]);
    expect(await world.nodes('alfa')).toEqual([
      ...readyAt(world.releases.patch.version, SERVERS),
      ...readyAt(world.releases.first.version, [...AGENTS, 'foxtrot']),
    ]);
  });

  test('goes on from there: agents one after another, each drained; no write is lost', async () => {
    await world.kubectl('alfa', 'delete poddisruptionbudget guarded');
    const pod = await guardedPod();
    const times = await timesOf(SERVERS);
    const seen = await watching('patch', async () => {
      const { operations } = await world.up();
      expect(operations.map(({ name }) => name).filter((name) => name.endsWith('/run'))).toEqual([]);
    });
    expect(restarted(times, await timesOf(SERVERS))).toEqual([]);
    expect(await world.nodes('alfa')).toEqual(readyAt(world.releases.patch.version, [...ALL, 'foxtrot']));
    expect(seen.nodesAway).toHaveLength(1);
    expect(seen.cordoned).toEqual([...AGENTS, 'foxtrot']);
    expect(await guardedPod()).not.toEqual(pod);
    const written = await writer.stop();
    keepLog('writer-patch', written);
    expect(written.lost).toEqual([]);
    expect(written.acknowledged).toBeGreaterThan(20);
    expect(written.longestWait).toBeLessThan(LONGEST_WAIT);
  });
});

describe('an agent less', () => {
  test('is refused while a volume lies on it', async () => {
    await world.kubectl('alfa', 'apply -f -', VOLUME);
    const times = await timesOf([...ALL, 'foxtrot']);
    declare({ ...patched(), agents: CHANGED });
    const output = await world.upFails();
    expect(output).toMatch(/unclaimed \(precious on foxtrot: \/var\/lib\/rancher\/k3s\/storage\/precious\)/);
    expect(output).toContain('allowDataLoss: true for cluster k3s');
    expect(restarted(times, await timesOf([...ALL, 'foxtrot']))).toEqual([]);
    expect(await world.nodes('alfa')).toEqual(readyAt(world.releases.patch.version, [...ALL, 'foxtrot']));
    expect(await world.kubectl('alfa', 'get node foxtrot -o jsonpath={.spec.unschedulable}')).toBe('');
    await world.kubectl('alfa', 'delete persistentvolume precious');
  });

  test('is drained, leaves the cluster, and its host is clean', async () => {
    const times = await timesOf(ALL);
    await world.kubectl(
      'alfa',
      `delete pods -l app=guarded --wait=true --field-selector spec.nodeName!=foxtrot`,
    );
    declare({ ...patched(), agents: CHANGED });
    await calling(async () => {
      const { operations } = await world.up();
      expect(hostsOf(operations)).toEqual(['foxtrot']);
    });
    expect(await world.nodes('alfa')).toEqual(readyAt(world.releases.patch.version, ALL));
    expect(await world.leftOn('foxtrot')).toEqual([]);
    expect(restarted(times, await timesOf(ALL))).toEqual([]);
    expect(await world.kubectl('alfa', 'get pods -l app=guarded --no-headers')).toMatch(/Running/);
  });

  recorded('no command of K3s ran on the others', () => {
    expect(ofOthers(calls.after)).toEqual(ofOthers(calls.before));
  });
});

describe('a release that skips a minor', () => {
  releaseTest('skipping')('is refused before anything changes', async () => {
    await refused(
      world.releases.skipping?.version,
      world.releases.patch.version,
      /more than one minor version ahead/,
    );
  });

  test('and nothing is left to do once the program says what runs again', async () => {
    const times = await timesOf(ALL);
    declare({ ...patched(), agents: CHANGED });
    await world.up();
    expect(restarted(times, await timesOf(ALL))).toEqual([]);
  });
});

describe('a minor release', () => {
  const gate =
    'echo asked >>gate.log; test ! -e gate.closed || test "$(wc -l <gate.log)" -lt 2 || { echo shop is down; exit 3; }';
  const upgraded = (): Partial<ClusterProps> => ({
    ...patched(),
    agents: CHANGED,
    version: world.releases.minor?.version ?? '',
    upgrade: { ...UPGRADE, gate, maxUnavailable: 2 },
  });
  let writer: Writer;

  releaseTest('minor')('stops when the command between nodes fails, with two servers done', async () => {
    writeFileSync(join(world.project.folder, 'gate.closed'), '');
    declare(upgraded());
    writer = new Writer(await world.api(), () => SERVERS.map((name) => world.host(name).address));
    const output = await world.upFails();
    expect(output).toMatch(/upgrade\.gate stops the roll-out of lab\/k3s: it exited with 3/);
    expect(output).toContain('shop is down');
    expect(output).toMatch(/goes on with the step to run K3s v1\.35\.1\+k3s1 on server charlie/);
    expect(await world.nodes('alfa')).toEqual([
      ...readyAt(world.releases.minor?.version ?? '', ['alfa', 'bravo']),
      ...readyAt(world.releases.patch.version, ['charlie', ...AGENTS]),
    ]);
    const api = await world.api();
    for (const name of SERVERS)
      expect(await api.ask(world.host(name).address, '/readyz')).toMatchObject({ body: 'ok' });
  });

  releaseTest('minor')('still refuses when it is run again and nothing was mended', async () => {
    const times = await timesOf(ALL);
    expect(await world.upFails()).toContain('shop is down');
    expect(restarted(times, await timesOf(ALL))).toEqual([]);
  });

  releaseTest('minor')(
    'goes on with the third server, then with both agents at once; no write is lost',
    async () => {
      rmSync(join(world.project.folder, 'gate.closed'));
      rmSync(join(world.project.folder, 'gate.log'));
      const times = await timesOf(ALL);
      const seen = await watching('minor', async () => {
        await world.up();
      });
      const after = await timesOf(ALL);
      expect(restarted(times, after)).toEqual(['charlie', ...AGENTS]);
      const [charlie] = timesFor(after, ['charlie']);
      expect(Math.min(...timesFor(after, AGENTS).map(({ stopped }) => stopped))).toBeGreaterThan(
        charlie?.ready ?? Infinity,
      );
      expect(await world.nodes('alfa')).toEqual(readyAt(world.releases.minor?.version ?? '', ALL));
      expect(seen.serversDown).toEqual(['charlie']);
      expect(existsSync(join(world.project.folder, 'gate.log'))).toBe(true);
      // Before the third server as nothing is known of what an earlier run left, before the agents, and after them.
      expect(readFileSync(join(world.project.folder, 'gate.log'), 'utf8')).toBe('asked\nasked\nasked\n');
      const written = await writer.stop();
      keepLog('writer-minor', written);
      expect(written.lost).toEqual([]);
      expect(written.longestWait).toBeLessThan(LONGEST_WAIT);
      expect((await world.up()).operations).toEqual([]);
    },
  );
});

describe('a release of an older minor', () => {
  releaseTest('minor')('is refused before anything changes', async () => {
    await refused(world.releases.patch.version, world.releases.minor?.version ?? '', /older minor version/);
  });
});

describe('the end', () => {
  test('no secret is anywhere but in its own files', async () => {
    expect(await world.leaks()).toEqual([]);
  });

  test('destroy leaves nothing on any host', async () => {
    await world.destroy();
    for (const host of ALL) expect([host, await world.leftOn(host)]).toEqual([host, []]);
  });
});

test('the engine did in each run what a real one was recorded to do', () => {
  const { runs, recorded } = recordedRuns('cluster-life', world);
  expect(runs).toEqual(recorded);
});

/** Wants a version, is refused, and finds every host and every Node as it was. */
async function refused(wanted: string | undefined, runs: string, message: RegExp): Promise<void> {
  const times = await timesOf(ALL);
  const staging = await stagings();
  declare({ ...patched(), agents: CHANGED, version: wanted ?? '' });
  expect(await world.upFails()).toMatch(message);
  expect(restarted(times, await timesOf(ALL))).toEqual([]);
  expect(await stagings()).toEqual(staging);
  expect(await world.nodes('alfa')).toEqual(readyAt(runs, ALL));
}

/** Digest of what is staged on each host. */
function stagings(): Promise<string[]> {
  return Promise.all(ALL.map((name) => world.host(name).must('readlink /var/lib/k3stack/staged/current')));
}

function declare(props: Partial<ClusterProps> = {}): void {
  world.declare({ servers: SERVERS, agents: CHANGED, upgrade: UPGRADE, ...props });
}

function patched(): Partial<ClusterProps> {
  return {
    registries: REGISTRIES,
    version: world.releases.patch.version,
    agents: { ...CHANGED, foxtrot: {} },
  };
}

function timesOf(hosts: readonly string[]): Promise<ServiceTimes[]> {
  return allServiceTimes(hosts.map((name) => world.host(name)));
}

function timesFor(times: readonly ServiceTimes[], hosts: readonly string[]): ServiceTimes[] {
  return times.filter(({ host }) => hosts.includes(host));
}

function inOrder(times: readonly ServiceTimes[]): string[] {
  return [...times].sort((a, b) => a.started - b.started).map(({ host }) => host);
}

/** How often the stand-in was run on each host, for whatever purpose. */
async function invocations(): Promise<Record<string, number>> {
  const counts = await Promise.all(
    ALL.map(async (name) => [name, (await world.host(name).readFile(RECORD)).split('\n').length] as const),
  );
  return Object.fromEntries(counts);
}

/** Does something between two looks at what {@link invocations} counts. */
async function calling(act: () => Promise<void>): Promise<void> {
  const count = (): Promise<Record<string, number>> => (isRealK3s() ? Promise.resolve({}) : invocations());
  const before = await count();
  await act();
  calls = { before, after: await count() };
}

/** Without the coordinator. */
function ofOthers({ alfa, ...others }: Record<string, number>): Record<string, number> {
  void alfa;
  return others;
}

function hosts(): LabHost[] {
  return ALL.map((name) => world.host(name));
}

/** Digest of the scripts on each host. */
function staged(): Promise<string[]> {
  return Promise.all(ALL.map((name) => world.host(name).must('readlink /var/lib/k3stack/scripts/current')));
}

async function watching(name: string, act: () => Promise<void>): Promise<WatchReport> {
  const addresses = Object.fromEntries(SERVERS.map((server) => [server, world.host(server).address]));
  const watch = new Watch(await world.api(), addresses);
  try {
    await act();
  } finally {
    keepLog(`watch-${name}`, await watch.stop());
  }
  return watch.stop();
}

/** Hosts whose own steps ran. */
function hostsOf(operations: readonly { readonly name: string }[]): string[] {
  const own = operations.map(({ name }) => name.split('/')[0] ?? '').filter((name) => name !== 'k3s');
  return [...new Set(own)].sort();
}

function readyAt(version: string, nodes: readonly string[]): string[] {
  return nodes.map((name) => `${name} Ready ${version}`);
}

function members(list: string): string[] {
  return list
    .trim()
    .split('\n')
    .map((line) => line.replace('node/', ''))
    .sort();
}

async function guardedPod(): Promise<string> {
  return world.kubectl('alfa', `get pods -l app=guarded -o jsonpath={.items[*].metadata.uid}`);
}

interface NodeObject {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: { readonly taints?: readonly object[] };
}

const RECORD = '/var/log/k3s-standin/record.jsonl';

const UPGRADE = { drain: { timeout: 10 }, healthyFor: 3 };

const REGISTRIES = { mirrors: { 'docker.io': { endpoints: ['https://mirror.example.org:5000'] } } };

/** Milliseconds in which a new leader is found, also on a busy machine. */
const LONGEST_WAIT = 12_000;

const VOLUME = JSON.stringify({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: 'precious' },
  spec: {
    capacity: { storage: '1Gi' },
    accessModes: ['ReadWriteOnce'],
    persistentVolumeReclaimPolicy: 'Retain',
    local: { path: '/var/lib/rancher/k3s/storage/precious' },
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['foxtrot'] }] },
        ],
      },
    },
  },
});

/** One pod, on the first agent for as long as that takes pods. */
const GUARDED = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'guarded' },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'guarded' } },
      template: {
        metadata: { labels: { app: 'guarded' } },
        spec: {
          affinity: {
            nodeAffinity: {
              preferredDuringSchedulingIgnoredDuringExecution: [
                {
                  weight: 100,
                  preference: {
                    matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['delta'] }],
                  },
                },
              ],
            },
          },
          tolerations: [{ key: 'example.org/busy', operator: 'Exists' }],
          containers: [{ name: 'main', image: 'registry.example.org/app:1' }],
        },
      },
    },
  },
  {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'guarded' },
    spec: { maxUnavailable: 0, selector: { matchLabels: { app: 'guarded' } } },
  },
]
  .map((object) => JSON.stringify(object))
  .join('\n---\n');
