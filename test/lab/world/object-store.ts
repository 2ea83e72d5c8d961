import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { labCache } from '../../support/go-program';
import { makeCertificates } from './certificates';

/** MinIO on this machine, with one bucket, for snapshots in S3. By TLS only, signed by a CA of its own. */
export class ObjectStore {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,

    /** Host and port. */
    readonly endpoint: string,

    /** PEM text of the CA that has signed its certificate. */
    readonly ca: string,
  ) {}

  /** @param address Of this machine, as hosts see it. */
  static async start(
    address: string,
    keys: { readonly accessKey: string; readonly secretKey: string },
  ): Promise<ObjectStore> {
    const program = minioBinary();
    const folder = mkdtempSync(join(tmpdir(), 'k3stack-lab-s3-'));
    const certificates = join(folder, 'certificates');
    mkdirSync(certificates);
    await makeCertificates(certificates, address);
    renameSync(join(certificates, 'server.crt'), join(certificates, 'public.crt'));
    renameSync(join(certificates, 'server.key'), join(certificates, 'private.key'));
    mkdirSync(join(folder, 'data', BUCKET), { recursive: true });
    const endpoint = `${address}:${PORT}`;
    const child = spawn(
      program,
      ['server', '--quiet', '--certs-dir', certificates, '--address', endpoint, join(folder, 'data')],
      {
        stdio: 'ignore',
        env: {
          PATH: process.env['PATH'],
          HOME: folder,
          MINIO_ROOT_USER: keys.accessKey,
          MINIO_ROOT_PASSWORD: keys.secretKey,
          MINIO_BROWSER: 'off',
          MINIO_UPDATE: 'off',
        },
      },
    );
    const store = new ObjectStore(
      child,
      folder,
      endpoint,
      readFileSync(join(certificates, 'ca.crt'), 'utf8'),
    );
    await store.answers();
    return store;
  }

  /** Names of the objects in the bucket. */
  objects(): string[] {
    return readdirSync(join(this.folder, 'data', BUCKET)).sort();
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    if (this.child.exitCode === null) {
      this.child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async answers(): Promise<void> {
    for (let round = 0; round < 120; round++) {
      const status = await new Promise<number>((resolve) => {
        request(`https://${this.endpoint}/minio/health/ready`, { ca: this.ca, agent: false }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        })
          .on('error', () => resolve(0))
          .end();
      });
      if (status === 200) return;
      if (this.child.exitCode !== null) break;
      await sleep(500);
    }
    throw new Error('MinIO does not start');
  }
}

export const BUCKET = 'snapshots';
const PORT = 19000;

/** Path of MinIO, built from the Go module registry, once. */
export function minioBinary(): string {
  const folder = join(labCache(), 'minio');
  const file = join(folder, 'minio');
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    const env = { ...process.env, GOBIN: folder, GOFLAGS: '-mod=mod' };
    execFileSync('go', ['install', `github.com/minio/minio@${VERSION}`], {
      cwd: tmpdir(),
      env,
      stdio: 'ignore',
    });
  }
  return file;
}

const VERSION = 'v0.0.0-20260212201848-7aac2a2c5b7c';
