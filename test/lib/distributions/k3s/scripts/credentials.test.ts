import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ScriptHost } from '../../../../support/script-host';
import { FakeK3s, onCoordinator, ownedHost, READY, type Answer } from './fake-k3s';

const CA = 'c'.repeat(64);
// Processes by the dozen, on machines that do other things too.
jest.setTimeout(60_000);

let host: ScriptHost;
beforeEach(() => {
  host = new ScriptHost();
  ownedHost(host);
  host.write('/var/lib/rancher/k3s/server/token', `K10${CA}::server:old-canary\n`);
  host.write('/etc/rancher/k3s/token', `K10${CA}::server:old-canary\n`);
});
afterEach(() => host.remove());

const credentials = (token: string, rotation = 0) =>
  host.run(
    'update',
    {
      step: 'credentials',
      values: {
        ...onCoordinator,
        SERVER_TOKEN: token,
        AGENT_TOKEN: 'agent-canary',
        ENCRYPTION_KEY_ROTATION: String(rotation),
      },
    },
    { K3STACK_REENCRYPT_SECONDS: '2' },
  );

const counter = (done: string): Answer => ({
  to: ['get configmap k3stack', 'encryptionKeyRotation'],
  says: done,
});
const before = (text: string): Answer => ({
  to: ['get configmap k3stack', 'encryptionKeyBefore'],
  says: text,
});
const note: Answer = { to: ['apply --server-side --force-conflicts --field-manager=k3stack-'] };

describe('the server token', () => {
  test('is left alone when it is the one of the cluster', async () => {
    const k3s = new FakeK3s(host, [READY, counter('0')]);
    expect([(await credentials('old-canary')).code, k3s.calls('replace')]).toEqual([0, []]);
  });

  test('is given to K3s in a file, and to the next start, and is in no argument and no message', async () => {
    const put: Answer = {
      to: ['replace --raw /v1-k3s/token -f'],
      does: [
        `for file in "$@"; do :; done`,
        `cp "$file" '${host.path('/body')}'`,
        `cp "$(printf '%s\\n' "$@" | grep '/supervisor$')" '${host.path('/login')}'`,
        `stat -c %a "$file" >'${host.path('/mode')}'`,
      ].join('; '),
    };
    const k3s = new FakeK3s(host, [READY, counter('0'), put]);
    const { code, result, stderr, stdout } = await credentials('new-canary');
    expect([code, result?.did]).toEqual([
      0,
      ['rotated the server token; snapshots from before need the old one'],
    ]);
    expect([host.read('/body'), host.read('/mode')]).toEqual(['{"newToken":"new-canary"}', '600\n']);
    expect(JSON.parse(host.read('/login'))).toMatchObject({
      users: [{ user: { username: 'server', password: 'old-canary' } }],
    });
    expect(host.read('/etc/rancher/k3s/token')).toBe(`K10${CA}::server:new-canary\n`);
    expect(k3s.calls().join() + stderr + stdout).not.toContain('canary');
    expect(host.has('/var/lib/k3stack/rotating-token')).toBe(false);
  });

  test('is given again when the last request failed, though K3s has written its file already', async () => {
    new FakeK3s(host, [READY, counter('0'), { to: ['replace --raw /v1-k3s/token'], code: 1 }]);
    expect((await credentials('new-canary')).code).toBe(46);
    host.write('/var/lib/rancher/k3s/server/token', `K10${CA}::server:new-canary\n`);
    const k3s = new FakeK3s(host, [READY, counter('0'), { to: ['replace --raw /v1-k3s/token'] }]);
    const calls = k3s.calls('replace').length;
    expect((await credentials('new-canary')).code).toBe(0);
    expect(k3s.calls('replace').length).toBe(calls + 1);
  });
});

describe('the encryption key', () => {
  const status = (stage: string, key: string, match = true): Answer => ({
    to: ['get --raw /v1-k3s/encrypt/status'],
    says: JSON.stringify({
      stage,
      activekey: `AES-CBC ${key}`,
      enable: true,
      ...(match ? { hashmatch: true } : { hasherror: 'alfa is not bravo' }),
    }),
  });

  test('is not rotated in a cluster that is new', async () => {
    const k3s = new FakeK3s(host, [READY, counter(''), note]);
    expect([(await credentials('old-canary', 3)).code, k3s.calls('replace')]).toEqual([0, []]);
  });

  test('is refused a number that is lower than what was done', async () => {
    const k3s = new FakeK3s(host, [READY, counter('3')]);
    const { code, stderr } = await credentials('old-canary', 1);
    expect([code, k3s.calls('replace')]).toEqual([46, []]);
    expect(stderr).toContain('is 1, and 3 was done already. Write rotate.encryptionKey: 3');
  });

  test('is rotated once, and waited for', async () => {
    const rotated = host.path('/rotated');
    const k3s = new FakeK3s(host, [
      READY,
      counter('1'),
      before(''),
      note,
      { to: ['replace --raw /v1-k3s/encrypt/config'], does: `: >'${rotated}'` },
      {
        to: ['get --raw /v1-k3s/encrypt/status'],
        does: `if [ -f '${rotated}' ]; then key=two; else key=one; fi; printf '{"stage":"reencrypt_finished","activekey":"AES-CBC %s","enable":true,"hashmatch":true}' "$key"`,
      },
    ]);
    const { code, result } = await credentials('old-canary', 2);
    expect([code, result?.did]).toEqual([
      0,
      ['rotated the key that secrets are encrypted with; servers take it up when they restart'],
    ]);
    expect(k3s.calls('replace')).toHaveLength(1);
  });

  test('is not rotated a second time when an earlier run was cut off behind it', async () => {
    const k3s = new FakeK3s(host, [
      READY,
      counter('1'),
      before('2 AES-CBC one'),
      note,
      status('reencrypt_finished', 'two'),
    ]);
    expect([(await credentials('old-canary', 2)).code, k3s.calls('replace')]).toEqual([0, []]);
  });

  test.each([
    ['servers disagree', status('start', 'one', false), 'alfa is not bravo'],
    ['another rotation is under way', status('prepare', 'one'), 'is at stage prepare'],
  ])('is not rotated while %s', async (_, answer, why) => {
    const k3s = new FakeK3s(host, [READY, counter('1'), before(''), note, answer]);
    const { code, stderr } = await credentials('old-canary', 2);
    expect([code, k3s.calls('replace')]).toEqual([46, []]);
    expect(stderr).toContain(why);
  });
});
