import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Ssh } from '../../../lib/cluster/node';
import type { LabHost } from '../hosts/host';
import { PAT_PASSWORD } from '../hosts/users';
import type { RunReport } from '../world/lab-stack';
import { SshAgent } from '../world/ssh-agent';
import { startsOf } from '../world/starts';
import { World } from '../world/world';

let world: World;
let alfa: LabHost;
let bravo: LabHost;

/** Of the last change, so that each is a new one. */
let number = 0;

beforeAll(async () => {
  world = await World.start({ hosts: ['alfa', 'bravo'] });
  alfa = world.host('alfa');
  bravo = world.host('bravo');
});

afterEach(async () => {
  await alfa.must('rm -f /etc/k3s-standin/not-ready');
  await alfa.undoAll();
});

afterAll(async () => {
  await world.stop();
});

test('sessions are dropped while a cluster is made: the next run goes on, and K3s was started once', async () => {
  declare({ user: 'ops' });
  const first = world.stack.up();
  await stepRuns('bootstrap');
  await polled(async () => (await startsOf(alfa)).length === 1);
  await alfa.dropSshSessions();
  const report = await first;
  world.printed.push(report.output);
  expect(report.succeeded).toBe(false);
  await world.up();
  expect(await startsOf(alfa)).toHaveLength(1);
  await labelled();
});

describe('users', () => {
  test('with another login shell (fish)', async () => {
    await changesBy({ user: 'fishy' });
  });

  test('whose shell prints banners', async () => {
    await changesBy({ user: 'noisy' });
  });

  test('who types a password for sudo', async () => {
    await world.stack.setConfig('k3stack:sudoPassword', PAT_PASSWORD, true);
    world.addSecret('password of sudo', PAT_PASSWORD);
    await changesBy({ user: 'pat' });
    expect(await world.leaks()).toEqual([]);
    await world.stack.setConfig('k3stack:sudoPassword', '', true);
  });
});

describe('a key that is only in an SSH agent', () => {
  const KEY = 'k3stack:sshPrivateKey';
  const ofThisLogin = process.env['SSH_AUTH_SOCK'];
  let agent: SshAgent | undefined;

  beforeAll(async () => {
    delete process.env['SSH_AUTH_SOCK'];
    await world.stack.removeConfig(KEY);
  });

  afterAll(async () => {
    await agent?.stop();
    if (ofThisLogin !== undefined) process.env['SSH_AUTH_SOCK'] = ofThisLogin;
    await world.stack.setConfig(KEY, readFileSync(world.lab.keys.privateKeyFile, 'utf8'), true);
  });

  test('without an agent the run says both ways, and asks no host', async () => {
    declare({ user: 'ops' });
    expect(await world.upFails()).toMatch(/pulumi config set --secret k3stack:sshPrivateKey .*SSH agent/);
  });

  test('opens hosts, also behind a bastion, and a second run does nothing', async () => {
    agent = await SshAgent.start(world.lab.keys.privateKeyFile);
    await changesBy({ user: 'ops' });
    expect((await world.up()).operations).toEqual([]);
    await changesBy({ user: 'ops', bastion: { host: bravo.address } });
  });
});

describe('ways', () => {
  test('another port', async () => {
    await alfa.writeFile('/etc/ssh/sshd_config.d/10-port.conf', 'Port 22\nPort 2222\n');
    await alfa.must('systemctl restart ssh.service');
    await changesBy({ user: 'ops', port: 2222, hostKey: keyOf(alfa) });
  });

  test('a bastion, when there is no other way', async () => {
    await alfa.isolateFromOperator();
    await changesBy({ user: 'ops', bastion: { host: bravo.address, user: 'noisy' } });
  });

  test('a host behind a bastion that cannot be reached: the message names the hop', async () => {
    const nobody = alfa.address.replace(/\d+$/, '250');
    const nodes = { alfa: { ssh: { host: nobody, hostKey: keyOf(alfa), bastion: { host: bravo.address } } } };
    world.declare({ servers: { alfa: { ...nodes.alfa, nodeIp: alfa.address } } });
    const output = await world.upFails();
    expect(output).toContain(`the bastion ${bravo.address} was reached`);
    expect(output).toContain(`${nobody}`);
  });
});

describe('disturbances', () => {
  test('sshd drops connections that come while others log in', async () => {
    await alfa.fault('sshd-drops', { maxStartups: '1:100:1' });
    await changesBy({});
  });

  test('sshd is down for a while', async () => {
    await alfa.fault('sshd-down');
    const change = changesBy({});
    await sleep(15_000);
    await alfa.undo('sshd-down');
    await change;
  });

  test('a link that is slow, narrow and loses packets', async () => {
    await alfa.fault('slow-link', { delay: 100, rate: 4000, loss: 1 });
    await changesBy({});
  });

  test('the link is cut for some seconds in mid-command: the command goes on', async () => {
    const starts = (await startsOf(alfa)).length;
    const run = await waitingRun();
    const undo = await alfa.fault('link-cut');
    await sleep(8000);
    await undo();
    await alfa.must('rm -f /etc/k3s-standin/not-ready');
    const report = await run.report;
    expect(report.output).not.toMatch(/error:/);
    expect(report.succeeded).toBe(true);
    expect(await startsOf(alfa)).toHaveLength(starts + 1);
  });

  test('sessions are dropped in mid-command: the next run attaches, and K3s is restarted once', async () => {
    const starts = (await startsOf(alfa)).length;
    const first = await waitingRun();
    await alfa.dropSshSessions();
    expect((await first.report).succeeded).toBe(false);
    const second = world.up();
    await polled(async () => (await alfa.exec('pgrep -f "job.sh update"')).code === 0);
    await alfa.must('rm -f /etc/k3s-standin/not-ready');
    expect((await second).output).toMatch(/run runs on this host already, since \S+Z; waiting for it/);
    expect(await startsOf(alfa)).toHaveLength(starts + 1);
  });

  test('no secret is anywhere but in its own files', async () => {
    expect(await world.leaks()).toEqual([]);
  });
});

/** A label is changed over this way, by every step anew, and nothing is restarted. */
async function changesBy(ssh: Partial<Ssh>): Promise<void> {
  const starts = (await startsOf(alfa)).length;
  declare(ssh);
  await world.up();
  await labelled();
  expect(await startsOf(alfa)).toHaveLength(starts);
}

function declare(ssh: Partial<Ssh>, config: Record<string, unknown> = {}): void {
  number++;
  world.declare({
    servers: {
      alfa: {
        ssh: { host: alfa.address, ...ssh },
        nodeIp: alfa.address,
        labels: { 'example.org/change': String(number) },
        config: { ...lastConfig, ...config },
      },
    },
  });
  lastConfig = { ...lastConfig, ...config };
}

let lastConfig: Record<string, unknown> = {};

async function labelled(): Promise<void> {
  const found = await world.kubectl(
    'alfa',
    "get node alfa -o jsonpath='{.metadata.labels.example\\.org/change}'",
  );
  expect(found).toBe(String(number));
}

/** Update of an option that waits for the Node to be Ready, which it will not be while a file is there. */
async function waitingRun(): Promise<{ readonly report: Promise<RunReport> }> {
  await alfa.must('mkdir -p /etc/k3s-standin && touch /etc/k3s-standin/not-ready');
  const starts = (await startsOf(alfa)).length;
  declare({}, { 'kube-apiserver-arg': { 'audit-log-maxage': String(number + 10) } });
  const report = world.stack.up();
  await stepRuns('run');
  await polled(async () => (await startsOf(alfa)).length > starts);
  return { report };
}

async function stepRuns(step: string): Promise<void> {
  await polled(
    async () => (await alfa.exec(`grep -q 'step=${step} ' /var/lib/k3stack/locks/host/holder`)).code === 0,
  );
}

async function polled(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 180_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error('it did not become so');
    await sleep(200);
  }
}

function keyOf({ hostKeys }: LabHost): string {
  return hostKeys.find((line) => line.startsWith('ssh-ed25519 ')) ?? '';
}
