import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { hostManifest, prepareRecords } from '../../../../../lib/distributions/k3s/host-manifest';
import { hosts } from '../../../../../lib/distributions/k3s/hosts';
import { nodeScript } from '../../../../../lib/distributions/k3s/step-scripts';
import type { K3sClusterProps } from '../../../../../lib/distributions/k3s/cluster-settings';
import type { HostSynthesis } from '../../../../../lib/synthesis/synthesis';
import { k3sModel } from '../../../../support/k3s-model';
import { ScriptHost, type StepRun } from '../../../../support/script-host';

jest.setTimeout(60_000);

const VERSION = 'v1.36.3+k3s1';
const BINARY = `#!/bin/sh\necho 'k3s version ${VERSION} (stand-in)'\n`;
const sha = (text: string) => createHash('sha256').update(text).digest('hex');

let host: ScriptHost;
beforeEach(() => {
  host = new ScriptHost();
});
afterEach(() => host.remove());

interface Asked {
  readonly props?: Partial<K3sClusterProps>;
  readonly values?: Record<string, string>;
  readonly binary?: string;
  readonly uploaded?: boolean;
  readonly change?: (synthesis: HostSynthesis) => HostSynthesis;
}

async function prepare(asked: Asked = {}): Promise<StepRun & { readonly digest: string }> {
  const { props = {}, values = {}, binary = BINARY, uploaded = true, change = (same) => same } = asked;
  const model = k3sModel({ version: VERSION, airGap: { images: false }, ...props });
  const [found] = hosts(model, { checksum: () => sha(binary), hostKey: () => 'ssh-ed25519 KEY' });
  const [node] = model.nodes;
  if (found === undefined || node === undefined) throw new Error('no host');
  const own = found.files.map((file) => ({ ...file, owner: host.owner }));
  const synthesis = change({ ...found, files: own });
  if (uploaded) host.write(`/var/lib/k3stack/artifacts/${sha(binary)}`, binary);
  const { digest } = hostManifest(synthesis);
  const script = nodeScript(model, node, 'prepare');
  const architecture = process.arch === 'x64' ? 'amd64' : 'arm64';
  const run = await host.run(
    'create',
    {
      step: 'prepare',
      values: { ...script.values, ARCHITECTURE: architecture, OWNER: 'prod/k3s', DIGEST: digest, ...values },
      records: prepareRecords(synthesis),
    },
    { K3STACK_DATA_SPACE: '1' },
  );
  return { ...run, digest };
}

const everywhere = () => [
  ...host.list('/etc'),
  ...host.list('/usr/local/bin'),
  ...host.list('/var/lib/rancher'),
];

test('everything is staged under its digest, and nothing that runs is touched', async () => {
  const { code, result, digest } = await prepare();
  expect({ code, result }).toMatchObject({
    code: 0,
    result: { did: [`staged ${VERSION} with 4 files on alfa`], staged: digest },
  });
  expect(host.list(`/var/lib/k3stack/staged/${digest}`)).toEqual([
    'artifacts',
    'files',
    'index',
    'manifest',
    'version',
  ]);
  expect(sha(host.read(`/var/lib/k3stack/staged/current/manifest`))).toBe(digest);
  expect(host.read('/var/lib/k3stack/owner')).toBe("OWNER='prod/k3s'\nNODE='alfa'\nROLE='server'\n");
  expect(everywhere()).toEqual([]);
});

test('a host whose deletion was cut off is wanted again', async () => {
  host.write('/var/lib/k3stack/owner', "OWNER='prod/k3s'\nNODE='alfa'\nROLE='server'\n");
  host.write('/var/lib/k3stack/erasing', '');
  expect([(await prepare()).code, host.has('/var/lib/k3stack/erasing')]).toEqual([0, false]);
});

test('again it does nothing', async () => {
  await prepare();
  expect((await prepare()).result?.did).toEqual([]);
});

test('what runs, what is staged and what was before stay; older goes', async () => {
  const at = (port: number) => prepare({ props: { api: { port } } });
  const first = await at(7001);
  host.write('/var/lib/k3stack/active', host.read('/var/lib/k3stack/staged/current/manifest'));
  const gone = await at(7002);
  const before = await at(7003);
  const now = await at(7004);
  const kept = host.list('/var/lib/k3stack/staged');
  expect(kept).toEqual(expect.arrayContaining([first.digest, before.digest, now.digest]));
  expect(kept).not.toContain(gone.digest);
});

test.each([
  ['v1.34.1+k3s1', /is more than one minor version ahead/],
  ['v1.37.0+k3s1', /is of an older minor version/],
])('nothing is staged over %s, from which there is no way', async (installed, why) => {
  host.executable(host.path('/usr/local/bin/k3s'), `echo 'k3s version ${installed} (stand-in)'`);
  expect(await prepare()).toMatchObject({ code: 44, stderr: expect.stringMatching(why) });
  expect(host.has('/var/lib/k3stack/staged')).toBe(false);
});

test('a host of another cluster, or of another node, is left alone', async () => {
  await prepare();
  const other = await prepare({ values: { OWNER: 'dev/k3s' } });
  expect(other).toMatchObject({
    code: 11,
    stderr: expect.stringContaining('belongs to prod/k3s, as its node alfa'),
  });
  const renamed = await prepare({ values: { NODE: 'bravo' } });
  expect(renamed).toMatchObject({ code: 11, stderr: expect.stringContaining('cannot be renamed to bravo') });
});

test('a mark that is damaged is told of as such, and nothing is advised that loses data', async () => {
  await prepare();
  host.write('/var/lib/k3stack/owner', '');
  const { code, stderr } = await prepare();
  expect(code).toBe(11);
  expect(stderr).toContain(
    'owner does not say whose this host is: it is damaged. If this host is alfa of prod/k3s',
  );
  expect(stderr).not.toContain('remove');
});

test('a K3s of somebody else is taken over only when that is asked for', async () => {
  host.write('/etc/systemd/system/k3s.service', '[Service]\n');
  const refused = await prepare();
  expect(refused).toMatchObject({ code: 11, stderr: expect.stringContaining('adopt: true') });
  expect(host.has('/var/lib/k3stack/owner')).toBe(false);
  expect(await prepare({ values: { ADOPT: 'yes' } })).toMatchObject({ code: 0 });
});

describe('a K3s of somebody else that is to be taken over', () => {
  const adopt = () => prepare({ values: { ADOPT: 'yes' } });
  beforeEach(() => host.write('/etc/systemd/system/k3s.service', '[Service]\n'));

  test.each<[string, string]>([
    ['/etc/rancher/k3s/config.yaml.d/10-mine.yaml', 'debug: true\n'],
    ['/etc/systemd/system/k3s.service.d/override.conf', '[Service]\nEnvironment=K3S_DEBUG=true\n'],
    ['/etc/default/k3s', 'HTTPS_PROXY=http://proxy\nK3S_TOKEN=old\n'],
  ])('is left alone while %s would go on to take effect', async (path, text) => {
    host.write(path, text);
    expect(await adopt()).toMatchObject({
      code: 11,
      stderr: expect.stringContaining(`settings that the program does not replace: ${path}. `),
    });
    expect([host.has('/var/lib/k3stack/owner'), host.read(path)]).toEqual([false, text]);
  });

  test.each<[string, string]>([
    ['/etc/rancher/k3s/config.yaml.d/README', 'nothing reads it'],
    ['/etc/default/k3s', 'HTTPS_PROXY=http://proxy\n'],
    ['/etc/rancher/k3s/config.yaml.d/50-bootstrap.yaml', 'cluster-init: true\n'],
  ])('is taken over beside %s', async (path, text) => {
    host.write(path, text);
    expect(await adopt()).toMatchObject({ code: 0 });
  });

  test('is taken over again where an attempt was cut off, with the files that it has put there', async () => {
    const labelled = { servers: { alfa: { nodeIp: '10.0.0.1', labels: { 'example.org/disk': 'ssd' } } } };
    const path = '/etc/rancher/k3s/config.yaml.d/40-registration.yaml';
    await prepare({ props: labelled, values: { ADOPT: 'yes' } });
    expect(host.read('/var/lib/k3stack/staged/current/index')).toContain(` ${path}\n`);
    host.write(path, 'node-label: []\n');
    expect(await adopt()).toMatchObject({ code: 0 });
  });
});

test.each<[string, number, string, Asked]>([
  ['has not been uploaded', 22, 'was to be uploaded', { uploaded: false }],
  [
    'is of another version',
    20,
    'k3s version v1.0.0',
    { binary: "#!/bin/sh\necho 'k3s version v1.0.0 (x)'\n" },
  ],
  ['does not run', 10, 'does not run on this host', { binary: '\x7fELF of another processor' }],
])('a binary that %s is refused', async (_, code, message, asked) => {
  expect(await prepare(asked)).toMatchObject({ code, stderr: expect.stringContaining(message) });
  expect(host.has('/var/lib/k3stack/staged/current')).toBe(false);
});

test.each<[string, number, string, Asked]>([
  ['another digest', 14, 'instead of', { values: { DIGEST: 'a'.repeat(64) } }],
  ['another processor', 10, "this host's processor", { values: { ARCHITECTURE: 'arm' } }],
  [
    'a path that climbs',
    14,
    'must not climb',
    { change: (host) => ({ ...host, files: host.files.map((file) => ({ ...file, path: '/etc/../x' })) }) },
  ],
])('an input with %s is refused', async (_, code, message, asked) => {
  expect(await prepare(asked)).toMatchObject({ code, stderr: expect.stringContaining(message) });
  expect(host.has('/var/lib/k3stack/staged/current')).toBe(false);
});

test('files arrive whatever is in them, and no secret is in a message', async () => {
  const content = 'it\'s $HOME `id`\n\\ "ü" canary\n\n';
  const { code, stdout, stderr, digest } = await prepare({
    change: (same) => ({ ...same, files: same.files.map((file) => ({ ...file, content })) }),
  });
  expect(code).toBe(0);
  expect(host.read(`/var/lib/k3stack/staged/${digest}/files/1`)).toBe(content);
  expect(stdout + stderr).not.toContain('canary');
});
