import { readPromotions, writePromotions } from '../../adapters/promotions-file';
import { factsOf } from '../../lib/distributions/k3s/cluster-facts';
import { ExitCode } from '../../lib/errors';
import { healthOf } from '../../lib/operations/health';
import { proofOf } from '../../lib/promotion/proof';
import { PROMOTIONS_FILE, promotionOf, withPromotion, type Promotion } from '../../lib/promotion/record';
import { durationText } from '../../lib/report/duration';
import { defineCommand } from '../command';
import { hostOptions } from '../hosts/host-options';
import { statusOf } from '../hosts/status-of';
import { withCluster, type OpenCluster } from '../hosts/open-cluster';
import { paletteFor, writeJson, type Terminal } from '../terminal';

/** `k3stack promote`: writes down that a cluster runs its release, and for how long. */
export const promote = defineCommand({
  options: hostOptions,
  run: ({ terminal, options }) =>
    withCluster(options, terminal, (open) => promoteCluster(open, terminal, options), { others: true }),
});

async function promoteCluster(
  open: OpenCluster,
  terminal: Terminal,
  { json, quiet }: { readonly json: boolean; readonly quiet: boolean },
): Promise<ExitCode> {
  const { synthesis, cluster, hosts, folder } = open;
  const status = await statusOf(open);
  const proof = proofOf(status, healthOf(status, cluster, hosts), hosts);
  const key = { environment: synthesis.environment, cluster: cluster.name, version: cluster.version };
  if (!('since' in proof)) {
    if (json) writeJson(terminal, { ...key, proven: false, reasons: proof });
    else terminal.stderr.write(refusalText(key, proof, terminal));
    return ExitCode.blocked;
  }
  const before = readPromotions(folder);
  const after = withPromotion(before, key, proof);
  if (after !== before) writePromotions(folder, after);
  const kept = promotionOf(after, key) ?? proof;
  const waiting = waitingFor(open, kept);
  if (json) writeJson(terminal, { ...key, proven: true, proof: kept, waiting });
  else if (!quiet) terminal.stdout.write(proofText(key, kept, waiting, terminal));
  return ExitCode.ok;
}

/** Environments that take their releases from this one, and how many seconds each still has to wait. */
function waitingFor(
  { environments, synthesis, cluster }: OpenCluster,
  { healthy }: Promotion,
): { environment: string; missing: number }[] {
  return environments.flatMap(({ environment, clusters }) =>
    clusters.flatMap((other) => {
      const { after } = factsOf(other);
      if (other.name !== cluster.name || after?.environment !== synthesis.environment) return [];
      return [{ environment, missing: Math.max(0, after.soak - healthy) }];
    }),
  );
}

interface Key {
  readonly environment: string;
  readonly cluster: string;
  readonly version: string;
}

function proofText(
  { environment, cluster, version }: Key,
  proof: Promotion,
  waiting: readonly { readonly environment: string; readonly missing: number }[],
  { stdout, env }: Terminal,
): string {
  const color = paletteFor(stdout, env);
  return [
    `${color.green('✓')} ${color.bold(`${environment} / ${cluster}`)}  ${version}: ${proof.nodes.length === 1 ? 'its node' : `all ${proof.nodes.length} nodes`} healthy for ${durationText(proof.healthy)}`,
    ...waiting.map(({ environment: name, missing }) =>
      missing === 0
        ? `  ${color.green('✓')} ${name} lets it in`
        : `  ${color.yellow('!')} ${name} lets it in after another ${durationText(missing)}: run this again then`,
    ),
    color.dim(`  in ${PROMOTIONS_FILE}; commit it`),
    '',
  ].join('\n');
}

function refusalText(
  { environment, cluster, version }: Key,
  reasons: readonly string[],
  { stderr, env }: Terminal,
): string {
  const color = paletteFor(stderr, env);
  return [
    `${color.red('✗')} ${color.bold(`${environment} / ${cluster}`)}  ${version} is not proven, and nothing is written`,
    ...reasons.map((reason) => `  ${reason}`),
    '',
  ].join('\n');
}
