import type { ComparedObject } from '../../object-change';
import { idKey } from '../../object-id';
import type { RiskRule } from '../risk-rule';

/** Objects that a set has more than once. */
export const duplicateRules: readonly RiskRule[] = [
  {
    id: 'duplicate-object',
    level: 'block',
    title: 'An object is in the set twice',
    reason: 'Two objects of one kind, namespace and name are one to the API server.',
    onApply:
      'kubectl apply takes both one after the other, so that the last one counts and each run changes it twice; Kustomize, Pulumi and Argo CD refuse the set.',
    fix: 'Remove one of them, or give it another name.',
    source: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/names/',
    on: 'environment',
    check: ({ before, after }) => {
      const known = counts(before.objects);
      return [...counts(after.objects)]
        .filter(([key, { count }]) => count > 1 && (known.get(key)?.count ?? 0) < 2)
        .map(([, { id, count }]) => ({
          subject: { type: 'object', id } as const,
          what: `it is there ${count === 2 ? 'twice' : `${count} times`}`,
        }));
    },
  },
];

function counts(
  objects: readonly ComparedObject[],
): Map<string, { id: ComparedObject['id']; count: number }> {
  const found = new Map<string, { id: ComparedObject['id']; count: number }>();
  for (const { id } of objects) {
    const entry = found.get(idKey(id)) ?? { id, count: 0 };
    entry.count += 1;
    found.set(idKey(id), entry);
  }
  return found;
}
