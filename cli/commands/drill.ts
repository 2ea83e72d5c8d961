import { ExitCode } from '../../lib/errors';
import { namespaceDifferences, takenSnapshot } from '../../lib/operations/snapshots';
import { durationText } from '../../lib/report/duration';
import { counted } from '../../lib/report/words';
import { defineCommand } from '../command';
import { confirmed, yesOption } from '../hosts/confirmed';
import { hostOptions } from '../hosts/host-options';
import { withCluster, type OpenCluster } from '../hosts/open-cluster';
import { assertOwnDatastore, namespacesOf, restoreCluster, serverNamed } from '../hosts/restore-cluster';
import { tokenOf } from '../hosts/snapshot-token';
import { paletteFor, writeJson, type Terminal } from '../terminal';

/** `k3stack drill`: takes a snapshot, restores it, and compares what is there before and after. */
export const drill = defineCommand({
  options: { ...hostOptions, ...yesOption },
  run: ({ terminal, options }) =>
    withCluster(options, terminal, async (open) => {
      const { synthesis, cluster } = open;
      assertOwnDatastore(open);
      const what =
        `a restore drill of ${cluster.name} of ${synthesis.environment}: a snapshot is taken and restored at once; ` +
        'the API is away for some minutes, pods keep running';
      if (!(await confirmed(terminal, what, options))) return ExitCode.failure;
      const tell = (line: string): void => {
        if (!options.quiet && !options.json) terminal.stderr.write(`${line}\n`);
      };
      const startedAt = performance.now();
      const result = await restoredAtOnce(open, tell);
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      if (options.json) {
        writeJson(terminal, {
          environment: synthesis.environment,
          cluster: cluster.name,
          seconds,
          ...result,
        });
      } else {
        tellResult(cluster.name, seconds, result, terminal);
      }
      return result.differences.length === 0 ? ExitCode.ok : ExitCode.failure;
    }),
});

interface DrillResult {
  readonly snapshot: string;
  readonly namespaces: number;

  /** How namespaces differ by their UIDs; empty when the cluster is the same one. */
  readonly differences: readonly string[];
}

async function restoredAtOnce(open: OpenCluster, tell: (line: string) => void): Promise<DrillResult> {
  const on = serverNamed(open);
  const before = await namespacesOf(open, on);
  const taken = takenSnapshot(
    await open.run(on, 'snapshot', { deadline: 900, values: { ACTION: 'save', NAME: 'drill', S3: 'no' } }),
  );
  const { token } = await tokenOf(open, taken.name);
  const snapshot = { name: taken.name, source: taken.path, s3: false, on };
  await restoreCluster(open, snapshot, { token, tell, ...(taken.sha256 && { sha256: taken.sha256 }) });
  const after = await namespacesOf(open, on, 300);
  const differences = namespaceDifferences(before, after);
  return { snapshot: taken.name, namespaces: after.length, differences };
}

function tellResult(
  cluster: string,
  seconds: number,
  { snapshot, namespaces, differences }: DrillResult,
  { stdout, env }: Terminal,
): void {
  const color = paletteFor(stdout, env);
  stdout.write(
    differences.length === 0
      ? `${color.green('✓')} ${cluster} came back from ${snapshot} in ${durationText(seconds)}: the same ${counted(namespaces, 'namespace')}, by their UIDs\n`
      : `${color.red('✗')} ${cluster} came back from ${snapshot} as another one\n${differences.map((line) => `  ${line}\n`).join('')}`,
  );
}
