import { ExitCode } from '../../lib/errors';
import { counted } from '../../lib/report/words';
import { defineCommand } from '../command';
import { confirmed, yesOption } from '../hosts/confirmed';
import { hostOptions } from '../hosts/host-options';
import { withCluster } from '../hosts/open-cluster';
import { assertOwnDatastore, findSnapshot, namespacesOf, restoreCluster } from '../hosts/restore-cluster';
import { backupPassphrase, tokenOf } from '../hosts/snapshot-token';
import { paletteFor, writeJson } from '../terminal';

/** `k3stack restore`: brings a cluster back to a snapshot. */
export const restore = defineCommand({
  options: {
    ...hostOptions,
    ...yesOption,
    on: {
      kind: 'text',
      value: 'server',
      help: 'Server that has the snapshot (default: the one that the list names)',
    },
  },
  arguments: [
    {
      name: 'snapshot',
      help: 'Name, as k3stack snapshot list shows it; a path on a server; or s3:NAME',
      required: true,
    },
  ],
  epilog: 'With K3STACK_BACKUP_PASSPHRASE the token that was sealed with the snapshot is used.',
  run: ({ terminal, options, words: [given = ''] }) => {
    const passphrase = backupPassphrase(terminal);
    return withCluster(options, terminal, async (open) => {
      const { synthesis, cluster } = open;
      assertOwnDatastore(open);
      const snapshot = await findSnapshot(open, given, options.on);
      const token = await tokenOf(open, snapshot.name, passphrase);
      const what = [
        `restores ${cluster.name} of ${synthesis.environment} to ${snapshot.name} on ${snapshot.on.name}, with ${token.sealed ? 'the token sealed with it' : 'the token that the servers have now'}:`,
        'the API is away meanwhile, and what the cluster learnt since that snapshot is lost; volumes stay as they are',
      ].join('\n');
      if (!(await confirmed(terminal, what, options))) return ExitCode.failure;
      const tell = (line: string): void => {
        if (!options.quiet && !options.json) terminal.stderr.write(`${line}\n`);
      };
      await restoreCluster(open, snapshot, { ...token, tell });
      const namespaces = await namespacesOf(open, snapshot.on, 300);
      if (options.json) {
        const { environment } = synthesis;
        writeJson(terminal, { environment, cluster: cluster.name, snapshot: snapshot.name, namespaces });
      } else if (!options.quiet) {
        const color = paletteFor(terminal.stdout, terminal.env);
        terminal.stdout.write(
          `${color.green('✓')} ${cluster.name} is back at ${snapshot.name}, with ${counted(namespaces.length, 'namespace')}\n`,
        );
      }
      return ExitCode.ok;
    });
  },
});
