import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { LOCK_FILE, renderLock } from '../../../lib/distributions/k3s/lock';
import type { LabHost } from '../hosts/host';
import { PAT_PASSWORD } from '../hosts/users';
import { Mirror } from '../world/mirror';
import { type ClusterProps, World } from '../world/world';

let world: World;
let alfa: LabHost;
let bravo: LabHost;

beforeAll(async () => {
  world = await World.start({
    hosts: ['alfa', 'bravo', 'tiny'],
    disks: { tiny: { '/var/lib/rancher': '64M' } },
  });
  alfa = world.host('alfa');
  bravo = world.host('bravo');
});

afterEach(async () => {
  for (const host of world.lab.hosts) await host.undoAll();
  world.project.trust(world.lab.hosts);
  world.project.lock(Object.values(world.releases));
  world.mirror.fault = 'none';
  if (hasSudoPassword) await config('k3stack:sudoPassword', '');
});

afterAll(async () => {
  await world.stop();
});

describe('the way to a host', () => {
  test('no host key', async () => {
    writeFileSync(join(world.project.folder, 'known_hosts'), '');
    await refused({}, ['alfa', `no host key is known for ${alfa.address}`, 'k3stack hosts trust']);
  });

  test('an RSA host key is pinned', async () => {
    await refused({ ssh: { hostKey: RSA_KEY } }, ['alfa', 'ssh-rsa', 'ed25519']);
  });

  test('another host key than the pinned one: both are shown, and nothing is sent', async () => {
    const before = fingerprintOf(alfa);
    await alfa.fault('host-key-changed');
    await refused({}, [
      `alfa (root@${alfa.address})`,
      `pinned ssh-ed25519 ${before}`,
      `found  ssh-ed25519 ${fingerprintOf(alfa)}`,
      `k3stack hosts trust --replace ${alfa.address}`,
    ]);
    expect(await alfa.journal('ssh.service')).not.toMatch(/Accepted/);
  });

  test('a user that is not there', async () => {
    await refused({ ssh: { user: 'stranger' } }, [
      'alfa',
      'refuses the login of stranger',
      'authorized_keys of stranger',
      'ssh.user',
    ]);
  });

  test('a user without a shell', async () => {
    await refused({ ssh: { user: 'nologin' } }, ['alfa', 'does not run commands', 'usermod -s']);
  });

  test('an encrypted key without its passphrase', async () => {
    await config('k3stack:sshPrivateKey', readFileSync(world.lab.keys.encryptedKeyFile, 'utf8'));
    try {
      await refused({}, ['k3stack:sshPrivateKey', 'it is encrypted', 'k3stack:sshPassphrase']);
    } finally {
      await config('k3stack:sshPrivateKey', readFileSync(world.lab.keys.privateKeyFile, 'utf8'));
    }
  });
});

describe('becoming root', () => {
  test('sudo asks for a password, and none is given', async () => {
    await refused({ ssh: { user: 'pat' } }, ['alfa', 'sudo asks for a password', 'k3stack:sudoPassword']);
  });

  test('the sudo password is wrong', async () => {
    await config('k3stack:sudoPassword', 'open sesame');
    const output = await refused({ ssh: { user: 'pat' } }, [
      'alfa',
      'the sudo password is wrong',
      'k3stack:sudoPassword',
    ]);
    expect(output).not.toContain('open sesame');
  });

  test('with the right one the host is looked at', async () => {
    await config('k3stack:sudoPassword', PAT_PASSWORD);
    await alfa.fault('low-memory', { megabytes: 256 });
    const output = await refused({ ssh: { user: 'pat' } }, ['alfa', 'MiB of memory']);
    expect(output).not.toMatch(/sudo/);
    expect(output).not.toContain(PAT_PASSWORD);
  });

  test('sudo does not allow the user', async () => {
    await refused({ ssh: { user: 'nosudo' } }, [
      'alfa',
      'sudo asks for a password',
      'nosudo ALL=(ALL) NOPASSWD',
    ]);
  });

  test.each([
    ['missing', 'sudo is not installed'],
    ['setuid', 'is it setuid root?'],
    ['tty', 'requiretty'],
  ] as const)('sudo is broken: %s', async (how, found) => {
    await alfa.fault('sudo-broken', { how });
    await refused({ ssh: { user: 'ops' } }, ['alfa', found, "ssh.user: 'root'"]);
  });
});

describe('the machine', () => {
  test('all that hosts lack is told at once, and none of them is changed', async () => {
    await bravo.fault('port-occupied', { port: 10250 });
    await alfa.fault('no-memory-cgroup');
    await alfa.fault('low-memory', { megabytes: 256 });
    await alfa.fault('clock-skew', { seconds: -3600 });
    await alfa.fault('no-systemd');
    await refused(
      {},
      [
        'process 1 is',
        'use a distribution with systemd',
        'the cgroup controller memory is off',
        'cgroup_enable=memory',
        'a server needs 2048 MiB of memory, and has 256',
        /its clock is 3[56]\d\d s behind/,
        'timedatectl set-ntp true',
        /k3s\/servers\/alfa/,
        /k3s\/agents\/bravo/,
        'port 10250 is in use',
        "ss -ltnp '( sport = :10250 )'",
      ],
      { agents: ['bravo'] },
    );
  });

  test('too little disk; a host that is ready is not changed either', async () => {
    await refused(
      {},
      ['tiny', /\d+ MiB are free on its disk, and \d+ are needed/, 'dataDir', /nothing was changed on alfa/],
      { agents: ['tiny'] },
    );
  });

  test('another processor than the declared one', async () => {
    const { version, sha256, file } = world.releases.first;
    const artifact = { sha256, source: `file:${file}` };
    const lock = renderLock({ [version]: { k3s: artifact, 'k3s-arm64': artifact } });
    writeFileSync(join(world.project.folder, LOCK_FILE), lock);
    await refused({ architecture: 'arm64' }, [
      'alfa',
      'it is x86_64, and arm64 is declared',
      "write architecture: 'amd64'",
    ]);
  });

  test('a processor that K3s is not released for', async () => {
    await alfa.writeFile('/usr/local/bin/uname', UNAME, '0755');
    try {
      await refused({}, ['alfa', 'K3s is not released for riscv64', 'use one of x86_64']);
    } finally {
      await alfa.must('rm /usr/local/bin/uname');
    }
  });

  test('the port of the API is taken', async () => {
    await alfa.occupyPort(6443);
    await refused({}, ['alfa', 'port 6443 is in use', "ss -ltnp '( sport = :6443 )'"]);
  });

  test('two declared hosts are one machine', async () => {
    const second = alfa.address.replace(/\d+$/, '200');
    await alfa.must(`ip address add ${second}/24 dev host0`);
    const key = alfa.hostKeys.find((line) => line.startsWith('ssh-ed25519 ')) ?? '';
    await refused({}, [/it has the machine-id of (alfa|bravo)/, 'systemd-machine-id-setup'], {
      agents: { bravo: { ssh: { host: second, hostKey: key }, nodeIp: second } },
    });
    await alfa.must(`ip address delete ${second}/24 dev host0`);
  });
});

describe('what is to be installed', () => {
  test('no entry in the lock file', async () => {
    const { patch } = world.releases;
    world.project.lock([patch]);
    await refused({}, ['alfa', world.releases.first.version, 'no checksum', 'k3stack lock']);
  });

  test.each([
    ['tamper', /expected sha256 [0-9a-f]{64}, got [0-9a-f]{64}/, 'run k3stack lock'],
    ['missing', /could not be downloaded from .*404/, 'See that this host reaches that address'],
    ['truncate', /could not be downloaded from/, 'See that this host reaches that address'],
  ] as const)('a download that is wrong: %s', async (fault, found, fix) => {
    world.mirror.fault = fault;
    await refused({}, ['alfa', found, fix], {}, OWN);
    await nothingStaged();
  });

  test('a binary of another version than the lock file says', async () => {
    const { first, patch } = world.releases;
    const mislabelled = { ...patch, version: first.version };
    const mirror = await Mirror.start(world.lab.operatorAddress, [mislabelled]);
    world.project.lock([mislabelled]);
    await refused(
      {},
      ['alfa', `names for ${first.version} says: `, ` version ${patch.version}`, 'k3stack lock'],
      { downloadFrom: mirror.url },
      OWN,
    );
    await mirror.stop();
    await nothingStaged();
  });
});

describe('with nothing wrong', () => {
  test('an agent that does not reach the API is told so, and K3s is not started on it', async () => {
    await bravo.cutFrom(alfa);
    world.declare({ servers: ['alfa'], agents: ['bravo'] });
    const output = await world.upFails();
    for (const part of ['bravo', `https://${alfa.address}:6443 does not answer`, 'firewalls'])
      expect(output).toContain(part);
    expect(await world.nodes('alfa')).toEqual([`alfa Ready ${world.releases.first.version}`]);
    expect(await bravo.exists('/var/lib/rancher/k3s')).toBe(false);
    expect(await bravo.exists('/etc/systemd/system/k3s-agent.service')).toBe(false);
    await bravo.undoAll();
    await world.up();
    const { version } = world.releases.first;
    expect(await world.nodes('alfa')).toEqual([`alfa Ready ${version}`, `bravo Ready ${version}`]);
  });
});

/** `up` fails, says all of this, and changes no file of any host: neither what it is nor when it was written. */
async function refused(
  server: Readonly<Record<string, unknown>>,
  says: readonly (string | RegExp)[],
  more: Partial<ClusterProps> = {},
  except: readonly string[] = [],
): Promise<string> {
  const before = await files(except);
  const { ssh, ...props } = server;
  const own = ssh === undefined ? {} : { ssh: { host: alfa.address, ...ssh } };
  world.declare({ servers: { alfa: { ...props, ...own } }, ...more });
  const output = await world.upFails();
  for (const part of says) {
    if (typeof part === 'string') expect(output).toContain(part);
    else expect(output).toMatch(part);
  }
  expect(await files(except)).toEqual(before);
  return output;
}

/** Every file of every host with size, rights and the time of its last change, which nobody can set. */
async function files(except: readonly string[]): Promise<Record<string, string[]>> {
  const each = world.lab.hosts.map(async (host) => {
    const list = await host.must(FILES);
    const lines = list
      .split('\n')
      .filter((line) => line !== '' && !except.some((folder) => line.startsWith(folder)));
    return [host.name, lines.sort()] as const;
  });
  return Object.fromEntries(await Promise.all(each));
}

/** Neither what is verified nor what is staged is anything that could be activated. */
async function nothingStaged(): Promise<void> {
  expect(await alfa.exists(`${STATE}/staged/current`)).toBe(false);
  expect(await alfa.exists(`${STATE}/owner`)).toBe(false);
}

let hasSudoPassword = false;

async function config(key: string, value: string): Promise<void> {
  if (key === 'k3stack:sudoPassword') hasSudoPassword = value !== '';
  await world.stack.setConfig(key, value, true);
}

function fingerprintOf({ hostKeys }: LabHost): string {
  const [, blob = ''] = hostKeys.find((line) => line.startsWith('ssh-ed25519 '))?.split(' ') ?? [];
  const hash = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64');
  return `SHA256:${hash.replace(/=+$/, '')}`;
}

const STATE = '/var/lib/k3stack';
/** Where k3stack alone writes. */
const OWN = [STATE, '/run/k3stack', '/var/lib d'];
const FILES = `
find /etc /usr/local /usr/lib/systemd /var/lib /opt /srv /root /home /run/k3stack /dev/shm \\
  \\( -path /var/lib/systemd -o -path /var/lib/sudo -o -name .sudo_as_admin_successful \\) -prune -o \\
  \\( -path /dev/shm -o -path /home/pat \\) -o -printf '%p %y %m %s %C@\\n' 2>/dev/null
true
`;
const UNAME = `#!/bin/sh
[ "$1" = -m ] && echo riscv64 || exec /usr/bin/uname "$@"
`;
const RSA_KEY = `ssh-rsa ${Buffer.concat([
  Buffer.from([0, 0, 0, 7]),
  Buffer.from('ssh-rsa'),
  Buffer.from([0, 0, 0, 3, 1, 0, 1, 0, 0, 1, 1, 0]),
  Buffer.alloc(256, 0xab),
]).toString('base64')}`;
