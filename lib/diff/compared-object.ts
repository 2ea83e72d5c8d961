import type { HiddenValue, HiddenValues } from './hidden-value';
import type { ComparedObject, Origin } from './object-change';
import { idOf } from './object-id';
import { isPlainObject } from '../plain-object';
import { looksSecret } from './secret-looking';
import { holdsSecretObject, withoutSecrets } from './secret-text';
import type { KubernetesObject } from '../synthesis/synthesis';

/**
 * An object as it is compared: values of Secrets, and what looks like one elsewhere, are hidden from here on. `stringData` of a Secret becomes
 * `data`, as the API server does it.
 *
 * @param hidden - of one comparison: the same text is the same hidden value on both sides
 * @param cluster - @default - the only one
 */
export function comparedObject(
  object: KubernetesObject,
  origin: Origin,
  hidden: HiddenValues,
  cluster?: string,
): ComparedObject {
  const id = idOf(object, cluster);
  const isSecret = id.group === '' && id.kind === 'Secret';
  const shown = hidden.once(object, () =>
    isSecret ? hideSecret(object, hidden) : (hideRecord(object, hidden) as KubernetesObject),
  );
  const texts = isSecret ? entries(object['stringData']).length : 0;
  return { id, object: shown, origin, ...(texts > 0 && { texts }) };
}

/** What stands for a value that is hidden, and for one in the middle of a text. */
export interface Hider {
  readonly hide: (text: string) => unknown;
  readonly mark: (text: string) => string;

  /** Whether a text under a name is hidden. @default `looksSecret` */
  readonly isSecret?: (name: string, text: string) => boolean;
}

/** Plain data, such as a configuration file, without values that look like secrets. The same value, where nothing in it does. */
export function hiddenData<T>(data: T, hider: Hider): T {
  return (hideRecord({ data }, hider) as { readonly data: T }).data;
}

/** All of a Secret but what says which one it is, and what kind: no other field of it is worth a value that slipped into it. */
function hideSecret(object: KubernetesObject, hidden: HiddenValues): KubernetesObject {
  const { apiVersion, kind, metadata, type, data, stringData, ...rest } = object;
  const values = new Map<string, HiddenValue | null>();
  for (const [key, value] of entries(data))
    values.set(key, value === null ? null : hidden.hide(decoded(value)));
  for (const [key, value] of entries(stringData))
    values.set(key, hidden.hide(Buffer.from(plain(value)).toString('latin1')));
  const has = data !== undefined || stringData !== undefined;
  return {
    apiVersion,
    kind,
    metadata: hideRecord(metadata, hidden) as KubernetesObject['metadata'],
    ...(type !== undefined && { type }),
    ...(hideTexts(rest, hidden) as object),
    ...(has && { data: Object.fromEntries(values) }),
  };
}

function hideTexts(value: unknown, hidden: HiddenValues): unknown {
  if (typeof value === 'string') return hidden.hide(value);
  if (Array.isArray(value)) return value.map((item) => hideTexts(item, hidden));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, hideTexts(child, hidden)]));
}

/** The same value, where nothing is hidden in it, so that equal objects stay one object. */
function hideRecord(value: unknown, hidden: Hider, under = ''): unknown {
  if (Array.isArray(value)) return hideList(value, hidden, under);
  if (!isPlainObject(value)) return value;
  const changed: [string, unknown][] = [];
  for (const key of Object.keys(value)) {
    const child = value[key];
    const shown =
      typeof child === 'string'
        ? hideText(nameOf(key, value, under), child, hidden)
        : hideRecord(child, hidden, key);
    if (shown !== child) changed.push([key, shown]);
  }
  return changed.length === 0 ? value : { ...value, ...Object.fromEntries(changed) };
}

/** Of arguments, the one after `--password` is what it is. */
function hideList(list: readonly unknown[], hidden: Hider, under: string): readonly unknown[] {
  const shown = list.map((item, index) => {
    if (typeof item !== 'string') return hideRecord(item, hidden);
    const before = index === 0 ? undefined : list[index - 1];
    const option = typeof before === 'string' ? /^--?([\w-]+)$/.exec(before)?.[1] : undefined;
    return hideText(option === undefined || item.startsWith('-') ? under : option, item, hidden);
  });
  return shown.every((item, index) => item === list[index]) ? list : shown;
}

/** What a text is called: `value` says nothing, what it is the value of does. */
function nameOf(key: string, holder: Readonly<Record<string, unknown>>, under: string): string {
  if (key !== 'value') return key;
  return typeof holder['name'] === 'string' ? holder['name'] : under;
}

function hideText(name: string, text: string, hidden: Hider): unknown {
  const isSecret = hidden.isSecret ?? looksSecret;
  if (COPIES.has(name) || isSecret(name, text) || holdsSecretObject(text)) return hidden.hide(text);
  return withoutSecrets(text, (secret) => hidden.mark(secret));
}

/** Bytes as text of one character each, so that what is no text is told apart too. */
function decoded(value: unknown): string {
  return Buffer.from(plain(value), 'base64').toString('latin1');
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function entries(map: unknown): [string, unknown][] {
  return isPlainObject(map) ? Object.entries(map) : [];
}

/** Annotations in which tools keep the whole object once more, some of them compressed: kubectl, K3s, kapp, the operators of Banzai Cloud. */
const COPIES: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'objectset.rio.cattle.io/applied',
  'kapp.k14s.io/original',
  'banzaicloud.com/last-applied',
]);
