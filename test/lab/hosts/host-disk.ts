import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabKeys } from './lab-keys';
import { unmountBelow } from './mounts';
import { tool } from './run-tool';
import { HOMES } from './users';

/** The disk of one host: what it writes lies over the base root. */
export class HostDisk {
  constructor(
    private readonly folder: string,
    private readonly base: string,
    private readonly disks: Readonly<Record<string, string>>,
  ) {}

  /** The root folder, as this machine sees it. */
  get root(): string {
    return join(this.folder, 'root');
  }

  /** The public host keys of the machine, as lines of OpenSSH. */
  get hostKeys(): string[] {
    const folder = join(this.root, 'etc/ssh');
    return readdirSync(folder)
      .filter((name) => /^ssh_host_\w+_key\.pub$/.test(name))
      .sort()
      .map((name) => readFileSync(join(folder, name), 'utf8').trim().split(' ').slice(0, 2).join(' '));
  }

  /** Makes an empty disk with the files that tell one machine from another. */
  async create(identity: HostIdentity): Promise<void> {
    for (const name of ['upper', 'work', 'root']) mkdirSync(join(this.folder, name), { recursive: true });
    const [upper, work] = ['upper', 'work'].map((name) => join(this.folder, name));
    const layers = `lowerdir=${this.base},upperdir=${upper},workdir=${work}`;
    await tool('mount', ['-t', 'overlay', 'k3stack-lab', '-o', layers, this.root]);
    for (const [path, size] of Object.entries(this.disks)) {
      mkdirSync(join(this.root, path), { recursive: true });
      await tool('mount', [
        '-t',
        'tmpfs',
        '-o',
        `size=${size},mode=755`,
        'k3stack-lab',
        join(this.root, path),
      ]);
    }
    this.write(identity);
    await this.changeHostKeys();
  }

  /** New host keys of every type that sshd has by default. */
  async changeHostKeys(): Promise<void> {
    for (const name of readdirSync(join(this.root, 'etc/ssh'))) {
      if (name.startsWith('ssh_host_')) rmSync(join(this.root, 'etc/ssh', name));
    }
    await tool('ssh-keygen', ['-A', '-f', this.root]);
  }

  /** Throws the disk away. */
  async destroy(): Promise<void> {
    await unmountBelow(this.root);
    for (const name of ['root', 'upper', 'work'])
      rmSync(join(this.folder, name), { recursive: true, force: true });
  }

  private write({ name, address, resolver, keys }: HostIdentity): void {
    const put = (path: string, text: string) => writeFileSync(join(this.root, path), text);
    put('etc/hostname', `${name}\n`);
    put('etc/hosts', `127.0.0.1 localhost\n${address} ${name}\n::1 localhost ip6-localhost ip6-loopback\n`);
    put('etc/resolv.conf', `nameserver ${resolver}\n`);
    put('etc/machine-id', `${randomBytes(16).toString('hex')}\n`);
    for (const [user, home] of Object.entries(HOMES)) this.authorize(user, home, keys);
  }

  private authorize(user: string, home: string, keys: LabKeys): void {
    const [uid, gid] = this.idsOf(user);
    const folder = join(this.root, home, '.ssh');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, 'authorized_keys');
    writeFileSync(file, `${keys.publicKey}\n${keys.encryptedPublicKey}\n`, { mode: 0o600 });
    for (const path of [folder, file]) chownSync(path, uid, gid);
  }

  private idsOf(user: string): [uid: number, gid: number] {
    const line = readFileSync(join(this.root, 'etc/passwd'), 'utf8').match(
      new RegExp(`^${user}:.*$`, 'm'),
    )?.[0];
    const [, , uid, gid] = line?.split(':') ?? [];
    return [Number(uid), Number(gid)];
  }
}

/** What tells a host from another one of the same base. */
export interface HostIdentity {
  readonly name: string;
  readonly address: string;

  /** Where names are asked for. */
  readonly resolver: string;
  readonly keys: LabKeys;
}
