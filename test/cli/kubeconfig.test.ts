import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import { sha256 } from '../../lib/hosts/manifest';
import { cli, folderWith } from '../support/cli';
import { FakeHosts } from '../support/fake-hosts';
import { testCa, tlsServer } from '../support/tls-server';

// OpenSSL makes keys, and a program is loaded for each test.
jest.setTimeout(30_000);

const ca = testCa();
let server: Awaited<ReturnType<typeof tlsServer>>;
beforeAll(async () => void (server = await tlsServer(ca, 'IP:127.0.0.1')));
afterAll(() => server.close());

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A project whose server is this machine, at an address that nobody reaches but also at 127.0.0.1. */
function project(registration = '127.0.0.2'): string {
  return folderWith({
    'environments.ts': `import { environments, K3sCluster } from 'k3stack';
export default environments({ production: {} }, (env) => {
  new K3sCluster(env, 'k3s', {
    version: 'v1.34.1+k3s1',
    servers: { alfa: { ssh: { host: '127.0.0.1' }, nodeIp: '10.0.0.1' } },
    api: { port: ${server.port}, registrationAddress: '${registration}' },
  });
});
`,
  });
}

async function use(cwd: string, args: string[] = [], pem = ca.pem, certificate = 'cert') {
  const hosts = new FakeHosts({
    kubeconfig: ({ values }) => ({
      caHash: sha256(pem),
      kubeconfig: base64(`apiVersion: v1
kind: Config
clusters: [{ name: k3s, cluster: { server: "${values['API_URL']}", certificate-authority-data: ${base64(pem)} } }]
users: [{ name: k3s, user: { client-certificate-data: ${base64(certificate)}, client-key-data: ${base64('hunter2')} } }]
contexts: []
`),
    }),
  });
  const env = { HOME: join(cwd, 'home') };
  return cli(['kubeconfig', ...args], { cwd, env, reachHosts: hosts.reach });
}

test('prints a kubeconfig at the first address that leads to the cluster', async () => {
  const { code, stdout, stderr } = await use(project());
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(parse(stdout)).toEqual({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'production-k3s',
        cluster: { server: `https://127.0.0.1:${server.port}`, 'certificate-authority-data': base64(ca.pem) },
      },
    ],
    users: [
      {
        name: 'production-k3s',
        user: { 'client-certificate-data': base64('cert'), 'client-key-data': base64('hunter2') },
      },
    ],
    contexts: [{ name: 'production-k3s', context: { cluster: 'production-k3s', user: 'production-k3s' } }],
    'current-context': 'production-k3s',
  });
});

test('says which address fails why, and writes nothing', async () => {
  const cwd = project();
  const { code, stdout, stderr } = await use(cwd, ['--merge'], testCa('other').pem);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/https:\/\/127\.0\.0\.1:\d+ presents another CA: it belongs to another cluster/);
  expect(stderr).not.toContain('hunter2');
  expect(existsSync(join(cwd, 'home'))).toBe(false);
});

test('an address that is named is the only one that is tried', async () => {
  const { code, stderr } = await use(project(), ['--server', 'https://127.0.0.1:1']);
  expect(code).toBe(1);
  expect(stderr).toContain('  https://127.0.0.1:1 refuses the connection');
  expect((await use(project(), ['--server', '127.0.0.1'])).stderr).toContain(
    '--server must be https:// and an address',
  );
});

describe('--merge', () => {
  const other = `# mine
apiVersion: v1
kind: Config
clusters:
  - name: home # at home
    cluster: { server: https://10.9.9.9:6443 }
users: []
contexts:
  - name: home
    context: { cluster: home, user: home }
current-context: home
`;
  const fileIn = (cwd: string): string => join(cwd, 'home', '.kube', 'config');
  const withOther = (): string => {
    const cwd = project();
    mkdirSync(dirname(fileIn(cwd)), { recursive: true });
    writeFileSync(fileIn(cwd), other, { mode: 0o644 });
    return cwd;
  };

  test('makes the file when there is none, for its owner only', async () => {
    const cwd = project();
    const { code, stdout } = await use(cwd, ['--merge']);
    expect(code).toBe(0);
    expect(stdout).toContain('home/.kube/config has the context production-k3s at https://127.0.0.1:');
    expect(statSync(fileIn(cwd)).mode & 0o777).toBe(0o600);
    expect(existsSync(`${fileIn(cwd)}.k3stack.bak`)).toBe(false);
  });

  test('keeps other contexts, the current one and comments, and what was there', async () => {
    const cwd = withOther();
    await use(cwd, ['--merge']);
    const text = readFileSync(fileIn(cwd), 'utf8');
    expect(text).toMatch(/^# mine\n/);
    expect(text).toContain('- name: home # at home');
    expect(parse(text)).toMatchObject({
      clusters: [{ name: 'home' }, { name: 'production-k3s' }],
      users: [{ name: 'production-k3s' }],
      contexts: [{ name: 'home' }, { name: 'production-k3s' }],
      'current-context': 'home',
    });
    expect(statSync(fileIn(cwd)).mode & 0o777).toBe(0o600);
    expect(readFileSync(`${fileIn(cwd)}.k3stack.bak`, 'utf8')).toBe(other);
    expect(statSync(`${fileIn(cwd)}.k3stack.bak`).mode & 0o777).toBe(0o600);
    expect(existsSync(`${fileIn(cwd)}.lock`)).toBe(false);
  });

  test('the same again changes nothing, not even the backup', async () => {
    const cwd = withOther();
    await use(cwd, ['--merge']);
    const first = readFileSync(fileIn(cwd), 'utf8');
    expect((await use(cwd, ['--merge'])).stdout).toContain('had the context');
    expect(readFileSync(fileIn(cwd), 'utf8')).toBe(first);
    expect(readFileSync(`${fileIn(cwd)}.k3stack.bak`, 'utf8')).toBe(other);
  });

  test('an entry of the name is replaced, not doubled', async () => {
    const cwd = withOther();
    const old = other.replace('users: []', 'users: [{ name: production-k3s, user: { token: old } }]');
    writeFileSync(fileIn(cwd), old);
    await use(cwd, ['--merge']);
    const { users } = parse(readFileSync(fileIn(cwd), 'utf8')) as { users: object[] };
    expect(users).toEqual([
      {
        name: 'production-k3s',
        user: { 'client-certificate-data': base64('cert'), 'client-key-data': base64('hunter2') },
      },
    ]);
  });

  test.each([
    ['[]', 'is no map'],
    ['clusters: {', 'is not YAML'],
    ['clusters: home', 'clusters is no list'],
  ])('fails for %j, and leaves it', async (text, says) => {
    const cwd = withOther();
    writeFileSync(fileIn(cwd), text);
    expect(await use(cwd, ['--merge'])).toMatchObject({ code: 1, stderr: expect.stringContaining(says) });
    expect(readFileSync(fileIn(cwd), 'utf8')).toBe(text);
    expect(existsSync(`${fileIn(cwd)}.lock`)).toBe(false);
  });

  test('fails while kubectl writes', async () => {
    const cwd = withOther();
    writeFileSync(`${fileIn(cwd)}.lock`, '');
    expect((await use(cwd, ['--merge'])).stderr).toContain('is being written by another program');
    expect(readFileSync(fileIn(cwd), 'utf8')).toBe(other);
  });
});

test('warns when the certificate in it ends soon', async () => {
  const { code, stdout, stderr } = await use(project(), ['--json'], ca.pem, ca.pem);
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^! the certificate in it ends in 4\d h .*\(\d{4}-\d\d-\d\d\): raise rotate.certificates of the cluster, run pulumi up/,
  );
  const { certificateEnds } = JSON.parse(stdout) as { certificateEnds: string };
  expect(Date.parse(certificateEnds) - Date.now()).toBeGreaterThan(86_400_000);
});

test('--out writes a file of its own', async () => {
  const cwd = project();
  const { code, stdout } = await use(cwd, ['--out', 'k.yaml', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ context: 'production-k3s', changed: true });
  expect(statSync(join(cwd, 'k.yaml')).mode & 0o777).toBe(0o600);
});

test('--out below a file is refused, and nothing is left', async () => {
  const cwd = project();
  writeFileSync(join(cwd, 'taken'), '');
  const { code, stderr } = await use(cwd, ['--out', 'taken/k.yaml']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: cannot write .*\/taken\/k\.yaml: EEXIST.*\n.*CANNOT_WRITE/);
  expect(readFileSync(join(cwd, 'taken'), 'utf8')).toBe('');
});
