import { recordOf } from '../../../rules/object-needs-made';
import type { Comparison } from '../../comparison';
import type { ObjectChange } from '../../object-change';
import type { ObjectId } from '../../object-id';
import { isMadeOtherwise } from '../object-users';
import { referencesOf } from '../pod-references';
import type { RiskHit, RiskRule } from '../risk-rule';
import { fieldIn } from '../rule-text';
import { WORKLOAD_KINDS, workloadOf, type Workload } from '../workload-pods';

/** Names in pods that lead to nothing. */
export const referenceRules: readonly RiskRule[] = [
  {
    id: 'reference-not-found',
    level: 'caution',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'Pods name an object or a key that is not there',
    reason:
      'A pod does not start without the ConfigMap, Secret or ServiceAccount that it names, nor without the key.',
    onApply:
      'New pods do not start, unless something else makes the object; of a rolling update the old ones stay.',
    fix: 'Write the name as the object has it, or add the object in the same change.',
    source: 'https://kubernetes.io/docs/concepts/configuration/configmap/#configmaps-and-pods',
    check: lostHits,
  },
];

/** An object that a pod names at one place. */
interface Named {
  readonly place: string;
  readonly kind: string;
  readonly name: string;

  /** @default - the whole of it */
  readonly key?: string;
  readonly field: string;
}

function lostHits({ before, after }: ObjectChange, comparison: Comparison): readonly RiskHit[] {
  const [old, now] = [before, after].map((side) => (side === undefined ? undefined : workloadOf(side)));
  if (now === undefined) return [];
  const former = new Map((old === undefined ? [] : namesIn(old)).map((named) => [named.place, named]));
  return namesIn(now).flatMap((named): RiskHit[] => {
    const was = former.get(named.place);
    const isSame = was?.kind === named.kind && was.name === named.name && was.key === named.key;
    const missing = isSame ? undefined : missingOf(comparison, 'after', now.id, named);
    if (missing === undefined) return [];
    // What was not among the objects before either may be made by hand, and what goes is said where it goes.
    const wasFound =
      old !== undefined && was !== undefined && missingOf(comparison, 'before', old.id, was) === undefined;
    const goes = missingOf(comparison, 'before', now.id, named) === undefined;
    if (missing === 'object' && (!wasFound || goes)) return [];
    const text =
      missing === 'key'
        ? `${named.kind} ${named.name} has no key ${named.key ?? ''}`
        : `no ${named.kind} ${named.name}`;
    return [{ field: named.field, what: `${named.place}: ${text}` }];
  });
}

function namesIn(workload: Workload): readonly Named[] {
  const { spec, property } = workload;
  const account = spec['serviceAccountName'];
  return [
    ...referencesOf(workload).map(({ kind, name, key, field, use }) => ({
      place: use,
      kind,
      name,
      ...(key !== undefined && { key }),
      field,
    })),
    ...(typeof account === 'string' && account !== 'default'
      ? [
          {
            place: 'serviceAccountName',
            kind: 'ServiceAccount',
            name: account,
            field: fieldIn(property, 'serviceAccountName'),
          },
        ]
      : []),
  ];
}

/** What a side lacks of a named object; an object without any key is filled by somebody else. */
function missingOf(
  comparison: Comparison,
  side: 'before' | 'after',
  { cluster, namespace }: ObjectId,
  { kind, name, key }: Named,
): 'object' | 'key' | undefined {
  const id: ObjectId = {
    ...(cluster !== undefined && { cluster }),
    group: '',
    kind,
    ...(namespace !== undefined && { namespace }),
    name,
  };
  if (isMadeOtherwise(comparison, id)) return undefined;
  const found = comparison.find(side, id);
  if (found === undefined) return 'object';
  const keys = ['data', 'binaryData', 'stringData'].flatMap((part) =>
    Object.keys(recordOf(found.object[part])),
  );
  return key === undefined || keys.length === 0 || keys.includes(key) ? undefined : 'key';
}
