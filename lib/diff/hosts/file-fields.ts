import { parseAllDocuments } from 'yaml';
import type { HostFile, KubernetesObject } from '../../synthesis/synthesis';
import { comparedObject } from '../compared-object';
import { HiddenValues } from '../hidden-value';
import { idKey, idOf, idText } from '../object-id';
import type { ReportedField } from '../reported-fields';
import { reportedFields } from '../reported-fields';
import { toYaml } from '../../yaml';
import { withoutAnySecret } from '../secret-text';
import { hiddenOnHost, markedOnHost } from './hidden-on-hosts';
import { plainChanges } from './plain-changes';

/**
 * Keys and values that differ between two states of a file: of YAML and JSON as data, of Kubernetes manifests object by object, of systemd
 * environment files variable by variable. Values that look like secrets are hidden. `undefined` for a file that is none of these, or that does not parse.
 */
export function fileFields(before: HostFile, after: HostFile): ReportedField[] | undefined {
  if (before.encoding === 'environment' && after.encoding === 'environment') {
    return hiddenFields(variables(before.content), variables(after.content));
  }
  if (!DATA_FILE.test(after.path)) return undefined;
  const [old, now] = [documents(before.content), documents(after.content)];
  if (!old || !now) return undefined;
  if ([...old, ...now].every(isObject)) {
    return objectFields(old as KubernetesObject[], now as KubernetesObject[]);
  }
  const single = old.length <= 1 && now.length <= 1 && mayBeShown(before) && mayBeShown(after);
  return single ? hiddenFields(old[0], now[0]) : undefined;
}

/** Objects of a manifest that comes or goes, by name; `undefined` for another file. */
export function fileObjects(file: HostFile, op: 'add' | 'remove'): ReportedField[] | undefined {
  const objects = DATA_FILE.test(file.path) ? documents(file.content) : undefined;
  if (!objects || objects.length === 0 || !objects.every(isObject)) return undefined;
  return objects.map((object) => ({ path: idText(idOf(object)), op }));
}

/** The text of a file with marks for what looks like a secret; `undefined` for one that may hold a Secret, which is not shown at all. */
export function markedText(file: HostFile, hidden: HiddenValues): string | undefined {
  if (!mayBeShown(file)) return undefined;
  const data = DATA_FILE.test(file.path) ? documents(file.content) : undefined;
  const marked = data?.map((document) => markedOnHost(document, hidden));
  // Where something is hidden, neither comments nor another way to write the same value may show it.
  const text =
    marked?.some((document, index) => document !== data?.[index]) === true ? toYaml(...marked) : file.content;
  return withoutAnySecret(text, (secret) => hidden.mark(secret));
}

function mayBeShown({ content }: HostFile): boolean {
  return !HOLDS_SECRET.test(content);
}

function hiddenFields(before: unknown, after: unknown): ReportedField[] {
  const hidden = new HiddenValues();
  return reportedFields(plainChanges(hiddenOnHost(before, hidden), hiddenOnHost(after, hidden)));
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
    (objects) =>
      new Map(objects.map((object) => [idKey(idOf(object)), comparedObject(object, {}, hidden).object])),
  ) as [Map<string, KubernetesObject>, Map<string, KubernetesObject>];
  const keys = [...new Set([...old.keys(), ...now.keys()])];
  const named = keys.map((key) => {
    const [from, to] = [old.get(key), now.get(key)];
    return { from, to, name: idText(idOf((to ?? from) as KubernetesObject)) };
  });
  return named
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ from, to, name }): ReportedField[] => {
      if (!from || !to) return [{ path: name, op: to ? 'add' : 'remove' }];
      return reportedFields(plainChanges(from, to)).map((field) => ({
        ...field,
        path: `${name} ${field.path}`,
      }));
    });
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
