import { join, resolve } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { OwnedFolder, type FolderChanges } from '../../adapters/owned-folder';
import { readTextFile } from '../../adapters/text-file';
import { K3stackError } from '../../lib/errors';
import type { RunValues } from '../../lib/synthesis/fill';
import type { Synthesis } from '../../lib/synthesis/synthesis';
import { showingErrors } from '../run-error';
import { valuesFor, withLate, type RunInputs } from '../run-inputs';
import { gitFiles } from '../workloads/git-files';
import { FINGERPRINT_HOLE, secretFiles, secretsToWrite } from '../workloads/secret-files';

export interface GitWorkloadsArgs extends RunInputs {
  readonly synthesis: Synthesis;

  /** Folder in a Git working tree, an absolute path; files go below the name of the environment. */
  readonly folder: string;
}

/**
 * The objects of an environment as files in a Git working tree, for Argo CD or Flux. They are written by `pulumi up`, when all late values are known, and
 * committed by whoever reviews them. Secrets are among them, encrypted, where `cluster.secretsInGit` says how.
 */
export class GitWorkloads extends pulumi.ComponentResource {
  /** Files that the environment consists of, relative to the folder. */
  readonly files: pulumi.Output<string[]>;

  /** Secrets that something else has to make, as `cluster:namespace/name`. */
  readonly requiredSecrets: readonly string[];

  constructor(name: string, args: GitWorkloadsArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super('k3stack:index:GitWorkloads', name, {}, opts);
    const { synthesis, folder } = args;
    const names = synthesis.late.map((value) => value.name);
    const late = withLate(Object.fromEntries(names.map((value) => [value, `«${value}»`])), args);
    const encrypted = secretsToWrite(synthesis).map(({ secret }) => secret);
    const values = encrypted.length === 0 ? NO_VALUES : valuesFor([encrypted, FINGERPRINT_HOLE], args);
    // Names of files are no secret, though values take part in making them.
    this.files = pulumi.unsecret(
      pulumi
        .all([late, values])
        .apply(([known, filled]) => showingErrors(() => write(this, folder, synthesis, known, filled))),
    );
    this.requiredSecrets = synthesis.kubernetesSecrets
      .filter((secret) => !encrypted.includes(secret))
      .map((secret) => `${secret.cluster}:${secret.namespace}/${secret.name}`);
    this.registerOutputs({ files: this.files, requiredSecrets: this.requiredSecrets });
  }
}

/** In a preview only compared. */
function write(
  component: pulumi.Resource,
  folder: string,
  synthesis: Synthesis,
  late: Readonly<Record<string, string>>,
  values: RunValues,
): string[] {
  const owned = new OwnedFolder(folder);
  const preview = pulumi.runtime.isDryRun();
  const existing = (path: string): string | undefined => textAt(folder, path);
  const files = [...gitFiles(synthesis, late), ...secretFiles(synthesis, { values, existing, preview })];
  const changes = preview ? owned.compare(files) : owned.write(files);
  const text = changesText(changes);
  if (text !== '') void pulumi.log.info(`${preview ? 'to be ' : ''}${text}`, component);
  return files.map(({ path }) => path);
}

/** Text of a file; what is none is refused when it is to be written. */
function textAt(folder: string, path: string): string | undefined {
  const file = join(resolve(folder), path);
  return readTextFile(file, {
    folder: (problem) => new K3stackError('UNSAFE_OUTPUT', `${file} ${problem}; move that away`),
  });
}

function changesText({ written, removed }: FolderChanges): string {
  const parts = [
    ...(written.length > 0 ? [`written: ${written.join(', ')}`] : []),
    ...(removed.length > 0 ? [`removed: ${removed.join(', ')}`] : []),
  ];
  return parts.join('; ');
}

const NO_VALUES: RunValues = { secrets: {}, late: {} };
