import type { ChangeKnowledge } from '../../../distributions/change-knowledge';
import { knowledgeOf } from '../../../distributions/changes-of';
import type { HostChange } from '../../../report/changes';
import { knownHostChanges } from '../../hosts/known-changes';
import { listed } from '../../../report/words';
import { keptHosts } from '../../../rules/transition';
import type { Synthesis } from '../../../synthesis/synthesis';
import { groupBy } from '../../group-by';
import type { EnvironmentRiskRule, SubjectHit } from '../risk-rule';
import { hostRule } from './host-rule';
import { clusterSubject, hostSubject } from './subjects';

/** Options of K3s on hosts that stay. */
export const optionRisks: readonly EnvironmentRiskRule[] = [
  hostRule({
    id: 'server-options-changed',
    level: 'high',
    title: 'Options of servers change',
    reason:
      'An option that a server does not start with takes the API away, and with embedded etcd a member of the datastore.',
    onApply:
      'K3s restarts on one server after another, where the option asks for it after a drain; the first one that does not come back stops the rest.',
    fix: 'Try it in another environment before, and look at the order of the roll-out.',
    source: 'docs/k3s-options.md',
    check: (before, after) => optionChanges(before, after, 'server', ['restart', 'drain-restart']),
  }),
  hostRule({
    id: 'agent-options-changed',
    level: 'caution',
    title: 'Options of agents change',
    reason: 'An agent that does not start with an option takes the pods on it away.',
    onApply: 'K3s restarts on agents in waves, where the option asks for it after a drain.',
    fix: 'Look at the order of the roll-out.',
    source: 'docs/k3s-options.md',
    check: (before, after) => optionChanges(before, after, 'agent', ['restart', 'drain-restart']),
  }),
  hostRule({
    id: 'host-option-immutable',
    level: 'high',
    title: 'An option changes that no running node can take up',
    reason:
      'It belongs to the identity of a node or of the cluster: K3s refuses it, or becomes another node by it.',
    onApply: 'K3s does not start with it, or joins as another node.',
    fix: 'Take it back; a machine with another identity gets a new name.',
    source: 'docs/k3s-options.md',
    check: (before, after) => [
      ...optionChanges(before, after, 'server', ['replace', 'refused']),
      ...optionChanges(before, after, 'agent', ['replace', 'refused']),
    ],
  }),
  hostRule({
    id: 'host-protection-lost',
    level: 'high',
    title: 'A host loses a protection',
    reason: 'What the hardening guide of K3s asks for was there and is not any more.',
    onApply: 'The host restarts without it.',
    fix: 'Keep it, or waive this with the reason.',
    source: 'https://docs.k3s.io/security/hardening-guide',
    check: (before, after) =>
      keptHosts(before.hosts, after.hosts).flatMap(({ before: old, after: host }) =>
        (knowledgeOf(host.cluster, after)?.protectionsLost(old.settings, host.settings) ?? []).map(
          (what) => ({ subject: hostSubject(host), what }),
        ),
      ),
  }),
];

/** One hit for all hosts of a cluster that get the same. */
function optionChanges(
  before: Synthesis,
  after: Synthesis,
  role: HostChange['role'],
  costs: readonly HostChange['disruption'][],
): SubjectHit[] {
  const changed = knownHostChanges(before, after)
    .filter((change) => change.kind === 'changed' && change.role === role)
    .map((change) => ({ ...change, names: namesOf(change, costs, knowledgeOf(change.cluster, after)) }))
    .filter(({ names }) => names.length > 0);
  return [...groupBy(changed, ({ cluster, names }) => JSON.stringify([cluster, names])).values()].flatMap(
    ([first, ...others]) =>
      first === undefined
        ? []
        : [
            {
              subject: clusterSubject(first.cluster),
              field: listed(first.names),
              what: `${listed(first.names)} on ${listed([first, ...others].map(({ host }) => host))}`,
            },
          ],
  );
}

/** Options that transition rules refuse already are left out, and addresses where the address of the host is another. */
function namesOf(
  { options, properties }: HostChange,
  costs: readonly HostChange['disruption'][],
  knowledge: ChangeKnowledge | undefined,
): string[] {
  const moved = properties.some(({ property }) => property === 'address');
  return options
    .filter(({ option, disruption }) => costs.includes(disruption) && !knowledge?.guardedOptions.has(option))
    .filter(({ option }) => !(moved && option === knowledge?.addressOption))
    .map(({ option }) => option);
}
