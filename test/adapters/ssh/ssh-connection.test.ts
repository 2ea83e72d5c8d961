import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SshConnection } from '../../../adapters/ssh/ssh-connection';
import { K3stackError } from '../../../lib/errors';
import type { Ssh } from '../../../lib/cluster/node';
import type { HostLogin } from '../../../adapters/ssh/host-connection';
import { freePort, keyPair, publicKey, Sshd } from '../../support/sshd';

let sshd: Sshd;
let keys: string;

beforeAll(async () => {
  keys = mkdtempSync(join(tmpdir(), 'k3stack-keys-'));
  keyPair(join(keys, 'other'), 'ed25519');
  keyPair(join(keys, 'locked'), 'ed25519', 'open sesame');
  keyPair(join(keys, 'rsa'), 'rsa');
  keyPair(join(keys, 'ecdsa'), 'ecdsa');
  sshd = await Sshd.start();
});
afterAll(() => {
  sshd.remove();
  rmSync(keys, { recursive: true, force: true });
});

const key = (name: string) => ({ name, text: readFileSync(join(keys, name), 'utf8') });

async function failure(ssh: Ssh, login: HostLogin, patience = 0): Promise<K3stackError> {
  try {
    const connection = await SshConnection.open('alfa', ssh, login, { patience });
    connection.close();
  } catch (error) {
    expect(error).toBeInstanceOf(K3stackError);
    return error as K3stackError;
  }
  throw new Error('it connected');
}

async function opened<T>(
  ssh: Ssh,
  login: HostLogin,
  use: (connection: SshConnection) => Promise<T>,
): Promise<T> {
  const connection = await SshConnection.open('alfa', ssh, login, { patience: 10 });
  try {
    return await use(connection);
  } finally {
    connection.close();
  }
}

describe('commands', () => {
  test('return exit code, both outputs, and get their standard input', async () => {
    const lines: string[] = [];
    const result = await opened(sshd.ssh(), sshd.login(), (connection) =>
      connection.exec('cat; echo one >&2; printf two >&2; exit 7', {
        stdin: 'given',
        onStderrLine: (line) => lines.push(line),
      }),
    );
    expect(result).toEqual({ code: 7, stdout: 'given', stderr: 'one\ntwo' });
    expect(lines).toEqual(['one', 'two']);
  });

  test('run beside each other on one connection', async () => {
    const codes = await opened(sshd.ssh(), sshd.login(), (connection) =>
      Promise.all([1, 2, 3, 4, 5].map(async (n) => (await connection.exec(`sleep 0.1; exit ${n}`)).code)),
    );
    expect(codes).toEqual([1, 2, 3, 4, 5]);
    expect(sshd.sessions().length).toBeLessThanOrEqual(1);
  });

  test('get 64 MB of data whole', async () => {
    const chunk = randomBytes(1 << 20);
    const hash = createHash('sha256');
    for (let n = 0; n < 64; n++) hash.update(chunk);
    const { stdout } = await opened(sshd.ssh(), sshd.login(), (connection) =>
      connection.exec('sha256sum', { stdin: Readable.from(Array.from({ length: 64 }, () => chunk)) }),
    );
    expect(stdout.slice(0, 64)).toBe(hash.digest('hex'));
  }, 60_000);

  test('that read nothing of a large input still tell how they ended', async () => {
    const result = await opened(sshd.ssh(), sshd.login(), (connection) =>
      connection.exec('exit 3', { stdin: Buffer.alloc(20 << 20) }),
    );
    expect(result.code).toBe(3);
  });

  test('are given up when their time is over', async () => {
    const ended = opened(sshd.ssh(), sshd.login(), (connection) =>
      connection.exec('sleep 30', { timeout: 0.3 }),
    );
    await expect(ended).rejects.toMatchObject({ code: 'HOST_COMMAND_TIMEOUT' });
  });

  test('that write without end are given up', async () => {
    const ended = opened(sshd.ssh(), sshd.login(), (connection) => connection.exec('yes'));
    await expect(ended).rejects.toMatchObject({ code: 'HOST_OUTPUT_TOO_LARGE' });
  }, 30_000);

  test('whose link is cut ended in an unknown way, which is no failure of theirs', async () => {
    const marker = join(sshd.folder, 'went-on');
    const running = opened(sshd.ssh(), sshd.login(), (connection) =>
      connection.exec(`trap '' HUP PIPE; echo started >&2; sleep 0.5; touch ${marker}`, {
        onStderrLine: () => sshd.cut(),
      }),
    );
    await expect(running).rejects.toMatchObject({
      code: 'SSH_CONNECTION_LOST',
      message: expect.stringContaining('may still be running') as unknown as string,
    });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(existsSync(marker)).toBe(true);
  });

  test('that a signal ends, ended in an unknown way too', async () => {
    const ended = opened(sshd.ssh(), sshd.login(), (connection) => connection.exec('kill -KILL $$'));
    await expect(ended).rejects.toMatchObject({
      code: 'SSH_CONNECTION_LOST',
      message: expect.stringContaining('SIGKILL') as unknown as string,
    });
  });
});

describe('the host key', () => {
  test('that is not known is refused before anything is connected to', async () => {
    const error = await failure({ host: '192.0.2.1', user: 'root' }, sshd.login());
    expect(error.code).toBe('SSH_HOST_KEY_UNKNOWN');
    expect(error.message).toMatch(/^no host key is known for alfa \(root@192.0.2.1\).*k3stack hosts trust/);
  });

  test('that differs is refused at once, with both fingerprints', async () => {
    const other = publicKey(join(keys, 'other.pub'));
    const startedAt = performance.now();
    const error = await failure(sshd.ssh({ hostKey: other }), sshd.login(), 60);
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect(error.code).toBe('SSH_HOST_KEY_CHANGED');
    expect(error.message).toContain(`pinned ssh-ed25519 ${fingerprintOf(join(keys, 'other.pub'))}`);
    expect(error.message).toContain(`found  ssh-ed25519 ${fingerprintOf(join(sshd.folder, 'host.pub'))}`);
    expect(error.message).toContain('not tried again');
  });

  test('of another type than the pinned one is a changed key, and is shown', async () => {
    const error = await failure(sshd.ssh({ hostKey: publicKey(join(keys, 'ecdsa.pub')) }), sshd.login(), 60);
    expect(error.code).toBe('SSH_HOST_KEY_CHANGED');
    expect(error.message).toContain(`found  ssh-ed25519 ${fingerprintOf(join(sshd.folder, 'host.pub'))}`);
  });

  test('may not be pinned as ssh-rsa', async () => {
    const error = await failure(sshd.ssh({ hostKey: publicKey(join(keys, 'rsa.pub')) }), sshd.login());
    expect(error.code).toBe('SSH_HOST_KEY_UNUSABLE');
    expect(error.message).toContain('ssh-keyscan -t ed25519 127.0.0.1');
  });

  test('can be ecdsa', async () => {
    const other = await Sshd.start([], 'ecdsa');
    try {
      const { code } = await opened(other.ssh(), other.login(), (connection) => connection.exec('true'));
      expect(code).toBe(0);
    } finally {
      other.remove();
    }
  });
});

describe('the login', () => {
  test('that is refused fails at once, and says what was tried', async () => {
    const startedAt = performance.now();
    const error = await failure(sshd.ssh(), { privateKeys: [key('other')] }, 60);
    expect(performance.now() - startedAt).toBeLessThan(8000);
    expect(error.code).toBe('SSH_LOGIN_REFUSED');
    expect(error.message).toContain('tried the key other');
  });

  test('tries one key after the other', async () => {
    const [own] = sshd.login().privateKeys ?? [];
    const { stdout } = await opened(sshd.ssh(), { privateKeys: [key('other'), own!] }, (connection) =>
      connection.exec('echo in'),
    );
    expect(stdout).toBe('in\n');
  });

  test('by an RSA key works with the signatures of today', async () => {
    const rsa = await Sshd.start([`AuthorizedKeysFile ${join(keys, 'rsa.pub')}`]);
    try {
      const { code } = await opened(rsa.ssh(), { privateKeys: [key('rsa')] }, (connection) =>
        connection.exec('true'),
      );
      expect(code).toBe(0);
    } finally {
      rsa.remove();
    }
  });

  test('with a key that is encrypted needs the passphrase, before anything is connected to', async () => {
    const unreachable = sshd.ssh({ host: '192.0.2.1' });
    const without = await failure(unreachable, { privateKeys: [key('locked')] });
    expect(without.code).toBe('SSH_KEY_UNREADABLE');
    expect(without.message).toContain(
      'the private key locked cannot be used: it is encrypted, and no passphrase is given',
    );
    const wrong = await failure(unreachable, { privateKeys: [key('locked')], passphrase: 'sesame' });
    expect(wrong.message).toContain('the passphrase is wrong');
    const other = await failure(unreachable, {
      privateKeys: [{ name: 'pub', text: publicKey(join(keys, 'rsa.pub')) }],
    });
    expect(other.message).toContain('it is a public key');
    expect((await failure(unreachable, {})).code).toBe('SSH_NO_IDENTITY');
  });

  test('with an encrypted key and its passphrase works', async () => {
    const locked = await Sshd.start([`AuthorizedKeysFile ${join(keys, 'locked.pub')}`]);
    try {
      const login = { privateKeys: [key('locked')], passphrase: 'open sesame' };
      expect((await opened(locked.ssh(), login, (connection) => connection.exec('true'))).code).toBe(0);
    } finally {
      locked.remove();
    }
  });

  test('by an agent works, and an agent that is gone is told of', async () => {
    const socket = join(keys, 'agent');
    const agent = execFileSync('ssh-agent', ['-s', '-a', socket], { encoding: 'utf8' });
    const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(agent)?.[1]);
    try {
      execFileSync('ssh-add', ['-q', join(sshd.folder, 'user')], {
        env: { ...process.env, SSH_AUTH_SOCK: socket },
        stdio: 'ignore',
      });
      const { code } = await opened(sshd.ssh(), { agentSocket: socket }, (connection) =>
        connection.exec('true'),
      );
      expect(code).toBe(0);
    } finally {
      process.kill(pid);
    }
    const error = await failure(sshd.ssh(), { agentSocket: join(keys, 'nobody') });
    expect(error.code).toBe('SSH_LOGIN_REFUSED');
    expect(error.message).toContain('the agent says');
  });
});

describe('a host that cannot be reached', () => {
  test('is named with the reason', async () => {
    const port = await freePort();
    const error = await failure(sshd.ssh({ port }), sshd.login());
    expect(error.code).toBe('SSH_UNREACHABLE');
    expect(error.message).toMatch(
      /^cannot reach alfa \(\w+@127.0.0.1:\d+\): nothing listens there \(connection refused\)/,
    );
    const unknown = await failure(sshd.ssh({ host: 'no-such-host.invalid' }), sshd.login());
    expect(unknown.message).toMatch(/DNS/);
  });

  test('is waited for', async () => {
    const slow = await Sshd.start();
    slow.stop();
    const opening = opened(slow.ssh(), slow.login(), (connection) => connection.exec('true'));
    setTimeout(() => void slow.restart(), 1500);
    try {
      expect((await opening).code).toBe(0);
    } finally {
      slow.remove();
    }
  }, 20_000);

  test('drops logins when many come at once (MaxStartups): all come in after all', async () => {
    const strict = await Sshd.start(['MaxStartups 2:100:2', 'LoginGraceTime 20']);
    try {
      const all = await Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          SshConnection.open(`host-${n}`, strict.ssh(), strict.login(), { patience: 40 }),
        ),
      );
      expect(all.every((connection) => connection.open)).toBe(true);
      all.forEach((connection) => connection.close());
    } finally {
      strict.remove();
    }
  }, 60_000);

  test('speaks something else', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const error = await failure(sshd.ssh({ port }), sshd.login());
    server.close();
    expect(error.code).toBe('SSH_UNREACHABLE');
  });
});

describe('a bastion', () => {
  let bastion: Sshd;
  beforeAll(async () => {
    bastion = await Sshd.start([`AuthorizedKeysFile ${join(sshd.folder, 'authorized_keys')}`]);
  });
  afterAll(() => bastion.remove());

  const through = (changes: Partial<Ssh> = {}, hop: Partial<NonNullable<Ssh['bastion']>> = {}): Ssh =>
    sshd.ssh({
      ...changes,
      bastion: {
        host: '127.0.0.1',
        port: bastion.port,
        user: bastion.user,
        hostKey: bastion.hostKey,
        ...hop,
      },
    });

  test('passes on', async () => {
    const { stdout } = await opened(through(), sshd.login(), (connection) => connection.exec('echo in'));
    expect(stdout).toBe('in\n');
  });

  test.each<[string, string, () => Promise<Ssh>, RegExp]>([
    [
      'that is away',
      'SSH_BASTION_UNREACHABLE',
      async () => through({}, { port: await freePort() }),
      /alfa itself was not tried/,
    ],
    [
      'with another key',
      'SSH_BASTION_HOST_KEY_CHANGED',
      () => Promise.resolve(through({}, { hostKey: publicKey(join(keys, 'other.pub')) })),
      /^the bastion \w+@127.0.0.1:\d+ in front of alfa shows another host key/,
    ],
    [
      'without a pinned key',
      'SSH_HOST_KEY_UNKNOWN',
      () => Promise.resolve(withoutKey(through())),
      /the bastion .* ssh.bastion.hostKey/,
    ],
    [
      'in front of a host that is away',
      'SSH_UNREACHABLE',
      async () => through({ port: await freePort() }),
      /^cannot reach alfa .* the bastion says: Connection refused; the bastion 127.0.0.1 was reached/,
    ],
    [
      'in front of a host with another key',
      'SSH_HOST_KEY_CHANGED',
      () => Promise.resolve(through({ hostKey: publicKey(join(keys, 'other.pub')) })),
      /^alfa /,
    ],
  ])('%s', async (_, code, ssh, message) => {
    const error = await failure(await ssh(), sshd.login());
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  test('that refuses the login, and one in front of a host that does', async () => {
    expect((await failure(through(), { privateKeys: [key('other')] })).code).toBe(
      'SSH_BASTION_LOGIN_REFUSED',
    );
    const own = await Sshd.start();
    try {
      const behind = { ...own.ssh(), bastion: through().bastion! };
      expect((await failure(behind, sshd.login())).code).toBe('SSH_LOGIN_REFUSED');
    } finally {
      own.remove();
    }
  });

  test('that passes nothing on', async () => {
    const strict = await Sshd.start([
      `AuthorizedKeysFile ${join(sshd.folder, 'authorized_keys')}`,
      'AllowTcpForwarding no',
    ]);
    try {
      const error = await failure(through({}, { port: strict.port, hostKey: strict.hostKey }), sshd.login());
      expect(error.code).toBe('SSH_BASTION_REFUSES_FORWARDING');
    } finally {
      strict.remove();
    }
  });
});

function withoutKey(ssh: Ssh): Ssh {
  const { host, port, user } = ssh.bastion!;
  return {
    ...ssh,
    bastion: { host, ...(port !== undefined && { port }), ...(user !== undefined && { user }) },
  };
}

function fingerprintOf(file: string): string {
  return execFileSync('ssh-keygen', ['-l', '-f', file], { encoding: 'utf8' }).split(' ')[1] ?? '';
}
