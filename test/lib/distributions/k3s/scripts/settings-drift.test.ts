import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { ScriptHost } from '../../../../support/script-host';
import { FakeK3s, onCoordinator, ownedHost, READY } from './fake-k3s';

// Processes by the dozen, on machines that do other things too.
jest.setTimeout(60_000);

let host: ScriptHost;
beforeEach(() => {
  host = new ScriptHost();
  ownedHost(host);
});
afterEach(() => host.remove());

const found = (...lines: readonly (readonly string[])[]) =>
  lines.map((fields) => `${fields.join('\t')}\n`).join('');

async function parts(records: readonly string[][], live: string): Promise<unknown> {
  new FakeK3s(host, [READY, { to: ['kubectl get nodes -o go-template'], says: live }]);
  const { code, result, stderr } = await host.run('run', {
    step: 'settings-drift',
    values: onCoordinator,
    records,
  });
  expect({ code, stderr, did: result?.did }).toEqual({ code: 0, stderr: '', did: [] });
  return result?.['parts'];
}

const records = [
  ['node', 'alfa'],
  ['label', 'alfa', 'disk', 'ssd'],
  ['label', 'alfa', 'tier', 'front'],
  ['annotation', 'alfa', 'example.org/note', 'two\nlines'],
  ['taint', 'alfa', 'gpu', 'yes', 'NoSchedule'],
  ['node', 'web-1'],
];
const marks = [
  ['alfa', 'annotations', 'k3stack.io/labels', '"disk,old,tier"'],
  ['alfa', 'annotations', 'k3stack.io/annotations', '"example.org/note"'],
  ['alfa', 'annotations', 'k3stack.io/taints', '"gpu:NoSchedule"'],
];

test('nothing differs where the Node has what is declared, whatever others have set', async () => {
  const live = found(
    ...marks,
    ['alfa', 'labels', 'disk', '"ssd"'],
    ['alfa', 'labels', 'tier', '"front"'],
    ['alfa', 'labels', 'kubernetes.io/os', '"linux"'],
    ['alfa', 'annotations', 'example.org/note', '"two\\nlines"'],
    ['alfa', 'taints', 'gpu:NoSchedule', 'yes'],
    ['alfa', 'taints', 'node.kubernetes.io/unschedulable:NoSchedule', ''],
  );
  expect(await parts(records, live)).toEqual([]);
});

test('what was changed, removed, left behind or not set yet is told; of annotations only the keys', async () => {
  const live = found(
    ...marks,
    ['alfa', 'labels', 'disk', '"hdd"'],
    ['alfa', 'labels', 'old', '"still"'],
    ['alfa', 'annotations', 'example.org/note', '"mine"'],
    ['alfa', 'taints', 'gpu:NoSchedule', 'no'],
  );
  expect(await parts([...records, ['label', 'alfa', 'zone', 'a']], live)).toEqual([
    { node: 'alfa', kind: 'labels', key: 'disk', state: 'changed', found: 'hdd' },
    { node: 'alfa', kind: 'labels', key: 'tier', state: 'missing', found: '' },
    { node: 'alfa', kind: 'labels', key: 'zone', state: 'new', found: '' },
    { node: 'alfa', kind: 'labels', key: 'old', state: 'extra', found: '' },
    { node: 'alfa', kind: 'annotations', key: 'example.org/note', state: 'changed', found: '' },
    { node: 'alfa', kind: 'taints', key: 'gpu:NoSchedule', state: 'changed', found: 'no' },
  ]);
});
