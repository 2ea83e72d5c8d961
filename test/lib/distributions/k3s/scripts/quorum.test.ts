import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ScriptHost, type SourceRun } from '../../../../support/script-host';
import { FakeK3s, nodeLine, onCoordinator, READY, type Answer } from './fake-k3s';

// Processes by the dozen, on machines that do other things too.
jest.setTimeout(60_000);

let host: ScriptHost;
beforeEach(() => {
  host = new ScriptHost();
});
afterEach(() => host.remove());

/** Whether alfa may be disturbed in a cluster of servers, of which some do not answer. */
function check(
  what: 'restart' | 'remove',
  members: readonly string[],
  away: readonly string[] = [],
  datastore = 'embedded-etcd',
): SourceRun {
  const address = (name: string): string => `10.0.0.${members.indexOf(name) + 1}`;
  k3s = new FakeK3s(host, [
    ...away.map((name): Answer => ({
      to: [`--server https://${address(name)}:6443 get --raw /readyz`],
      code: 1,
    })),
    READY,
    {
      to: ['kubectl get nodes -l node-role.kubernetes.io/etcd=true'],
      says: members.map((name) => nodeLine({ name, etcd: true, address: address(name) })).join(''),
    },
  ]);
  return host.source(['kube'], `quorum_check alfa ${what}`, { ...VALUES, IN_DATASTORE: datastore });
}
let k3s: FakeK3s;

const VALUES = Object.fromEntries(
  Object.entries(onCoordinator).map(([name, value]) => [`IN_${name}`, value]),
);

const THREE = ['alfa', 'bravo', 'charlie'];
const FIVE = [...THREE, 'delta', 'echo'];

describe('a server is not restarted', () => {
  test.each([
    [
      'of three while one is away',
      THREE,
      ['bravo'],
      'etcd has 3 members and needs 2 of them without alfa, but only 1',
    ],
    ['of five while two are away', FIVE, ['bravo', 'echo'], 'needs 3 of them without alfa, but only 2'],
    [
      'of two while the other is away',
      ['alfa', 'bravo'],
      ['bravo'],
      'needs 1 of them without alfa, but only 0',
    ],
  ])('%s', (_, members, away, why) => {
    const { code, stderr } = check('restart', members, away);
    expect(code).toBe(40);
    expect(stderr).toContain(why);
    expect(stderr).toContain(`Not healthy: ${away.join(' ')}. Bring those back first`);
  });

  test('while no majority answers, and how to restore is said', () => {
    new FakeK3s(host, [{ to: ['kubectl get nodes'], code: 1 }]);
    const { code, stderr } = host.source(['kube'], 'quorum_check alfa restart', VALUES);
    expect(code).toBe(40);
    expect(stderr).toContain('the API of this server does not answer');
    expect(stderr).toContain('restore the cluster (k3stack restore)');
  });
});

describe('a server is restarted', () => {
  test.each([
    ['of three that are well', THREE, []],
    ['of five while one is away', FIVE, ['delta']],
    ['of two that are well, as there is no better way', ['alfa', 'bravo'], []],
    ['when it is the only one', ['alfa'], []],
    ['that is away already', THREE, ['alfa']],
  ])('%s', (_, members, away) => {
    expect(check('restart', members, away).code).toBe(0);
  });

  test('without a question where etcd is not in the cluster', () => {
    expect([check('restart', THREE, ['bravo', 'charlie'], 'external').code, k3s.calls()]).toEqual([0, []]);
  });
});

test.each([
  ['one of three', THREE, [], 0],
  ['one of three while another is away', THREE, ['charlie'], 40],
  ['one of two while the other is away', ['alfa', 'bravo'], ['bravo'], 40],
  ['the only one', ['alfa'], [], 0],
])('taking out %s', (_, members, away, code) => {
  expect(check('remove', members, away).code).toBe(code);
});

test('nothing but a restore that somebody asked for resets a cluster', () => {
  const folder = join(__dirname, '../../../../../lib/distributions/k3s/scripts');
  const resets = readdirSync(folder).filter((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .some((line) => !line.trimStart().startsWith('#') && line.includes('--cluster-reset')),
  );
  expect(resets).toEqual(['restore-etcd.sh']);
});
