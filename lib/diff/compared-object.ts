import { type HiddenValue, type HiddenValues } from './hidden-value';
import type { ComparedObject, Origin } from './object-change';
import { idOf } from './object-id';
import { isRecord } from './plain-value';
import { looksSecret } from './secret-looking';
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

function hideSecret(object: KubernetesObject, hidden: HiddenValues): KubernetesObject {
  const { data, stringData, ...rest } = object;
  const values: Record<string, HiddenValue | null> = {};
  for (const [key, value] of entries(data)) values[key] = value === null ? null : hidden.hide(decoded(value));
  for (const [key, value] of entries(stringData)) {
    values[key] = hidden.hide(Buffer.from(plain(value)).toString('latin1'));
  }
  const has = data !== undefined || stringData !== undefined;
  return {
    ...(hideRecord(rest, hidden) as KubernetesObject),
    metadata: hideLastApplied(object.metadata, hidden),
    ...(has && { data: values }),
  };
}

/** What `kubectl apply` remembers holds the values once more. */
function hideLastApplied(
  metadata: KubernetesObject['metadata'],
  hidden: HiddenValues,
): KubernetesObject['metadata'] {
  const last = metadata?.annotations?.[LAST_APPLIED];
  if (last === undefined) return metadata;
  const annotations = { ...metadata.annotations, [LAST_APPLIED]: hidden.hide(String(last)) };
  return { ...metadata, annotations: annotations as unknown as Record<string, string> };
}

/** The same value, where nothing is hidden in it, so that equal objects stay one object. */
function hideRecord(value: unknown, hidden: HiddenValues): unknown {
  if (Array.isArray(value)) return hideList(value, hidden);
  if (!isRecord(value)) return value;
  const changed: [string, unknown][] = [];
  for (const key of Object.keys(value)) {
    const child = value[key];
    const shown = typeof child === 'string' ? hideText(key, child, value, hidden) : hideRecord(child, hidden);
    if (shown !== child) changed.push([key, shown]);
  }
  return changed.length === 0 ? value : { ...value, ...Object.fromEntries(changed) };
}

function hideList(list: readonly unknown[], hidden: HiddenValues): readonly unknown[] {
  const shown = list.map((item) =>
    typeof item === 'string' ? hideText('', item, {}, hidden) : hideRecord(item, hidden),
  );
  return shown.every((item, index) => item === list[index]) ? list : shown;
}

function hideText(
  key: string,
  text: string,
  holder: Readonly<Record<string, unknown>>,
  hidden: HiddenValues,
): unknown {
  const isVariable = key === 'value' && typeof holder['name'] === 'string';
  return looksSecret(isVariable ? String(holder['name']) : key, text) ? hidden.hide(text) : text;
}

/** Bytes as text of one character each, so that what is no text is told apart too. */
function decoded(value: unknown): string {
  return Buffer.from(plain(value), 'base64').toString('latin1');
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function entries(map: unknown): [string, unknown][] {
  return isRecord(map) ? Object.entries(map) : [];
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
