import { hasHalfCharacter } from '../option-format';
import type { Shape, ShapeProblem } from '../../../rules/shape';
import { SecretRef } from '../../../secret';

/** Data without end is refused: nothing that holds itself, and nothing deeper than any option of K3s. What it holds is checked elsewhere. */
export const plainData: Shape = (value, at) => {
  const problem = deeper(value, 0, new Set());
  return problem === undefined ? [] : [{ at, problem, fix: 'write plain data, such as { debug: true }' }];
};

function deeper(value: unknown, depth: number, above: Set<unknown>): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (above.has(value)) return 'holds itself';
  if (depth === DEEPEST) return `is nested more than ${DEEPEST} levels deep`;
  above.add(value);
  for (const item of Object.values(value)) {
    const problem = deeper(item, depth + 1, above);
    if (problem !== undefined) return problem;
  }
  above.delete(value);
  return undefined;
}

/** Text and keys that no file can hold, because they have half of a character; data without end must have been refused before. */
export function halfCharacters(value: unknown, at: readonly string[] = []): ShapeProblem[] {
  if (typeof value === 'string') return hasHalfCharacter(value) ? [halfCharacter(at)] : [];
  if (typeof value !== 'object' || value === null || value instanceof SecretRef) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    hasHalfCharacter(key) ? [halfCharacter([...at, key])] : halfCharacters(item, [...at, key]),
  );
}

function halfCharacter(at: readonly string[]): ShapeProblem {
  return { at, problem: 'holds half of a character, which no file can', fix: 'write whole characters' };
}

const DEEPEST = 10;
