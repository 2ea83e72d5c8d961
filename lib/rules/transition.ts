import type { ClusterSynthesis, HostSynthesis, Synthesis } from '../synthesis/synthesis';

/** A cluster that is there before and after, with its hosts. */
export interface ClusterTransition {
  readonly before: ClusterSynthesis;
  readonly after: ClusterSynthesis;
  readonly hostsBefore: readonly HostSynthesis[];
  readonly hostsAfter: readonly HostSynthesis[];

  /** Hosts of the same name. */
  readonly kept: readonly HostTransition[];
}

/** A host that is there before and after. */
export interface HostTransition {
  readonly before: HostSynthesis;
  readonly after: HostSynthesis;
}

/** Clusters of the same name and distribution before and after. */
export function keptClusters(before: Synthesis, after: Synthesis): ClusterTransition[] {
  return after.clusters.flatMap((cluster) => {
    const old = before.clusters.find(
      (other) => other.name === cluster.name && other.distribution === cluster.distribution,
    );
    if (old === undefined) return [];
    const hostsBefore = before.hosts.filter((host) => host.cluster === cluster.name);
    const hostsAfter = after.hosts.filter((host) => host.cluster === cluster.name);
    return [
      { before: old, after: cluster, hostsBefore, hostsAfter, kept: keptHosts(hostsBefore, hostsAfter) },
    ];
  });
}

/** Hosts of the same name before and after, in the order of the latter. */
export function keptHosts(
  before: readonly HostSynthesis[],
  after: readonly HostSynthesis[],
): HostTransition[] {
  const old = new Map(before.map((host) => [host.name, host]));
  return after.flatMap((host) => {
    const same = old.get(host.name);
    return same === undefined ? [] : [{ before: same, after: host }];
  });
}

/** Hosts of `some` whose names are not among `others`. */
export function hostsMissingIn(
  others: readonly HostSynthesis[],
  some: readonly HostSynthesis[],
): HostSynthesis[] {
  const names = new Set(others.map((host) => host.name));
  return some.filter((host) => !names.has(host.name));
}

/** How the machine of a host is reached, as one comparable text. */
export function machineOf({ transport }: HostSynthesis): string {
  if ('local' in transport) return 'this machine';
  const { host, port = 22, bastion } = transport.ssh;
  return `${host}${port === 22 ? '' : `:${port}`}${bastion === undefined ? '' : ` through ${bastion.host}`}`;
}
