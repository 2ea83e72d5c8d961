import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { ScriptHost } from '../../../../support/script-host';
import { FakeK3s, onCoordinator, ownedHost, READY, nodeLine, type Answer } from './fake-k3s';

// Processes by the dozen, on machines that do other things too.
jest.setTimeout(60_000);

let host: ScriptHost;
beforeEach(() => {
  host = new ScriptHost();
  ownedHost(host);
});
afterEach(() => host.remove());

interface GateNode {
  readonly name: string;
  readonly ready?: string;
  readonly active?: string;
  readonly drained?: string;
  readonly pool?: string;
  readonly staged?: string;
  readonly server?: boolean;
}

const gateLine = (node: GateNode) =>
  `${[node.name, node.ready ?? 'True', node.drained ? 'true' : '', node.active ?? 'old', node.drained ?? '', node.pool ?? 'agents', node.staged ?? '', node.server ? 'true' : ''].join('|')}\n`;

function cluster(nodes: readonly GateNode[], more: readonly Answer[] = []): FakeK3s {
  return new FakeK3s(host, [
    READY,
    { to: ['kubectl get nodes -o jsonpath', 'k3stack\\.io/pool'], says: nodes.map(gateLine).join('') },
    ...nodes.map((node) => ({
      to: [`kubectl get node ${node.name} --ignore-not-found -o jsonpath`],
      says: nodeLine({ ...node, cordoned: node.drained !== undefined }),
    })),
    ...more,
  ]);
}

const drains: readonly Answer[] = [
  { to: ['annotate --overwrite node', 'k3stack.io/drained'] },
  { to: ['cordon'] },
  { to: ['drain'] },
];

const gate = (records: readonly (readonly string[])[], values = {}) =>
  host.run(
    'update',
    {
      step: 'gate',
      values: {
        ...onCoordinator,
        POOL: 'agents',
        WAVE: '1',
        HEALTHY_FOR: '0',
        DRAIN_TIMEOUT: '5',
        ...values,
      },
      records,
    },
    { K3STACK_GATE_SECONDS: '1' },
  );

test('an agent that differs is drained, one that does not is left alone, one that has no Node is passed over', async () => {
  const k3s = cluster([{ name: 'web-1' }, { name: 'web-2', active: 'new' }], drains);
  const { code, result } = await gate([
    ['agent', 'web-1', 'new'],
    ['agent', 'web-2', 'new'],
    ['agent', 'web-9', 'new'],
  ]);
  expect([code, result?.did]).toEqual([0, ['drained web-1']]);
  expect(k3s.calls('web-2')).toEqual([]);
});

test.each(['none', 'live', 'restart'])(
  'an agent whose staged change is %s is not drained',
  async (change) => {
    const k3s = cluster([{ name: 'web-1', staged: `new.${change}` }]);
    const { code, result } = await gate([['agent', 'web-1', 'new']]);
    expect([code, result?.did, k3s.calls('drain ')]).toEqual([0, [], []]);
  },
);

test('what an agent has staged for another digest is not believed', async () => {
  cluster([{ name: 'web-1', staged: 'other.none' }], drains);
  expect((await gate([['agent', 'web-1', 'new']])).result?.did).toEqual(['drained web-1']);
});

test('an agent that an earlier gate has drained takes pods again when its change was taken back', async () => {
  const k3s = cluster(
    [{ name: 'web-1', drained: '2026', active: 'new' }],
    [{ to: ['uncordon'] }, { to: ['k3stack.io/drained-'] }],
  );
  expect((await gate([['agent', 'web-1', 'new']])).result?.did).toEqual(['web-1 takes pods again']);
  expect(k3s.calls('uncordon web-1')).toHaveLength(1);
});

test('all agents of a wave take pods again when one of them cannot be drained', async () => {
  const undo = [{ to: ['uncordon'] }, { to: ['k3stack.io/drained-'] }];
  cluster(
    [{ name: 'web-1' }, { name: 'web-2' }],
    [
      { to: ['get pods -A'], says: 'ReplicaSet||shop/web-0\n' },
      { to: ['drain web-2'], code: 1, says: '' },
      ...undo,
      ...drains,
    ],
  );
  const { code, stderr } = await gate([
    ['agent', 'web-1', 'new'],
    ['agent', 'web-2', 'new'],
  ]);
  expect(code).toBe(41);
  expect(stderr).toContain('web-2 could not be drained within 5 s');
  expect(stderr).toContain('shop/web-0');
});

test('an API that goes away during a drain is told of, and nothing that did not come to pass', async () => {
  const gone = host.path('/gone');
  const web = { to: ['kubectl get node web-1 --ignore-not-found -o jsonpath'] };
  new FakeK3s(host, [
    READY,
    { to: ['kubectl get nodes -o jsonpath', 'k3stack\\.io/pool'], says: gateLine({ name: 'web-1' }) },
    { ...web, says: nodeLine({ name: 'web-1' }), does: `[ ! -f '${gone}' ] || exit 1` },
    { to: ['drain web-1 --ignore-daemonsets'], code: 1, does: `: >'${gone}'` },
    { to: ['get pods -A'], code: 1 },
    ...drains,
  ]);
  const { code, stderr, result } = await gate([['agent', 'web-1', 'new']]);
  expect([code, result?.did ?? []]).toEqual([41, []]);
  expect(stderr).toContain('web-1 could not be drained within 5 s, and is still cordoned');
  expect(stderr).toContain('Not all of the wave take pods again');
  expect(stderr).not.toContain('drained web-1');
  expect(stderr).not.toContain('and takes pods again');
});

test('a drain whose process was ended is not taken for one that is done', async () => {
  const undo = [{ to: ['uncordon'] }, { to: ['k3stack.io/drained-'] }];
  const kill = `kill -KILL $(cut -d ' ' -f 4 /proc/$PPID/stat)`;
  cluster([{ name: 'web-1' }], [...undo, { to: ['drain web-1 --ignore-daemonsets'], does: kill }, ...drains]);
  const { code, stderr } = await gate([['agent', 'web-1', 'new']]);
  expect(code).toBe(41);
  expect(stderr).toContain('web-1 could not be drained');
  expect(stderr).not.toContain('drained web-1');
});

test('an agent may be called as a file of the step is', async () => {
  const names = ['gate', 'wave', 'did', 'error', 'drain'];
  cluster(
    names.map((name) => ({ name })),
    drains,
  );
  const { code, result } = await gate(names.map((name) => ['agent', name, 'new']));
  expect([code, result?.did]).toEqual([0, names.map((name) => `drained ${name}`)]);
});

test.each([
  ['a server is not Ready', [{ name: 'alfa', server: true, ready: 'False' }], 'server alfa is not Ready'],
  [
    'the wave before is not Ready',
    [{ name: 'web-0', ready: 'Unknown' }],
    'web-0 of the wave before is not Ready',
  ],
  [
    'the wave before is still drained',
    [{ name: 'web-0', drained: '2026' }],
    'web-0 of the wave before is still drained',
  ],
  ['the wave before has left', [], 'web-0 of the wave before is not in the cluster'],
])('no wave begins when %s', async (_, others, why) => {
  const k3s = cluster([...others, { name: 'web-1' }], drains);
  const { code, stderr } = await gate([
    ['previous', 'web-0'],
    ['agent', 'web-1', 'new'],
  ]);
  expect([code, k3s.calls('drain ')]).toEqual([42, []]);
  expect(stderr).toContain(why);
});

test('no more agents of a pool are away than the wave has', async () => {
  const k3s = cluster(
    [
      { name: 'web-1' },
      { name: 'web-7', ready: 'Unknown' },
      { name: 'gpu-1', ready: 'Unknown', pool: 'gpu' },
    ],
    drains,
  );
  const { code, stderr } = await gate([['agent', 'web-1', 'new']]);
  expect([code, k3s.calls('drain ')]).toEqual([42, []]);
  expect(stderr).toContain('these are away already: web-7. Bring them back');
});

test('an agent is marked with its pool', async () => {
  const k3s = cluster(
    [{ name: 'web-1', active: 'new', pool: '' }],
    [{ to: ['annotate --overwrite node web-1 k3stack.io/pool=agents'] }],
  );
  expect((await gate([['agent', 'web-1', 'new']])).code).toBe(0);
  expect(k3s.calls('pool=agents')).toHaveLength(1);
});
