import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Lock } from '../../lib/distributions/k3s/lock';
import { K3stackError } from '../../lib/errors';
import type { Artifact } from '../../lib/synthesis/synthesis';
import { statIfThere } from '../path-stat';
import type { Upload } from './artifact-upload';

/** Artifacts on the operator's machine, beside the program: archives of the user's own where the lock file says, releases in `artifacts/<version>/`. */
export class OperatorArtifacts {
  private readonly verified = new Map<string, Promise<void>>();

  constructor(
    private readonly folder: string,
    private readonly lock: Lock,
  ) {}

  /**
   * The file of an artifact, verified once in a run.
   *
   * @throws K3stackError `ARTIFACT_NOT_FOUND`, `ARTIFACT_CHANGED`.
   */
  async find({ name, version, sha256 = '' }: Artifact): Promise<Upload> {
    const { source } = this.lock[version]?.[name] ?? {};
    const file = source?.startsWith('file:')
      ? resolve(this.folder, source.slice('file:'.length))
      : join(this.folder, 'artifacts', version, name);
    if (statIfThere(file)?.isFile() !== true) throw notFound(file, name, version, source);
    let check = this.verified.get(file);
    if (check === undefined) {
      check = verify(file, sha256);
      this.verified.set(file, check);
    }
    await check;
    return { file, sha256 };
  }
}

function notFound(file: string, name: string, version: string, source: string | undefined): K3stackError {
  const from = source?.startsWith('https://') ? ` from the release that ${source} belongs to` : '';
  return new K3stackError(
    'ARTIFACT_NOT_FOUND',
    `hosts get ${name} of ${version} from this machine, and there is no ${file}; download it${from}, and put it there`,
  );
}

async function verify(file: string, sha256: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const found = hash.digest('hex');
  if (found === sha256) return;
  throw new K3stackError(
    'ARTIFACT_CHANGED',
    `${file} is not what the lock file says:\n  locked ${sha256}\n  found  ${found}\nnothing was uploaded; download it again`,
  );
}
