import type { HostContext } from '../distributions/distribution';
import { factsOf } from '../distributions/k3s/cluster-facts';
import { durationText } from '../report/duration';
import type { ClusterSynthesis } from '../synthesis/synthesis';
import type { Violation } from './violation';

/**
 * Releases that have not been proven where the program says they have to be (`upgrade.after`). Warnings at synth, which block hosts.
 *
 * A release with a proof of this environment's own is past that: it runs here, whatever becomes of the record of the other one.
 */
export function promotionWarnings(
  clusters: readonly ClusterSynthesis[],
  environment: string,
  context: Pick<HostContext, 'promotion'>,
): Violation[] {
  return clusters.flatMap((cluster) => {
    const { after } = factsOf(cluster);
    const { name, path, version } = cluster;
    if (after === undefined || context.promotion?.(environment, name, version) !== undefined) return [];
    const proof = context.promotion?.(after.environment, name, version);
    if (proof !== undefined && proof.healthy >= after.soak) return [];
    const so =
      proof === undefined
        ? `nothing proves that ${name} in ${after.environment} runs ${version}`
        : `${name} in ${after.environment} was healthy at ${version} for ${durationText(proof.healthy)} of ${durationText(after.soak)}`;
    return [
      {
        rule: 'release-proof',
        path: `${environment}/${path}`,
        property: 'version',
        problem: so,
        fix: `run k3stack promote --env ${after.environment} when ${name} has run it there for ${durationText(after.soak)}`,
        blocks: 'provision' as const,
      },
    ];
  });
}
