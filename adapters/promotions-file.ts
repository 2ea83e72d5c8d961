import { join } from 'node:path';
import { K3stackError } from '../lib/errors';
import { parsePromotions, PROMOTIONS_FILE, renderPromotions, type Promotions } from '../lib/promotion/record';
import { writeFileAtomically } from './atomic-write';
import { readTextFile } from './text-file';

/**
 * The record of proven releases beside a program; empty when there is none.
 *
 * @throws K3stackError `INVALID_PROMOTIONS`
 */
export function readPromotions(folder: string): Promotions {
  const file = join(folder, PROMOTIONS_FILE);
  const text = readTextFile(file, {
    folder: (problem) =>
      new K3stackError('INVALID_PROMOTIONS', `${file} ${problem}; move it away, and run k3stack promote`),
  });
  return text === undefined ? {} : parsePromotions(text, file);
}

/** Writes the record beside a program. */
export function writePromotions(folder: string, promotions: Promotions): void {
  writeFileAtomically(join(folder, PROMOTIONS_FILE), renderPromotions(promotions));
}
