import { K3stackError } from '../errors';
import { generatedValue } from '../generated-secret';
import { SECRET_HOLE_SOURCE } from '../secret';
import { quoteYaml } from '../yaml';
import type { HostFile } from './synthesis';

/** What a run knows and a synthesis does not. */
export interface RunValues {
  /** Secret by name. */
  readonly secrets: Readonly<Record<string, string>>;

  /** Late value by name. */
  readonly late: Readonly<Record<string, string>>;
}

/**
 * `text` with every hole `«secret:name»` and `«name»` filled, generated values computed, in one pass: what comes out of a hole is never taken for another one. `«name»` of no
 * late value is text of the user's, and stays.
 *
 * @param encoding How a value is written where it stands. @default 'raw'
 * @throws K3stackError `MISSING_VALUE` naming a secret that has none, `INVALID_SECRET_VALUE` for one that cannot stand there.
 */
export function fillHoles(text: string, values: RunValues, encoding: HostFile['encoding'] = 'raw'): string {
  if (!text.includes('«')) return text;
  return text.replace(HOLE, (hole, secret?: string, generated?: string, form?: string, late?: string) => {
    if (late !== undefined) {
      const value = own(values.late, late);
      return value === undefined ? hole : encoded(`late value ${JSON.stringify(late)}`, value, encoding);
    }
    const name = `secret ${JSON.stringify(secret)}`;
    const given = own(values.secrets, secret ?? '');
    if (given === undefined) throw new K3stackError('MISSING_VALUE', `the ${name} has no value in this run`);
    const value = generated === undefined ? given : generatedValue(generated, given);
    if (/\p{Surrogate}/u.test(value)) throw invalid(name, 'holds half of a character');
    return encoded(name, form === 'url' ? encodeURIComponent(value) : value, encoding);
  });
}

function encoded(name: string, value: string, encoding: HostFile['encoding']): string {
  if (encoding === 'yaml') return quoteYaml(value).slice(1, -1);
  if (encoding === 'raw') return value;
  if (/[\p{Cc}\p{Surrogate}\u2028\u2029]/u.test(value)) {
    throw invalid(
      name,
      'goes into a systemd environment file and must be one line without control characters',
    );
  }
  return value.replace(/["\\`$]/g, '\\$&');
}

/** Not `constructor` and the like. */
function own(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** Never repeats the value. */
function invalid(name: string, problem: string): K3stackError {
  return new K3stackError('INVALID_SECRET_VALUE', `the value of ${name} ${problem}; set it again`);
}

const HOLE = new RegExp(`${SECRET_HOLE_SOURCE}|«([A-Za-z][A-Za-z0-9-]*)»`, 'g');
