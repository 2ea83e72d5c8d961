import type { ChangeKnowledge } from '../../distributions/change-knowledge';
import { durationText } from '../../report/duration';
import { transitionRules } from '../../rules/transition-rules';
import type { ClusterSynthesis, Synthesis } from '../../synthesis/synthesis';
import type { HostTurn } from './cluster-turns';
import { knownStepChanges } from './known-changes';
import { clusterStepLines } from './step-lines';

/** A cluster of which something is to be said. */
interface NotedCluster {
  readonly before: Synthesis | undefined;
  readonly after: Synthesis;
  readonly cluster: ClusterSynthesis;
  readonly knowledge: ChangeKnowledge;
}

/** What a reader has to know of a roll-out as a whole. */
export function rolloutNotes(
  turns: readonly HostTurn[],
  { before, after, cluster, knowledge }: NotedCluster,
): string[] {
  const state = knowledge.state(cluster);
  const { gate, soak } = knowledge.waits(cluster);
  const servers = after.hosts.filter(
    (host) => host.cluster === cluster.name && host.role === 'server',
  ).length;
  const drains = turns.filter(({ drained }) => drained);
  const timeout = drains[0]?.step.script?.values['DRAIN_TIMEOUT'];
  const lines = before === undefined ? [] : clusterStepLines(knownStepChanges(before, after), cluster.name);
  return [
    ...refusals(before, after, cluster).map(
      (problem) => `Nothing of this is done as long as it is refused: ${problem}.`,
    ),
    ...turns
      .filter(({ kind }) => kind === 'refused')
      .map(({ host }) => `Nothing is done while ${host} asks for what cannot be done on it.`),
    ...(state === 'outside' ? ['The datastore is external: servers need no majority among themselves.'] : []),
    ...(state === 'alone' && servers === 1
      ? ['The only server has its own datastore: while it restarts, the API is away and pods keep running.']
      : []),
    ...(drains.length > 0
      ? [
          `Draining is expected to take as long as pods are given to stop, 30 s by default${timeout === undefined ? '' : `, and is given up after ${durationText(Number(timeout))}`}; PodDisruptionBudgets may make it longer.`,
        ]
      : []),
    ...(gate ? ['The gate of the program runs after each node; how long it takes is not known.'] : []),
    ...(soak === undefined
      ? []
      : [`It begins when ${soak.environment} has run the release for ${durationText(soak.seconds)}.`]),
    ...(lines.length > 0 ? [`Commands for the cluster as a whole differ: ${lines.join(', ')}.`] : []),
  ];
}

/** Why provisioning does not begin on the hosts of a cluster, each reason once. */
function refusals(
  before: Synthesis | undefined,
  after: Synthesis,
  { name, path }: ClusterSynthesis,
): string[] {
  if (before === undefined) return [];
  const own = [`${after.environment}/${path}`, `${after.environment}/${name}`];
  const blocking = transitionRules(before, after).filter(
    (violation) =>
      violation.blocks !== 'nothing' &&
      own.some((prefix) => violation.path === prefix || violation.path.startsWith(`${prefix}/`)),
  );
  return [...new Set(blocking.map(({ problem }) => problem))];
}
