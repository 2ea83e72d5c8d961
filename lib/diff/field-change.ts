/**
 * One step into an object: the key of a map, the position in a list whose items have no identity, or the keys that identify an item
 * of a list, such as `{ name: 'web' }` or `{ containerPort: 8080, protocol: 'TCP' }`.
 */
export type PathSegment = string | number | Readonly<Record<string, string | number>>;

/** From the object to one of its fields. */
export type FieldPath = readonly PathSegment[];

/** Changes that say nothing about what will run; they are folded into one counted line. */
export type Noise =
  /** A label or annotation that names the chart or its version. */
  | 'chart-label'
  /** An annotation that holds a checksum of something else that is compared on its own. */
  | 'checksum'
  /** What a CustomResourceDefinition says to its readers: descriptions of fields, and the version of the program that wrote it. */
  | 'definition-text'
  /** What only the API server or a client of it writes: `managedFields`, `resourceVersion`, `status`. */
  | 'server-field';

/** One field that differs between two states of an object. */
export interface FieldChange {
  readonly path: FieldPath;

  /** `reorder`: the same items in another order, where order means something; `before` and `after` are the identities of the items. */
  readonly op: 'add' | 'remove' | 'replace' | 'reorder';

  /** Absent for `add`. */
  readonly before?: unknown;

  /** Absent for `remove`. */
  readonly after?: unknown;

  /** @default - it means something */
  readonly noise?: Noise;
}

/** `spec.template.spec.containers[name=web].ports[8080/TCP].name`; keys that a path cannot hold as they are stand in quotes. */
export function pathText(path: FieldPath): string {
  let text = '';
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`;
    else if (typeof segment === 'object') text += `[${identityText(segment)}]`;
    else if (PLAIN_KEY.test(segment)) text += text === '' ? segment : `.${segment}`;
    else text += `[${JSON.stringify(segment)}]`;
  }
  return text;
}

/** Whether a path begins with these map keys; the items of lists in between are passed over. */
export function startsWith(path: FieldPath, ...keys: readonly string[]): boolean {
  const own = path.filter((segment) => typeof segment === 'string');
  return keys.every((key, index) => own[index] === key);
}

function identityText(identity: Readonly<Record<string, string | number>>): string {
  const entries = Object.entries(identity);
  const isPort = 'protocol' in identity && ('containerPort' in identity || 'port' in identity);
  if (isPort) return `${identity['containerPort'] ?? identity['port']}/${identity['protocol']}`;
  return entries.map(([key, value]) => `${key}=${value}`).join(',');
}

const PLAIN_KEY = /^[A-Za-z_$][\w$-]*$/;
