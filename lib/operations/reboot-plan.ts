import type { HostSynthesis, Synthesis } from '../synthesis/synthesis';

/** One host that is rebooted, and where the cluster is asked about it meanwhile. */
export interface Reboot {
  readonly host: HostSynthesis;

  /** Server that drains the host and waits for it; the host itself when it is the only server. */
  readonly by: HostSynthesis;
}

/**
 * The safe order of reboots: agents wave by wave, then servers one by one, the coordinator last.
 *
 * @param names Nodes to reboot. @default - all
 * @returns Waves of hosts that go together.
 */
export function rebootPlan(
  { graph, hosts }: Synthesis,
  cluster: string,
  names: readonly string[] = [],
): Reboot[][] {
  const own = hosts.filter((host) => host.cluster === cluster);
  const servers = own.filter((host) => host.role === 'server');
  const [coordinator, ...others] = servers;
  if (coordinator === undefined) return [];
  const chosen = (host: HostSynthesis): boolean => names.length === 0 || names.includes(host.name);
  const agents = graph.waves
    .filter((wave) => wave.cluster === cluster)
    .map((wave) => own.filter((host) => wave.hosts.includes(host.name)));
  return [...agents, ...[...others, coordinator].map((server) => [server])]
    .map((wave) =>
      wave.filter(chosen).map((host) => ({
        host,
        by: host === coordinator ? (others[0] ?? coordinator) : coordinator,
      })),
    )
    .filter((wave) => wave.length > 0);
}

/** How pods leave a node, as the program says for every step that drains: `DRAIN`, `DRAIN_TIMEOUT`, …; none leave the only node there is. */
export function drainValues({ graph, hosts }: Synthesis, cluster: string): Record<string, string> {
  const retire = graph.steps.find((step) => step.kind === 'retire' && step.cluster === cluster);
  const values = Object.entries(retire?.script?.values ?? {}).filter(([name]) => /^DRAIN(_|$)/.test(name));
  const alone = hosts.filter((host) => host.cluster === cluster).length === 1;
  return { ...Object.fromEntries(values), ...(alone && { DRAIN: 'no' }) };
}
