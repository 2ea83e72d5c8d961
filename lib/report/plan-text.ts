import type { ClusterSynthesis, HostSynthesis, Synthesis } from '../synthesis/synthesis';
import { hostText } from './host-text';
import { plain, type Palette } from './palette';
import { planPhases, type Phase } from './plan-phases';
import { alignedRows } from './text-table';
import { violationParagraphs } from './violations-text';
import { counted, listed } from './words';

/** What the text is written in. */
export interface PlanTextOptions {
  /** @default - no colours */
  readonly color?: Palette;

  /** List every file and option of every host. @default true */
  readonly hosts?: boolean;
}

/** What will be done on the hosts of an environment, in which order, and what each will hold. Ends with a line feed. */
export function planText(synthesis: Synthesis, options: PlanTextOptions = {}): string {
  const { color = plain, hosts = true } = options;
  const parts = [
    `${color.bold(synthesis.environment)}  ${counted(synthesis.clusters.length, 'cluster')}, ${counted(synthesis.hosts.length, 'host')}`,
    ...violationParagraphs(synthesis.warnings, color),
    ...synthesis.clusters.flatMap((cluster) => clusterText(cluster, synthesis, color, hosts)),
  ];
  return parts.join('\n\n') + '\n';
}

function clusterText(
  cluster: ClusterSynthesis,
  synthesis: Synthesis,
  color: Palette,
  details: boolean,
): string[] {
  const hosts = synthesis.hosts.filter((host) => host.cluster === cluster.name);
  const picture = synthesis.topology.clusters.find((entry) => entry.name === cluster.name);
  const title = [
    `${cluster.distribution} ${cluster.version}`,
    picture?.datastore,
    picture?.endpoint,
    ...(hosts.length > 0 ? [membersText(hosts)] : ['made by something else']),
  ].filter((part) => part !== undefined);
  const phases = planPhases(synthesis.graph, cluster.name);
  return [
    `${color.bold(color.cyan(cluster.name))}  ${title.join(' · ')}`,
    ...(phases.length > 0
      ? [
          `  ${color.bold('Order of work')}\n${phases.map((phase, n) => phaseText(phase, n + 1, color)).join('\n')}`,
        ]
      : []),
    ...(details ? hosts.map((host) => hostText(host, hosts, color)) : []),
  ];
}

function membersText(hosts: readonly HostSynthesis[]): string {
  const servers = hosts.filter((host) => host.role === 'server').length;
  const agents = hosts.length - servers;
  return [counted(servers, 'server'), ...(agents > 0 ? [counted(agents, 'agent')] : [])].join(', ');
}

function phaseText(phase: Phase, number: number, color: Palette): string {
  const cost = phase.cost === '' ? '' : color.dim(`  (${phase.cost})`);
  return [
    `  ${String(number).padStart(3)}  ${phase.title}${cost}`,
    ...groupLines(phase).map((line) => `       ${line}`),
    ...phase.checks.map((check) => color.dim(`       - ${check}`)),
  ].join('\n');
}

function groupLines({ groups }: Phase): string[] {
  if (groups.every((group) => group.label === '')) {
    return groups.length > 0 ? [groups.map((group) => listed(group.hosts)).join(' -> ')] : [];
  }
  if (groups.every((group) => group.hosts.length === 1)) {
    return [
      `${listed(
        groups.flatMap((group) => group.hosts),
        WAVE_LIMIT,
      )}, one after another`,
    ];
  }
  const shown = groups.length > WAVE_LIMIT + 1 ? groups.slice(0, WAVE_LIMIT) : groups;
  const rows = alignedRows(shown.map((group) => [group.label, listed(group.hosts)]));
  return shown.length < groups.length ? [...rows, `and ${groups.length - shown.length} more waves`] : rows;
}

const WAVE_LIMIT = 12;
