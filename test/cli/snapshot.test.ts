import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { openToken } from '../../lib/operations/sealed-token';
import { cli, folderWith } from '../support/cli';
import { FakeHosts, type FakeScript } from '../support/fake-hosts';

// A key from a passphrase takes its time on purpose.
jest.setTimeout(60_000);

const program = (
  datastore = 'Datastore.embeddedEtcd()',
): string => `import { Datastore, environments, K3sCluster, secret } from 'k3stack';
export default environments({ production: {} }, (env) => {
  new K3sCluster(env, 'k3s', {
    version: 'v1.34.1+k3s1',
    servers: { alfa: { nodeIp: '10.0.0.1' }, bravo: { nodeIp: '10.0.0.2' }, charlie: { nodeIp: '10.0.0.3' } },
    datastore: ${datastore},
  });
});
`;
const PASSPHRASE = 'correct horse battery';
const TAKEN = 'on-demand-alfa-1';
const items = [
  {
    spec: { snapshotName: 'old', nodeName: 'bravo', location: 'file:///srv/snapshots/old' },
    status: { creationTime: '2026-11-20T00:00:00Z', size: 1000 },
  },
  {
    spec: { snapshotName: 'new', nodeName: 'alfa', location: 's3://bucket/new' },
    status: { creationTime: '2026-11-21T00:00:00Z', size: '4200000' },
  },
];

interface State {
  readonly namespaces?: (call: number) => object[];
  readonly tokenHash?: string;
}

async function use(
  args: string[],
  state: State = {},
  env: Record<string, string> = {},
  cwd = folderWith({ 'environments.ts': program() }),
) {
  let asked = 0;
  const scripts: Record<string, FakeScript> = {
    snapshot: ({ values }) =>
      values['ACTION'] === 'list'
        ? { snapshots: { items } }
        : { snapshot: TAKEN, path: `/srv/${TAKEN}`, size: 4096, sha256: 'ab', tokenHash: 'cafe' },
    'server-token': () => ({ token: 'hunter2-now', tokenHash: state.tokenHash ?? 'cafe' }),
    restore: () => ({}),
    namespaces: () => ({
      namespaces: state.namespaces?.(asked++) ?? [
        { name: 'kube-system', uid: '1' },
        { name: 'default', uid: '2' },
      ],
    }),
  };
  const hosts = new FakeHosts(scripts);
  return { ...(await cli(args, { cwd, env, reachHosts: hosts.reach })), hosts, cwd };
}
const sealed = (cwd: string, name = TAKEN): string =>
  join(cwd, 'snapshots', 'production', 'k3s', `${name}.token.sealed`);

describe('snapshot', () => {
  test('lists what there is, the newest first', async () => {
    const { code, stdout, hosts } = await use(['snapshot']);
    expect(code).toBe(0);
    expect(stdout).toBe(`new  2026-11-21T00:00:00Z  4.2 MB  s3://bucket/new
old  2026-11-20T00:00:00Z  1.0 kB  file:///srv/snapshots/old
`);
    expect(hosts.calls).toEqual(['snapshot on alfa']);
  });

  test('takes one, and says that its token is not saved', async () => {
    const { code, stdout, hosts } = await use(['snapshot', 'create']);
    expect(code).toBe(0);
    expect(stdout).toContain('set K3STACK_BACKUP_PASSPHRASE to seal it beside the program');
    expect(hosts.calls).toEqual(['snapshot on alfa']);
  });

  test('seals the token with a passphrase, for its owner only, and tells nobody', async () => {
    const { code, stdout, stderr, cwd } = await use(
      ['snapshot', 'create'],
      {},
      { K3STACK_BACKUP_PASSPHRASE: PASSPHRASE },
    );
    expect(code).toBe(0);
    expect(stdout).toContain(`its token is sealed in snapshots/production/k3s/${TAKEN}.token.sealed`);
    const text = readFileSync(sealed(cwd), 'utf8');
    expect(statSync(sealed(cwd)).mode & 0o777).toBe(0o600);
    expect(openToken(text, PASSPHRASE, 'f')).toEqual({
      environment: 'production',
      cluster: 'k3s',
      snapshot: TAKEN,
      sha256: 'ab',
      token: 'hunter2-now',
    });
    expect(stdout + stderr + text).not.toContain('hunter2');
  });

  test('--download brings the file of what was taken here, under its name', async () => {
    const { code, stdout, hosts, cwd } = await use(['snapshot', 'create', '--download', 'kept']);
    expect(code).toBe(0);
    expect(stdout).toContain(`its file is kept/${TAKEN}\n`);
    expect(hosts.calls).toEqual([
      'snapshot on alfa',
      `download /srv/${TAKEN} of alfa to ${join(cwd, 'kept', TAKEN)}`,
    ]);
  });

  test.each([
    [['snapshot', '--download', 'kept'], {}, '--download goes with create'],
    [['snapshot', 'create', '--download', 'environments.ts'], {}, 'environments.ts: EEXIST'],
    [['snapshot', 'remove'], {}, "the action must be create or list, got 'remove'"],
    [['snapshot', 'create'], { K3STACK_BACKUP_PASSPHRASE: 'short' }, 'must have at least 12 characters'],
  ])('refuses %j', async (args, env, says) => {
    const { code, stderr, hosts } = await use(args, {}, env);
    expect([code, hosts.calls]).toEqual([1, []]);
    expect(stderr).toContain(says);
  });

  test('seals nothing when the token was rotated meanwhile', async () => {
    const { code, stderr, cwd } = await use(
      ['snapshot', 'create'],
      { tokenHash: 'beef' },
      { K3STACK_BACKUP_PASSPHRASE: PASSPHRASE },
    );
    expect(code).toBe(1);
    expect(stderr).toContain('it was rotated meanwhile');
    expect(() => statSync(sealed(cwd))).toThrow('ENOENT');
  });

  test('of a datastore outside is a matter of that database', async () => {
    const cwd = folderWith({
      'environments.ts': program(
        "Datastore.external({ etcd: { endpoints: ['https://etcd.example.org:2379'] } })",
      ),
    });
    expect((await use(['snapshot'], {}, {}, cwd)).stderr).toContain('k3s has its datastore outside');
  });
});

describe('restore', () => {
  test('stops all servers, resets the one that has the snapshot, and lets the others join it', async () => {
    const { code, stdout, hosts } = await use(['restore', 'old', '--yes']);
    expect(code).toBe(0);
    expect(stdout).toBe('✓ k3s is back at old, with 2 namespaces\n');
    const [stops, rest] = [hosts.calls.slice(2, 5), hosts.calls.slice(5)];
    expect(hosts.calls.slice(0, 2)).toEqual(['snapshot on alfa', 'server-token on alfa']);
    expect(stops).toEqual(['restore stop on alfa', 'restore stop on bravo', 'restore stop on charlie']);
    expect(rest).toEqual([
      'restore reset on bravo',
      'restore rejoin on alfa',
      'restore rejoin on charlie',
      'namespaces on bravo',
    ]);
    const [reset, rejoin] = hosts.inputs.slice(5);
    expect(reset?.values).toMatchObject({ SNAPSHOT: '/srv/snapshots/old', S3: 'no', TOKEN: 'hunter2-now' });
    expect(rejoin?.values).toMatchObject({ SERVER_URL: 'https://10.0.0.2:6443', TOKEN: 'hunter2-now' });
  });

  test.each([
    ['new', { SNAPSHOT: 'new', S3: 'yes' }, 'alfa'],
    ['s3:older', { SNAPSHOT: 'older', S3: 'yes' }, 'alfa'],
    ['/srv/x', { SNAPSHOT: '/srv/x', S3: 'no' }, 'charlie'],
  ])('finds %s', async (name, values, on) => {
    const { hosts } = await use(['restore', name, '--yes', ...(on === 'alfa' ? [] : ['--on', on])]);
    const reset = hosts.inputs.find((input) => input.values['STAGE'] === 'reset');
    expect(reset?.values).toMatchObject({ ...values, NODE: on });
  });

  test('takes the token, and the checksum, that were sealed with the snapshot', async () => {
    const env = { K3STACK_BACKUP_PASSPHRASE: PASSPHRASE };
    const { cwd } = await use(['snapshot', 'create'], {}, env);
    const { hosts, stderr } = await use(['restore', `/srv/${TAKEN}`, '--yes'], {}, env, cwd);
    expect(stderr).toContain('with the token sealed with it');
    expect(hosts.calls).not.toContain('server-token on alfa');
    const reset = hosts.inputs.find((input) => input.values['STAGE'] === 'reset');
    expect(reset?.values).toMatchObject({ TOKEN: 'hunter2-now', SNAPSHOT_SHA256: 'ab' });
    const wrong = await use(
      ['restore', `/srv/${TAKEN}`, '--yes'],
      {},
      { K3STACK_BACKUP_PASSPHRASE: 'another passphrase' },
      cwd,
    );
    expect([wrong.code, wrong.hosts.calls]).toEqual([1, []]);
  });

  test('stops nothing for a snapshot that nobody knows, nor without a yes', async () => {
    const unknown = await use(['restore', 'odl', '--yes']);
    expect(unknown.stderr).toContain('k3s knows no snapshot odl');
    const silent = await use(['restore', 'old']);
    expect(silent.stderr).toContain('add --yes');
    for (const { code, hosts } of [unknown, silent]) {
      expect(code).toBe(1);
      expect(hosts.calls.join()).not.toContain('restore');
    }
  });
});

describe('drill', () => {
  test('restores what it has just taken, and proves that the namespaces are the same ones', async () => {
    const { code, stdout, hosts } = await use(['drill', '--yes']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^✓ k3s came back from on-demand-alfa-1 in \d+ s: the same 2 namespaces, by their UIDs\n$/,
    );
    expect(hosts.calls.slice(0, 3)).toEqual([
      'namespaces on alfa',
      'snapshot on alfa',
      'server-token on alfa',
    ]);
    expect(hosts.calls.at(-1)).toBe('namespaces on alfa');
  });

  test('fails when they are others', async () => {
    const namespaces = (call: number) => [
      { name: 'kube-system', uid: call === 0 ? '1' : '9' },
      ...(call === 0 ? [{ name: 'shop', uid: '3' }] : [{ name: 'default', uid: '2' }]),
    ];
    const { code, stdout } = await use(['drill', '--yes'], { namespaces });
    expect(code).toBe(1);
    expect(stdout).toBe(`✗ k3s came back from on-demand-alfa-1 as another one
  kube-system is another one: its UID was 1 and is 9
  shop is gone
  default was not there before
`);
  });
});
