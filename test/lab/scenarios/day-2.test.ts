import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { secret } from 'k3stack';
import { parse, stringify } from 'yaml';
import { knownHosts } from '../hosts/ssh-config';
import { tool } from '../hosts/run-tool';
import { Api } from '../world/api';
import { CommandLine } from '../world/command-line';
import { engineTest } from '../world/needs';
import { engineVariables } from '../world/engine-stack';
import { keepLog } from '../world/keep-log';
import { allServiceTimes, restarted } from '../world/service-times';
import { Watch } from '../world/watch';
import { ENVIRONMENT, World, type ClusterProps } from '../world/world';

const cluster: ClusterProps = {
  servers: ['alfa', 'bravo', 'charlie'],
  agents: ['delta'],
  registries: {
    configs: {
      'registry.example.org': { auth: { username: 'puller', password: secret('registry-password') } },
    },
  },
};
const names = ['alfa', 'bravo', 'charlie', 'delta'];
let world: World;
let k3stack: CommandLine;

beforeAll(async () => {
  world = await World.start({ hosts: names, secrets: ['registry-password'] });
  k3stack = new CommandLine(world);
  declare(cluster);
  await world.up();
});

afterAll(async () => {
  await world.stop();
});

describe('status', () => {
  test('all is well', async () => {
    const { code, stdout, stderr } = await k3stack.run('status');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ {2}alfa +server +ready +v/m);
    expect(stdout).toMatch(/^ {2}delta +agent +ready +v/m);
    expect(stdout).toContain('3 of 3 members healthy, 2 needed');
    expect(stdout).toContain('✓ 4 of 4 nodes ready at their releases for');
  });

  test('a node that is not Ready is code 2', async () => {
    await world.host('delta').exec('systemctl stop k3s-agent');
    const { stdout } = await until(
      () => k3stack.run('status'),
      ({ code }) => code === 2,
    );
    expect(stdout).toMatch(/delta .*not ready/i);
    const drift = await k3stack.run('drift');
    expect([drift.code, drift.stdout]).toEqual([2, expect.stringMatching(/delta[^]*K3s +does not run/)]);
    await world.host('delta').exec('systemctl start k3s-agent');
  });
});

describe('drift', () => {
  test('finds nothing on hosts that nobody touched', async () => {
    await until(
      () => k3stack.run('status'),
      ({ code }) => code === 0,
    );
    expect(await k3stack.run('drift')).toMatchObject({
      code: 0,
      stdout: '✓ 4 hosts: what the program says\n',
    });
  });

  test('finds a changed config.yaml, unit and binary; the line that it prints mends exactly these hosts', async () => {
    await world.host('bravo').must('echo "# mine" >>/etc/rancher/k3s/config.yaml');
    const unit = '/etc/systemd/system/k3s-agent.service';
    await world.host('delta').must(`sed -i 's/^Restart=.*/Restart=no/' ${unit}; grep -q Restart=no ${unit}`);
    await replaceBinary('delta', world.releases.patch.file);
    const { code, stdout } = await k3stack.run('drift');
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /~ bravo {2}1 difference\n +\/etc\/rancher\/k3s\/config.yaml +was changed on the host/,
    );
    expect(stdout).toMatch(/~ delta[^]*\/etc\/systemd\/system\/k3s-agent.service +was changed on the host/);
    expect(stdout).toMatch(/~ delta[^]*\/usr\/local\/bin\/k3s +was changed on the host/);
    const line = /^ +(reconcile: \{.*\})$/m.exec(stdout)?.[1];
    expect(line).toBe('reconcile: { bravo: 1, delta: 1 }');

    expect((await world.up()).operations).toEqual([]);
    const before = await allServiceTimes(world.lab.hosts);
    const { reconcile } = parse(`{ ${line ?? ''} }`) as { reconcile: Record<string, number> };
    declare({ ...cluster, reconcile });
    await world.up();
    expect(restarted(before, await allServiceTimes(world.lab.hosts))).toEqual(['bravo', 'delta']);
    expect(await world.host('bravo').readFile('/etc/rancher/k3s/config.yaml')).not.toContain('# mine');
    expect(await world.host('delta').readFile(unit)).not.toContain('Restart=no');
    const { stdout: sums } = await world.host('delta').exec('sha256sum /usr/local/bin/k3s');
    expect(sums).toContain(world.releases.first.sha256);
    expect(await k3stack.run('drift')).toMatchObject({ code: 0 });
    expect(await world.nodes('alfa')).toEqual(
      names.map((name) => `${name} Ready ${world.releases.first.version}`),
    );
  });
});

describe('kubeconfig', () => {
  test('--merge adds a context that leads to the cluster, and keeps what was there', async () => {
    const file = join(k3stack.home, '.kube', 'config');
    mkdirSync(join(k3stack.home, '.kube'));
    writeFileSync(file, OTHER, { mode: 0o644 });
    expect(await k3stack.run('kubeconfig', '--merge')).toMatchObject({ code: 0, stderr: '' });
    const text = readFileSync(file, 'utf8');
    const merged = parse(text) as Kubeconfig;
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(text).toContain('# of my own');
    expect(merged['current-context']).toBe('other');
    expect(merged.contexts.map(({ name }) => name)).toEqual(['other', `${ENVIRONMENT}-k3s`]);
    expect(readFileSync(`${file}.k3stack.bak`, 'utf8')).toBe(OTHER);

    const own = merged.clusters.find(({ name }) => name === `${ENVIRONMENT}-k3s`);
    const user = merged.users.find(({ name }) => name === `${ENVIRONMENT}-k3s`);
    expect(own?.cluster.server).toBe(`https://${world.host('alfa').address}:6443`);
    const ca = await world.host('alfa').readFile('/var/lib/rancher/k3s/server/tls/server-ca.crt');
    const given = Buffer.from(String(own?.cluster['certificate-authority-data']), 'base64').toString();
    expect(given.trim()).toBe(ca.trim());
    const api = new Api(stringify({ clusters: [own], users: [user] }));
    const list = await api.read<{ items: unknown[] }>([world.host('alfa').address], '/api/v1/nodes');
    expect(list.items).toHaveLength(4);
  });

  test('an address where another CA answers is refused, and nothing is written', async () => {
    const { key, cert } = await selfSigned();
    const server = createServer({ key, cert }, (_, response) => response.end('pong'));
    await new Promise<void>((resolve) => server.listen(0, world.lab.operatorAddress, resolve));
    const { port } = server.address() as { port: number };
    const file = join(k3stack.home, '.kube', 'config');
    const before = readFileSync(file, 'utf8');
    const url = `https://${world.lab.operatorAddress}:${port}`;
    const { code, stderr } = await k3stack.run('kubeconfig', '--merge', '--server', url);
    server.close();
    expect([code, stderr]).toEqual([1, expect.stringContaining('API_NOT_REACHED')]);
    expect(stderr).toContain(url);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });
});

test('doctor collects from every host, and no secret leaves any', async () => {
  const { 'k3s-server-token': token = '' } = world.secrets;
  const hash =
    /^K10([0-9a-f]+)::/.exec(await world.host('alfa').readFile('/etc/rancher/k3s/token'))?.[1] ?? '';
  const careless = '/etc/rancher/k3s/config.yaml.d/90-careless.yaml';
  await world.host('delta').writeFile(careless, `token: "K10${hash}::server:${token}"\n`, '0600');
  const { code, stdout } = await k3stack.run('doctor', '--out', 'bundle');
  await world.host('delta').must(`rm ${careless}`);
  const folder = join(k3stack.folder, 'bundle');
  const bundle = Object.fromEntries(
    readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  );
  expect([code, Object.keys(bundle).sort()]).toEqual([0, names.map((name) => `${name}.txt`)]);
  expect(stdout).toContain('delta.txt');
  expect(bundle['delta.txt']).toContain(careless);
  expect(bundle['alfa.txt']).toMatch(/=== journal of k3s\n[^]*=== /);
  for (const [file, text] of Object.entries(bundle)) {
    for (const [name, value] of Object.entries(world.secrets))
      expect([file, name, text.includes(value)]).toEqual([file, name, false]);
    expect(text).not.toMatch(/PRIVATE KEY|K10[0-9a-f]{64}::/);
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  }
});

describe('check', () => {
  test('tells what is wrong with each host apart', async () => {
    const folder = join(k3stack.folder, 'check');
    mkdirSync(folder);
    writeFileSync(join(folder, 'known_hosts'), knownHosts(world.lab));
    const check = new CommandLine(world, folder);
    const [alfa, bravo, charlie, delta] = world.lab.hosts.map(({ address }) => address) as [
      string,
      string,
      string,
      string,
    ];
    const nobody = alfa.replace(/\d+$/, '200');
    const strange = world.host('alfa').hostKeys.find((key) => key.startsWith('ssh-ed25519')) ?? '';
    check.declareExactly({
      version: world.releases.first.version,
      servers: { alfa: { ssh: { host: alfa } } },
      agents: {
        bravo: { ssh: { host: bravo, user: 'nosudo' } },
        charlie: { ssh: { host: charlie, hostKey: strange } },
        delta: { ssh: { host: delta, bastion: { host: nobody, hostKey: strange } } },
        echo: { ssh: { host: nobody, hostKey: strange } },
      },
    });
    const { code, stdout } = await check.run('check', '--no-ports', '--json');
    const { hosts } = JSON.parse(stdout) as { hosts: CheckedHost[] };
    const found = Object.fromEntries(
      hosts.map(({ host, state, error, findings }) => [
        host,
        error?.code ??
          (state === 'ready' ? state : findings.find(({ blocks }) => blocks !== 'nothing')?.rule),
      ]),
    );
    expect({ code, found }).toEqual({
      code: 1,
      found: {
        alfa: 'ready',
        bravo: expect.stringMatching(/sudo/),
        charlie: 'SSH_HOST_KEY_CHANGED',
        delta: 'SSH_BASTION_UNREACHABLE',
        echo: 'SSH_UNREACHABLE',
      },
    });
    const stranger = await check.runAs(world.lab.keys.strangerKeyFile, [
      'check',
      '--no-ports',
      '--host',
      'alfa',
    ]);
    expect([stranger.code, stranger.stdout]).toEqual([1, expect.stringContaining('SSH_LOGIN_REFUSED')]);
  });

  test('ports pair by pair', async () => {
    const mend = await world.host('delta').cutFrom(world.host('alfa'));
    const { code, stdout } = await k3stack.run('check', '--json');
    await mend();
    const { links } = JSON.parse(stdout) as { links: { from: string; to: string; state: string }[] };
    const silent = links.filter(({ state }) => state === 'silent').map(({ from, to }) => `${from} ${to}`);
    expect([code, [...new Set(silent)].sort()]).toEqual([3, ['alfa delta', 'delta alfa']]);
    expect(links).toContainEqual(
      expect.objectContaining({ from: 'delta', to: 'bravo', port: 6443, state: 'open' }),
    );
    expect(links).toContainEqual(
      expect.objectContaining({ from: 'alfa', to: 'bravo', port: 2380, state: 'open' }),
    );
  });
});

describe('reboot', () => {
  test('the agent, then a server: drained, never two at once, back with another boot', async () => {
    const api = await world.api();
    const servers = Object.fromEntries(names.slice(0, 3).map((name) => [name, world.host(name).address]));
    const boot = (name: string): Promise<string> =>
      world.host(name).must('cat /proc/sys/kernel/random/boot_id');
    const before = await Promise.all(names.map(boot));
    const watch = new Watch(api, servers);
    const { code, stdout, stderr } = await k3stack.run('reboot', 'bravo', 'delta', '--yes');
    const report = await watch.stop();
    keepLog('day-2-reboot', report);
    expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: '✓ delta\n✓ bravo\n' });
    const after = await Promise.all(names.map(boot));
    expect(names.filter((_, index) => before[index] !== after[index])).toEqual(['bravo', 'delta']);
    expect(report.serversDown).toEqual(['bravo']);
    expect(report.nodesAway).toHaveLength(1);
    expect(report.cordoned).toEqual(['bravo', 'delta']);
    expect(await world.nodes('alfa')).toEqual(
      names.map((name) => `${name} Ready ${world.releases.first.version}`),
    );
  });
});

describe('hosts trust', () => {
  const file = (): string => readFileSync(join(k3stack.folder, 'known_hosts'), 'utf8');

  test('asks for the keys, and writes them', async () => {
    const known = file();
    rmSync(join(k3stack.folder, 'known_hosts'));
    expect(await k3stack.run('status')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no host key is known for alfa'),
    });
    expect(await k3stack.run('hosts', 'trust')).toMatchObject({ code: 1 });
    expect(readdirSync(k3stack.folder)).not.toContain('known_hosts');
    expect(await k3stack.run('hosts', 'trust', '--yes')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('wrote 4 keys'),
    });
    const keys = (text: string): string[] =>
      text
        .split('\n')
        .filter((line) => line.includes('ssh-ed25519'))
        .sort();
    expect(keys(file())).toEqual(keys(known));
    expect(await k3stack.run('status')).toMatchObject({ code: 0 });
  });

  test('refuses one that changed, until it is named', async () => {
    await world.host('delta').changeHostKeys();
    const before = file();
    const refused = await k3stack.run('hosts', 'trust', '--yes');
    expect([refused.code, refused.stdout]).toEqual([3, expect.stringContaining('has changed')]);
    expect(file()).toBe(before);
    expect(await k3stack.run('drift')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('another host key'),
    });
    expect(await k3stack.run('hosts', 'trust', '--yes', '--replace', 'delta')).toMatchObject({ code: 0 });
    expect(file()).not.toBe(before);
    expect(await k3stack.run('status')).toMatchObject({ code: 0 });
  });
});

test('no secret was printed, or lies anywhere but in its own files', async () => {
  expect(await world.leaks()).toEqual([]);
});

describe('destroy', () => {
  engineTest('it is a command of Pulumi')(
    'with a host that is gone says how to go on, and that works',
    async () => {
      // Its key is another one now.
      await world.up();
      await world.host('delta').powerOff();
      await world.kubectl('alfa', 'wait --for=condition=Ready=Unknown node/delta --timeout=55s');
      const report = await world.stack.destroy();
      world.printed.push(report.output);
      expect(report.succeeded).toBe(false);
      expect(report.output).toContain('delta');
      const [way = ''] = /pulumi state delete .*/.exec(report.output) ?? [];
      keepLog('day-2-way-out', { way, end: report.output.slice(-3000) });
      expect(way).toContain('::delta/join');
      await tool('/bin/sh', ['-c', `cd "$1" && ${way}`, 'sh', world.project.folder], {
        env: engineVariables(world.project.folder),
      });
      await world.destroy();
      for (const name of ['alfa', 'bravo', 'charlie']) expect(await world.leftOn(name)).toEqual([]);
    },
  );
});

function declare(props: ClusterProps): void {
  world.declare(props);
  k3stack.declare(props);
}

/** While it runs. */
async function replaceBinary(name: string, file: string): Promise<void> {
  const path = '/usr/local/bin/k3s';
  cpSync(file, `${world.host(name).root}${path}.other`);
  await world.host(name).must(`mv ${path}.other ${path}`);
}

async function until<T>(ask: () => Promise<T>, isDone: (answer: T) => boolean, seconds = 120): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (isDone(answer)) return answer;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${JSON.stringify(answer)}`);
    await sleep(1000);
  }
}

async function selfSigned(): Promise<{ key: string; cert: string }> {
  const folder = join(k3stack.folder, 'stranger');
  mkdirSync(folder);
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const ip = `subjectAltName=IP:${world.lab.operatorAddress}`;
  await tool('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    keyFile,
    '-out',
    certFile,
    '-subj',
    '/CN=k3s',
    '-addext',
    ip,
  ]);
  return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') };
}

interface CheckedHost {
  readonly host: string;
  readonly state: string;
  readonly error?: { readonly code: string };
  readonly findings: readonly { readonly rule: string; readonly blocks: string }[];
}

interface Kubeconfig {
  readonly 'current-context': string;
  readonly contexts: readonly { readonly name: string }[];
  readonly clusters: readonly {
    readonly name: string;
    readonly cluster: Readonly<Record<string, unknown>>;
  }[];
  readonly users: readonly { readonly name: string }[];
}

const OTHER = `# of my own
apiVersion: v1
kind: Config
current-context: other
clusters:
  - name: other
    cluster: { server: https://192.0.2.1:6443 }
contexts:
  - name: other
    context: { cluster: other, user: other }
users:
  - name: other
    user: { username: me }
`;
