import type { ClusterStatus, NodeStatus } from '../operations/cluster-status';
import { majorityOf, type Health, type HealthProblem } from '../operations/health';
import type { ClusterSynthesis, HostSynthesis } from '../synthesis/synthesis';
import { durationText } from './duration';
import { plain, type Palette } from './palette';
import { alignedRows } from './text-table';
import { byteSize, counted } from './words';

/** A cluster and what it is compared with. */
export interface StatusTextInput {
  readonly environment: string;
  readonly cluster: ClusterSynthesis;

  /** Of this cluster. */
  readonly hosts: readonly HostSynthesis[];
  readonly status: ClusterStatus;
  readonly health: Health;
}

/** How a cluster is: its nodes, what keeps it alive, and what is not as it should be. Ends with a line feed. */
export function statusText(input: StatusTextInput, color: Palette = plain): string {
  const { environment, cluster, status, health } = input;
  const title = `${color.bold(`${environment} / ${cluster.name}`)}  ${cluster.distribution} ${cluster.version}`;
  return [
    title,
    ...nodeLines(input, color),
    ...alignedRows(factRows(status)).map((line) => `  ${line}`),
    ...health.problems.map((problem) => problemLine(problem, color)),
    verdict(input, color),
    '',
  ].join('\n');
}

function nodeLines({ hosts, status }: StatusTextInput, color: Palette): string[] {
  const found = new Map(status.nodes.map((node) => [node.name, node]));
  const declared = new Set(hosts.map(({ name }) => name));
  const rows = [
    ...hosts.map(({ name, role, pool }) =>
      nodeRow(name, pool === undefined ? role : `${role} of ${pool}`, found.get(name), status.now),
    ),
    ...status.nodes
      .filter(({ name }) => !declared.has(name))
      .map((node) => nodeRow(node.name, 'not declared', node, status.now)),
  ];
  return alignedRows(rows, (cell, column) => (column === 2 ? stateColor(cell, color) : cell)).map(
    (line) => `  ${line}`,
  );
}

function nodeRow(name: string, role: string, node: NodeStatus | undefined, now: string): string[] {
  if (node === undefined) return [name, role, 'missing'];
  const state = `${node.ready ? 'ready' : 'not ready'}${node.cordoned ? ', cordoned' : ''}`;
  const since = node.since === undefined ? '' : `for ${age(node.since, now)}`;
  return [name, role, state, node.version, since];
}

function factRows({ etcd, certificate, snapshot, now }: ClusterStatus): string[][] {
  return [
    ...(etcd
      ? [
          [
            'etcd',
            `${etcd.healthy} of ${counted(etcd.members, 'member')} healthy, ${majorityOf(etcd.members)} needed`,
          ],
        ]
      : []),
    ...(certificate ? [['certificates', `${certificate.name} ${ahead(certificate.expires, now)}`]] : []),
    ...(snapshot
      ? [
          [
            'snapshot',
            `${snapshot.name}, ${age(snapshot.at, now)} old${snapshot.size === undefined ? '' : `, ${byteSize(snapshot.size)}`}`,
          ],
        ]
      : []),
  ];
}

function problemLine({ node, problem, grave }: HealthProblem, color: Palette): string {
  const sign = grave ? color.red('✗') : color.yellow('!');
  return `  ${sign} ${node === undefined ? problem : `${node} ${problem}`}`;
}

function verdict({ hosts, health, status }: StatusTextInput, color: Palette): string {
  const ready = status.nodes.filter(
    (node) => node.ready && hosts.some(({ name, version }) => name === node.name && version === node.version),
  ).length;
  const nodes = `${ready} of ${counted(hosts.length, 'node')} ready at ${hosts.length === 1 ? 'its release' : 'their releases'}`;
  const since = health.seconds === undefined ? '' : ` for ${durationText(health.seconds)}`;
  const grave = health.problems.some((problem) => problem.grave);
  return `${grave ? color.red('✗') : color.green('✓')} ${nodes}${since}`;
}

function stateColor(state: string, color: Palette): string {
  if (state === 'ready') return color.green(state);
  return state.startsWith('ready') ? color.yellow(state) : color.red(state);
}

function age(since: string, now: string): string {
  return durationText((Date.parse(now) - Date.parse(since)) / 1000);
}

function ahead(expires: string, now: string): string {
  const seconds = (Date.parse(expires) - Date.parse(now)) / 1000;
  return seconds < 0 ? `ended ${durationText(-seconds)} ago` : `ends in ${durationText(seconds)}`;
}
