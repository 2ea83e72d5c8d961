import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LabHost } from '../hosts/host';
import type { RunReport } from '../world/lab-stack';
import { hasEngine } from '../world/choose-stack';
import { releaseTest, standInTest } from '../world/needs';
import { SecondOperator } from '../world/second-operator';
import { labSeed, seeded } from '../world/seeded';
import { startCounts } from '../world/starts';
import { type ClusterProps, World } from '../world/world';

const ALL = process.env['K3STACK_LAB_ALL'] === '1';
const seed = labSeed();
const random = seeded(seed);
process.stderr.write(`    kills: K3STACK_LAB_SEED=${seed}${ALL ? ', every point' : ''}\n`);

/** Kill points of one update by default. */
const SAMPLE = 4;

const onStandIn = standInTest('nothing else keeps a kubelet not Ready when told');

describe.each([
  ['a server and an agent', ['alfa'], ['bravo']],
  ...(ALL ? [['three servers', ['alfa', 'bravo', 'charlie'], []] as const] : []),
] as const)('an engine that is killed again and again: %s', (_, servers, agents) => {
  let world: World;
  let identities: Set<string>;
  const hosts = [...servers, ...agents];

  beforeAll(async () => {
    world = await World.start({ hosts, disks: { alfa: { '/usr/local/bin': '512M' } } });
    identities = new Set();
  });

  afterAll(async () => {
    await world.stop();
  });

  test('while it installs: one cluster, and each K3s was started once', async () => {
    world.declare({ servers, agents });
    await killedAtPoints();
    await world.up();
    const { version } = world.releases.first;
    expect(await world.nodes('alfa')).toEqual(hosts.map((name) => `${name} Ready ${version}`));
    expect(await startCounts(world.lab.hosts)).toEqual(Object.fromEntries(hosts.map((name) => [name, 1])));
    await sameCluster();
    expect((await world.up()).operations).toEqual([]);
  });

  test('while it upgrades: each K3s was restarted once, and nobody is left cordoned', async () => {
    const before = await startCounts(world.lab.hosts);
    const nodes = await nodeUids();
    const { version } = world.releases.patch;
    world.declare({ servers, agents, version });
    await killedAtPoints();
    await world.up();
    expect(await world.nodes('alfa')).toEqual(hosts.map((name) => `${name} Ready ${version}`));
    expect(await startCounts(world.lab.hosts)).toEqual(
      Object.fromEntries(hosts.map((name) => [name, (before[name] ?? 0) + 1])),
    );
    expect(await nodeUids()).toEqual(nodes);
    await sameCluster();
    expect((await world.up()).operations).toEqual([]);
  });

  test('no secret is left anywhere', async () => {
    expect(await world.leaks()).toEqual([]);
  });

  test('a full disk while the binary is replaced: the old one stays and runs; then it goes on', async () => {
    const { patch, minor } = world.releases;
    if (minor === undefined) throw new Error('needs releases of two minors');
    const before = await startCounts(world.lab.hosts);
    world.declare({ servers, agents, version: minor.version });
    await world.upFails({ killDuring: { name: 'alfa/run', after: 0 } });
    await noJobRuns(world.host('alfa'));
    await world.host('alfa').fillDisk('/usr/local/bin');
    // An engine that was killed has not stopped what it had begun.
    if ((await startCounts([world.host('alfa')]))['alfa'] !== before['alfa'])
      throw new Error('the binary was replaced before the disk was full');
    const output = await world.upFails();
    expect(output).toMatch(/alfa/);
    expect(output).toMatch(/no space left to write \/usr\/local\/bin\/k3s .*it is as it was/);
    expect(output).toContain('Make room');
    expect(await world.host('alfa').must('k3s --version')).toContain(patch.version);
    expect(await world.host('alfa').must('ls -A /usr/local/bin')).not.toMatch(/\.k3stack/);
    expect(await startCounts(world.lab.hosts)).toEqual(before);
    expect(await world.nodes('alfa')).toEqual(hosts.map((name) => `${name} Ready ${patch.version}`));
    await world.host('alfa').freeDisk('/usr/local/bin');
    await world.up();
    expect(await world.nodes('alfa')).toEqual(hosts.map((name) => `${name} Ready ${minor.version}`));
    await sameCluster();
  });

  releaseTest('minor')('the plug is pulled in mid-step', async () => {
    declareMinor({ 'kube-apiserver-arg': { 'audit-log-maxage': '7' } });
    const alfa = world.host('alfa');
    let off: Promise<void> | undefined;
    const report = await world.stack.up({
      onOperation: (name) => {
        if (name !== 'alfa/run' || off !== undefined) return;
        off = sleep(2000 * random() + 1000).then(async () => {
          await alfa.powerOff();
          await alfa.powerOn();
        });
      },
    });
    expect(off).toBeDefined();
    await off;
    world.printed.push(report.output);
    await world.up();
    expect(await world.nodes('alfa')).toEqual(
      hosts.map((name) => `${name} Ready ${world.releases.minor?.version}`),
    );
    expect(await apiServerArguments()).toContain('audit-log-maxage=7');
    await sameCluster();
    expect((await world.up()).operations).toEqual([]);
  });

  describe('two operators at once', () => {
    let other: SecondOperator;
    let theirs: Record<string, unknown>;

    beforeAll(async () => {
      other = await SecondOperator.come(world, () => minorProps(theirs));
    });

    afterAll(async () => {
      await other.leave();
    });

    onStandIn('who comes second is told who is at it since when, and changes nothing', async () => {
      // Without a real engine both would be programs of this process, of which one runs at a time; so the first has left its step behind.
      const first = await waitingRun('8', hasEngine() ? undefined : 3000);
      if (!hasEngine()) await first.report;
      theirs = { 'kube-apiserver-arg': { 'audit-log-maxage': '9' } };
      const report = await other.stack.up();
      expect(report.succeeded).toBe(false);
      expect(report.output).toMatch(
        /this host is locked by run of alfa lab\/k3s since \S+Z \(from [\d.]+, process \d+\), until \S+Z at the latest/,
      );
      expect(report.output).toContain('run again when it has ended');
      await takesPodsAgain();
      expect((await first.report).succeeded).toBe(hasEngine());
      await noJobRuns(world.host('alfa'));
      expect(await apiServerArguments()).toContain('audit-log-maxage=8');
    });

    onStandIn('one who wants the same finds everything done', async () => {
      const before = await startCounts(world.lab.hosts);
      theirs = { 'kube-apiserver-arg': { 'audit-log-maxage': '8' } };
      const report = await other.stack.up();
      expect(report.output).not.toMatch(/error/);
      expect(report.succeeded).toBe(true);
      expect(await startCounts(world.lab.hosts)).toEqual(before);
      await sameCluster();
    });
  });

  onStandIn('the next run attaches to a step that an engine has left behind', async () => {
    const before = (await startCounts([world.host('alfa')]))['alfa'] ?? 0;
    const killed = await waitingRun('10', 4000);
    expect((await killed.report).succeeded).toBe(false);
    const next = world.up();
    await sleep(5000);
    await takesPodsAgain();
    expect((await next).output).toMatch(/run runs on this host already, since \S+Z; waiting for it/);
    expect((await startCounts([world.host('alfa')]))['alfa']).toBe(before + 1);
  });

  onStandIn('a lock of a step that was killed is taken over, and said so', async () => {
    const killed = await waitingRun('11');
    await world.host('alfa').must(KILL_JOBS);
    expect((await killed.report).output).toMatch(/run ended without a result: it was killed/);
    await takesPodsAgain();
    expect((await world.up()).output).toMatch(
      /took over the lock of run of alfa lab\/k3s from [\d.]+, since \S+Z: its process is gone/,
    );
    expect(await apiServerArguments()).toContain('audit-log-maxage=11');
  });

  releaseTest('minor')('a lock past its time is taken over, whoever holds it', async () => {
    await world.host('alfa').must(OLD_LOCK);
    declareMinor({ 'kube-apiserver-arg': { 'audit-log-maxage': '12' } });
    expect((await world.up()).output).toMatch(/took over the lock of run of somebody .*its time is over/);
    expect(await apiServerArguments()).toContain('audit-log-maxage=12');
    await sameCluster();
    expect(await world.leaks()).toEqual([]);
  });

  /** Runs the update again and again, each time killed in a step that is still to be done: as it begins, or a while after. */
  async function killedAtPoints(): Promise<void> {
    const tried = new Set<string>();
    for (;;) {
      const points = (await stepsLeft()).flatMap((name) => [`${name} at once`, `${name} later`]);
      // One that comes later may come too late, so in a sample it is the last.
      const isDrawn = (point: string): boolean =>
        ALL || point.endsWith('later') === (tried.size === SAMPLE - 1);
      const untried = points.filter((point) => !tried.has(point) && isDrawn(point));
      // Far enough back that there are steps for those that follow.
      const near = Math.max(1, Math.floor(untried.length / (SAMPLE - tried.size)));
      const next = ALL ? 0 : Math.floor(random() * near);
      const point = untried[next];
      if (point === undefined || (!ALL && tried.size === SAMPLE)) break;
      tried.add(point);
      await killedAt(point);
    }
    expect(tried.size).toBeGreaterThanOrEqual(SAMPLE);
  }

  async function stepsLeft(): Promise<string[]> {
    const { operations, succeeded, output } = await world.stack.preview();
    if (!succeeded) throw new Error(output.slice(-4000));
    return operations.map(({ name }) => name).filter((name) => name.includes('/'));
  }

  async function killedAt(point: string): Promise<void> {
    const [name = '', ...when] = point.split(' ');
    const after = when.join(' ') === 'later' ? Math.round(300 + 1500 * random()) : 0;
    const report = await world.stack.up({ killDuring: { name, after } });
    world.printed.push(report.output);
    if (!report.succeeded && !report.output.includes('SIGKILL')) throw new Error(report.output.slice(-4000));
    const seen = report.succeeded ? 'it was done by then' : 'killed';
    process.stderr.write(`    ${after} ms into ${name}: ${seen}, ${report.seconds.toFixed(0)} s\n`);
    if (after === 0) expect([point, report.succeeded]).toEqual([point, false]);
    await look();
  }

  /** Notes which cluster it is, where there is one. */
  async function look(): Promise<void> {
    const { code, stdout } = await world
      .host('alfa')
      .exec('k3s kubectl --request-timeout=5s get namespace kube-system -o jsonpath={.metadata.uid}');
    if (code === 0 && stdout !== '') identities.add(stdout);
  }

  /** It has always been one cluster, and all servers are in it. */
  async function sameCluster(): Promise<void> {
    await look();
    expect([...identities]).toHaveLength(1);
    const tokens = await Promise.all(
      servers.map((name) => world.host(name).readFile('/var/lib/rancher/k3s/server/token')),
    );
    expect(new Set(tokens.map((token) => token.split('::')[0])).size).toBe(1);
  }

  async function nodeUids(): Promise<string> {
    return world.kubectl('alfa', 'get nodes -o jsonpath={.items[*].metadata.uid}');
  }

  /** Update of an option of alfa that waits for its Node to be Ready, which it will not be before {@link takesPodsAgain}. */
  async function waitingRun(
    age: string,
    killAfter?: number,
  ): Promise<{ readonly report: Promise<RunReport> }> {
    const alfa = world.host('alfa');
    await alfa.must('mkdir -p /etc/k3s-standin && touch /etc/k3s-standin/not-ready');
    declareMinor({ 'kube-apiserver-arg': { 'audit-log-maxage': age } });
    const report = world.stack.up(
      killAfter === undefined ? {} : { killDuring: { name: 'alfa/run', after: killAfter } },
    );
    await polled(async () => (await alfa.exec(`grep -q 'step=run' ${LOCK}`)).code === 0);
    return { report };
  }

  async function takesPodsAgain(): Promise<void> {
    await world.host('alfa').must('rm -f /etc/k3s-standin/not-ready');
  }

  function declareMinor(config: Record<string, unknown>): void {
    world.declare(minorProps(config));
  }

  function minorProps(config: Record<string, unknown>): ClusterProps {
    const rest = servers.filter((name) => name !== 'alfa').map((name) => [name, {}] as const);
    return {
      servers: { alfa: { config }, ...Object.fromEntries(rest) },
      agents,
      version: world.releases.minor?.version ?? '',
    };
  }

  function apiServerArguments(): Promise<string> {
    return world
      .host('alfa')
      .must(
        'tr "\\000" " " </proc/$(systemctl show -P MainPID k3s)/cmdline; cat /etc/rancher/k3s/config.yaml',
      );
  }
});

async function noJobRuns(host: LabHost): Promise<void> {
  await polled(async () => (await host.exec(`test ! -e ${LOCK}`)).code === 0);
}

async function polled(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 120_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error('it did not become so');
    await sleep(200);
  }
}

const LOCK = '/var/lib/k3stack/locks/host/holder';
const KILL_JOBS = `
for pid in /run/k3stack/jobs/run-*/pid; do
  [ -e "$(dirname "$pid")/exit" ] || pkill -KILL -s "$(cut -d ' ' -f 1 "$pid")"
done
`;
const OLD_LOCK = `
sleep 600 >/dev/null 2>&1 &
mkdir -p "$(dirname ${LOCK})"
{
  echo 'step=run of somebody'
  echo "pid=$!"
  echo "start=$(sed 's/^.*) //' /proc/$!/stat | cut -d ' ' -f 20)"
  echo "boot=$(cat /proc/sys/kernel/random/boot_id)"
  echo 'client=192.0.2.1'
  echo 'since=2026-01-01T00:00:00Z'
  echo 'expires=1'
} >${LOCK}
`;
