import { holdsLate } from './late';

/** What stands in plain data in place of a value: late values, and secrets, each with where it stands. */
export interface Holes {
  /** Whether any string holds a late value. */
  readonly late: boolean;

  /** Where a secret stands, such as `spec.env[0].value`, and keys that hold a late value, which cannot be filled. */
  readonly refused: readonly { readonly at: string; readonly what: 'secret' | 'key' }[];
}

/** Looks through plain data for holes. Most data has none, and then nothing is allocated. */
export function holesIn(data: unknown): Holes {
  if (!holdsMark(data)) return NONE;
  const found: { late: boolean; refused: { at: string; what: 'secret' | 'key' }[] } = {
    late: false,
    refused: [],
  };
  look(data, '', found);
  return found;
}

function look(
  data: unknown,
  at: string,
  found: { late: boolean; refused: { at: string; what: 'secret' | 'key' }[] },
): void {
  if (typeof data === 'string') {
    if (holdsLate(data)) found.late = true;
    if (data.includes('«secret:')) found.refused.push({ at, what: 'secret' });
    return;
  }
  if (typeof data !== 'object' || data === null) return;
  for (const [key, value] of Object.entries(data)) {
    const inside = Array.isArray(data) ? `${at}[${key}]` : at === '' ? key : `${at}.${key}`;
    if (/«(?:late|secret):/.test(key)) found.refused.push({ at: inside, what: 'key' });
    look(value, inside, found);
  }
}

function holdsMark(data: unknown): boolean {
  if (typeof data === 'string') return data.includes('«');
  if (typeof data !== 'object' || data === null) return false;
  for (const key in data)
    if (key.includes('«') || holdsMark((data as Record<string, unknown>)[key])) return true;
  return false;
}

const NONE: Holes = { late: false, refused: [] };
