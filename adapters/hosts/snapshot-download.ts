import { createHash, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { K3stackError } from '../../lib/errors';
import { directCommand } from '../../lib/hosts/launcher';
import { framed } from '../../lib/hosts/step-input';
import { stepResultIn } from '../../lib/hosts/step-result';
import type { HostConnection } from '../ssh/host-connection';
import type { OnHost } from './artifact-upload';

/** A file of a snapshot on a host, and where it is to lie on the operator's machine. */
export interface SnapshotDownload {
  /** Shell program that streams it: `snapshot-read` with its input. */
  readonly program: string;
  readonly path: string;
  readonly sha256: string;
  readonly file: string;
  readonly sudoPassword?: string;
}

/**
 * Brings a snapshot to this machine, whole and verified or not at all, readable by its owner only. A file that is there is never replaced.
 *
 * @throws K3stackError `SNAPSHOT_NOT_DOWNLOADED`, and what a connection throws.
 */
export async function downloadSnapshot(onHost: OnHost, download: SnapshotDownload): Promise<void> {
  const { file } = download;
  const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}.part`);
  try {
    if (existsSync(file)) throw failed(download, `${file} is there already`);
    await withRetries(() => onHost((connection) => receive(connection, download, temporary)));
    if (existsSync(file)) throw failed(download, `${file} is there already`);
    renameSync(temporary, file);
  } catch (error) {
    if (error instanceof K3stackError || !(error instanceof Error)) throw error;
    throw failed(download, error.message, error);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** A link that breaks has it begin anew. */
async function withRetries(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const lost = error instanceof K3stackError && error.code === 'SSH_CONNECTION_LOST';
      if (!lost || attempt === ATTEMPTS) throw error;
    }
  }
}

async function receive(
  connection: HostConnection,
  download: SnapshotDownload,
  temporary: string,
): Promise<void> {
  const target = openSync(temporary, 'w', 0o600);
  try {
    const announced = new AnnouncedFile((data) => void writeSync(target, data));
    const { code, stderr } = await connection.exec(directCommand(), {
      stdin: framed(download.program, download.sudoPassword),
      onStdout: (chunk) => announced.add(chunk),
    });
    const problem = announced.problem(download.sha256);
    if (code !== 0)
      throw failed(download, stderr.trim().split('\n').slice(-3).join('; ') || `it ended with ${code}`);
    if (problem !== undefined) throw failed(download, problem);
    fsyncSync(target);
  } finally {
    closeSync(target);
  }
}

/** What `snapshot-read` writes: a line that announces a size, then that many bytes. What a login shell says before is passed over. */
class AnnouncedFile {
  private before = Buffer.alloc(0);
  private size: number | undefined;
  private done = 0;
  private readonly hash = createHash('sha256');

  constructor(private readonly write: (data: Buffer) => void) {}

  add(chunk: Buffer): void {
    if (this.size !== undefined) return this.take(chunk);
    this.before = Buffer.concat([this.before, chunk]);
    const start = this.before.indexOf('{"k3stack":1,');
    const end = start < 0 ? -1 : this.before.indexOf('\n', start);
    if (end < 0) {
      if (this.before.length > LONGEST_GREETING) throw new Error('the host announces no file');
      return;
    }
    this.size = Number(stepResultIn(this.before.toString('utf8', start, end))?.['size']);
    this.take(this.before.subarray(end + 1));
    this.before = Buffer.alloc(0);
  }

  /** Why what has come is not the file; `undefined` when it is. */
  problem(sha256: string): string | undefined {
    if (this.size === undefined || this.done !== this.size)
      return `${this.done} of ${this.size ?? 'an unknown number of'} bytes have come`;
    const found = this.hash.digest('hex');
    return found === sha256 ? undefined : `its sha256 is ${found}, and ${sha256} was noted when it was taken`;
  }

  private take(chunk: Buffer): void {
    const data = chunk.subarray(0, (this.size ?? 0) - this.done);
    this.done += data.length;
    this.hash.update(data);
    if (data.length > 0) this.write(data);
  }
}

function failed({ path }: SnapshotDownload, problem: string, cause?: Error): K3stackError {
  return new K3stackError(
    'SNAPSHOT_NOT_DOWNLOADED',
    `the snapshot was not brought here: ${problem}; it lies in ${path} on its server, and nothing was written here`,
    undefined,
    { cause },
  );
}

const ATTEMPTS = 3;

/** Bytes. */
const LONGEST_GREETING = 65_536;
