import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Ssh } from '../../lib/cluster/node';
import type { HostLogin } from '../../adapters/ssh/host-connection';

const SSHD = '/usr/sbin/sshd';

/** Fails where a test that needs a real OpenSSH would pass for want of one. */
export function requireSshd(): void {
  if (!existsSync(SSHD)) throw new Error(`${SSHD} is missing; apt-get install openssh-server`);
}

/** A real OpenSSH server on loopback, with a key and a folder of its own. */
export class Sshd {
  private constructor(
    readonly port: number,
    readonly folder: string,
    private process: ChildProcess,
    private readonly config: string,
  ) {}

  /** @param settings Further lines of sshd_config. */
  static async start(settings: readonly string[] = [], hostKeyType = 'ed25519'): Promise<Sshd> {
    requireSshd();
    const folder = mkdtempSync(join(tmpdir(), 'k3stack-sshd-'));
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
    keyPair(join(folder, 'host'), hostKeyType);
    keyPair(join(folder, 'user'), 'ed25519');
    writeFileSync(join(folder, 'authorized_keys'), readFileSync(join(folder, 'user.pub')), { mode: 0o600 });
    const port = await freePort();
    const config = join(folder, 'sshd_config');
    // The first value of a setting counts.
    writeFileSync(
      config,
      [
        ...settings,
        `Port ${port}`,
        'ListenAddress 127.0.0.1',
        `HostKey ${join(folder, 'host')}`,
        `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
        `PidFile ${join(folder, 'pid')}`,
        `SetEnv K3STACK_ROOT=${folder}/root`,
        'StrictModes no',
        'PasswordAuthentication no',
        'KbdInteractiveAuthentication no',
        'PermitRootLogin prohibit-password',
        `UsePAM ${process.getuid?.() === 0 ? 'yes' : 'no'}`,
        'LogLevel VERBOSE',
        '',
      ].join('\n'),
    );
    const sshd = new Sshd(port, folder, run(config), config);
    await sshd.answers();
    return sshd;
  }

  get hostKey(): string {
    return publicKey(join(this.folder, 'host.pub'));
  }

  get user(): string {
    return userInfo().username;
  }

  /** How a program names it. */
  ssh(changes: Partial<Ssh> = {}): Ssh {
    return { host: '127.0.0.1', port: this.port, user: this.user, hostKey: this.hostKey, ...changes };
  }

  /** The key that it lets in. */
  login(changes: Partial<HostLogin> = {}): HostLogin {
    return {
      privateKeys: [{ name: 'user', text: readFileSync(join(this.folder, 'user'), 'utf8') }],
      ...changes,
    };
  }

  /** Ids of the processes that serve logins. */
  sessions(): number[] {
    return children(Number(readFileSync(join(this.folder, 'pid'), 'utf8')));
  }

  /** Ends every login as a link that breaks: no goodbye is said. */
  cut(): void {
    for (const session of this.sessions()) {
      // With privilege separation the process that holds the connection is a child.
      for (const pid of [...children(session), session]) if (isSshd(pid)) killIfThere(pid);
    }
  }

  stop(): void {
    this.process.kill('SIGKILL');
  }

  async restart(): Promise<void> {
    this.process = run(this.config);
    await this.answers();
  }

  remove(): void {
    this.cut();
    this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async answers(): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      if (await accepts(this.port)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(
      `sshd does not start: ${execFileSync(SSHD, ['-t', '-f', this.config], { encoding: 'utf8' })}`,
    );
  }
}

/** A session may end by itself between being listed and being killed. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Makes a pair of keys. */
export function keyPair(file: string, type: string, passphrase = ''): void {
  const size = type === 'rsa' ? ['-b', '2048'] : [];
  execFileSync('ssh-keygen', ['-q', '-t', type, ...size, '-N', passphrase, '-C', '', '-f', file]);
}

/** Without its comment. */
export function publicKey(file: string): string {
  return readFileSync(file, 'utf8').trim().split(' ').slice(0, 2).join(' ');
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function run(config: string): ChildProcess {
  const log = join(config, '..', 'log');
  return spawn(SSHD, ['-D', '-f', config, '-E', log], { stdio: 'ignore' });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

function children(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}

function isSshd(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('sshd');
  } catch {
    return false;
  }
}
