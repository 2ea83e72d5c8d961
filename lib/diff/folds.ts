import type { Equivalence } from './equivalences';
import type { Noise } from './field-change';
import type { Folds } from './object-change';

/** Folds that are being counted. */
export type FoldCounts = Partial<Record<Equivalence | Noise, number>>;

/** Adds to a count. */
export function addFolds(sum: FoldCounts, folds: Folds): void {
  for (const [id, count] of Object.entries(folds) as [Equivalence | Noise, number][]) {
    sum[id] = (sum[id] ?? 0) + count;
  }
}
