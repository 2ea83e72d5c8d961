import type { ChangeKnowledge } from '../../distributions/change-knowledge';
import type { ClusterSynthesis, HostSynthesis } from '../../synthesis/synthesis';
import type { RolloutStep } from '../host-report';
import type { HostTurn } from './cluster-turns';

/** A cluster on the way from one state to the next. */
interface Way {
  readonly after: ClusterSynthesis;

  /** Hosts that it has before. */
  readonly servers: readonly HostSynthesis[];
  readonly knowledge: ChangeKnowledge;
}

/**
 * Steps with what is left of the servers in each: members of embedded etcd are counted on, as servers go, restart and join; of servers with another
 * datastore it is said in words who answers meanwhile.
 */
export function withQuorum(
  steps: readonly RolloutStep[],
  turns: readonly HostTurn[],
  { after, servers, knowledge }: Way,
): RolloutStep[] {
  const kinds = new Map(turns.map((turn) => [turn.host, turn.kind]));
  const embedded = knowledge.state(after) === 'quorum';
  let members = servers.filter(({ role }) => role === 'server').length;
  return steps.map((step) => {
    const kind = kinds.get(step.host);
    if (step.role !== 'server' || kind === undefined || kind === 'live' || kind === 'refused') return step;
    members += EFFECT[kind];
    const left = away(kind) ? members - 1 : members;
    const needed = embedded ? knowledge.majority(members) : 1;
    const words =
      away(kind) && left < needed ? 'the API is away meanwhile' : othersText(left, members, embedded);
    return {
      ...step,
      ...(away(kind) && words !== '' && { what: `${step.what}; ${words}` }),
      ...(embedded && { quorum: { members, needed, left } }),
    };
  });
}

function othersText(left: number, members: number, embedded: boolean): string {
  return embedded ? '' : `${left} of ${members} servers ${left === 1 ? 'answers' : 'answer'} meanwhile`;
}

const away = (kind: HostTurn['kind']): boolean => kind === 'restart' || kind === 'upgrade';

/** On the number of servers. */
const EFFECT = { first: 1, join: 1, remove: -1, restart: 0, upgrade: 0 } as const;
