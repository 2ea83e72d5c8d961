import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
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
const retire = () =>
  host.run('update', {
    step: 'retire',
    values: { ...onCoordinator, DRAIN_TIMEOUT: '5' },
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
  ]);
  const { code, stderr } = await retire();
  expect([code, k3s.calls('drain web-1'), k3s.calls('delete pods').length]).toEqual([0, [], 1]);
  expect(stderr).toContain('make sure that the machine is off or wiped');
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
  ]);
  const { code, stderr } = await retire();
  expect([code, k3s.calls('cordon')]).toEqual([40, []]);
  expect(stderr).toContain('etcd has 3 members and needs 2 of them without charlie, but only 1');
  expect(stderr).toContain('bravo');
});

test('an input that declares nothing is refused', async () => {
  new FakeK3s(host, [READY]);
  expect((await host.run('update', { step: 'retire', values: onCoordinator })).code).toBe(14);
});
