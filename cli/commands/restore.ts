import { ExitCode } from '../../lib/errors';
import { counted } from '../../lib/report/words';
import { defineCommand } from '../command';
import { confirmed, yesOption } from '../hosts/confirmed';
import { hostOptions } from '../hosts/host-options';
import { withCluster } from '../hosts/open-cluster';
import { assertOwnDatastore, restoreCluster, restoringServer } from '../hosts/restore-cluster';
import { backupPassphrase, savedToken } from '../hosts/snapshot-token';
import { paletteFor, writeJson } from '../terminal';

/** `k3stack restore`: brings a cluster back to a snapshot. */
export const restore = defineCommand({
  options: {
    ...hostOptions,
    ...yesOption,
    on: { kind: 'text', value: 'server', help: 'Server that has the snapshot (default: the first)' },
  },
  arguments: [{ name: 'snapshot', help: 'Name, as k3stack snapshot list shows it', required: true }],
  epilog: 'With K3STACK_BACKUP_PASSPHRASE the token that was sealed with the snapshot is used.',
  run: ({ terminal, options, words: [snapshot = ''] }) => {
    const passphrase = backupPassphrase(terminal);
    return withCluster(options, terminal, async (open) => {
      const { synthesis, cluster } = open;
      assertOwnDatastore(open);
      const on = restoringServer(open, options.on);
      const token = savedToken(open, snapshot, passphrase);
      const what =
        `restores ${cluster.name} of ${synthesis.environment} to ${snapshot} on ${on.name}: the API is away meanwhile, ` +
        'and everything that the cluster learnt since that snapshot is lost; volumes stay as they are';
      if (!(await confirmed(terminal, what, options))) return ExitCode.failure;
      const tell = (line: string): void => {
        if (!options.quiet && !options.json) terminal.stderr.write(`${line}\n`);
      };
      const namespaces = await restoreCluster(open, {
        snapshot,
        on,
        tell,
        ...(token !== undefined && { token }),
      });
      if (options.json) {
        writeJson(terminal, {
          environment: synthesis.environment,
          cluster: cluster.name,
          snapshot,
          namespaces,
        });
      } else if (!options.quiet) {
        const color = paletteFor(terminal.stdout, terminal.env);
        terminal.stdout.write(
          `${color.green('✓')} ${cluster.name} is back at ${snapshot}, with ${counted(namespaces.length, 'namespace')}\n`,
        );
      }
      return ExitCode.ok;
    });
  },
});
