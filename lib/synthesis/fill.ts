import { K3stackError } from '../errors';
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
 * `text` with every hole `«secret:name»` and `«name»` filled.
 *
 * @param encoding How a secret is written where it stands. @default 'raw'
 * @throws K3stackError `MISSING_VALUE` naming a secret or late value that has none, `INVALID_SECRET_VALUE` for one that cannot stand there.
 */
export function fillHoles(text: string, values: RunValues, encoding: HostFile['encoding'] = 'raw'): string {
  if (!text.includes('«')) return text;
  return text
    .replace(SECRET, (_, name: string, form?: string) => {
      const value = values.secrets[name];
      if (value === undefined) throw missing('secret', name);
      return encoded(name, form === 'url' ? encodeURIComponent(value) : value, encoding);
    })
    .replace(LATE, (hole, name: string) => {
      const value = values.late[name];
      return value ?? hole;
    });
}

function encoded(name: string, value: string, encoding: HostFile['encoding']): string {
  if (encoding === 'yaml') return quoteYaml(value).slice(1, -1);
  if (encoding === 'raw') return value;
  if (/[\p{Cc}\p{Surrogate}\u2028\u2029]/u.test(value)) {
    throw new K3stackError(
      'INVALID_SECRET_VALUE',
      `the value of secret ${JSON.stringify(name)} goes into a systemd environment file and must be one line without control characters; set it again`,
    );
  }
  return value.replace(/["\\`$]/g, '\\$&');
}

function missing(kind: string, name: string): K3stackError {
  return new K3stackError('MISSING_VALUE', `the ${kind} ${JSON.stringify(name)} has no value in this run`);
}

const SECRET = /«secret:([A-Za-z][A-Za-z0-9-]*)(?:\|(url))?»/g;
const LATE = /«([A-Za-z][A-Za-z0-9-]*)»/g;
