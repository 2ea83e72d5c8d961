import { ExitCode, K3stackError } from '../../lib/errors';
import { hostDrift, reconcileLine, type HostDrift } from '../../lib/operations/drift';
import { driftText } from '../../lib/report/drift-text';
import type { HostSynthesis } from '../../lib/synthesis/synthesis';
import { defineCommand } from '../command';
import { hostOptions } from '../hosts/host-options';
import { withCluster, type OpenCluster } from '../hosts/open-cluster';
import { printableLines } from '../printable-lines';
import { paletteFor, writeJson } from '../terminal';

/** `k3stack drift`: what on the hosts is not what the program says now. */
export const drift = defineCommand({
  options: hostOptions,
  run: ({ terminal, options }) =>
    withCluster(options, terminal, async (open) => {
      const { synthesis, cluster, hosts } = open;
      const answers = await Promise.all(hosts.map((host) => ask(open, host)));
      const drifts = answers.filter((answer): answer is HostDrift => 'parts' in answer);
      const failures = answers.filter((answer): answer is Failure => 'error' in answer);
      const line = reconcileLine(synthesis, hosts, drifts);
      if (options.json) {
        writeJson(terminal, {
          environment: synthesis.environment,
          cluster: cluster.name,
          hosts: drifts,
          failures: failures.map(({ host, error: { code, message } }) => ({ host, code, message })),
          ...(line !== undefined && { line }),
        });
      } else {
        const { stdout, stderr, env } = terminal;
        for (const { error } of failures)
          stderr.write(`${paletteFor(stderr, env).red('error')}: ${printableLines(error.message)}\n`);
        if (drifts.length > 0) stdout.write(driftText(drifts, line, paletteFor(stdout, env)));
      }
      if (failures.length > 0) return ExitCode.failure;
      return drifts.some(({ parts }) => parts.length > 0) ? ExitCode.changes : ExitCode.ok;
    }),
});

interface Failure {
  readonly host: string;
  readonly error: K3stackError;
}

/** A host that cannot be asked leaves the others to be. */
async function ask({ run, synthesis }: OpenCluster, host: HostSynthesis): Promise<HostDrift | Failure> {
  try {
    return hostDrift(synthesis, host, await run(host, 'read-back', { deadline: 180 }));
  } catch (error) {
    if (error instanceof K3stackError) return { host: host.name, error };
    throw error;
  }
}
