import { withValueAt } from '../../lib/kubernetes/object-path';
import { isPlainObject } from '../../lib/plain-object';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import { toYaml } from '../../lib/yaml';
import { objectName } from './object-name';

/** What of objects is in a snapshot. */
export interface SnapshotOptions {
  /** @default - all kinds */
  readonly kinds?: readonly string[];

  /** Fields to leave out, such as `metadata.labels` or `spec.template.metadata.annotations`; an object need not have them. @default - none */
  readonly without?: readonly string[];
}

/**
 * Objects as YAML that a snapshot can be made of: sorted by kind, namespace and name, keys sorted, so that it changes only when what is applied
 * does.
 */
export function snapshotOf(objects: readonly KubernetesObject[], options: SnapshotOptions = {}): string {
  const { kinds, without = [] } = options;
  const chosen = objects.filter(({ kind }) => kinds === undefined || kinds.includes(kind));
  const documents = chosen
    .map((object) => ({ name: `${objectName(object)} ${object.apiVersion}`, object }))
    .sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)))
    .map(({ object }) => ordered(without.reduce<unknown>(withoutField, object)));
  return documents.length === 0 ? '' : toYaml(...documents);
}

function withoutField(object: unknown, path: string): unknown {
  const result = withValueAt(object, path, undefined);
  return 'problem' in result ? object : result.data;
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isPlainObject(value)) return value;
  const keys = Object.keys(value).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return Object.fromEntries(keys.map((key) => [key, ordered(value[key])]));
}

/** What says which object it is comes first. */
function rank(key: string): number {
  const at = FIRST.indexOf(key);
  return at < 0 ? FIRST.length : at;
}

const FIRST = ['apiVersion', 'kind', 'metadata', 'name', 'namespace'];
