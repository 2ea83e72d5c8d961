import { expect, test } from '@jest/globals';
import { synthesisContext } from '../../adapters/context';
import { loadProgram } from '../../adapters/program';
import { synthesize } from '../../constructs/synthesis/synthesize';
import { K3stackError } from '../../lib/errors';
import { wantedParts } from '../../lib/operations/wanted-parts';
import { cli, folderWith } from '../support/cli';
import { FakeHosts, type FakeScript } from '../support/fake-hosts';

const cwd = folderWith({
  'environments.ts': `import { environments, K3sCluster, secret } from 'k3stack';
export default environments({ production: {} }, (env) => {
  new K3sCluster(env, 'k3s', {
    version: 'v1.34.1+k3s1',
    servers: { alfa: { nodeIp: '10.0.0.1' }, bravo: { nodeIp: '10.0.0.2' }, charlie: { nodeIp: '10.0.0.3' } },
    agents: { 'delta-1': { nodeIp: '10.0.0.4', labels: { disk: 'ssd' }, taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] } },
    registries: { configs: { 'r.example.org': { auth: { username: 'u', password: secret('r') } } } },
    reconcile: { bravo: 2, charlie: 1 },
  });
});
`,
});
const CONFIG = '/etc/rancher/k3s/config.yaml';
const UNIT = '/etc/systemd/system/k3s.service';

async function wanted(name: string): Promise<ReadonlyMap<string, string | undefined>> {
  const program = await loadProgram(cwd);
  const synthesis = synthesize(program.environments.build('production'), synthesisContext(program.folder));
  const host = synthesis.hosts.find((each) => each.name === name);
  return host === undefined ? new Map() : wantedParts(synthesis, host);
}

/** A host that is what the program says, with things changed by path, and more. */
async function hostsLike(
  change: Readonly<Record<string, { things?: Record<string, object | null>; more?: object }>> = {},
): Promise<FakeScript> {
  const parts = new Map<string, ReadonlyMap<string, string | undefined>>();
  for (const name of ['alfa', 'bravo', 'charlie', 'delta-1']) parts.set(name, await wanted(name));
  return (_, on) => {
    const { things = {}, more = {} } = change[on] ?? {};
    const all = new Map<string, object | null>([
      ...[...(parts.get(on) ?? [])].map(
        ([path, sha256]) => [path, { path, state: 'same', sha256: sha256 ?? 'x' }] as const,
      ),
      ...Object.entries(things).map(
        ([path, thing]) => [path, thing && { path, state: 'same', sha256: 'x', ...thing }] as const,
      ),
    ]);
    return {
      active: 'a',
      staged: 'a',
      version: 'v1.34.1+k3s1',
      things: [...all.values()].filter((thing) => thing !== null),
      unit: { state: 'active', enabled: true, needsReload: false, restarts: 0, startedAfterFiles: true },
      foreign: [],
      ...more,
    };
  };
}

const nodes =
  (...parts: object[]): FakeScript =>
  () => ({ parts });

async function drift(script: FakeScript, ...args: string[]) {
  return driftOf({ 'read-back': script, 'settings-drift': nodes() }, ...args);
}

async function driftOf(scripts: Readonly<Record<string, FakeScript>>, ...args: string[]) {
  const hosts = new FakeHosts(scripts);
  return { ...(await cli(['drift', ...args], { cwd, reachHosts: hosts.reach })), hosts };
}

test('hosts that are what the program says are one line', async () => {
  const { code, stdout, hosts } = await drift(await hostsLike());
  expect({ code, stdout }).toEqual({ code: 0, stdout: '✓ 4 hosts: what the program says\n' });
  expect(hosts.calls.sort()).toEqual([
    ...['alfa', 'bravo', 'charlie', 'delta-1'].map((name) => `read-back on ${name}`),
    'settings-drift on alfa',
  ]);
});

test('labels and taints of Nodes that k3stack sets are compared as the API has them', async () => {
  const differing = nodes(
    { node: 'delta-1', kind: 'labels', key: 'disk', state: 'changed', found: 'hdd' },
    { node: 'delta-1', kind: 'taints', key: 'gpu:NoSchedule', state: 'missing', found: '' },
    { node: 'delta-1', kind: 'labels', key: 'old', state: 'extra', found: '' },
  );
  const scripts = { 'read-back': await hostsLike(), 'settings-drift': differing };
  const { code, stdout, hosts } = await driftOf(scripts);
  expect(code).toBe(2);
  expect(stdout).toBe(`~ delta-1  3 differences
    label disk            was changed on the Node: it is "hdd" instead of "ssd"
    label old             is no longer in the program
    taint gpu:NoSchedule  is gone from the Node

What was changed by hand is brought back by the next update with

    reconcile: { bravo: 2, charlie: 1, 'delta-1': 1 }

What the program says otherwise is brought there by the next update anyway.
`);
  const asked = hosts.inputs.find(({ step }) => step === 'settings-drift');
  expect(asked?.records).toContainEqual(['label', 'delta-1', 'disk', 'ssd']);
});

test('an API that does not answer is a failure, and leaves the hosts to be told of', async () => {
  const { code, stdout, stderr } = await driftOf({
    'read-back': await hostsLike(),
    'settings-drift': () => {
      throw new K3stackError('HOST_STEP_FAILED', 'the API is away');
    },
  });
  expect([code, stdout]).toEqual([1, '✓ 4 hosts: what the program says\n']);
  expect(stderr).toContain('the API is away');
});

test('what differs is told host by host, with the line that brings back what was changed by hand', async () => {
  const { code, stdout } = await drift(
    await hostsLike({
      bravo: { things: { [CONFIG]: { state: 'changed' }, [UNIT]: { sha256: 'older' }, '/etc/old': {} } },
      'delta-1': {
        things: { [UNIT.replace('k3s', 'k3s-agent')]: { state: 'missing' } },
        more: { foreign: ['/etc/rancher/k3s/config.yaml.d/mine.yaml'] },
      },
    }),
  );
  expect(code).toBe(2);
  expect(stdout).toBe(`~ bravo  3 differences
    /etc/old                         is no longer in the program
    /etc/rancher/k3s/config.yaml     was changed on the host
    /etc/systemd/system/k3s.service  is not what the program says

~ delta-1  2 differences
    /etc/rancher/k3s/config.yaml.d/mine.yaml  was put there by somebody else
    /etc/systemd/system/k3s-agent.service     is gone from the host

What was changed by hand is brought back by the next update with

    reconcile: { bravo: 3, charlie: 1, 'delta-1': 1 }

What the program says otherwise is brought there by the next update anyway.

What others put there stays: remove it, or write it into the program.
`);
});

test.each<[string, object, object[], number | undefined]>([
  ['a service that does not run', { unit: { state: 'failed' } }, [{ name: 'K3s', what: 'stopped' }], 1],
  [
    'one that was not restarted since',
    { unit: { state: 'active', startedAfterFiles: false } },
    [{ name: 'K3s', what: 'stale' }],
    undefined,
  ],
  ['one whose process cannot be told', { unit: { state: 'active', startedAfterFiles: null } }, [], undefined],
  [
    'another release',
    { version: 'v1.33.5+k3s1' },
    [{ name: 'release v1.33.5+k3s1', what: 'other' }],
    undefined,
  ],
])('%s', async (_, more, parts, reconcile) => {
  const { stdout } = await drift(await hostsLike({ alfa: { more } }), '--json');
  expect(JSON.parse(stdout).hosts[0]).toEqual({ host: 'alfa', parts, ...(reconcile && { reconcile }) });
});

test('what the host has not got yet is not what the program says, and nobody’s fault', async () => {
  const { stdout } = await drift(await hostsLike({ alfa: { things: { [CONFIG]: null } } }), '--json');
  expect(JSON.parse(stdout).hosts[0]).toEqual({ host: 'alfa', parts: [{ name: CONFIG, what: 'other' }] });
});

test('files with secrets are compared on the host only', async () => {
  const parts = await wanted('alfa');
  const unknown = [...parts].filter(([, sha256]) => sha256 === undefined).map(([path]) => path);
  expect(unknown.sort()).toEqual([
    '/etc/rancher/k3s/agent-token',
    '/etc/rancher/k3s/registries.yaml',
    '/etc/rancher/k3s/server-token',
    '/usr/local/bin/k3s',
  ]);
  const { stdout } = await drift(
    await hostsLike({ alfa: { things: { '/etc/rancher/k3s/registries.yaml': { state: 'changed' } } } }),
  );
  expect(stdout).toContain('/etc/rancher/k3s/registries.yaml  was changed on the host');
});

test('a host that cannot be asked leaves the others to be, and is a failure', async () => {
  const well = await hostsLike();
  const { code, stdout, stderr } = await drift((input, on) => {
    if (on === 'bravo') throw new K3stackError('SSH_UNREACHABLE', 'bravo does not answer');
    return well(input, on);
  });
  expect(code).toBe(1);
  expect(stderr).toContain('bravo does not answer');
  expect(stdout).toContain('✓ 3 hosts');
});
