import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runTool, tool } from '../hosts/run-tool';
import { makeCertificates } from './certificates';

/** What a database is asked to be. */
export interface DatabaseOptions {
  readonly kind: DatabaseKind;

  /** Of this machine, as hosts see it; the only one that it listens on. */
  readonly address: string;

  /** Of the user `k3s`, who owns the database `k3s`. */
  readonly password: string;
}

export type DatabaseKind = 'postgres' | 'mariadb';

/** A server of Debian's own packages, with data, CA and certificate of its own, beside any that this machine runs. TLS only. */
export class Database {
  readonly port: number;

  /** PEM text of the CA that has signed its certificate. */
  readonly ca: string;
  private child: ChildProcess | undefined;

  private constructor(
    private readonly options: DatabaseOptions,
    private readonly folder: string,
    private readonly user: { readonly uid: number; readonly gid: number },
  ) {
    this.port = options.kind === 'postgres' ? 15432 : 13306;
    this.ca = readFileSync(join(folder, 'ca.crt'), 'utf8');
  }

  /** Makes one and starts it. */
  static async start(options: DatabaseOptions): Promise<Database> {
    const { kind, address } = options;
    const account = kind === 'postgres' ? 'postgres' : 'mysql';
    const id = (flag: string): number => Number(execFileSync('id', [flag, account], { encoding: 'utf8' }));
    const user = { uid: id('-u'), gid: id('-g') };
    const folder = mkdtempSync(join(tmpdir(), 'k3stack-lab-database-'));
    chownSync(folder, user.uid, user.gid);
    await makeCertificates(folder, address);
    for (const name of ['server.key', 'server.crt', 'ca.crt']) {
      chownSync(join(folder, name), user.uid, user.gid);
      chmodSync(join(folder, name), 0o600);
    }
    const database = new Database(options, folder, user);
    await database.create();
    await database.up();
    return database;
  }

  /** Starts it again, as it was. */
  async up(): Promise<void> {
    const [program = '', ...args] = this.options.kind === 'postgres' ? this.postgres() : this.mariadb();
    this.child = spawn(program, args, { ...this.user, stdio: ['ignore', 'ignore', 'ignore'] });
    const { child } = this;
    for (let round = 0; !(await this.answers()); round++) {
      if (child.exitCode !== null || round > 240)
        throw new Error(`${this.options.kind} does not start:\n${this.log()}`);
      await sleep(500);
    }
    if (this.options.kind === 'postgres') await this.createForK3s();
  }

  /** Stops it, its connections at once. */
  async down(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(this.options.kind === 'postgres' ? 'SIGINT' : 'SIGTERM');
    await ended;
  }

  /** Stops it and removes its data. */
  async remove(): Promise<void> {
    await this.down();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs SQL as its administrator. */
  async sql(text: string): Promise<string> {
    return this.options.kind === 'postgres'
      ? tool('psql', [...this.client(), '--no-align', '--tuples-only', '--file=-'], { input: text })
      : tool('mariadb', [...this.client(), '--batch', '--skip-column-names'], { input: text });
  }

  private async create(): Promise<void> {
    const data = join(this.folder, 'data');
    const { uid, gid } = this.user;
    const as = ['--reuid', String(uid), '--regid', String(gid), '--clear-groups'];
    if (this.options.kind === 'postgres') {
      await tool('setpriv', [
        ...as,
        `${POSTGRES}/initdb`,
        '-D',
        data,
        '-U',
        'postgres',
        '-A',
        'trust',
        '--no-sync',
      ]);
      // Its socket lies in a folder of its own user; from the network only TLS and the password count.
      writeFileSync(
        join(data, 'pg_hba.conf'),
        'local all postgres trust\nhostssl k3s k3s 0.0.0.0/0 scram-sha-256\n',
      );
      return;
    }
    const install = [
      '--no-defaults',
      `--datadir=${data}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ];
    await tool('setpriv', [...as, 'mariadb-install-db', ...install]);
    const { password } = this.options;
    const statements = [
      'CREATE DATABASE IF NOT EXISTS k3s;',
      `CREATE USER IF NOT EXISTS 'k3s'@'%' IDENTIFIED BY '${password}' REQUIRE SSL;`,
      "GRANT ALL ON k3s.* TO 'k3s'@'%';",
      '',
    ];
    writeFileSync(join(this.folder, 'init.sql'), statements.join('\n'), { mode: 0o600 });
    chownSync(join(this.folder, 'init.sql'), uid, gid);
  }

  private async createForK3s(): Promise<void> {
    if ((await this.sql("SELECT 1 FROM pg_roles WHERE rolname = 'k3s';")).trim() === '1') return;
    await this.sql(
      `CREATE ROLE k3s LOGIN PASSWORD '${this.options.password}';\nCREATE DATABASE k3s OWNER k3s;\n`,
    );
  }

  private async answers(): Promise<boolean> {
    return this.options.kind === 'postgres'
      ? (await runTool('psql', [...this.client(), '-c', 'SELECT 1'])).code === 0
      : (await runTool('mariadb', [...this.client(), '-e', 'SELECT 1'])).code === 0;
  }

  private client(): string[] {
    return this.options.kind === 'postgres'
      ? ['-X', '-q', '-h', this.folder, '-p', String(this.port), '-U', 'postgres', '-d', 'postgres']
      : ['--no-defaults', `--socket=${this.folder}/socket`, '--user=root'];
  }

  private postgres(): string[] {
    const settings = {
      listen_addresses: this.options.address,
      port: this.port,
      unix_socket_directories: this.folder,
      ssl: 'on',
      ssl_cert_file: join(this.folder, 'server.crt'),
      ssl_key_file: join(this.folder, 'server.key'),
      fsync: 'off',
      max_connections: 200,
      logging_collector: 'on',
      log_directory: this.folder,
      log_filename: 'log',
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    return [`${POSTGRES}/postgres`, '-D', join(this.folder, 'data'), ...options];
  }

  private mariadb(): string[] {
    const settings = {
      datadir: join(this.folder, 'data'),
      'bind-address': this.options.address,
      port: this.port,
      socket: join(this.folder, 'socket'),
      'pid-file': join(this.folder, 'pid'),
      'log-error': join(this.folder, 'log'),
      'init-file': join(this.folder, 'init.sql'),
      'ssl-ca': join(this.folder, 'ca.crt'),
      'ssl-cert': join(this.folder, 'server.crt'),
      'ssl-key': join(this.folder, 'server.key'),
      'innodb-flush-log-at-trx-commit': 0,
    };
    return [
      'mariadbd',
      '--no-defaults',
      ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
    ];
  }

  private log(): string {
    try {
      return readFileSync(join(this.folder, 'log'), 'utf8').slice(-2000);
    } catch {
      return 'it has written no log';
    }
  }
}

/** Where Debian 12 puts it. */
const POSTGRES = '/usr/lib/postgresql/15/bin';
