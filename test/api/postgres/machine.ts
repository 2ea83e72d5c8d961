import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { goProgram, hasGo } from '../../support/go-program';
import { freePorts } from '../component';
import { start, type Ended, type Machine, type ManifestContainer, type Running } from './container';

/** Where Debian 12 has Postgres. */
const POSTGRES = '/usr/lib/postgresql/15/bin';

/** Why databases cannot be run here; `undefined` when they can. */
export function whyNoPostgres(): string | undefined {
  if (!hasGo()) return 'it needs go to build rclone and MinIO';
  if (!existsSync(`${POSTGRES}/postgres`)) return 'it needs Postgres 15: apt install postgresql';
  return existsSync('/usr/bin/busybox')
    ? undefined
    : 'it needs the shell of the image of rclone: apt install busybox';
}

/** Folders, programs and ports of this machine in the place of those of an image; the scripts and their variables stay those of the manifests. */
export class PostgresMachine {
  private readonly running: Running[] = [];

  private constructor(
    readonly folder: string,
    readonly port: number,
    readonly user: { readonly uid: number; readonly gid: number } | undefined,
  ) {}

  static async make(): Promise<PostgresMachine> {
    const folder = mkdtempSync(join(tmpdir(), 'k3stack-postgres-'));
    const [port = 0] = await freePorts(1);
    const machine = new PostgresMachine(folder, port, postgresUser());
    for (const name of ['data', 'sockets', 'dumps', 'tmp', 'bin', 'busybox']) machine.makeFolder(name);
    const ensure = join(folder, 'bin/docker-ensure-initdb.sh');
    writeFileSync(ensure, ENSURE_INITDB);
    chmodSync(ensure, 0o755);
    symlinkSync(rclone(), join(folder, 'bin/rclone'));
    execFileSync('/usr/bin/busybox', ['--install', '-s', join(folder, 'busybox')]);
    return machine;
  }

  /** Starts the server of a StatefulSet, and waits until its probe is content or it has ended. */
  async serve(
    container: ManifestContainer,
    secrets: Machine['secrets'],
    over: Readonly<Record<string, string>> = {},
  ): Promise<Running> {
    const env = { ...this.env(), PGDATA: join(this.folder, 'data/pgdata'), PG_MAJOR: '15', ...over };
    const places = [
      '-c',
      `unix_socket_directories=${join(this.folder, 'sockets')}`,
      '-c',
      'fsync=off',
      '-c',
      'listen_addresses=127.0.0.1',
    ];
    const server = start(container, { secrets, env, ...(this.user && { user: this.user }) }, places);
    this.running.push(server);
    let isOver = false;
    void server.ended.then(() => (isOver = true));
    while (!isOver && !this.isReady()) await sleep(50);
    return server;
  }

  /** Runs one container of a job. */
  run(
    container: ManifestContainer,
    secrets: Machine['secrets'],
    over: Readonly<Record<string, string>> = {},
  ): Promise<Ended> {
    return this.launch(container, secrets, over).ended;
  }

  launch(
    container: ManifestContainer,
    secrets: Machine['secrets'],
    over: Readonly<Record<string, string>> = {},
  ): Running {
    const isRclone = container.image.startsWith('rclone/');
    const env = {
      ...this.env(),
      DUMP_DIRECTORY: join(this.folder, 'dumps'),
      ...(isRclone
        ? {
            PATH: [join(this.folder, 'bin'), join(this.folder, 'busybox')].join(':'),
            RCLONE_CA_CERT: join(this.folder, 'ca.crt'),
          }
        : { PGHOST: '127.0.0.1', PGPORT: String(this.port) }),
      ...over,
    };
    const running = start(container, { secrets, env, ...(isRclone && { programs: BUSYBOX }) });
    this.running.push(running);
    return running;
  }

  /** Asks the server over TCP as its owner does. @throws Error with what psql said. */
  sql(
    text: string,
    login: { readonly user?: string; readonly password: string; readonly database?: string },
  ): string {
    const { user = 'app', password, database = 'app' } = login;
    const { status, stdout, stderr } = spawnSync(
      `${POSTGRES}/psql`,
      [
        '-X',
        '-A',
        '-t',
        '-q',
        '-v',
        'ON_ERROR_STOP=1',
        '-h',
        '127.0.0.1',
        '-p',
        String(this.port),
        '-U',
        user,
        '-d',
        database,
        '-c',
        text,
      ],
      { encoding: 'utf8', env: { PATH: process.env['PATH'], PGPASSWORD: password } },
    );
    if (status !== 0) throw new Error(stderr.trim());
    return stdout.trim();
  }

  /** Ends the server as the manifest's `preStop` does. */
  async stop(server: Running): Promise<void> {
    server.kill('SIGINT');
    await server.ended;
  }

  async remove(): Promise<void> {
    for (const process of this.running) {
      try {
        process.kill('SIGKILL');
      } catch {
        // it has ended
      }
      await process.ended.catch(() => undefined);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Empty, and the servers' user may write to it. */
  makeFolder(name: string): string {
    const path = join(this.folder, name);
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path, { recursive: true });
    if (this.user !== undefined) {
      chownSync(path, this.user.uid, this.user.gid);
      chownSync(this.folder, this.user.uid, this.user.gid);
    }
    return path;
  }

  private isReady(): boolean {
    return (
      spawnSync(`${POSTGRES}/pg_isready`, ['-q', '-h', '127.0.0.1', '-p', String(this.port)]).status === 0
    );
  }

  private env(): Record<string, string> {
    return {
      PATH: [join(this.folder, 'bin'), POSTGRES, '/usr/bin', '/bin'].join(':'),
      TMPDIR: join(this.folder, 'tmp'),
      HOME: join(this.folder, 'tmp'),
      PGPORT: String(this.port),
    };
  }
}

/** The shell of the image of rclone, which is made from Alpine's. */
const BUSYBOX = { '/bin/sh': ['/usr/bin/busybox', 'sh'] };

/** Postgres refuses to run as root. */
function postgresUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** The program of the image, with the parts that the jobs use. */
function rclone(): string {
  return goProgram({
    title: 'rclone',
    sources: join(__dirname, '../rclone'),
    folder: 'rclone',
    name: 'rclone',
  });
}

/**
 * In the place of the official image's script, with what it does that counts here: a cluster with a password for `postgres`, and passwords for everybody who
 * comes over the network (docker-library/postgres: docker-ensure-initdb.sh, docker-entrypoint.sh).
 */
const ENSURE_INITDB = `#!/bin/bash
set -euo pipefail
: "\${POSTGRES_PASSWORD:?}"
mkdir -p "$PGDATA"
eval "initdb --no-sync --username=postgres --pwfile=<(printf '%s\\n' '$POSTGRES_PASSWORD') $POSTGRES_INITDB_ARGS" > /dev/null
printf 'host all all all scram-sha-256\\n' >> "$PGDATA/pg_hba.conf"
`;
