import type { ChangeKnowledge, Turn } from '../../distributions/change-knowledge';
import type { HostChange } from '../../report/changes';
import type { Step, StepKind } from '../../synthesis/graph';
import type { ChangeCost } from '../../distributions/change-costs';

/** What one host does in a roll-out, and the step of the plan that does it. */
export interface HostTurn {
  readonly host: string;
  readonly role: HostChange['role'];
  readonly kind: Turn['kind'] | 'refused';
  readonly what: string;
  readonly disruption: ChangeCost;
  readonly drained: boolean;
  readonly expectedSeconds: number;
  readonly step: Step;
}

/** A cluster whose hosts take turns. */
export interface TurningCluster {
  readonly steps: readonly Step[];
  readonly changes: readonly HostChange[];

  /** There is no cluster yet. */
  readonly isNew: boolean;
  readonly knowledge: ChangeKnowledge;
}

/** Turns of the hosts of one cluster, in the order of its steps. */
export function clusterTurns(cluster: TurningCluster): HostTurn[] {
  const { steps, changes, isNew, knowledge } = cluster;
  const byHost = new Map(changes.map((change) => [change.host, change]));
  const first = steps.find(({ kind }) => kind === 'run')?.host;
  return steps.flatMap((step): HostTurn[] => {
    if (step.kind === 'retire') return removals(step, cluster);
    if (step.kind === 'nodes') return liveTurns(step, cluster);
    const change = step.host === undefined ? undefined : byHost.get(step.host);
    const kind = change && turnKind(step.kind, change, isNew && step.host === first);
    return change && kind ? [turn(step, change, kind, knowledge)] : [];
  });
}

function turnKind(step: StepKind, change: HostChange, isFirst: boolean): HostTurn['kind'] | undefined {
  if (change.kind === 'added') {
    const joins = change.role === 'server' ? 'run' : 'join';
    if (step !== joins) return undefined;
    return isFirst ? 'first' : 'join';
  }
  if (step !== (change.role === 'server' ? 'run' : 'roll')) return undefined;
  switch (change.disruption) {
    case 'replace':
    case 'refused':
      return 'refused';
    case 'restart':
    case 'drain-restart':
      return change.properties.some(({ property }) => property === 'version') ? 'upgrade' : 'restart';
    case 'live':
      return onlyOnNode(change) ? undefined : 'live';
    default:
      return undefined;
  }
}

/** One after another, agents first, as the step does it. */
function removals(step: Step, { changes, knowledge }: TurningCluster): HostTurn[] {
  const order = (change: HostChange): string => `${change.role === 'server' ? 1 : 0} ${change.host}`;
  return changes
    .filter((change) => change.kind === 'removed')
    .sort((a, b) => (order(a) < order(b) ? -1 : 1))
    .map((change) => turn(step, change, 'remove', knowledge));
}

/** Labels, taints and annotations, all at the end. */
function liveTurns(step: Step, { changes, knowledge }: TurningCluster): HostTurn[] {
  return changes
    .filter((change) => change.kind === 'changed' && change.disruption === 'live' && onlyOnNode(change))
    .map((change) => turn(step, change, 'live', knowledge));
}

/** Whether nothing that is taken up live lies on the host itself. */
function onlyOnNode({ files, options }: HostChange): boolean {
  return [...files, ...options].every(({ disruption }) => disruption === 'none');
}

function turn(step: Step, change: HostChange, kind: HostTurn['kind'], knowledge: ChangeKnowledge): HostTurn {
  const { host, role, disruption } = change;
  const drained = kind === 'remove' ? step.script?.values['DRAIN'] !== 'no' : disruption === 'drain-restart';
  return {
    host,
    role,
    kind,
    what: textOf(change, kind, drained),
    disruption: kind === 'remove' && !drained ? 'restart' : disruption,
    drained,
    expectedSeconds: kind === 'refused' ? 0 : knowledge.turnSeconds({ role, kind, drained }, step),
    step,
  };
}

function textOf({ reason }: HostChange, kind: HostTurn['kind'], drained: boolean): string {
  switch (kind) {
    case 'first':
      return 'makes the cluster';
    case 'join':
      return 'joins';
    case 'remove':
      return `${drained ? 'drained, ' : ''}removed from the cluster, uninstalled`;
    case 'refused':
      return `cannot be done on this host: ${reason}`;
    default:
      return reason;
  }
}
