import { ExitCode } from '../../lib/errors';
import { namespaceDifferences, takenSnapshot } from '../../lib/operations/snapshots';
import { durationText } from '../../lib/report/duration';
import { counted } from '../../lib/report/words';
import { defineCommand } from '../command';
import { confirmed, yesOption } from '../hosts/confirmed';
import { hostOptions } from '../hosts/host-options';
import { withCluster } from '../hosts/open-cluster';
import { assertOwnDatastore, namespacesOf, restoreCluster, restoringServer } from '../hosts/restore-cluster';
import { paletteFor, writeJson } from '../terminal';

/** `k3stack drill`: takes a snapshot, restores it, and compares what is there before and after. */
export const drill = defineCommand({
  options: { ...hostOptions, ...yesOption },
  run: ({ terminal, options }) =>
    withCluster(options, terminal, async (open) => {
      const { synthesis, cluster, run } = open;
      assertOwnDatastore(open);
      const on = restoringServer(open);
      const what =
        `a restore drill of ${cluster.name} of ${synthesis.environment}: a snapshot is taken and restored at once; ` +
        'the API is away for some minutes, pods keep running';
      if (!(await confirmed(terminal, what, options))) return ExitCode.failure;
      const startedAt = performance.now();
      const before = await namespacesOf(open, on);
      const taken = await run(on, 'snapshot', { deadline: 900, values: { ACTION: 'save' } });
      const snapshot = takenSnapshot(taken).name;
      const tell = (line: string): void => {
        if (!options.quiet && !options.json) terminal.stderr.write(`${line}\n`);
      };
      const after = await restoreCluster(open, { snapshot, on, tell });
      const differences = namespaceDifferences(before, after);
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      if (options.json) {
        const { environment } = synthesis;
        writeJson(terminal, {
          environment,
          cluster: cluster.name,
          snapshot,
          seconds,
          before,
          after,
          differences,
        });
      } else {
        const { stdout, env } = terminal;
        const color = paletteFor(stdout, env);
        stdout.write(
          differences.length === 0
            ? `${color.green('✓')} ${cluster.name} came back from ${snapshot} in ${durationText(seconds)}: the same ${counted(after.length, 'namespace')}, by their UIDs\n`
            : `${color.red('✗')} ${cluster.name} came back from ${snapshot} as another one\n${differences.map((line) => `  ${line}\n`).join('')}`,
        );
      }
      return differences.length === 0 ? ExitCode.ok : ExitCode.failure;
    }),
});
