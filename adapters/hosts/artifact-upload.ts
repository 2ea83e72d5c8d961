import { randomBytes } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { K3stackError } from '../../lib/errors';
import { ARTIFACTS_DIR, directCommand, uploadCommand } from '../../lib/hosts/launcher';
import { quoteShell } from '../../lib/hosts/shell';
import { framed } from '../../lib/hosts/step-input';
import type { HostConnection } from '../ssh/host-connection';
import { wholeProgram } from './whole-program';

/** A verified file on the operator's machine. */
export interface Upload {
  readonly file: string;

  /** Hexadecimal. */
  readonly sha256: string;
}

/** How an upload is carried out. */
export interface UploadOptions {
  readonly sudoPassword?: string;

  /** Called with the bytes that are there so far, and with how many there will be. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Does something on the host, over a connection that is made anew when it was lost. */
export type OnHost = <T>(work: (connection: HostConnection) => Promise<T>) => Promise<T>;

/**
 * Puts a file among the artifacts of a host; nothing is sent when it is there. A lost connection goes on where it was, as long as each try brings
 * something over.
 *
 * @returns whether anything was sent.
 * @throws K3stackError `UPLOAD_FAILED`, and what a connection throws.
 */
export async function uploadArtifact(
  onHost: OnHost,
  upload: Upload,
  options: UploadOptions = {},
): Promise<boolean> {
  const size = statSync(upload.file).size;
  // Nobody else adds to a part of this name.
  const name = `.${upload.sha256}.${randomBytes(6).toString('hex')}`;
  let best = -1;
  for (let attempt = 1; ; attempt++) {
    const parts = { old: `${name}.${attempt - 1}`, own: `${name}.${attempt}` };
    const there = await onHost((connection) => begin(connection, upload.sha256, size, parts, options));
    if (there === 'all') return attempt > 1;
    if (attempt > FREE_ATTEMPTS && there <= best) throw stuck(upload, there, size);
    best = Math.max(best, there);
    try {
      await onHost((connection) => send(connection, upload, { from: there, size, part: parts.own }, options));
      return true;
    } catch (error) {
      if (!(error instanceof K3stackError) || error.code !== 'SSH_CONNECTION_LOST') throw error;
    }
  }
}

/**
 * Asks what is there. A part of an earlier try is copied: the connection that was lost may still be adding to it.
 */
async function begin(
  connection: HostConnection,
  sha256: string,
  size: number,
  { old, own }: { readonly old: string; readonly own: string },
  { sudoPassword }: UploadOptions,
): Promise<number | 'all'> {
  const program = wholeProgram([
    'set -eu',
    'umask 077',
    `folder=\${K3STACK_ROOT:-}${ARTIFACTS_DIR}`,
    'mkdir -p "$folder"',
    'cd "$folder"',
    "find . -maxdepth 1 -name '.*.*' -mmin +1440 -exec rm -f {} + 2>/dev/null || :",
    `if [ -f ${sha256} ] && [ "$(wc -c <${sha256})" -eq ${size} ] && [ "$(sha256sum <${sha256} | cut -c 1-64)" = ${sha256} ]; then`,
    '  echo "k3stack-upload all"; return 0',
    'fi',
    `if [ -f ${quoteShell(old)} ]; then`,
    `  cp ${quoteShell(old)} ${quoteShell(own)} && rm -f ${quoteShell(old)}`,
    'else',
    `  : >${quoteShell(own)}`,
    'fi',
    `echo "k3stack-upload $(wc -c <${quoteShell(own)})"`,
  ]);
  const { code, stdout, stderr } = await connection.exec(directCommand(), {
    stdin: framed(program, sudoPassword),
    timeout: 600,
  });
  const [, there] = /^k3stack-upload +(all|\d+)$/m.exec(stdout) ?? [];
  if (code !== 0 || there === undefined) throw failed(connection, sha256, code, stderr);
  return there === 'all' ? 'all' : Math.min(Number(there), size);
}

async function send(
  connection: HostConnection,
  { file, sha256 }: Upload,
  { from, size, part }: { readonly from: number; readonly size: number; readonly part: string },
  { sudoPassword, onProgress = () => {} }: UploadOptions,
): Promise<void> {
  async function* data(): AsyncGenerator<Buffer> {
    yield Buffer.from(framed(`${sha256} ${size} ${part}\n`, sudoPassword));
    let done = from;
    for await (const chunk of from < size ? createReadStream(file, { start: from }) : []) {
      yield chunk as Buffer;
      done += (chunk as Buffer).length;
      onProgress(done, size);
    }
  }
  const { code, stderr } = await connection.exec(uploadCommand(), { stdin: Readable.from(data()) });
  // Its input ended early: a link that broke says so to both ends, in whichever order.
  if (code === INCOMPLETE) throw lost(connection, stderr);
  if (code !== 0) throw failed(connection, sha256, code, stderr);
}

function lost(connection: HostConnection, stderr: string): K3stackError {
  return new K3stackError(
    'SSH_CONNECTION_LOST',
    `the connection to ${connection.where} was lost while an artifact was uploaded (${stderr.trim()}); run the same again: it goes on where it was`,
  );
}

function failed(connection: HostConnection, sha256: string, code: number, stderr: string): K3stackError {
  return new K3stackError(
    'UPLOAD_FAILED',
    `cannot put the artifact ${sha256.slice(0, 12)}… on ${connection.where}: ${stderr.trim().split('\n').slice(-3).join('; ') || `it ended with ${code}`}; nothing was replaced there. See the room on its disk (df ${ARTIFACTS_DIR}), then run the same again`,
  );
}

function stuck({ file }: Upload, there: number, size: number): K3stackError {
  return new K3stackError(
    'UPLOAD_FAILED',
    `${file} does not get over: the connection is lost again and again after ${there} of ${size} bytes; mend the link, then run the same again`,
  );
}

/** Tries that may bring nothing. */
const FREE_ATTEMPTS = 3;

/** Exit code of a part that is not whole. */
const INCOMPLETE = 22;
