import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cli, folderWith } from '../support/cli';
import { freePort, keyPair, publicKey, Sshd } from '../support/sshd';

let alfa: Sshd;
let bastion: Sshd;
let home: string;
beforeAll(async () => {
  alfa = await Sshd.start();
  bastion = await Sshd.start([`AuthorizedKeysFile ${join(alfa.folder, 'authorized_keys')}`]);
  home = folderWith({ '.ssh/id_ed25519': readFileSync(join(alfa.folder, 'user'), 'utf8') });
});
afterAll(() => {
  alfa.remove();
  bastion.remove();
});

interface Node {
  readonly port: number;
  readonly bastion?: { readonly port: number };
}

/** Hosts on loopback; names of servers and agents. */
function program(servers: Record<string, Node>, agents: Record<string, Node> = {}): string {
  const nodes = (of: Record<string, Node>): string =>
    JSON.stringify(
      Object.fromEntries(
        Object.entries(of).map(([name, { port, bastion: hop }], index) => [
          name,
          {
            ssh: {
              host: '127.0.0.1',
              port,
              user: alfa.user,
              ...(hop && { bastion: { host: '127.0.0.1', port: hop.port, user: alfa.user } }),
            },
            nodeIp: `10.0.0.${(of === servers ? 10 : 20) + index}`,
          },
        ]),
      ),
    );
  return `import { environments, K3sCluster } from 'k3stack';
export default environments({ production: {} }, (env) => {
  new K3sCluster(env, 'k3s', { version: 'v1.34.1+k3s1', servers: ${nodes(servers)}, agents: ${nodes(agents)} });
});
`;
}

const run = (cwd: string, args: string[], answer?: string) =>
  cli(args, { cwd, env: { HOME: home }, ...(answer !== undefined && { answer }) });
const fingerprint = (sshd: Sshd): string =>
  execFileSync('ssh-keygen', ['-l', '-f', join(sshd.folder, 'host.pub')], { encoding: 'utf8' }).split(
    ' ',
  )[1] ?? '';

describe('hosts trust', () => {
  test('shows keys and asks before it writes them, also of a host behind a bastion', async () => {
    const cwd = folderWith({ 'environments.ts': program({ alfa: { port: alfa.port, bastion } }) });
    const no = await run(cwd, ['hosts', 'trust'], 'n');
    expect(no.code).toBe(1);
    expect(no.stdout).toContain(`+ 127.0.0.1:${bastion.port} (alfa) ssh-ed25519 ${fingerprint(bastion)} new`);
    expect(no.stdout).toContain('known_hosts is unchanged');

    const yes = await run(cwd, ['hosts', 'trust'], 'y');
    expect(yes.stdout).toContain(`+ 127.0.0.1:${alfa.port} (alfa) ssh-ed25519 ${fingerprint(alfa)} new`);
    expect(yes.code).toBe(0);
    expect(readFileSync(join(cwd, 'known_hosts'), 'utf8')).toBe(
      `[127.0.0.1]:${bastion.port} ${bastion.hostKey}\n[127.0.0.1]:${alfa.port} ${alfa.hostKey}\n`,
    );
    const again = await run(cwd, ['hosts', 'trust', '--json']);
    expect(again.code).toBe(0);
    expect(
      (JSON.parse(again.stdout) as { keys: { state: string }[] }).keys.map(({ state }) => state),
    ).toEqual(['known', 'known']);
  }, 30_000);

  test('without a person to ask writes nothing unless told so', async () => {
    const cwd = folderWith({ 'environments.ts': program({ alfa: { port: alfa.port } }) });
    const { code, stderr } = await run(cwd, ['hosts', 'trust']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'nobody is there to ask: compare the fingerprints, then run k3stack hosts trust --yes\n',
    });
    expect((await run(cwd, ['hosts', 'trust', '--yes', '--quiet'])).code).toBe(0);
    expect(readFileSync(join(cwd, 'known_hosts'), 'utf8')).toContain(alfa.hostKey);
  }, 30_000);

  test('never replaces a changed key unless its host is named', async () => {
    const cwd = folderWith({ 'environments.ts': program({ alfa: { port: alfa.port } }) });
    const other = join(cwd, 'other');
    keyPair(other, 'ed25519');
    const before = `# ours\n[127.0.0.1]:${alfa.port} ${publicKey(`${other}.pub`)}\nelsewhere ${alfa.hostKey}\n`;
    writeFileSync(join(cwd, 'known_hosts'), before);
    const refused = await run(cwd, ['hosts', 'trust', '--yes']);
    expect(refused.code).toBe(3);
    expect(refused.stdout).toMatch(/has changed\n    known SHA256:.*\n    found ssh-ed25519 SHA256:/);
    expect(readFileSync(join(cwd, 'known_hosts'), 'utf8')).toBe(before);
    const replaced = await run(cwd, ['hosts', 'trust', '--yes', '--replace', 'alfa']);
    expect(replaced.code).toBe(0);
    expect(readFileSync(join(cwd, 'known_hosts'), 'utf8')).toBe(
      `# ours\nelsewhere ${alfa.hostKey}\n[127.0.0.1]:${alfa.port} ${alfa.hostKey}\n`,
    );
  }, 30_000);

  test('tells of a host that is away, and writes the others', async () => {
    const cwd = folderWith({
      'environments.ts': program({ alfa: { port: alfa.port } }, { delta: { port: await freePort() } }),
    });
    const { code, stdout } = await run(cwd, ['hosts', 'trust', '--yes']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ 127.0.0.1:\d+ \(delta\) cannot reach delta .*: nothing listens there/);
    expect(readFileSync(join(cwd, 'known_hosts'), 'utf8')).toContain(alfa.hostKey);
  }, 30_000);

  test('does not write a key that would not count: revoked, or beside another one in the program', async () => {
    const text = program({ alfa: { port: alfa.port } });
    const revoked = `@revoked [127.0.0.1]:${alfa.port} ${alfa.hostKey}\n`;
    const cwd = folderWith({ 'environments.ts': text, known_hosts: revoked });
    const { code, stdout } = await run(cwd, ['hosts', 'trust', '--yes']);
    expect(code).toBe(1);
    expect(stdout).toContain(`is revoked by ${join(cwd, 'known_hosts')}:1; give the host a new one`);
    expect(readFileSync(join(cwd, 'known_hosts'), 'utf8')).toBe(revoked);

    const other = join(cwd, 'other');
    keyPair(other, 'ed25519');
    const pinned = text.replace('"port"', `"hostKey":"${publicKey(`${other}.pub`)}","port"`);
    const own = folderWith({ 'environments.ts': pinned });
    const changed = await run(own, ['hosts', 'trust', '--yes', '--replace', 'alfa']);
    expect(changed.code).toBe(3);
    expect(changed.stdout).toContain(
      `the known one is ssh.hostKey in the program; if the machine was made anew, write there: ${alfa.hostKey}\n`,
    );
    expect(existsSync(join(own, 'known_hosts'))).toBe(false);
  }, 30_000);

  test('refuses to replace the key of what is no host of it', async () => {
    const cwd = folderWith({ 'environments.ts': program({ alfa: { port: alfa.port } }) });
    const { code, stderr } = await run(cwd, ['hosts', 'trust', '--yes', '--replace', 'alpha']);
    expect(code).toBe(1);
    expect(stderr).toContain(
      "--replace names 'alpha', which is no host that is asked; write one of alfa, 127.0.0.1",
    );
    expect(existsSync(join(cwd, 'known_hosts'))).toBe(false);
  });

  test('writes an IPv6 address and its port apart', async () => {
    const port = await freePort();
    const text = program({ alfa: { port } }).replace('"127.0.0.1"', '"::1"');
    const { code, stdout } = await run(folderWith({ 'environments.ts': text }), ['hosts', 'trust', '--yes']);
    expect(code).toBe(1);
    expect(stdout).toContain(`✗ [::1]:${port} (alfa) cannot reach alfa (${alfa.user}@[::1]:${port}): `);
  }, 30_000);

  test('names another action as wrong', async () => {
    const cwd = folderWith({ 'environments.ts': program({ alfa: { port: alfa.port } }) });
    expect((await run(cwd, ['hosts', 'forget'])).stderr).toContain(
      "hosts has one action, trust; got 'forget'",
    );
  });
});

describe('check', () => {
  test('looks at hosts and the ports between them, and changes nothing', async () => {
    const cwd = folderWith({
      'environments.ts': program({ alfa: { port: alfa.port } }, { echo: { port: bastion.port } }),
    });
    await run(cwd, ['hosts', 'trust', '--yes', '--quiet']);
    const root = join(alfa.folder, 'root');
    mkdirSync(root, { recursive: true });
    const { code, stdout } = await run(cwd, ['check', '--host', 'alfa', '--json']);
    const { hosts, links } = JSON.parse(stdout) as {
      hosts: { host: string; state: string; facts: { system: string } }[];
      links: { from: string; to: string; port: number; protocol: string; state: string }[];
    };
    // Whether this machine would do as a host is not known here.
    expect([0, 3]).toContain(code);
    expect(hosts).toMatchObject([{ host: 'alfa', facts: { system: 'Linux' } }]);
    expect(links.map(({ from, to, port, protocol }) => `${from} ${to} ${port}/${protocol}`)).toEqual([
      'alfa echo 10250/tcp',
      'alfa echo 8472/udp',
    ]);
    expect(links[1]?.state).toBe('not-probed');
    expect(existsSync(join(root, 'var'))).toBe(false);
  }, 60_000);

  test('says which host cannot be reached, which has no known key, and which lets nobody in', async () => {
    const closed = await Sshd.start();
    try {
      const cwd = folderWith({
        'environments.ts': program(
          { alfa: { port: closed.port } },
          { delta: { port: await freePort() }, echo: { port: bastion.port } },
        ),
        known_hosts: '',
      });
      writeFileSync(
        join(cwd, 'known_hosts'),
        `[127.0.0.1]:${closed.port} ${closed.hostKey}\n[127.0.0.1]:${bastion.port} ${alfa.hostKey}\n`,
      );
      const { code, stdout } = await run(cwd, ['check', '--no-ports']);
      expect(code).toBe(1);
      expect(stdout).toContain('✗ production/alfa SSH_LOGIN_REFUSED');
      expect(stdout).toContain('✗ production/delta SSH_HOST_KEY_UNKNOWN');
      expect(stdout).toContain('✗ production/echo SSH_HOST_KEY_CHANGED');
    } finally {
      closed.remove();
    }
  }, 60_000);
});
