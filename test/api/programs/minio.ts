import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasGo } from '../../support/go-program';
import { minioBinary } from '../../lab/world/object-store';
import { freePorts } from '../component';
import { removeFolder, serverFolder, ServerProcess } from './server-process';

/** Why there is no S3 here; `undefined` when there is. */
export function whyNoMinio(): string | undefined {
  return hasGo() ? undefined : 'it needs go to build MinIO';
}

/** An S3 server on 127.0.0.1. */
export interface Minio {
  /** `http://127.0.0.1:PORT`; buckets are the first part of the path. */
  readonly endpoint: string;
  readonly port: number;
  readonly accessKey: string;
  readonly secretKey: string;

  /** Keys of the objects in a bucket, sorted, each with its folder. */
  objects(bucket: string): string[];

  /** Stops it and removes what it has. */
  stop(): Promise<void>;
}

/** Starts MinIO with some buckets: built from the Go module registry, once. */
export async function startMinio(buckets: readonly string[]): Promise<Minio> {
  const file = minioBinary();
  const folder = serverFolder('s3');
  const data = join(folder, 'data');
  for (const bucket of buckets) mkdirSync(join(data, bucket), { recursive: true });
  const [port = 0] = await freePorts(1);
  const endpoint = `http://127.0.0.1:${port}`;
  const keys = { accessKey: 'test-access-key', secretKey: 'test-secret-key' };
  const server = new ServerProcess(folder, {
    file,
    args: ['server', '--quiet', '--address', `127.0.0.1:${port}`, data],
    env: {
      MINIO_ROOT_USER: keys.accessKey,
      MINIO_ROOT_PASSWORD: keys.secretKey,
      MINIO_BROWSER: 'off',
      MINIO_UPDATE: 'off',
    },
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    removeFolder(folder);
  };
  try {
    // It says that it is ready before it knows who may do what, and answers 503 till then.
    await server.start(async () => {
      const { ok } = await fetch(`${endpoint}/minio/health/ready`);
      return ok && (await fetch(`${endpoint}/none-of-ours/`)).status !== 503;
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, port, ...keys, objects: (bucket) => objectsIn(join(data, bucket)), stop };
}

/** MinIO keeps an object in a folder with a file `xl.meta`. */
function objectsIn(bucket: string): string[] {
  return readdirSync(bucket, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('/xl.meta'))
    .map((path) => path.slice(0, -'/xl.meta'.length))
    .filter((path) => readFileSync(join(bucket, path, 'xl.meta')).length > 0)
    .sort();
}
