/** What kind of problem a finding is. */
export type FindingRule =
  | 'unknown-field'
  | 'wrong-type'
  | 'missing-field'
  | 'invalid-value'
  | 'removed-api-version'
  | 'unknown-kind'
  | 'unknown-custom-resource';

/** One reason why the API server would refuse an object. */
export interface Finding {
  /** Path in the object, such as `spec.template.spec.containers[0].prot`; empty for the object itself. */
  readonly field: string;

  /** `unknown-custom-resource` alone says that nothing is known, not that something is wrong. */
  readonly rule: FindingRule;

  /** What is wrong, naming the value that was got. */
  readonly problem: string;

  /** What to write instead. */
  readonly fix: string;
}

/** A path as a reader writes it: `metadata.labels['app.kubernetes.io/name']`, `spec.ports[0]`. */
export function fieldPath(segments: readonly (string | number)[]): string {
  return segments.reduce<string>((path, segment) => {
    if (typeof segment === 'number') return `${path}[${segment}]`;
    if (!/^[\w$-]+$/.test(segment)) return `${path}['${segment}']`;
    return path === '' ? segment : `${path}.${segment}`;
  }, '');
}

/** A value in few words: scalars as they are, cut when long; the rest by what they are. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return value.length > 60 ? `'${value.slice(0, 57)}…'` : `'${value}'`;
  if (Array.isArray(value))
    return value.length === 1 ? 'a list of 1 item' : `a list of ${value.length} items`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}

/** What a value is, without the value: for objects that hold secrets. */
export function describeType(value: unknown): string {
  return typeof value === 'object' ? describe(value) : `a ${typeof value}`;
}
