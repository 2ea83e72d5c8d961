import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { giteaBinary, giteaModule } from '../gitea/programs';

/** A real Gitea with SQLite, on loopback, as a process of this user. */
export class GiteaServer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'k3stack-gitea-'));
  #process: ChildProcess | undefined;
  #log = '';

  private constructor(readonly port: number) {}

  /** Where its pages begin. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Folder that is removed with it. */
  get folder(): string {
    return this.#folder;
  }

  static async start(): Promise<GiteaServer> {
    const server = new GiteaServer(await freePort());
    server.#configure();
    server.run('migrate');
    await server.resume();
    return server;
  }

  /** Starts it again after `pause`. */
  async resume(): Promise<void> {
    const started = spawn(giteaBinary(), ['web', '--config', this.#config], {
      cwd: this.#folder,
      env: this.#env(),
    });
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (chunk: Buffer) => (this.#log += chunk.toString()));
    this.#process = started;
    for (let tries = 0; tries < 240; tries++) {
      if (started.exitCode !== null) break;
      if (await this.#answers()) return;
      await sleep(250);
    }
    throw new Error(`Gitea did not start:\n${this.#log.slice(-4000)}`);
  }

  /** Ends the process; its data stays. */
  async pause(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (running === undefined || running.exitCode !== null) return;
    running.kill('SIGTERM');
    await once(running, 'exit');
  }

  async stop(): Promise<void> {
    await this.pause();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Runs a command of Gitea's own on its data. */
  run(...args: string[]): string {
    return execFileSync(giteaBinary(), ['--config', this.#config, ...args], {
      cwd: this.#folder,
      env: this.#env(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** A person. */
  addUser(name: string, options: readonly string[] = []): void {
    const mail = `${name}@example.org`;
    const login = [
      '--username',
      name,
      '--password',
      PASSWORD,
      '--email',
      mail,
      '--must-change-password=false',
    ];
    this.run('admin', 'user', 'create', ...login, ...options);
  }

  /** A token of a person. */
  token(user: string, scopes: string): string {
    const name = ['--username', user, '--token-name', `t${this.#tokens++}`, '--scopes', scopes];
    const said = this.run('admin', 'user', 'generate-access-token', '--raw', ...name);
    // Its log may come first.
    return said.trim().split('\n').at(-1) ?? '';
  }

  /** Asks the API as a person does who knows the password. */
  async ask<T>(
    method: string,
    path: string,
    options: { readonly as: string; readonly body?: object },
  ): Promise<T> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${options.as}:${PASSWORD}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      ...(options.body && { body: JSON.stringify(options.body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  #tokens = 1;

  get #config(): string {
    return join(this.#folder, 'app.ini');
  }

  #env(): NodeJS.ProcessEnv {
    return { PATH: process.env['PATH'], HOME: this.#folder, GITEA_WORK_DIR: this.#folder };
  }

  async #answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/api/healthz`)).ok;
    } catch {
      return false;
    }
  }

  #configure(): void {
    mkdirSync(join(this.#folder, 'data'));
    writeFileSync(this.#config, configuration(this.port, this.#folder));
  }
}

/** Of everyone in it. */
export const PASSWORD = 'correct-horse-battery';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** What code.gitea.io/gitea@v1.26.4:custom/conf/app.example.ini has other values for, or which it cannot know. */
function configuration(port: number, folder: string): string {
  return `RUN_USER = ${userInfo().username}
RUN_MODE = prod
${process.getuid?.() === 0 ? 'I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true' : ''}
WORK_PATH = ${folder}
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = ${port}
ROOT_URL = http://127.0.0.1:${port}/
STATIC_ROOT_PATH = ${giteaModule()}
START_SSH_SERVER = false
DISABLE_SSH = true
OFFLINE_MODE = true
[database]
DB_TYPE = sqlite3
[security]
INSTALL_LOCK = true
PASSWORD_HASH_ALGO = pbkdf2$10000$50
[service]
DISABLE_REGISTRATION = true
[repository]
DEFAULT_BRANCH = main
[actions]
ENABLED = true
[log]
LEVEL = Warn
`;
}
