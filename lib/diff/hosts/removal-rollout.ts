import type { ChangeKnowledge, Turn } from '../../distributions/change-knowledge';
import type { Step } from '../../synthesis/graph';
import type { ClusterSynthesis, HostSynthesis, Synthesis } from '../../synthesis/synthesis';
import type { Rollout, RolloutStep } from '../host-report';

/** A cluster that is no longer declared: agents are uninstalled, then servers in the reverse order of how they were made. Nothing is drained. */
export function removalRollout(
  cluster: ClusterSynthesis,
  before: Synthesis,
  knowledge: ChangeKnowledge,
): Rollout[] {
  const hosts = before.hosts.filter((host) => host.cluster === cluster.name);
  if (hosts.length === 0) return [];
  const agents = hosts.filter(({ role }) => role === 'agent');
  const servers = hosts.filter(({ role }) => role === 'server').reverse();
  const start = agents.length > 0 ? 2 : 1;
  const seconds = knowledge.turnSeconds(REMOVED, STEP);
  const steps = [
    ...agents.map((host) => stepOf(host, 1, seconds)),
    ...servers.map((host, index) => stepOf(host, start + index, seconds)),
  ];
  const waves = Math.max(...steps.map(({ wave }) => wave));
  return [
    {
      environment: before.environment,
      cluster: cluster.name,
      steps,
      expectedSeconds: waves * seconds,
      notes: ['The cluster is gone afterwards, with everything that its datastore and local volumes hold.'],
    },
  ];
}

function stepOf({ name, role }: HostSynthesis, wave: number, expectedSeconds: number): RolloutStep {
  return {
    kind: 'removed',
    host: name,
    role,
    wave,
    what: 'uninstalled',
    disruption: 'replace',
    expectedSeconds,
  };
}

const REMOVED: Turn = { role: 'server', kind: 'remove', drained: false };

/** None of the plan does it: it waits for nothing. */
const STEP: Step = {
  id: '',
  kind: 'retire',
  cluster: '',
  after: [],
  summary: '',
  checks: [],
  onChange: 'none',
};
