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
const FOUND = ['kubectl get nodes -o go-template'];

/** Keeps what is applied, as the scratch folder goes with the step. */
const apply = (): Answer => ({
  to: ['apply --server-side --force-conflicts --field-manager=k3stack'],
  does: `for file in "$@"; do :; done; cat "$file" >'${host.path('/applied')}'`,
});

const found = (...lines: readonly (readonly string[])[]) =>
  lines.map((fields) => `${fields.join('\t')}\n`).join('');

const update = (records: readonly (readonly string[])[]) =>
  host.run('update', { step: 'nodes', values: { ...onCoordinator, ALLOW_DATA_LOSS: 'no' }, records });

test('labels, annotations and marks of all nodes go in one call, and nothing when they are as they should be', async () => {
  const note = 'two\nlines "quoted" $HOME';
  const records = [
    ['node', 'alfa'],
    ['label', 'alfa', 'tier', 'front'],
    ['annotation', 'alfa', 'example.org/note', note],
    ['node', 'web-1'],
  ];
  const nodes = nodeLine({ name: 'alfa', etcd: true }) + nodeLine({ name: 'web-1' });
  const k3s = new FakeK3s(host, [READY, { to: LIST, says: nodes }, { to: FOUND, says: '' }, apply()]);
  const { code, result } = await update(records);
  expect([code, result?.did]).toEqual([
    0,
    ['set labels and annotations of alfa', 'set labels and annotations of web-1'],
  ]);
  expect(k3s.calls('apply')).toHaveLength(1);
  const applied = host.read('/applied').trim().split('\n');
  expect(applied.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name: 'alfa',
        labels: { tier: 'front' },
        annotations: {
          'k3stack.io/owner': 'prod/k3s',
          'k3stack.io/labels': 'tier',
          'k3stack.io/annotations': 'example.org/note',
          'k3stack.io/taints': '',
          'example.org/note': note,
        },
      },
    },
    expect.objectContaining({ metadata: expect.objectContaining({ name: 'web-1', labels: {} }) as unknown }),
  ]);

  const marks = (node: string, labels: string, annotations: string) => [
    [node, 'annotations', 'k3stack.io/owner', '"prod/k3s"'],
    [node, 'annotations', 'k3stack.io/labels', `"${labels}"`],
    [node, 'annotations', 'k3stack.io/annotations', `"${annotations}"`],
    [node, 'annotations', 'k3stack.io/taints', '""'],
  ];
  new FakeK3s(host, [
    READY,
    { to: LIST, says: nodes },
    {
      to: FOUND,
      says: found(
        ...marks('alfa', 'tier', 'example.org/note'),
        ...marks('web-1', '', ''),
        ['alfa', 'labels', 'tier', '"front"'],
        ['alfa', 'annotations', 'example.org/note', JSON.stringify(note)],
      ),
    },
  ]);
  expect((await update(records)).result?.did).toEqual([]);
});

test('what was set and is no longer declared goes, what others have set stays', async () => {
  const k3s = new FakeK3s(host, [
    READY,
    { to: LIST, says: nodeLine({ name: 'alfa' }) },
    {
      to: FOUND,
      says: found(
        ['alfa', 'annotations', 'k3stack.io/labels', '"old,gone-already"'],
        ['alfa', 'annotations', 'k3stack.io/taints', '"dedicated:NoSchedule,db:NoExecute"'],
        ['alfa', 'labels', 'old', '"1"'],
        ['alfa', 'labels', 'foreign', '"1"'],
        ['alfa', 'taints', 'dedicated:NoSchedule', 'x'],
        ['alfa', 'taints', 'db:NoExecute', 'old'],
        ['alfa', 'taints', 'foreign:NoSchedule', ''],
      ),
    },
    { to: ['patch node alfa --type merge -p {"metadata":{"labels":{"old":null},"annotations":{}}}'] },
    { to: ['taint node alfa --overwrite db=new:NoExecute dedicated:NoSchedule- '] },
    apply(),
  ]);
  const { code } = await update([
    ['node', 'alfa'],
    ['taint', 'alfa', 'db', 'new', 'NoExecute'],
  ]);
  expect([code, k3s.calls('patch').length, k3s.calls('taint node').length]).toEqual([0, 1, 1]);
  // Known before it is set, so that a step that is cut off can take it back.
  expect(host.read('/applied')).toContain('"k3stack.io/taints":"db:NoExecute,dedicated:NoSchedule"');
});

test('labels and taints that a node registered with count as set', async () => {
  const args = String.raw`"[\"agent\",\"--node-label\",\"old=1\",\"--node-taint\",\"db=x:NoSchedule\",\"--server\",\"https://a\"]"`;
  const k3s = new FakeK3s(host, [
    READY,
    { to: LIST, says: nodeLine({ name: 'web-1', owner: '' }) },
    {
      to: FOUND,
      says: found(
        ['web-1', 'annotations', 'k3s.io/node-args', args],
        ['web-1', 'labels', 'old', '"1"'],
        ['web-1', 'taints', 'db:NoSchedule', 'x'],
      ),
    },
    { to: ['patch node web-1 --type merge -p {"metadata":{"labels":{"old":null},"annotations":{}}}'] },
    { to: ['taint node web-1 --overwrite db:NoSchedule- '] },
    apply(),
  ]);
  expect([(await update([['node', 'web-1']])).code, k3s.calls('patch').length]).toEqual([0, 1]);
});

test('fails when a declared node is not there, and when one is another program’s', async () => {
  new FakeK3s(host, [READY, { to: LIST, says: nodeLine({ name: 'alfa' }) }]);
  const missing = await update([
    ['node', 'alfa'],
    ['node', 'web-1'],
    ['node', 'web-2'],
  ]);
  expect(missing.code).toBe(42);
  expect(missing.stderr).toContain('these declared nodes are not in k3s: web-1, web-2');
  new FakeK3s(host, [READY, { to: LIST, says: nodeLine({ name: 'alfa', owner: 'dev/k3s' }) }]);
  const other = await update([['node', 'alfa']]);
  expect(other.code).toBe(11);
  expect(other.stderr).toContain('Node alfa belongs to dev/k3s');
});

test('a declared node is neither retiring nor cordoned by us afterwards', async () => {
  const k3s = new FakeK3s(host, [
    READY,
    { to: LIST, says: nodeLine({ name: 'web-1', cordoned: true, drained: '2026', retiring: '2026' }) },
    {
      to: ['get node web-1 --ignore-not-found'],
      says: nodeLine({ name: 'web-1', cordoned: true, drained: '2026' }),
    },
    { to: FOUND, says: '' },
    { to: ['annotate --overwrite node web-1 k3stack.io/retiring-'] },
    { to: ['annotate --overwrite node web-1 k3stack.io/drained-'] },
    { to: ['uncordon web-1'] },
    apply(),
  ]);
  expect((await update([['node', 'web-1']])).code).toBe(0);
  expect(k3s.calls('uncordon')).toHaveLength(1);
});

describe('the guard of a destroy', () => {
  const destroy = (allow: string) =>
    host.run('delete', { step: 'nodes', values: { ...onCoordinator, ALLOW_DATA_LOSS: allow } });
  const volumes: Answer = {
    to: ['get persistentvolumes'],
    says: '/data|default/data|pvc-1|web-1\n|shop/nfs|pvc-2|\n/srv|/|spare|\n',
  };
  const mark: Answer = { to: ['annotate --overwrite node alfa web-1 k3stack.io/retiring='] };
  const list: Answer = {
    to: LIST,
    says: nodeLine({ name: 'alfa' }) + nodeLine({ name: 'web-1' }) + nodeLine({ name: 'x', owner: '' }),
  };

  test('refuses while volumes lie on disks of nodes, and names them', async () => {
    const k3s = new FakeK3s(host, [READY, volumes]);
    const { code, stderr } = await destroy('no');
    expect([code, k3s.calls('annotate')]).toEqual([45, []]);
    expect(stderr).toContain('default/data (pvc-1 on web-1: /data)');
    expect(stderr).toContain('unclaimed (spare on any node: /srv)');
    expect(stderr).toContain(
      'write allowDataLoss: true for cluster k3s, run pulumi up, and pulumi destroy again',
    );
    expect(stderr).not.toContain('nfs');
  });

  test.each([
    ['the loss was allowed', 'yes', volumes],
    ['there are none', 'no', { ...volumes, says: '' }],
  ])('marks all nodes of the program when %s', async (_, allow, answer) => {
    new FakeK3s(host, [READY, answer, list, mark]);
    expect((await destroy(allow)).result?.did).toEqual(['marked the nodes of k3s as retiring: alfa, web-1']);
  });

  test('says how to go on without machines that are gone', async () => {
    host.write(
      '/var/lib/k3stack/context',
      "CTX_API_PORT='6443'\nrecord server 'alfa' '10.0.0.1' 'unknown'\n",
    );
    const says = nodeLine({ name: 'alfa', ready: 'Unknown' }) + nodeLine({ name: 'web-1', ready: 'False' });
    new FakeK3s(host, [READY, { ...volumes, says: '' }, { to: LIST, says }, mark]);
    const { code, stderr } = await destroy('no');
    expect(code).toBe(0);
    expect(stderr).toContain('not Ready: alfa, web-1.');
    expect(stderr).toContain(
      `pulumi state delete --yes "$(pulumi stack --show-urns | grep -o 'urn:[^ ]*::alfa/run')"`,
    );
    expect(stderr).toContain("::web-1/join')");
  });

  test('asks nobody where the host may be erased all the same', async () => {
    host.write('/var/lib/k3stack/erase', '');
    const k3s = new FakeK3s(host, []);
    expect([(await destroy('no')).code, k3s.calls()]).toEqual([0, []]);
  });
});
