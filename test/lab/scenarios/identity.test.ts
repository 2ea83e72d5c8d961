import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LabHost } from '../hosts/host';
import { SecondOperator } from '../world/second-operator';
import { allServiceTimes, restarted, type ServiceTimes } from '../world/service-times';
import { startsOf } from '../world/starts';
import { type ClusterProps, World } from '../world/world';

const SERVERS = ['alfa', 'bravo', 'charlie'];
const AGENTS = ['delta'];
const ALL = [...SERVERS, ...AGENTS];

let world: World;

beforeAll(async () => {
  world = await World.start({ hosts: [...ALL, 'echo'] });
});

afterAll(async () => {
  await world.stop();
});

describe('three servers and an agent', () => {
  let nodes: string;
  let times: ServiceTimes[];

  beforeAll(async () => {
    declare();
    await world.up();
    nodes = await nodeUids('alfa');
    times = await timesOf(ALL);
  });

  test('every resource can be replaced, all at once, and nothing is disturbed', async () => {
    const { operations, output } = await world.up({ replace: await world.stack.steps() });
    expect(operations.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['alfa/prepare', 'alfa/run', 'charlie/run', 'delta/join', 'k3s/nodes']),
    );
    expect(output).toMatch(/left K3s on this host: k3s still has the node alfa/);
    await undisturbed();
    expect(await world.kubectl('alfa', 'get nodes -o json')).not.toContain('k3stack.io/retiring');
  });

  test('each of those that delete something, alone', async () => {
    for (const name of ['alfa/run', 'delta/join', 'k3s/nodes']) await world.up({ replace: [name] });
    await undisturbed();
    expect((await world.up()).operations).toEqual([]);
  });

  test('with the state lost everything is adopted, and nothing restarts', async () => {
    await world.stack.loseState();
    const { operations } = await world.up();
    expect(operations.every(({ kind }) => kind === 'create')).toBe(true);
    await undisturbed();
    expect((await world.up()).operations).toEqual([]);
  });

  test('a host cannot be renamed', async () => {
    const { address } = world.host('delta');
    declare({ agents: { zulu: { ssh: { host: address } } } });
    const output = await world.upFails();
    expect(output).toMatch(/lab\/k3s\/agents\/zulu/);
    expect(output).toContain('it is node delta of this cluster');
    expect(output).toContain('keep the name delta, or remove delta from the program first');
    await undisturbed();
  });

  test('another machine under an old name is refused, and K3s does not stay on it', async () => {
    const { address } = world.host('echo');
    declare({ agents: { delta: { ssh: { host: address }, nodeIp: address, hostname: 'echo' } } });
    const output = await world.upFails();
    expect(output).toMatch(/delta/);
    expect(output).toMatch(/the cluster knows another machine under this name/);
    expect(output).toContain('kubectl delete node');
    await undisturbed();
    expect((await world.host('echo').exec('systemctl is-active k3s-agent')).stdout.trim()).not.toBe('active');
  });

  test('the address of a server cannot change', async () => {
    const second = world.host('bravo').address.replace(/\d+$/, '201');
    await world.host('bravo').must(`ip address add ${second}/24 dev host0`);
    declare({ servers: { alfa: {}, bravo: { nodeIp: second }, charlie: {} } });
    const output = await world.upFails();
    expect(output).toMatch(/bravo/);
    expect(output).toMatch(/address .*cannot change|cannot change .*address/i);
    expect(output).toContain('new name');
    await undisturbed();
    await world.host('bravo').must(`ip address delete ${second}/24 dev host0`);
    declare();
    await world.up();
    await undisturbed();
  });

  test('hosts that reboot between prepare and run start what they ran before', async () => {
    const { first, patch } = world.releases;
    declare({ version: patch.version });
    await world.upFails({ killDuring: { name: 'alfa/run', after: 0 } });
    await noStepRuns();
    if ((await version('alfa')) !== first.version)
      throw new Error('alfa was upgraded before it could be rebooted');
    for (const host of ALL)
      expect(await world.host(host).must('cat /var/lib/k3stack/staged/current/version')).toBe(
        `${patch.version}\n`,
      );
    await Promise.all(ALL.map((name) => world.host(name).reboot()));
    await polled(async () => (await ready('alfa')).length === ALL.length);
    expect(await world.nodes('alfa')).toEqual(ALL.map((name) => `${name} Ready ${first.version}`));
    for (const host of ALL) {
      const starts = await startsOf(world.host(host));
      expect([host, new Set(starts.map((start) => start.version))]).toEqual([host, new Set([first.version])]);
    }
    await world.up();
    expect(await world.nodes('alfa')).toEqual(ALL.map((name) => `${name} Ready ${patch.version}`));
    expect(await nodeUids('alfa')).toBe(nodes);
  });

  describe('a new machine at the address of a server', () => {
    beforeAll(async () => {
      await world.host('charlie').replace();
      times = await timesOf(['alfa', 'bravo', 'delta']);
      declare({ version: world.releases.patch.version, servers: { alfa: {}, bravo: {}, charlie: CHANGED } });
    });

    test('is refused for its host key', async () => {
      const output = await world.upFails();
      expect(output).toMatch(/charlie \(root@[\d.]+\) shows another host key than the one that is pinned/);
      expect(output).toContain('k3stack hosts trust --replace');
      expect(await world.host('charlie').exists('/var/lib/k3stack')).toBe(false);
    });

    test('with the new key: for the member that etcd has under its name', async () => {
      world.project.trust(world.lab.hosts);
      const output = await world.upFails();
      expect(output).toMatch(
        /etcd has another member under this name|the cluster knows another machine under this name/,
      );
      expect(output).toContain('kubectl delete node');
      expect((await world.host('charlie').exec('systemctl is-active k3s')).stdout.trim()).not.toBe('active');
      expect(restarted(times, await timesOf(['alfa', 'bravo', 'delta']))).toEqual([]);
    });

    test('and joins once the Node is deleted, as it says', async () => {
      await world.kubectl('alfa', 'delete node charlie --timeout=60s');
      await world.up();
      const { version: wanted } = world.releases.patch;
      expect(await world.nodes('alfa')).toEqual(ALL.map((name) => `${name} Ready ${wanted}`));
      expect(await ready('alfa', '-l node-role.kubernetes.io/etcd=true')).toEqual(SERVERS);
      expect(restarted(times, await timesOf(['alfa', 'bravo', 'delta']))).toEqual([]);
    });
  });

  test('no secret is anywhere but in its own files', async () => {
    expect(await world.leaks()).toEqual([]);
  });

  /** The same processes and the same Nodes as in the beginning. */
  async function undisturbed(): Promise<void> {
    expect(restarted(times, await timesOf(ALL))).toEqual([]);
    expect(await nodeUids('alfa')).toBe(nodes);
    expect(await ready('alfa')).toEqual(ALL);
  }
});

describe('a cluster that something else has installed', () => {
  let adopter: SecondOperator;
  let props: ClusterProps;
  let nodes: string;
  let kubeSystem: string;

  beforeAll(async () => {
    adopter = await SecondOperator.come(world, () => props);
    const echo = world.host('echo');
    await echo.replace();
    world.project.trust(world.lab.hosts);
    adopter.trust(world.lab.hosts);
    await install(echo);
    await polled(async () => (await ready('echo')).length === 1);
    nodes = await nodeUids('echo');
    kubeSystem = await world.kubectl('echo', 'get namespace kube-system -o jsonpath={.metadata.uid}');
  });

  afterAll(async () => {
    await adopter.leave();
  });

  test('is refused', async () => {
    props = { servers: ['echo'] };
    const before = await timesOf(['echo']);
    const { succeeded, output } = await adopter.stack.up();
    expect(succeeded).toBe(false);
    expect(output).toMatch(/lab\/k3s\/servers\/echo/);
    expect(output).toContain(`k3s ${world.releases.first.version} is installed, and not by k3stack`);
    expect(output).toContain('adopt: true');
    expect(restarted(before, await timesOf(['echo']))).toEqual([]);
    expect(await world.host('echo').exists('/var/lib/k3stack')).toBe(false);
  });

  test('with adopt: true too, while something beside its configuration would go on to take effect', async () => {
    const paths = [
      '/etc/rancher/k3s/config.yaml.d/10-mine.yaml',
      '/etc/systemd/system/k3s.service.d/override.conf',
    ];
    await world.host('echo').writeFile(paths[0] ?? '', 'debug: true\n');
    await world.host('echo').writeFile(paths[1] ?? '', '[Service]\nEnvironment=K3S_DEBUG=true\n');
    props = { servers: ['echo'], adopt: true };
    const before = await timesOf(['echo']);
    const { succeeded, output } = await adopter.stack.up();
    expect(succeeded).toBe(false);
    expect(output).toContain(`settings that the program does not replace: ${paths.join(' ')}`);
    expect(restarted(before, await timesOf(['echo']))).toEqual([]);
    await world.host('echo').must(`rm -r ${paths.map((path) => dirname(path)).join(' ')}`);
  });

  test('with adopt: true it is taken over, with all its data', async () => {
    await world.kubectl('echo', 'create configmap precious --from-literal=from=before');
    const starts = (await startsOf(world.host('echo'))).length;
    props = { servers: ['echo'], adopt: true };
    const { succeeded, output } = await adopter.stack.up();
    if (!succeeded) throw new Error(output.slice(-4000));
    expect(await nodeUids('echo')).toBe(nodes);
    expect(await world.kubectl('echo', 'get namespace kube-system -o jsonpath={.metadata.uid}')).toBe(
      kubeSystem,
    );
    expect(await world.kubectl('echo', 'get configmap precious -o jsonpath={.data.from}')).toBe('before');
    expect((await startsOf(world.host('echo'))).length).toBeLessThanOrEqual(starts + 1);
    expect((await adopter.stack.up()).operations).toEqual([]);
  });

  test('flags and variables of its installer count no longer, and its links lead on', async () => {
    const echo = world.host('echo');
    const unit = await echo.must('systemctl cat k3s');
    expect(unit).toContain('managed by k3stack');
    expect(unit).not.toMatch(/EnvironmentFile=.*k3s\.service\.env|audit-log-maxage/);
    expect(await echo.exists('/etc/systemd/system/k3s.service.env')).toBe(false);
    const ran = await echo.must(
      'pid=$(systemctl show -p MainPID --value k3s); cat /proc/$pid/cmdline /proc/$pid/environ | tr "\\0" "\\n"',
    );
    expect(ran).not.toMatch(/K3S_TOKEN|K3S_KUBECONFIG_MODE|audit-log-maxage/);
    expect(await echo.must('kubectl get nodes -o name')).toBe('node/echo\n');
    expect(await echo.must('kubectl get configmap precious -o name')).toBe('configmap/precious\n');
  });

  test('destroyed, nothing of it is left, and nothing that its installer made', async () => {
    const { succeeded, output } = await adopter.stack.destroy();
    if (!succeeded) throw new Error(output.slice(-4000));
    expect(await world.leftOn('echo')).toEqual([]);
  });
});

function declare(props: Partial<ClusterProps> = {}): void {
  world.declare({ servers: SERVERS, agents: AGENTS, ...props });
}

function timesOf(hosts: readonly string[]): Promise<ServiceTimes[]> {
  return allServiceTimes(hosts.map((name) => world.host(name)));
}

function nodeUids(server: string): Promise<string> {
  return world.kubectl(server, 'get nodes -o jsonpath={.items[*].metadata.uid}');
}

async function version(host: string): Promise<string> {
  return (await world.host(host).must('k3s --version')).split(' ')[2] ?? '';
}

/** Names of Nodes that are Ready; none while the API does not answer. */
async function ready(server: string, which = ''): Promise<string[]> {
  const { stdout } = await world
    .host(server)
    .exec(`k3s kubectl --request-timeout=5s get nodes --no-headers ${which}`);
  return stdout
    .split('\n')
    .map((line) => line.split(/\s+/))
    .filter(([, status]) => status === 'Ready')
    .map(([name = '']) => name)
    .sort();
}

/** An engine that was killed has not stopped what it had begun. */
async function noStepRuns(): Promise<void> {
  const isFree = async (name: string): Promise<boolean> =>
    (await world.host(name).exec('test ! -e /var/lib/k3stack/locks/host/holder')).code === 0;
  await polled(async () => (await Promise.all(ALL.map(isFree))).every(Boolean));
}

async function polled(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 180_000;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > end) throw new Error('it did not become so');
    await sleep(500);
  }
}

/**
 * As K3s's install.sh does, told a token, flags and a mode of the kubeconfig (functions create_symlinks, create_killall, create_uninstall, create_env_file and
 * create_systemd_service_file). Its scripts are only named here.
 */
async function install(host: LabHost): Promise<void> {
  await host.writeFile('/usr/local/bin/k3s', readFileSync(world.releases.first.file), '0755');
  for (const name of ['kubectl', 'crictl', 'ctr']) await host.must(`ln -sf k3s /usr/local/bin/${name}`);
  for (const name of ['k3s-killall.sh', 'k3s-uninstall.sh'])
    await host.writeFile(`/usr/local/bin/${name}`, `#!/bin/sh\n# ${name} of the installer\n`, '0755');
  const token = world.secrets['k3s-server-token'] ?? '';
  await host.writeFile(
    '/etc/systemd/system/k3s.service.env',
    `K3S_KUBECONFIG_MODE='0600'\nK3S_TOKEN='${token}'\n`,
    '0600',
  );
  await host.writeFile('/etc/systemd/system/k3s.service', unitOf(host));
  await host.must('systemctl enable -q k3s && systemctl daemon-reload && systemctl restart --no-block k3s');
}

const CHANGED = { labels: { 'example.org/machine': 'second' } };

function unitOf({ address }: LabHost): string {
  return `[Unit]
Description=Lightweight Kubernetes
Documentation=https://k3s.io
Wants=network-online.target
After=network-online.target

[Install]
WantedBy=multi-user.target

[Service]
Type=notify
EnvironmentFile=-/etc/default/%N
EnvironmentFile=-/etc/sysconfig/%N
EnvironmentFile=-/etc/systemd/system/k3s.service.env
KillMode=process
Delegate=yes
User=root
LimitNOFILE=1048576
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
TimeoutStartSec=0
Restart=always
RestartSec=5s
ExecStartPre=-/sbin/modprobe br_netfilter
ExecStartPre=-/sbin/modprobe overlay
ExecStart=/usr/local/bin/k3s \\
    server \\
	'--node-ip' \\
	'${address}' \\
	'--kube-apiserver-arg' \\
	'audit-log-maxage=3' \\

`;
}
