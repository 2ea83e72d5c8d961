import type { ChangeCost, ChangeCosts, OptionCost } from '../distributions/change-costs';
import { changedK3sOptions, holdsOptions } from '../distributions/k3s/change-costs';
import type { NodeRole } from '../cluster/node';
import type { HostSynthesis, Synthesis } from '../synthesis/synthesis';
import { fileChanges, type FileChange } from './file-changes';
import { propertyChanges, type PropertyChange } from './property-changes';
import { worst } from './words';

/** What becomes of one host. Hosts that stay as they are have none. */
export interface HostChange {
  readonly host: string;
  readonly cluster: string;
  readonly role: NodeRole;
  readonly kind: 'added' | 'removed' | 'changed';

  /** The worst that happens to it. */
  readonly disruption: ChangeCost;

  /** What costs that much, one line. */
  readonly reason: string;
  readonly properties: readonly PropertyChange[];
  readonly options: readonly OptionCost[];
  readonly files: readonly FileChange[];
}

/** What changes on which host from one synthesis of an environment to another: hosts of `after` in their order, then those that go. */
export function hostChanges(before: Synthesis, after: Synthesis): HostChange[] {
  const key = (host: HostSynthesis): string => `${host.cluster}/${host.name}`;
  const old = new Map(before.hosts.map((host) => [key(host), host]));
  const now = new Set(after.hosts.map(key));
  return [
    ...after.hosts.flatMap((host) => {
      const same = old.get(key(host));
      return same === undefined ? [added(host)] : changed(same, host, after);
    }),
    ...before.hosts.filter((host) => !now.has(key(host))).map(removed),
  ];
}

function added(host: HostSynthesis): HostChange {
  const files = fileChanges([], host.files, () => false);
  return {
    ...identity(host),
    kind: 'added',
    disruption: 'none',
    reason: 'new: staged, then joins',
    properties: [],
    options: [],
    files,
  };
}

function removed(host: HostSynthesis): HostChange {
  return {
    ...identity(host),
    kind: 'removed',
    disruption: 'drain-restart',
    reason: 'no longer declared: drained, removed from the cluster, uninstalled',
    properties: [],
    options: [],
    files: [],
  };
}

function changed(before: HostSynthesis, after: HostSynthesis, synthesis: Synthesis): HostChange[] {
  const costs = costsOf(after, synthesis);
  const properties = propertyChanges(before, after);
  const options = costs.changedOptions(before.settings, after.settings);
  const files = fileChanges(before.files, after.files, (path) => costs.holdsOptions(path));
  const causes: Cause[] = [
    ...properties.map(({ property, before: from, after: to, disruption }) => ({
      text: `${property} ${from} -> ${to}`,
      disruption,
    })),
    ...options.map(({ option, disruption }) => ({ text: option, disruption })),
    ...files.map(({ path, disruption }) => ({ text: path, disruption })),
  ];
  if (causes.length === 0) return [];
  const disruption = worst(causes.map((cause) => cause.disruption));
  const reason = reasonOf(causes.filter((cause) => cause.disruption === disruption));
  return [
    {
      ...identity(after),
      kind: 'changed',
      disruption: disruption === 'drain-restart' ? asPlanned(after, synthesis) : disruption,
      reason,
      properties,
      options,
      files,
    },
  ];
}

interface Cause {
  readonly text: string;
  readonly disruption: ChangeCost;
}

function reasonOf(causes: readonly Cause[]): string {
  const [first] = causes;
  const more = causes.length - 1;
  return `${first?.text ?? ''}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Where the program asks for no drain, or there is nowhere to drain to, the host only restarts. */
function asPlanned(host: HostSynthesis, { graph }: Synthesis): ChangeCost {
  const step = graph.steps.find(
    ({ kind, cluster, host: name }) =>
      name === host.name && cluster === host.cluster && (kind === 'run' || kind === 'roll'),
  );
  return step?.onChange ?? 'drain-restart';
}

function costsOf(host: HostSynthesis, synthesis: Synthesis): ChangeCosts {
  const distribution = synthesis.clusters.find((cluster) => cluster.name === host.cluster)?.distribution;
  return COSTS[distribution ?? ''] ?? NO_COSTS;
}

function identity({ name, cluster, role }: HostSynthesis): Pick<HostChange, 'host' | 'cluster' | 'role'> {
  return { host: name, cluster, role };
}

const COSTS: Readonly<Record<string, ChangeCosts>> = {
  k3s: { changedOptions: changedK3sOptions, holdsOptions },
};

const NO_COSTS: ChangeCosts = { changedOptions: () => [], holdsOptions: () => false };
