import type { StepChange } from '../../../report/step-changes';
import { knownStepChanges } from '../../hosts/known-changes';
import { listed } from '../../../report/words';
import type { Synthesis } from '../../../synthesis/synthesis';
import { groupBy } from '../../group-by';
import type { EnvironmentRiskRule, SubjectHit } from '../risk-rule';
import { hostRule } from './host-rule';
import { clusterSubject } from './subjects';

/** What commands on hosts are given, where nothing else says it. */
export const commandRisks: readonly EnvironmentRiskRule[] = [
  hostRule({
    id: 'data-loss-allowed',
    level: 'high',
    title: 'Loss of data is allowed',
    reason: 'Nodes and clusters are removed from now on although volumes lie on their disks.',
    onApply:
      'The guards that refuse to remove a node with volumes, and to destroy a cluster with volumes, are off.',
    fix: 'Allow it only for the one update that needs it, and take it back with the next.',
    source: 'docs/cluster.md',
    check: (before, after) =>
      valueChanges(
        before,
        after,
        (change) => change.startsWith('ALLOW_DATA_LOSS ') && change.endsWith(' -> yes'),
      ),
  }),
  hostRule({
    id: 'drain-weakened',
    level: 'high',
    title: 'Nodes are drained with less care',
    reason:
      'Without a drain, or past PodDisruptionBudgets, more pods of a workload may be away at once than it bears.',
    onApply: 'From now on nodes restart without a drain, or pods are deleted rather than evicted.',
    fix: 'Keep upgrade.drain as it was; a longer timeout helps where pods take long to stop.',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/',
    check: (before, after) => valueChanges(before, after, (change) => WEAKER_DRAIN.includes(change)),
  }),
  hostRule({
    id: 'remote-commands-changed',
    level: 'caution',
    title: 'Commands on hosts are given something else',
    reason: 'They run again on hosts where nothing else differs.',
    onApply: 'Each looks at what is there, and does what is left to do.',
    fix: 'Look whether what differs is meant.',
    source: 'docs/decisions/0007-what-a-step-is.md',
    check: (before, after) =>
      valueChanges(before, after, (change) => !HAS_OWN_RULE.test(change) && !WEAKER_DRAIN.includes(change)),
  }),
];

/** One hit for each value of a cluster that differs. */
function valueChanges(before: Synthesis, after: Synthesis, isHit: (change: string) => boolean): SubjectHit[] {
  const found = knownStepChanges(before, after).flatMap((step) =>
    step.what.filter(isHit).map((change) => ({ step, change })),
  );
  const key = ({ step, change }: { step: StepChange; change: string }): string => `${step.cluster}|${change}`;
  return [...groupBy(found, key).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const steps = listed([...new Set(group.map(({ step }) => step.step))]);
    return [{ subject: clusterSubject(first.step.cluster), what: `${first.change} in ${steps}` }];
  });
}

/** As `stepChanges` writes them. */
const WEAKER_DRAIN: readonly string[] = ['DRAIN yes -> no', 'DRAIN_DISABLE_EVICTION no -> yes'];

/**
 * Releases, names and the place of work; records of hosts and labels; what follows from a drain that is off or a rule above; and counters of rotations.
 */
const HAS_OWN_RULE =
  /^(VERSION|ARCHITECTURE|NODE|ROLE|CLUSTER|UNIT|DATA_DIR|API_PORT|DATASTORE|FIXED_URL|API_URL|POOL|WAVE|runs on|deadline|DRAIN_\w+|ALLOW_DATA_LOSS|ENCRYPTION_KEY_ROTATION|SERVER_TOKEN|AGENT_TOKEN) |^[+-] /;
