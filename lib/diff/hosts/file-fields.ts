import { parseAllDocuments } from 'yaml';
import type { HostFile, KubernetesObject } from '../../synthesis/synthesis';
import { pathText, type FieldChange } from '../field-change';
import { HIDDEN, HiddenValue, HiddenValues } from '../hidden-value';
import { idKey, idOf, idText, kindOf } from '../object-id';
import type { ReportedField } from '../report';
import { plainChanges } from './plain-changes';

/**
 * Keys and values that differ between two states of a file: of YAML and JSON as data, of Kubernetes manifests object by object, of systemd
 * environment files variable by variable. `undefined` for a file that is none of these, or that does not parse.
 */
export function fileFields(before: HostFile, after: HostFile): ReportedField[] | undefined {
  if (before.encoding === 'environment' && after.encoding === 'environment') {
    return reported(plainChanges(variables(before.content), variables(after.content)));
  }
  if (!DATA_FILE.test(after.path)) return undefined;
  const [old, now] = [documents(before.content), documents(after.content)];
  if (!old || !now) return undefined;
  if ([...old, ...now].every(isObject)) {
    return objectFields(old as KubernetesObject[], now as KubernetesObject[]);
  }
  const single = old.length <= 1 && now.length <= 1 && mayBeShown(before) && mayBeShown(after);
  return single ? reported(plainChanges(old[0], now[0])) : undefined;
}

/** Whether the text of a file may be shown as it is: a manifest may hold a Secret with its values. */
export function mayBeShown({ content }: HostFile): boolean {
  return !HOLDS_SECRET.test(content);
}

function documents(content: string): unknown[] | undefined {
  const parsed = parseAllDocuments(content);
  const list = Array.isArray(parsed) ? parsed : [];
  if (list.some((document) => document.errors.length > 0)) return undefined;
  try {
    return list.map((document) => document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown).filter(isGiven);
  } catch {
    return undefined;
  }
}

function objectFields(
  before: readonly KubernetesObject[],
  after: readonly KubernetesObject[],
): ReportedField[] {
  const hidden = new HiddenValues();
  const [old, now] = [before, after].map(
    (objects) => new Map(objects.map((object) => [idKey(idOf(object)), withoutSecrets(object, hidden)])),
  ) as [Map<string, KubernetesObject>, Map<string, KubernetesObject>];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((key): ReportedField[] => {
    const [from, to] = [old.get(key), now.get(key)];
    const name = idText(idOf((to ?? from) as KubernetesObject));
    if (!from || !to) return [{ path: name, op: to ? 'add' : 'remove' }];
    return reported(plainChanges(from, to)).map((field) => ({ ...field, path: `${name} ${field.path}` }));
  });
}

function withoutSecrets(object: KubernetesObject, hidden: HiddenValues): KubernetesObject {
  if (kindOf(idOf(object)) !== 'Secret') return object;
  const hide = (values: unknown): unknown =>
    typeof values === 'object' && values !== null && !Array.isArray(values)
      ? Object.fromEntries(
          Object.entries(values).map(([key, value]) => [key, hidden.hide(JSON.stringify(value) ?? '')]),
        )
      : hidden.hide(JSON.stringify(values) ?? '');
  const annotations = { ...object.metadata.annotations };
  // `kubectl apply` keeps the whole object in it.
  delete annotations['kubectl.kubernetes.io/last-applied-configuration'];
  return {
    ...object,
    metadata: { ...object.metadata, ...(object.metadata.annotations && { annotations }) },
    ...('data' in object && { data: hide(object['data']) }),
    ...('stringData' in object && { stringData: hide(object['stringData']) }),
  };
}

function reported(changes: readonly FieldChange[]): ReportedField[] {
  return changes.map(({ path, op, before, after }) => ({
    path: pathText(path),
    op,
    ...(before !== undefined && { before: shown(before) }),
    ...(after !== undefined && { after: shown(after) }),
  }));
}

/** Plain data, and {@link HIDDEN} for what nobody may see. */
function shown(value: unknown): unknown {
  if (value instanceof HiddenValue) return HIDDEN;
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shown(member)]));
}

/** `NAME="value"` lines. */
function variables(content: string): Record<string, string> {
  const lines = content.split('\n').filter((line) => line.includes('=') && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1).replace(/^"(.*)"$/, '$1')];
    }),
  );
}

function isObject(value: unknown): value is KubernetesObject {
  if (typeof value !== 'object' || value === null) return false;
  const { apiVersion, kind, metadata } = value as Partial<KubernetesObject>;
  const named = typeof metadata === 'object' && metadata !== null;
  return typeof apiVersion === 'string' && typeof kind === 'string' && !kind.endsWith('List') && named;
}

const isGiven = (value: unknown): boolean => value !== null && value !== undefined;

const HOLDS_SECRET = /\bkind["']?\s*:\s*["']?(Secret|SecretList|List)\b/;

/** The kubelet's drop-ins end with `.conf` and are YAML. */
const DATA_FILE = /\.(ya?ml|json)$|\/kubelet\.conf\.d\/[^/]+\.conf$/;

/** Far more than any file of a host has; a file that asks for more is compared as text. */
const MAX_ALIASES = 1000;
