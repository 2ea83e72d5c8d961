import * as pulumi from '@pulumi/pulumi';
import { OwnedFolder, type FolderChanges } from '../../adapters/owned-folder';
import type { Synthesis } from '../../lib/synthesis/synthesis';
import { withLate, type RunInputs } from '../run-inputs';
import { gitFiles } from '../workloads/git-files';

export interface GitWorkloadsArgs extends RunInputs {
  readonly synthesis: Synthesis;

  /** Folder in a Git working tree, an absolute path; files go below the name of the environment. */
  readonly folder: string;
}

/**
 * The objects of an environment as files in a Git working tree, for Argo CD or Flux. They are written by `pulumi up`, when all late values are known, and
 * committed by whoever reviews them.
 */
export class GitWorkloads extends pulumi.ComponentResource {
  /** Files that the environment consists of, relative to the folder. */
  readonly files: pulumi.Output<string[]>;

  /** Secrets that have to exist, as `cluster:namespace/name`. */
  readonly requiredSecrets: readonly string[];

  constructor(name: string, args: GitWorkloadsArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super('k3stack:index:GitWorkloads', name, {}, opts);
    const { synthesis, folder } = args;
    const names = synthesis.late.map((value) => value.name);
    const late = withLate(Object.fromEntries(names.map((value) => [value, `«${value}»`])), args);
    this.files = late.apply((values) => write(this, new OwnedFolder(folder), synthesis, values));
    this.requiredSecrets = synthesis.kubernetesSecrets.map(
      (secret) => `${secret.cluster}:${secret.namespace}/${secret.name}`,
    );
    this.registerOutputs({ files: this.files, requiredSecrets: this.requiredSecrets });
  }
}

/** In a preview only compared. */
function write(
  component: pulumi.Resource,
  owned: OwnedFolder,
  synthesis: Synthesis,
  late: Readonly<Record<string, string>>,
): string[] {
  const files = gitFiles(synthesis, late);
  const preview = pulumi.runtime.isDryRun();
  const changes = preview ? owned.compare(files) : owned.write(files);
  const text = changesText(changes);
  if (text !== '') void pulumi.log.info(`${preview ? 'to be ' : ''}${text}`, component);
  return files.map(({ path }) => path);
}

function changesText({ written, removed }: FolderChanges): string {
  const parts = [
    ...(written.length > 0 ? [`written: ${written.join(', ')}`] : []),
    ...(removed.length > 0 ? [`removed: ${removed.join(', ')}`] : []),
  ];
  return parts.join('; ');
}
