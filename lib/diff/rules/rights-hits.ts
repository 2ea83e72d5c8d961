import type { Comparison } from '../comparison';
import { idKey } from '../object-id';
import { causeOf, gainedRights, rightsText, type GainedRights } from './gained-rights';
import type { Grant } from './rbac-rights';
import type { SubjectHit } from './risk-rule';
import { some } from './rule-text';

/** One hit for all who gain the same by the same object. */
export function rightsHits(
  comparison: Comparison,
  grantsMeant: (gained: GainedRights) => readonly Grant[],
): readonly SubjectHit[] {
  const groups = new Map<string, { subjects: string[]; grants: readonly Grant[] }>();
  for (const gained of gainedRights(comparison)) {
    const meant = grantsMeant(gained);
    const [first] = meant;
    if (first === undefined) continue;
    const key = `${idKey(causeOf(first, comparison).id)} ${rightsText(meant)}`;
    const group = groups.get(key) ?? { subjects: [], grants: meant };
    groups.set(key, { ...group, subjects: [...group.subjects, gained.subject] });
  }
  return [...groups.values()].flatMap(({ subjects, grants }): SubjectHit[] => {
    const [first] = grants;
    if (first === undefined) return [];
    const { id } = causeOf(first, comparison);
    return [
      {
        subject: { type: 'object', id },
        what: `${some(subjects.map(subjectText), 3)}: ${rightsText(grants)}`,
      },
    ];
  });
}

/** A ServiceAccount of the namespace that is applied to has none before its name. */
function subjectText(subject: string): string {
  return subject.replace(/^ServiceAccount \//, 'ServiceAccount ');
}
