import { ExitCode } from '../../lib/errors';
import { snapshotsIn, takenSnapshot, type Snapshot } from '../../lib/operations/snapshots';
import { alignedRows } from '../../lib/report/text-table';
import { byteSize } from '../../lib/report/words';
import { defineCommand } from '../command';
import { hostOptions } from '../hosts/host-options';
import { withCluster, type OpenCluster } from '../hosts/open-cluster';
import { assertOwnDatastore } from '../hosts/restore-cluster';
import { backupPassphrase, saveToken } from '../hosts/snapshot-token';
import { UsageError } from '../report-error';
import { paletteFor, shownPath, writeJson, type Terminal } from '../terminal';

/** `k3stack snapshot`: takes a snapshot of the datastore, with the token that opens it, or lists those there are. */
export const snapshot = defineCommand({
  options: hostOptions,
  arguments: [{ name: 'action', help: 'create or list (default: list)', suggest: ['create', 'list'] }],
  epilog: 'K3STACK_BACKUP_PASSPHRASE seals the token of the servers beside the program.',
  run: ({ terminal, options, words: [action = 'list'] }) => {
    if (action !== 'create' && action !== 'list')
      throw new UsageError(`the action must be create or list, got '${action}'`);
    const passphrase = backupPassphrase(terminal);
    return withCluster(options, terminal, async (open) => {
      assertOwnDatastore(open);
      return action === 'list'
        ? list(open, terminal, options.json)
        : create(open, terminal, { ...options, ...(passphrase !== undefined && { passphrase }) });
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
  {
    json,
    quiet,
    passphrase,
  }: { readonly json: boolean; readonly quiet: boolean; readonly passphrase?: string },
): Promise<ExitCode> {
  const result = await open.runOnServer('snapshot', { deadline: 900, values: { ACTION: 'save' } });
  const taken = takenSnapshot(result);
  const token = passphrase === undefined ? undefined : await saveToken(open, taken, passphrase);
  if (json) {
    writeJson(terminal, {
      environment: open.synthesis.environment,
      cluster: open.cluster.name,
      snapshot: taken,
      ...(token !== undefined && { token }),
    });
  } else if (!quiet) {
    const color = paletteFor(terminal.stdout, terminal.env);
    terminal.stdout.write(
      [
        `${color.green('✓')} ${row(taken).filter(Boolean).join('  ')}`,
        token === undefined
          ? `  ${color.yellow('!')} the token that opens it is not saved; set K3STACK_BACKUP_PASSPHRASE to seal it beside the program`
          : `  its token is sealed in ${shownPath(terminal, token)}`,
        '',
      ].join('\n'),
    );
  }
  return ExitCode.ok;
}

function row({ name, at = '', size, node = '', location = '' }: Snapshot): string[] {
  return [name, at, size === undefined ? '' : byteSize(size), location || node];
}
