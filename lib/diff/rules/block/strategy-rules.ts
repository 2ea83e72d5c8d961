import { isPlainObject } from '../../../plain-object';
import type { ObjectChange } from '../../object-change';
import type { RiskHit, RiskRule } from '../risk-rule';
import { isUpdate, VALIDATION } from './immutable-rule';
import { valueAt, valueText } from './touched-fields';

/** Strategies of roll-outs, whose defaults the API server keeps when the strategy changes. */
export const strategyRules: readonly RiskRule[] = [
  {
    id: 'strategy-default-stays',
    level: 'block',
    title: 'A workload stops to roll, and the defaults of rolling stay',
    reason:
      'The API server wrote rollingUpdate when the workload was made. Who did not write it does not take it away, and it is forbidden beside the new strategy.',
    onApply:
      'Server-side apply, which Pulumi uses, and updates are refused: "spec.strategy.rollingUpdate: Forbidden". kubectl apply without --server-side takes it of a Deployment.',
    fix: 'Apply it once with rollingUpdate written out, as maxSurge: 25% and maxUnavailable: 25% of a Deployment or partition: 0 of a StatefulSet, and change the type after that; or give the workload another name.',
    source: `${VALIDATION}/apps/validation/validation.go ValidateDeploymentStrategy, ValidateStatefulSetSpec; v1/defaults.go SetDefaults_Deployment, SetDefaults_StatefulSet`,
    refusedByApi: true,
    on: 'object',
    kinds: ['apps/Deployment', 'apps/StatefulSet'],
    check: leftHits,
  },
];

function leftHits(change: ObjectChange): readonly RiskHit[] {
  if (!isUpdate(change)) return [];
  const field = change.id.kind === 'Deployment' ? 'strategy' : 'updateStrategy';
  const [old, now] = [change.before, change.after].map(({ object }) => valueAt(object, ['spec', field]));
  const [was = ROLLING, is = ROLLING] = [old, now].map((strategy) => valueAt(strategy, ['type']));
  const isWritten = isPlainObject(valueAt(old, ['rollingUpdate']));
  if (was !== ROLLING || is === ROLLING || isWritten) return [];
  return [{ field: `spec.${field}.type`, what: `${ROLLING} -> ${valueText(is)}, and rollingUpdate stays` }];
}

const ROLLING = 'RollingUpdate';
