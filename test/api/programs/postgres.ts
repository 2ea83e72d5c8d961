import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../component';
import { type ProcessUser, removeFolder, serverFolder, ServerProcess, whyMissing } from './server-process';

/** Why there is no PostgreSQL here; `undefined` when there is. */
export function whyNoPostgres(): string | undefined {
  return programs() === undefined
    ? 'it needs PostgreSQL: apt-get install postgresql'
    : whyMissing('psql', 'postgresql-client');
}

/** A PostgreSQL on 127.0.0.1, with a password asked of everybody who comes by TCP. */
export interface Postgres {
  readonly host: string;
  readonly port: number;

  /** Its administrator. */
  readonly user: string;
  readonly password: string;

  /** Folder of its own `psql`, `pg_dump` and `pg_restore`. */
  readonly bin: string;

  /** Runs SQL as the administrator; rows as lines, columns parted by `|`. */
  sql(text: string, database?: string): string;

  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

/** Starts Debian's PostgreSQL with an empty database `postgres`. */
export async function startPostgres(): Promise<Postgres> {
  const bin = programs();
  if (bin === undefined) throw new Error(whyNoPostgres());
  const folder = serverFolder('postgres');
  const user = process.getuid?.() === 0 ? accountOf('postgres') : undefined;
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const password = 'test-password';
  initialize(bin, folder, user, password);
  const [port = 0] = await freePorts(1);
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: folder,
    fsync: 'off',
  };
  const server = new ServerProcess(folder, {
    file: join(bin, 'postgres'),
    args: [
      '-D',
      join(folder, 'data'),
      ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    user,
    stopSignal: 'SIGINT', // without waiting for clients
  });
  const env = { PATH: process.env['PATH'], PGPASSWORD: password };
  const sql = (text: string, database = 'postgres'): string => {
    const client = ['-X', '-q', '-h', '127.0.0.1', '-p', String(port), '-U', ADMIN, '-d', database];
    return execFileSync(join(bin, 'psql'), [...client, '-v', 'ON_ERROR_STOP=1', '-At', '-f', '-'], {
      input: text,
      encoding: 'utf8',
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  };
  const stop = async (): Promise<void> => {
    await server.stop();
    removeFolder(folder);
  };
  try {
    await server.start(() => Promise.resolve(sql('SELECT 1;').trim() === '1'));
  } catch (error) {
    await stop();
    throw error;
  }
  return { host: '127.0.0.1', port, user: ADMIN, password, bin, sql, stop };
}

/** PostgreSQL refuses to run as root. */
function initialize(bin: string, folder: string, user: ProcessUser | undefined, password: string): void {
  const file = join(folder, 'password');
  writeFileSync(file, password, { mode: 0o600 });
  const options = [
    '-D',
    join(folder, 'data'),
    '-U',
    ADMIN,
    '-A',
    'scram-sha-256',
    '--pwfile',
    file,
    '--no-sync',
  ];
  const own =
    user === undefined ? [] : ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups'];
  if (user !== undefined) chownSync(file, user.uid, user.gid);
  execFileSync('setpriv', [...own, join(bin, 'initdb'), ...options], { cwd: folder, stdio: 'ignore' });
}

/** Folder of the newest PostgreSQL, where Debian puts it. */
function programs(): string | undefined {
  if (!existsSync(DEBIAN)) return undefined;
  const [newest] = readdirSync(DEBIAN).sort((one, other) => Number(other) - Number(one));
  const bin = join(DEBIAN, newest ?? '', 'bin');
  return existsSync(join(bin, 'initdb')) ? bin : undefined;
}

function accountOf(name: string): ProcessUser {
  const id = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

const DEBIAN = '/usr/lib/postgresql';
const ADMIN = 'postgres';
