import { ExitCode, K3stackError } from '../../lib/errors';
import { hostDrift, reconcileLine, type DriftPart } from '../../lib/operations/drift';
import { nodeDrift } from '../../lib/operations/node-drift';
import { driftText } from '../../lib/report/drift-text';
import type { StepResult } from '../../lib/hosts/step-result';
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
      const [live, ...answers] = await Promise.all([askNodes(open), ...hosts.map((host) => ask(open, host))]);
      const failures = [...answers, live].filter((answer): answer is Failure => 'error' in answer);
      const drifts = answers.flatMap((answer) => {
        if ('error' in answer) return [];
        const parts = 'error' in live ? [] : (live.get(answer.host.name) ?? []);
        return [hostDrift(synthesis, answer.host, answer.result, parts)];
      });
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

interface Answer {
  readonly host: HostSynthesis;
  readonly result: StepResult;
}

/** A host that cannot be asked leaves the others to be. */
async function ask({ run }: OpenCluster, host: HostSynthesis): Promise<Answer | Failure> {
  try {
    return { host, result: await run(host, 'read-back', { deadline: 180 }) };
  } catch (error) {
    if (error instanceof K3stackError) return { host: host.name, error };
    throw error;
  }
}

/** Labels, annotations and taints are asked of the API, which may be away while hosts answer. */
async function askNodes({
  runOnServer,
  synthesis,
  cluster,
}: OpenCluster): Promise<ReadonlyMap<string, readonly DriftPart[]> | Failure> {
  const step = synthesis.graph.steps.find((each) => each.kind === 'nodes' && each.cluster === cluster.name);
  const records = step?.script?.records ?? [];
  try {
    return nodeDrift(await runOnServer('settings-drift', { deadline: 180, records }), records);
  } catch (error) {
    if (error instanceof K3stackError) return { host: `Nodes of ${cluster.name}`, error };
    throw error;
  }
}
