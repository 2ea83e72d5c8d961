import { join, resolve } from 'node:path';
import { writing } from '../../adapters/cannot-write';
import { makeFolder } from '../../adapters/make-folder';
import { ExitCode } from '../../lib/errors';
import { snapshotsIn, takenSnapshot, type Snapshot } from '../../lib/operations/snapshots';
import { alignedRows } from '../../lib/report/text-table';
import { byteSize } from '../../lib/report/words';
import { defineCommand, type OptionValues } from '../command';
import { hostOptions } from '../hosts/host-options';
import { withCluster, type OpenCluster } from '../hosts/open-cluster';
import { assertOwnDatastore } from '../hosts/restore-cluster';
import { backupPassphrase, saveToken } from '../hosts/snapshot-token';
import { UsageError } from '../report-error';
import { paletteFor, shownPath, writeJson, type Terminal } from '../terminal';

const options = {
  ...hostOptions,
  download: {
    kind: 'text',
    value: 'folder',
    help: 'With create: bring its file here as well, verified',
    suggest: 'folders',
  },
} as const;

/** `k3stack snapshot`: takes a snapshot of the datastore, with the token that opens it, or lists those there are. */
export const snapshot = defineCommand({
  options,
  arguments: [{ name: 'action', help: 'create or list (default: list)', suggest: ['create', 'list'] }],
  epilog: 'K3STACK_BACKUP_PASSPHRASE seals the token of the servers beside the program.',
  run: ({ terminal, options: given, words: [action = 'list'] }) => {
    if (action !== 'create' && action !== 'list')
      throw new UsageError(`the action must be create or list, got '${action}'`);
    if (action === 'list' && given.download !== undefined)
      throw new UsageError('--download goes with create, as k3stack snapshot create --download FOLDER');
    const passphrase = backupPassphrase(terminal);
    return withCluster(given, terminal, async (open) => {
      assertOwnDatastore(open);
      return action === 'list'
        ? list(open, terminal, given.json)
        : create(open, terminal, { ...given, ...(passphrase !== undefined && { passphrase }) });
    });
  },
});

async function list(open: OpenCluster, terminal: Terminal, json: boolean): Promise<ExitCode> {
  const snapshots = snapshotsIn(
    await open.runOnServer('snapshot', { deadline: 360, values: { ACTION: 'list' } }),
  );
  if (json) {
    writeJson(terminal, { environment: open.synthesis.environment, cluster: open.cluster.name, snapshots });
  } else if (snapshots.length === 0) {
    terminal.stdout.write(`${open.cluster.name} has no snapshots; take one with k3stack snapshot create\n`);
  } else {
    terminal.stdout.write(`${alignedRows(snapshots.map(row)).join('\n')}\n`);
  }
  return ExitCode.ok;
}

async function create(
  open: OpenCluster,
  terminal: Terminal,
  { json, quiet, download, passphrase }: OptionValues<typeof options> & { readonly passphrase?: string },
): Promise<ExitCode> {
  const folder = download === undefined ? undefined : resolve(terminal.cwd, download);
  // What cannot be written to is found out before anything is done.
  if (folder !== undefined) writing(folder, () => makeFolder(folder));
  const result = await open.runOnServer('snapshot', { deadline: 900, values: { ACTION: 'save' } });
  const taken = takenSnapshot(result);
  const token = passphrase === undefined ? undefined : await saveToken(open, taken, passphrase);
  const file = folder === undefined ? undefined : await bring(open, taken, folder);
  if (json) {
    writeJson(terminal, {
      environment: open.synthesis.environment,
      cluster: open.cluster.name,
      snapshot: taken,
      ...(token !== undefined && { token }),
      ...(file !== undefined && { file }),
    });
  } else if (!quiet) {
    const color = paletteFor(terminal.stdout, terminal.env);
    terminal.stdout.write(
      [
        `${color.green('✓')} ${row(taken).filter(Boolean).join('  ')}`,
        token === undefined
          ? `  ${color.yellow('!')} the token that opens it is not saved; set K3STACK_BACKUP_PASSPHRASE to seal it beside the program`
          : `  its token is sealed in ${shownPath(terminal, token)}`,
        ...(file === undefined ? [] : [`  its file is ${shownPath(terminal, file)}`]),
        '',
      ].join('\n'),
    );
  }
  return ExitCode.ok;
}

/** Under the name that it has on its server; some are compressed and end otherwise than the snapshot is called. */
async function bring(
  { download }: OpenCluster,
  { name, node = '', path, sha256 = '' }: ReturnType<typeof takenSnapshot>,
  folder: string,
): Promise<string> {
  const file = join(folder, path.endsWith('.zip') ? `${name}.zip` : name);
  await download(node, path, sha256, file);
  return file;
}

function row({ name, at = '', size, node = '', location = '' }: Snapshot): string[] {
  return [name, at, size === undefined ? '' : byteSize(size), location || node];
}
