import { hostsMissingIn, keptClusters } from '../../../rules/transition';
import type { HostSynthesis, Synthesis } from '../../../synthesis/synthesis';
import type { EnvironmentRiskRule, SubjectHit } from '../risk-rule';
import { hostRule } from './host-rule';
import { localDataText } from './local-data';
import { hostSubject } from './subjects';

/** Agents that go, and the data on their disks. */
export const agentRisks: readonly EnvironmentRiskRule[] = [
  hostRule({
    id: 'agent-removed-with-data',
    level: 'high',
    title: 'An agent is removed that may hold data',
    reason: 'A volume of the local-path provisioner lies on the disk of one node, and goes with it.',
    onApply:
      'It is drained, removed and uninstalled. Where volumes lie on it that is refused, unless the cluster has allowDataLoss.',
    fix: 'Look on which node the volumes are (kubectl get pv), move or back them up first.',
    source: 'https://docs.k3s.io/add-ons/storage; docs/cluster.md',
    check: (before, after) => removedAgents(before, after).flatMap((host) => dataHit(host, before)),
  }),
  hostRule({
    id: 'agent-removed',
    level: 'caution',
    title: 'An agent is removed',
    reason: 'Its pods need room on the nodes that stay.',
    onApply: 'It is drained, removed from the cluster, and K3s is uninstalled.',
    fix: 'Look whether the nodes that stay have room for its pods.',
    source: 'docs/decisions/0004-host-steps.md',
    check: (before, after) =>
      removedAgents(before, after)
        .filter((host) => dataHit(host, before).length === 0)
        .map((host) => ({ subject: hostSubject(host), what: `${host.name} leaves${poolText(host)}` })),
  }),
];

/** Of clusters that stay; a cluster that goes has a risk of its own. */
function removedAgents(before: Synthesis, after: Synthesis): HostSynthesis[] {
  return keptClusters(before, after).flatMap(({ hostsBefore, hostsAfter }) =>
    hostsMissingIn(hostsAfter, hostsBefore).filter(({ role }) => role === 'agent'),
  );
}

function dataHit(host: HostSynthesis, before: Synthesis): SubjectHit[] {
  const data = localDataText(before, host);
  return data === '' ? [] : [{ subject: hostSubject(host), what: `${host.name} leaves; ${data}` }];
}

const poolText = ({ pool }: HostSynthesis): string => (pool === undefined ? '' : ` pool ${pool}`);
