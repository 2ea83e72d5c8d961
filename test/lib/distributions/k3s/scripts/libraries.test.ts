import { createHash, X509Certificate } from 'node:crypto';
import { afterAll, describe, expect, test } from '@jest/globals';
import { bootstrapDropIn } from '../../../../../lib/distributions/k3s/bootstrap-drop-in';
import { ScriptHost } from '../../../../support/script-host';
import { FakeK3s, nodeLine, type Answer } from './fake-k3s';

const host = new ScriptHost();
afterAll(() => host.remove());

const sourced = (library: string, program: string, variables: Record<string, string> = {}) =>
  host.source(['kube', library], program, {
    IN_NODE: 'alfa',
    IN_ROLE: 'server',
    IN_UNIT: 'k3s',
    ...variables,
  });

describe('the bootstrap drop-in', () => {
  test.each(['embedded-etcd', 'sqlite', 'external'] as const)('is that of the library, for %s', (kind) => {
    const model = { datastore: { kind } } as Parameters<typeof bootstrapDropIn>[0];
    const path = '/etc/rancher/k3s/config.yaml.d/50-bootstrap.yaml';
    sourced('token', 'bootstrap_write initialise', { IN_DATASTORE: kind });
    expect(host.read(path)).toBe(bootstrapDropIn(model, 'initialise'));
    for (const url of ['https://10.0.0.1:6443', 'https://[fd00::1]:6443', 'https://k3s.example.org:6443']) {
      sourced('token', `bootstrap_write join '${url}'`, { IN_DATASTORE: kind });
      expect(host.read(path)).toBe(bootstrapDropIn(model, { join: url }));
    }
  });
});

describe('the token', () => {
  const hash = 'a'.repeat(64);

  test('names whom it is for, once there is a CA', () => {
    host.write('/etc/rancher/k3s/server-token', 's3c:ret $x\n');
    host.write('/etc/rancher/k3s/agent-token', 'agent');
    const token = (role: string, ca: string) => {
      sourced('token', `token_write '${ca}'`, { IN_ROLE: role });
      return host.read('/etc/rancher/k3s/token');
    };
    expect(token('server', '')).toBe('s3c:ret $x\n');
    expect(token('server', hash)).toBe(`K10${hash}::server:s3c:ret $x\n`);
    expect(token('agent', hash)).toBe(`K10${hash}::node:agent\n`);
  });

  test('of the cluster is where its hash comes from', () => {
    expect(sourced('kube', 'ca_hash').stdout).toBe('');
    host.write('/var/lib/rancher/k3s/server/token', `K10${hash}::server:x\n`);
    expect(sourced('kube', 'ca_hash').stdout).toBe(`${hash}\n`);
  });
});

describe('a CA', () => {
  const sha = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
  const matches = (text: string, hash: string) => {
    host.write('/cacerts', text);
    return sourced('kube', `ca_matches "$ROOT/cacerts" ${hash}`).code === 0;
  };

  test('of one certificate is known by the text', () => {
    expect(matches(CERTIFICATE, sha(CERTIFICATE))).toBe(true);
    expect(matches(CERTIFICATE, sha('other'))).toBe(false);
    expect(matches(CERTIFICATE, sha(new X509Certificate(CERTIFICATE).raw))).toBe(false);
  });

  test('of a chain is known by its root', () => {
    expect(matches(CERTIFICATE + CERTIFICATE, sha(new X509Certificate(CERTIFICATE).raw))).toBe(true);
    expect(matches(CERTIFICATE + CERTIFICATE, sha('other'))).toBe(false);
  });
});

test.each([
  ['v1.36.3+k3s1', 'v1.36.4+k3s1', 0],
  ['v1.36.3+k3s2', 'v1.36.3+k3s1', 0],
  ['v1.35.9+k3s1', 'v1.36.0+k3s1', 0],
  ['v1.34.9+k3s1', 'v1.36.0+k3s1', 44],
  ['v1.36.3+k3s1', 'v1.35.9+k3s1', 44],
  ['v1.9.1+k3s1', 'v1.10.0-rc1+k3s1', 0],
])('from %s to %s', (from, to, code) => {
  host.executable(host.path('/usr/local/bin/k3s'), `echo 'k3s version ${from} (abc)'`);
  expect(sourced('version', 'version_check', { STAGED_VERSION: to })).toMatchObject({ code });
});

test.each([
  ['v1.33.7+k3s2', 'v1.34.1+k3s1', 'embedded-etcd', 44],
  ['v1.33.7+k3s3', 'v1.34.1+k3s1', 'embedded-etcd', 0],
  ['v1.33.10+k3s1', 'v1.34.1+k3s1', 'embedded-etcd', 0],
  ['v1.33.1+k3s1', 'v1.33.6+k3s1', 'embedded-etcd', 0],
  ['v1.33.1+k3s1', 'v1.34.1+k3s1', 'sqlite', 0],
  ['v1.34.1+k3s1', 'v1.35.1+k3s1', 'embedded-etcd', 0],
])('from %s to %s with %s', (from, to, datastore, code) => {
  host.executable(host.path('/usr/local/bin/k3s'), `echo 'k3s version ${from} (abc)'`);
  const check = sourced('version', 'version_check', { STAGED_VERSION: to, IN_DATASTORE: datastore });
  expect(check).toMatchObject({ code });
  if (code !== 0) expect(check.stderr).toContain('Write the latest v1.33 first (v1.33.7+k3s3 or later)');
});

test.each([
  ['v1.34.2+k3s1', 'v1.34.1+k3s1', 44],
  ['v1.35.0+k3s1', 'v1.34.9+k3s1', 44],
  ['v1.34.1+k3s2', 'v1.34.1+k3s1', 0],
  ['v1.33.9+k3s1', 'v1.34.1+k3s1', 0],
  ['v1.34.2+k3s1', '', 0],
])('an agent of %s under an API server of %s', (agent, server, code) => {
  host.executable(host.path('/usr/local/bin/k3s'), `echo '{ "gitVersion": "${server}" }'`);
  const check = sourced('version', 'version_check_api', { STAGED_VERSION: agent, IN_ROLE: 'agent' });
  expect(check).toMatchObject({ code });
  if (code !== 0) expect(check.stderr).toContain(`newer than the API server at ${server}`);
});

test('addresses become URLs', () => {
  const { stdout } = sourced(
    'kube',
    'url_of 10.0.0.1; url_of fd00::1; IN_API_PORT=7443; url_of a.example.org',
  );
  expect(stdout).toBe('https://10.0.0.1:6443\nhttps://[fd00::1]:6443\nhttps://a.example.org:7443\n');
});

describe('what the journal says is wrong', () => {
  test.each([
    ['preparing server: failed to bootstrap cluster data: not authorized', 'final|joinFailed'],
    ['server is not ready: failed to retrieve configuration from server: not authorized', 'final|joinFailed'],
    ['token CA hash does not match the Cluster CA certificate hash: X != Y', 'final|wrongCluster'],
    ['bootstrap data already found and encrypted with different token', 'final|joinFailed'],
    [
      "Node password rejected, duplicate hostname or contents of '/etc/rancher/node/password'",
      'final|nameTaken',
    ],
    ['etcd cluster join failed: duplicate node name found, please use', 'final|nameTaken'],
    ['critical configuration value mismatch between servers: [X]', 'final|startFailed'],
    ['Error: flag provided but not defined: -bogus-key', 'final|startFailed'],
    ['yaml: line 3: mapping values are not allowed', 'final|startFailed'],
    ['Error: --token is required', 'final|joinFailed'],
    ['listen tcp :6443: bind: address already in use', 'final|startFailed'],
    ['too many learner members in cluster', 'wait|joinFailed'],
    ['failed to get CA certs: starting', 'wait|serverUnreachable'],
    ['Failed to validate connection to cluster at https://10.0.0.1:6443', 'wait|serverUnreachable'],
    ['Started k3s', ''],
  ])('%s', (line, cause) => {
    host.program('journalctl', `echo 'earlier'; echo "${line}"; echo later`);
    const { stdout } = sourced('health', 'start_mark=now; journal_cause');
    expect(stdout.split('|').slice(0, 2).join('|').trim()).toBe(cause);
  });

  test('no secret of it is passed on', () => {
    host.program(
      'journalctl',
      `cat <<'E'
token K10${'a'.repeat(64)}::server:canary1 rejected
postgres://k3s:canary2@db/k3s
mysql://k3s:canary3@tcp(db)/k3s
joined with token=canary4
Authorization: Bearer canary5
Adding secrets-encryption key: [{aescbckey canary6}]
postgres://k3s:p@canary7@db/k3s
E`,
    );
    const { stderr } = sourced('health', 'start_mark=now; journal_tail');
    expect(stderr).toContain('db');
    expect(stderr).not.toContain('canary');
  });
});

describe('copies of what a change replaces', () => {
  const keep = (begun: string) => {
    const fresh = new ScriptHost();
    fresh.write('/staged/manifest', 'restart abc /etc/rancher/k3s/config.yaml\n');
    fresh.write('/var/lib/k3stack/active', 'restart old /etc/rancher/k3s/config.yaml\n');
    fresh.write('/etc/rancher/k3s/config.yaml', 'old');
    const program = [
      'echo /etc/rancher/k3s/config.yaml >"$SCRATCH/copied"; keep_previous ""',
      // Switched by then, and cut off before the restart.
      ': >"$SCRATCH/copied"; echo new >"$ROOT/etc/rancher/k3s/config.yaml"; keep_previous "$BEGUN"',
    ].join('\n');
    const values = { IN_NODE: 'alfa', IN_ROLE: 'server', FIRST: 'no', STAGED_DIGEST: 'abc', BEGUN: begun };
    fresh.source(['kube', 'activate'], program, { ...values, STAGED: fresh.path('/staged') });
    const kept = fresh.list('/var/lib/k3stack/previous');
    fresh.remove();
    return kept;
  };

  test('are those of the first attempt when it is made again after a cut', () => {
    expect(keep('abc')).toEqual(['1', 'complete', 'paths']);
  });

  test('are made anew for another change', () => {
    expect(keep('other')).toEqual(['complete', 'paths']);
  });
});

describe('a change that is done', () => {
  const node = nodeLine({ name: 'alfa' });
  const done = (uid: Partial<Answer>) => {
    const fresh = new ScriptHost();
    fresh.write('/staged/manifest', 'live abc option:debug\n');
    fresh.write('/var/lib/k3stack/erasing', '');
    fresh.write('/var/lib/k3stack/node-uid', 'before');
    new FakeK3s(fresh, [
      { to: ['get node alfa --ignore-not-found'], says: node },
      { to: ['annotate --overwrite node alfa'] },
      { to: ['get node alfa -o jsonpath={.metadata.uid}'], ...uid },
    ]);
    const values = { IN_NODE: 'alfa', IN_ROLE: 'server', IN_OWNER: 'prod/k3s', STAGED_DIGEST: 'abc' };
    const more = { STAGED: fresh.path('/staged'), STAGED_VERSION: 'v1.36.3+k3s1' };
    const { code } = fresh.source(['kube', 'activate'], 'change_done', { ...values, ...more });
    const found = [code, fresh.read('/var/lib/k3stack/node-uid'), fresh.has('/var/lib/k3stack/erasing')];
    fresh.remove();
    return found;
  };

  test('knows its Node, and has no deletion to go on with', () => {
    expect(done({ says: 'uid-1' })).toEqual([0, 'uid-1', false]);
  });

  test('keeps the Node that it knew when the API says nothing of it', () => {
    expect(done({ code: 1 })).toEqual([0, 'before', false]);
  });
});

const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBhzCCAS2gAwIBAgIUb2usqu3+VIT9mF6UlVOH7PXHrqowCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNazNzLXNlcnZlci1jYTAgFw0yNjExMjExMzE1MzZaGA8yMTI2
MTAyODEzMTUzNlowGDEWMBQGA1UEAwwNazNzLXNlcnZlci1jYTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABKT0YsV9OcuK+Ejxx7sOW9pFkhGsbh1RtIJxC3YuyLat
Us8FaYpMqjxE+gtnokWfk5xTxYGckyrlhx1cAUSrtfejUzBRMB0GA1UdDgQWBBRU
UrZ9CpHYSLOALqq9VHWPa0kmHDAfBgNVHSMEGDAWgBRUUrZ9CpHYSLOALqq9VHWP
a0kmHDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQC8Xj/qzgYh
iRbQpnXJ2TCoRMU3QI4ak2MxYNXwCiCY5wIgdckst8fIxaKcA0BkNXMEgXvu6Esh
H0XoYaF0YqeJj8Y=
-----END CERTIFICATE-----
`;

describe('variables that the installer of K3s has written', () => {
  const FORMER = '/etc/systemd/system/k3s.service.env';

  test.each<[string, boolean, string, string]>([
    ['are removed as it is taken over, as commands of K3s read them', false, 'yes', ''],
    ['stay where they are those of the program', true, 'yes', `0600 root:root 00 1 ${FORMER}\n`],
    ['are not looked for later', true, 'no', ''],
  ])('%s', (_, there, first, index) => {
    host.write(FORMER, "K3S_TOKEN='old'\n");
    host.write('/staged/index', index);
    const staged = host.path('/staged');
    const { code } = sourced('activate', 'remove_former_environment', { FIRST: first, STAGED: staged });
    expect([code, host.has(FORMER)]).toEqual([0, there]);
  });
});
