import { SecretRef, secretsIn } from '../../lib/secret';

/** A value of a Helm chart; `null` removes the chart's own default. */
export type HelmValue =
  string | number | boolean | null | undefined | readonly HelmValue[] | { readonly [key: string]: HelmValue };

/** Values of a Helm chart, as its `values.yaml` spells them. */
export type HelmValues = { readonly [key: string]: HelmValue };

/** `over` laid over `base` as Helm does it: maps merge by key, anything else replaces what was there. */
export function mergeValues(base: HelmValues, over: HelmValues): HelmValues {
  const merged: Record<string, HelmValue> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isMap(below) && isMap(value) ? mergeValues(below, value) : value;
  }
  return merged;
}

/** Keys, from the outside in, at which a secret stands in `values`: as a reference or in a text. */
export function secretPaths(values: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (values instanceof SecretRef) return [path];
  if (typeof values === 'string') return secretsIn(values).length > 0 ? [path] : [];
  if (typeof values !== 'object' || values === null) return [];
  return Object.entries(values).flatMap(([key, value]) => secretPaths(value, [...path, key]));
}

/** Whether a value of a chart is a map. */
export function isMap(value: HelmValue): value is HelmValues {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
