import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ScriptHost } from '../../../../support/script-host';
import { FakeK3s, nodeLine, onCoordinator, ownedHost, READY, type Answer } from './fake-k3s';

// Processes by the dozen, on machines that do other things too.
jest.setTimeout(60_000);

let host: ScriptHost;
beforeEach(() => {
  host = new ScriptHost();
  ownedHost(host);
});
afterEach(() => host.remove());

const LIST = ['kubectl get nodes -o jsonpath'];
const NO_VOLUMES: Answer = { to: ['get persistentvolumes'], says: '|shop/nfs|pvc-9|\n' };

const retire = (values: Readonly<Record<string, string>> = {}) =>
  host.run('update', {
    step: 'retire',
    values: { ...onCoordinator, DRAIN_TIMEOUT: '5', ...values },
    records: [
      ['declared', 'alfa', 'server'],
      ['declared', 'bravo', 'server'],
    ],
  });

/** What a Node's removal asks, in a file that says whether it is there. */
const removal = (name: string): Answer[] => [
  { to: [`delete node ${name} --ignore-not-found`], does: `rm -f '${host.path(`/there-${name}`)}'` },
  {
    to: [`get node ${name} --ignore-not-found -o name`],
    does: `[ ! -f '${host.path(`/there-${name}`)}' ] || echo node/${name}`,
  },
  { to: [`delete secret ${name}.node-password.k3s --ignore-not-found`] },
  { to: [`annotate --overwrite node ${name}`] },
  { to: [`cordon ${name}`] },
];

/** One volume on that node; others lie elsewhere, on a node of a similar name, or on none. */
const volumesOf = (name: string): Answer[] => [
  {
    to: ['get persistentvolumes'],
    says: [
      `/storage/pvc-1|shop/data|pvc-1|${name}`,
      '/storage/pvc-2|shop/elsewhere|pvc-2|alfa',
      '/storage/pvc-3|shop/elsewhere|pvc-3|web-20',
      '/srv|/|spare|',
      '|shop/nfs|pvc-9|',
      '',
    ].join('\n'),
  },
];

test('nodes of others, and declared ones, are left alone', async () => {
  const k3s = new FakeK3s(host, [
    READY,
    {
      to: LIST,
      says: [{ name: 'alfa' }, { name: 'guest', owner: '' }, { name: 'other', owner: 'dev/k3s' }]
        .map(nodeLine)
        .join(''),
    },
  ]);
  const { code, result } = await retire();
  expect([code, result?.did, k3s.calls('delete')]).toEqual([0, [], []]);
});

test('an agent is drained, then removed with its password', async () => {
  host.write('/there-web-1', '');
  const k3s = new FakeK3s(host, [
    READY,
    { to: LIST, says: nodeLine({ name: 'alfa' }) + nodeLine({ name: 'web-1' }) },
    ...removal('web-1'),
    { to: ['get node web-1 --ignore-not-found'], says: nodeLine({ name: 'web-1' }) },
    { to: ['drain web-1 --ignore-daemonsets'] },
    NO_VOLUMES,
  ]);
  const { code, result } = await retire();
  expect([code, result?.did]).toEqual([0, ['drained web-1', 'removed web-1 from k3s']]);
  expect(k3s.calls('web-1').map((call) => call.split(' ').slice(1, 3).join(' '))).toEqual(
    expect.arrayContaining(['cordon web-1', 'drain web-1', 'delete node', '-n kube-system']),
  );
});

test('pods of a dead agent are removed without waiting, and nobody’s budget is asked', async () => {
  host.write('/there-web-1', '');
  const dead = nodeLine({ name: 'web-1', ready: 'Unknown' });
  const k3s = new FakeK3s(host, [
    READY,
    { to: LIST, says: nodeLine({ name: 'alfa' }) + dead },
    ...removal('web-1'),
    { to: ['get node web-1 --ignore-not-found'], says: dead },
    { to: ['get pods -A --field-selector spec.nodeName=web-1'], says: 'shop\nshop\n' },
    {
      to: ['-n shop delete pods --field-selector spec.nodeName=web-1 --force --grace-period=0 --wait=false'],
    },
    ...volumesOf('web-1'),
  ]);
  const { code, stderr } = await retire();
  expect([code, k3s.calls('drain web-1'), k3s.calls('delete pods').length]).toEqual([0, [], 1]);
  expect(stderr).toContain('make sure that the machine is off or wiped');
  // What lies on it is lost already, and nobody is asked for leave.
  expect(stderr).toContain('these volumes lie on disks of web-1, and are lost with the removal:');
  expect(stderr).toContain('shop/data (pvc-1 on web-1: /storage/pvc-1)');
});

test('a dead agent is kept while its pods cannot be listed', async () => {
  const dead = nodeLine({ name: 'web-1', ready: 'Unknown' });
  const k3s = new FakeK3s(host, [
    READY,
    { to: LIST, says: nodeLine({ name: 'alfa' }) + dead },
    ...removal('web-1'),
    { to: ['get node web-1 --ignore-not-found'], says: dead },
    { to: ['get pods -A --field-selector spec.nodeName=web-1'], code: 1 },
    NO_VOLUMES,
  ]);
  const { code, stderr } = await retire();
  expect([code, k3s.calls('delete')]).toEqual([41, []]);
  expect(stderr).toContain('the pods of web-1 could not be listed');
});

test('a server is kept when etcd would lose its majority without it', async () => {
  const nodes = [
    { name: 'alfa', etcd: true },
    { name: 'bravo', etcd: true, address: '10.0.0.2' },
    { name: 'charlie', etcd: true, address: '10.0.0.3' },
  ];
  const k3s = new FakeK3s(host, [
    { to: ['--server https://10.0.0.2:6443 get --raw /readyz'], code: 1 },
    READY,
    { to: ['kubectl get nodes'], says: nodes.map(nodeLine).join('') },
    { to: ['get node charlie --ignore-not-found'], says: nodeLine({ name: 'charlie', etcd: true }) },
    NO_VOLUMES,
  ]);
  const { code, stderr } = await retire();
  expect([code, k3s.calls('cordon')]).toEqual([40, []]);
  expect(stderr).toContain('etcd has 3 members and needs 2 of them without charlie, but only 1');
  expect(stderr).toContain('bravo');
});

describe('volumes on disks of a node that is to be removed', () => {
  const agents = nodeLine({ name: 'alfa' }) + nodeLine({ name: 'web-1' }) + nodeLine({ name: 'web-2' });
  const there: Answer[] = [
    READY,
    { to: LIST, says: agents },
    ...['web-1', 'web-2'].map((name) => ({
      to: [`get node ${name} --ignore-not-found -o jsonpath`],
      says: nodeLine({ name }),
    })),
  ];

  test('refuse the removal of all that go before anything is changed, and are named', async () => {
    const k3s = new FakeK3s(host, [...there, ...volumesOf('web-2')]);
    const { code, stderr } = await retire();
    expect([code, k3s.calls().filter((call) => /^kubectl (?!get )/.test(call))]).toEqual([45, []]);
    expect(stderr).toContain('shop/data (pvc-1 on web-2: /storage/pvc-1)');
    expect(stderr).toContain(
      'hold volumes, which would be lost (1): shop/data (pvc-1 on web-2: /storage/pvc-1). To keep them, take these nodes back',
    );
    expect(stderr).toContain('write allowDataLoss: true for cluster k3s, and run pulumi up again');
    expect(stderr).not.toMatch(/nfs|elsewhere|web-20/);
  });

  test('are told of, and lost, when that was allowed', async () => {
    for (const name of ['web-1', 'web-2']) host.write(`/there-${name}`, '');
    new FakeK3s(host, [
      ...['web-1', 'web-2'].flatMap(removal),
      ...there,
      ...['web-1', 'web-2'].map((name) => ({ to: [`drain ${name} --ignore-daemonsets`] })),
      ...volumesOf('web-2'),
    ]);
    const { code, result, stderr } = await retire({ ALLOW_DATA_LOSS: 'yes' });
    expect([code, result?.did]).toEqual([
      0,
      ['drained web-1', 'removed web-1 from k3s', 'drained web-2', 'removed web-2 from k3s'],
    ]);
    expect(stderr).toContain('shop/data (pvc-1 on web-2: /storage/pvc-1)');
  });

  test('that cannot be listed refuse it too', async () => {
    const k3s = new FakeK3s(host, [...there, { to: ['get persistentvolumes'], code: 1 }]);
    const { code, stderr } = await retire();
    expect([code, k3s.calls('cordon')]).toEqual([35, []]);
    expect(stderr).toContain('the volumes of web-1 web-2 could not be listed, and nothing was removed');
  });
});

test('an input that declares nothing is refused', async () => {
  new FakeK3s(host, [READY]);
  expect((await host.run('update', { step: 'retire', values: onCoordinator })).code).toBe(14);
});
