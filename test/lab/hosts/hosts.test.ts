import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { FAULTS } from './fault-table';
import type { LabHost } from './host';
import { Lab } from './lab';
import { whyNotHere } from './prerequisites';
import { runTool, tool } from './run-tool';
import { knownHosts, writeSshConfig } from './ssh-config';
import { PAT_PASSWORD } from './users';

const NAME = `hosts${process.pid}`;
const reason = whyNotHere();
if (reason !== undefined) process.stderr.write(`skipped: ${reason}\n`);

(reason === undefined ? describe : describe.skip)('a lab of three hosts', () => {
  let before: Traces;
  let lab: Lab;
  let alfa: LabHost;
  let bravo: LabHost;
  beforeAll(async () => {
    before = await traces();
    const disks = { alfa: { '/var/lib/rancher': '8M' } };
    lab = await Lab.start({ name: NAME, hosts: ['alfa', 'bravo', 'charlie'], disks });
    [alfa, bravo] = [lab.host('alfa'), lab.host('bravo')];
  });
  afterAll(() => lab?.stop());

  /** Plain `ssh` to a host, which gives up after some seconds. */
  const ssh = (
    host: LabHost,
    command: string,
    options: { user?: string; more?: string[]; input?: string } = {},
  ) =>
    runTool(
      'ssh',
      [
        ...['-F', writeSshConfig(lab, options.user), '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=3'],
        ...[...(options.more ?? []), host.name, command],
      ],
      { input: options.input, timeout: 60_000 },
    );

  test('boots all of them with systemd, each with a name and keys of its own', async () => {
    expect(lab.hosts.map(({ name, isOn }) => [name, isOn])).toEqual([
      ['alfa', true],
      ['bravo', true],
      ['charlie', true],
    ]);
    const names = await Promise.all(
      lab.hosts.map((host) => host.must('hostname; systemctl is-system-running --wait')),
    );
    expect(names).toEqual(['alfa\nrunning\n', 'bravo\nrunning\n', 'charlie\nrunning\n']);
    expect(alfa.hostKeys.map((key) => key.split(' ')[0])).toEqual([
      'ecdsa-sha2-nistp256',
      'ssh-ed25519',
      'ssh-rsa',
    ]);
    expect(new Set(lab.hosts.flatMap(({ hostKeys }) => hostKeys)).size).toBe(9);
  });

  describe('users', () => {
    test.each([
      ['root', 'id -un', 'root\n'],
      ['ops', 'sudo -n id -un', 'root\n'],
      ['fishy', 'sudo -n id -un; echo $FISH_VERSION | string length', 'root\n5\n'],
      ['noisy', 'sudo -n id -un', '*** welcome from .bashrc ***\nroot\n'],
      ['nosudo', 'id -un; sudo -n true 2>/dev/null || echo refused', 'nosudo\nrefused\n'],
      ['pat', 'sudo -n true 2>/dev/null || echo refused', 'refused\n'],
    ])('%s', async (user, command, stdout) => {
      expect(await ssh(alfa, command, { user })).toMatchObject({ code: 0, stdout });
    });

    test('pat becomes root with a password', async () => {
      const command = "sudo -S -p '' id -un";
      const { stdout } = await ssh(alfa, command, { user: 'pat', input: `${PAT_PASSWORD}\n` });
      expect(stdout).toBe('root\n');
    });

    test('nologin gets no shell', async () => {
      const { code, stdout } = await ssh(alfa, 'id', { user: 'nologin' });
      expect([code, stdout]).toEqual([1, 'This account is currently not available.\n']);
    });

    test('a key that no host knows is refused', async () => {
      const more = ['-o', 'IdentityFile=none', '-i', lab.keys.strangerKeyFile];
      const config = writeSshConfig(lab).replace('ssh_config', 'known_hosts');
      const args = ['-F', 'none', '-o', 'BatchMode=yes', '-o', `UserKnownHostsFile=${config}`, ...more];
      const { code, stderr } = await runTool('ssh', [...args, `root@${alfa.address}`, 'true']);
      expect([code, stderr]).toEqual([255, expect.stringContaining('Permission denied (publickey')]);
    });
  });

  describe('out of band', () => {
    test('runs commands as a user, with input, and ends one that takes too long', async () => {
      const options = { user: 'ops', input: 'in' } as const;
      expect(await alfa.exec('id -un; cat; echo err >&2; exit 3', options)).toEqual({
        code: 3,
        stdout: 'ops\nin',
        stderr: 'err\n',
      });
      await expect(alfa.exec('sleep 30', { timeout: 300 })).rejects.toThrow(
        'timed out after 0.3 s: sleep 30',
      );
      expect(await alfa.must('ps -eo args= | grep -c "^sleep 30" || true')).toBe('0\n');
    });

    test('reads the journal', async () => {
      expect(await alfa.journal('ssh.service')).toContain('Server listening on 0.0.0.0 port 22.');
    });
  });

  describe('power', () => {
    test('pulling the plug ends everything and keeps the disk', async () => {
      await bravo.writeFile('/etc/kept', 'text');
      const stopped = bravo.powerOff();
      await stopped;
      expect([bravo.isOn, await bravo.readFile('/etc/kept')]).toEqual([false, 'text']);
      expect((await ssh(bravo, 'true')).code).toBe(255);
      await expect(bravo.exec('true')).rejects.toThrow('bravo is off');
      await bravo.powerOn();
      expect((await ssh(bravo, 'cat /etc/kept')).stdout).toBe('text');
    });

    test('a reboot, from outside or from inside, is a new boot with the same keys and without what was running', async () => {
      const boot = () => bravo.must('cat /proc/sys/kernel/random/boot_id');
      const first = await boot();
      const keys = bravo.hostKeys;
      await bravo.must('ip link add left-over type dummy || ip link add left-over type bridge');
      await bravo.reboot();
      const second = await boot();
      expect(second).not.toBe(first);
      expect(await bravo.must('ip -br link')).not.toContain('left-over');
      await ssh(bravo, 'systemctl reboot');
      await until(async () => {
        const { code, stdout } = await ssh(bravo, 'cat /proc/sys/kernel/random/boot_id');
        return code === 0 && stdout !== second;
      });
      expect(bravo.hostKeys).toEqual(keys);
    });

    test('a host that was shut down is off', async () => {
      await bravo.shutDown();
      expect(bravo.isOn).toBe(false);
      await bravo.powerOn();
    });

    test('a replaced host has an empty disk and other keys, at the same address', async () => {
      const { address, hostKeys } = bravo;
      const known = knownHosts(lab);
      await bravo.writeFile('/etc/kept', 'text');
      await bravo.replace();
      expect([bravo.address, await bravo.exists('/etc/kept')]).toEqual([address, false]);
      expect(bravo.hostKeys).not.toEqual(hostKeys);
      expect((await ssh(bravo, 'true', { more: await withKnown(known) })).stderr).toContain(
        'IDENTIFICATION HAS CHANGED',
      );
      expect((await ssh(bravo, 'true')).code).toBe(0);
    });
  });

  describe('faults', () => {
    afterEach(() => Promise.all(lab.hosts.map((host) => host.undoAll())));

    test('changed host keys, and back', async () => {
      const known = await withKnown(knownHosts(lab));
      const undo = await alfa.fault('host-key-changed');
      expect((await ssh(alfa, 'true', { more: known })).stderr).toContain('Host key verification failed');
      await undo();
      expect((await ssh(alfa, 'true', { more: known })).code).toBe(0);
    });

    test('a cut link, also over a boot', async () => {
      const undo = await alfa.fault('link-cut');
      expect((await ssh(alfa, 'true')).code).toBe(255);
      expect(await alfa.must('cat /sys/class/net/host0/operstate')).toMatch(/down/);
      await alfa.powerOff();
      await alfa.powerOn();
      expect((await ssh(alfa, 'true')).code).toBe(255);
      await undo();
      expect((await ssh(alfa, 'true')).code).toBe(0);
    });

    test('an isolated host is reached through another one', async () => {
      const undo = await alfa.isolateFromOperator();
      expect((await ssh(alfa, 'true')).code).toBe(255);
      const jump = ['-o', `ProxyCommand=ssh -F ${writeSshConfig(lab)} -W %h:%p bravo`];
      expect((await ssh(alfa, 'hostname', { more: jump })).stdout).toBe('alfa\n');
      await undo();
      expect((await ssh(alfa, 'true')).code).toBe(0);
    });

    test('two hosts cut from one another', async () => {
      const reach = () => alfa.exec(`nc -z -w 1 ${bravo.address} 22`);
      const undo = await alfa.cutFrom(bravo);
      expect([(await reach()).code, (await ssh(alfa, 'true')).code, (await ssh(bravo, 'true')).code]).toEqual(
        [1, 0, 0],
      );
      await undo();
      expect((await reach()).code).toBe(0);
    });

    test('a slow link, also over a boot, and a lossy one', async () => {
      const ping = async () => {
        const start = Date.now();
        expect((await ssh(alfa, 'true')).code).toBe(0);
        return Date.now() - start;
      };
      const fast = await ping();
      await alfa.fault('slow-link', { delay: 100 });
      expect(await ping()).toBeGreaterThan(fast + 600);
      await alfa.reboot();
      expect(await ping()).toBeGreaterThan(fast + 600);
      await alfa.fault('slow-link', { rate: 800 });
      const start = Date.now();
      expect((await ssh(alfa, 'head -c 200000 /dev/urandom | wc -c; head -c 200000 /dev/urandom')).code).toBe(
        0,
      );
      expect(Date.now() - start).toBeGreaterThan(1900);
      await alfa.fault('slow-link', { loss: 100 });
      expect((await ssh(alfa, 'true')).code).toBe(255);
      await alfa.undo('slow-link');
      expect(await ping()).toBeLessThan(fast + 600);
    });

    test('a full disk, and one that is not the host’s own', async () => {
      const write = () => ssh(alfa, 'head -c 100000 /dev/zero >/var/lib/rancher/file');
      await alfa.fillDisk('/var/lib/rancher/k3s');
      expect(await write()).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('No space left on device'),
      });
      await alfa.freeDisk('/var/lib/rancher/k3s');
      expect((await write()).code).toBe(0);
      await expect(alfa.fillDisk('/etc')).rejects.toThrow('alfa has no file system of its own at /etc');
    });

    test('an occupied port, also over a boot', async () => {
      const listens = async () => (await alfa.exec('timeout 2 systemd-socket-activate -l 6443 true')).stderr;
      const undo = await alfa.occupyPort(6443);
      expect(await listens()).toContain('Address already in use');
      await alfa.reboot();
      expect(await listens()).toContain('Address already in use');
      await undo();
      expect(await alfa.must('ss -Hltn "sport = :6443"')).toBe('');
    });

    test('sshd that drops connections while another one logs in', async () => {
      const undo = await alfa.fault('sshd-drops');
      const results = await Promise.all(Array.from({ length: 8 }, () => ssh(alfa, 'true')));
      expect(results.some(({ code }) => code === 255)).toBe(true);
      expect((await ssh(alfa, 'true')).code).toBe(0);
      await undo();
      expect(await alfa.must('sshd -T | grep ^maxstartups')).toBe('maxstartups 10:30:100\n');
    });

    test('sshd down, also over a boot', async () => {
      const undo = await alfa.fault('sshd-down');
      expect((await ssh(alfa, 'true')).stderr).toContain('Connection refused');
      await alfa.reboot();
      expect((await ssh(alfa, 'true')).stderr).toContain('Connection refused');
      await undo();
      expect((await ssh(alfa, 'true')).code).toBe(0);
    });

    test('an open connection is dropped, and what it ran is not', async () => {
      const session = ssh(alfa, 'sleep 4321');
      await until(async () => (await alfa.exec('ps -eo args= | grep "^sleep 4321"')).code === 0);
      await alfa.dropSshSessions();
      expect((await session).code).toBe(255);
      expect((await alfa.exec('ps -eo args= | grep "^sleep 4321"')).code).toBe(0);
      await alfa.reboot();
    });

    test.each([
      ['clock-skew', { seconds: -3600 }, 'date +%Y%m%d%H', (text: string) => Number(text) < hour()],
      ['low-memory', { megabytes: 256 }, 'grep MemTotal /proc/meminfo', 'MemTotal: 262144 kB'],
      ['no-memory-cgroup', {}, 'awk \'$1 == "memory" { print $4 }\' /proc/cgroups', '0'],
      ['unsupported-os', { id: 'beos' }, '. /etc/os-release; echo $ID', 'beos'],
      ['no-systemd', {}, 'systemctl is-active ssh 2>&1 | head -1', 'System has not been booted with systemd'],
      ['sudo-broken', { how: 'setuid' }, 'sudo -n id -un 2>&1', 'setuid bit set'],
      ['sudo-broken', { how: 'missing' }, 'command -v sudo || echo none', 'none'],
      ['sudo-broken', { how: 'tty' }, 'sudo -n id -un 2>&1', 'you must have a tty to run sudo'],
    ] as const)('%s %j, over a boot, and back', async (name, options, command, expected) => {
      const isWrong = async () => {
        const { stdout } = await ssh(alfa, command, { user: 'ops' });
        return typeof expected === 'string' ? stdout.includes(expected) : expected(stdout);
      };
      expect(await isWrong()).toBe(false);
      await alfa.fault(name, options as never);
      expect(await isWrong()).toBe(true);
      await alfa.reboot();
      expect(await isWrong()).toBe(true);
      await alfa.undo(name);
      expect([await isWrong(), alfa.activeFaults]).toEqual([false, []]);
    });

    test('a new machine has none but those of the network', async () => {
      await bravo.fault('low-memory');
      await bravo.fault('unsupported-os');
      await bravo.cutFrom(alfa);
      await bravo.replace();
      expect(bravo.activeFaults.map(({ name }) => name)).toEqual(['cut-from']);
      await bravo.undoAll();
      expect(bravo.activeFaults).toEqual([]);
    });

    test('each says what it is', () => {
      expect(Object.values(FAULTS).every(({ summary }) => summary.length > 10)).toBe(true);
    });
  });

  test('nothing leaves the lab, and an attempt is counted', async () => {
    expect(await lab.outboundPackets()).toEqual({ packets: 0, lookups: 0 });
    await alfa.exec('nc -z -w 1 192.0.2.1 80');
    await alfa.exec('getent hosts name.invalid');
    const { packets, lookups } = await lab.outboundPackets();
    expect([packets > 0, lookups > 0]).toEqual([true, true]);
  });

  test('a second lab has other addresses, and the first stays', async () => {
    const other = await Lab.start({ name: `${NAME}-2`, hosts: ['alfa'] });
    expect(other.host('alfa').address).not.toBe(alfa.address);
    await other.stop();
    expect((await ssh(alfa, 'true')).code).toBe(0);
  });

  test('a subnet that is in use is refused', async () => {
    const octet = Number(alfa.address.split('.')[2]);
    const start = Lab.start({ name: `${NAME}-2`, hosts: ['alfa'], octet });
    await expect(start).rejects.toThrow(/^10\.213\.\d+\.0\/24 is in use: this machine has the route/);
  });

  test('stopping it leaves nothing, and may be done twice', async () => {
    await alfa.fault('slow-link', { delay: 10 });
    const during = await traces();
    expect(Object.values<readonly string[]>(during as never).every((found) => found.length > 0)).toBe(true);
    await lab.stop();
    await lab.stop();
    expect(await traces()).toEqual(before);
  });
});

/** What a lab could leave behind. */
interface Traces {
  readonly mounts: readonly string[];
  readonly namespaces: readonly string[];
  readonly interfaces: readonly string[];
  readonly processes: readonly string[];
  readonly folders: readonly string[];
}

/** Of other labs nothing, for they come and go meanwhile. */
async function traces(): Promise<Traces> {
  const lines = (text: string) => text.split('\n').filter((line) => line.includes(NAME));
  const commands = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(commandLine);
  const interfaces = `${await tool('ip', ['-d', 'link'])}${await tool('ip', ['route'])}`;
  const groups = readdirSync('/sys/fs/cgroup').map((name) => `/sys/fs/cgroup/${name}/k3stack-lab/${NAME}`);
  return {
    mounts: lines(readFileSync('/proc/self/mountinfo', 'utf8')),
    namespaces: lines(await tool('ip', ['netns'])),
    interfaces: lines(interfaces),
    processes: lines(commands.join('\n')),
    folders: [...groups, `/tmp/k3stack-lab-${NAME}`, `/run/systemd/nspawn/propagate/${NAME}-alfa`].filter(
      (folder) => existsSync(folder),
    ),
  };
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

async function withKnown(text: string): Promise<string[]> {
  const file = (await tool('mktemp', [])).trim();
  await tool('sh', ['-c', 'cat >"$1"', 'sh', file], { input: text });
  return ['-o', `UserKnownHostsFile=${file}`];
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries++) {
    if (tries > 300) throw new Error('waited too long');
    await new Promise((done) => setTimeout(done, 100));
  }
}

function hour(): number {
  return Number(new Date().toISOString().slice(0, 13).replaceAll(/\D/g, ''));
}
