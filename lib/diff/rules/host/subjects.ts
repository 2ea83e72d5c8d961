import type { HostSynthesis, Synthesis } from '../../../synthesis/synthesis';
import type { RiskSubject } from '../risk-rule';

/** A host as what a risk is about. */
export function hostSubject({ cluster, name }: HostSynthesis): RiskSubject {
  return { type: 'host', cluster, host: name };
}

/** A cluster as what a risk is about. */
export function clusterSubject(cluster: string): RiskSubject {
  return { type: 'cluster', cluster };
}

/** What a construct path stands for: a host, else a cluster of one of the states; the first cluster where it is neither. */
export function subjectAt(path: string, ...states: readonly Synthesis[]): RiskSubject {
  const hosts = states.flatMap((state) => state.hosts);
  const host = hosts.find((one) => one.path === path);
  if (host !== undefined) return hostSubject(host);
  const clusters = states.flatMap((state) => state.clusters);
  const cluster = clusters.find((one) => one.path === path) ?? clusters[0];
  return clusterSubject(cluster?.name ?? '');
}
