import type { Finding } from '../../../rules/rule';

/** A number that must be a whole one within bounds; beyond 1e21 JavaScript would write it as `1e+21`, which no program here reads. */
export interface WholeNumber {
  readonly path: string;
  readonly property: string;
  readonly value: number | undefined;
  readonly least: number;
  readonly most: number;

  /** Such as `seconds`. @default - none */
  readonly unit?: string;

  /** For the fix. */
  readonly example: number;
}

/** What is wrong with a whole number; nothing about one that is not given. */
export function wholeNumberFindings(number: WholeNumber): Finding[] {
  const { path, property, value, least, most, unit, example } = number;
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return [];
  const problem = `must be a whole number${unit === undefined ? '' : ` of ${unit}`} from ${least} to ${most}, got ${value}`;
  return [{ path, property, problem, fix: `write ${property.split('.').at(-1)}: ${example}` }];
}
