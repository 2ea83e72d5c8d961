import { K3stackError } from './errors';

/**
 * A value that only a run can know, such as the address of a machine that the same program rents. It can be used wherever a
 * string is expected. Rules check the example; previews and files show `«name»`.
 *
 * @param name Letters, digits and `-`, starting with a letter; the key under which the engine gives the value.
 * @param options.example A value of the same shape, such as `203.0.113.7`.
 * @throws K3stackError `INVALID_LATE_VALUE` for another name, or an example with `«` or `»`.
 */
export function late(name: string, options: { readonly example: string }): string {
  const { example } = options ?? {};
  const isText = typeof name === 'string' && typeof example === 'string';
  if (!isText || !/^[A-Za-z][A-Za-z0-9-]*$/.test(name) || /[«»]/.test(example)) {
    throw new K3stackError(
      'INVALID_LATE_VALUE',
      `late value must have a name of letters, digits and '-' and a plain example, got late(${shown(name)}, ` +
        `{ example: ${shown(example)} }); write late('web-ip', { example: '203.0.113.7' })`,
    );
  }
  return `«late:${name}=${example}»`;
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return typeof value === 'string' ? JSON.stringify(value) : `a value of type ${typeof value}`;
}

/** `text` with every late value replaced by its example: what rules and schemas check. */
export function withExamples(text: string): string {
  return text.includes('«') ? text.replace(LATE, '$2') : text;
}

/** `text` with every late value as `«name»`: what people and files see. */
export function withLateNames(text: string): string {
  return text.includes('«') ? text.replace(LATE, '«$1»') : text;
}

/** Name and example of every late value in `text`. */
export function lateValuesIn(text: string): { name: string; example: string }[] {
  if (!text.includes('«')) return [];
  return [...text.matchAll(LATE)].map(([, name, example]) => ({ name: name ?? '', example: example ?? '' }));
}

/** Whether text holds a late value. */
export function holdsLate(text: string): boolean {
  return text.includes('«late:');
}

/** A copy of plain data with `map` applied to every string in it, keys excepted; shares what does not change. */
export function mapStrings<T>(data: T, map: (text: string) => string): T {
  return mapValue(data, map) as T;
}

function mapValue(data: unknown, map: (text: string) => string): unknown {
  if (typeof data === 'string') return map(data);
  if (data === null || typeof data !== 'object') return data;
  if (Array.isArray(data)) {
    const items = data.map((item: unknown) => mapValue(item, map));
    return items.some((item, index) => item !== data[index]) ? items : data;
  }
  let copy: Record<string, unknown> | undefined;
  for (const [key, value] of Object.entries(data)) {
    const mapped = mapValue(value, map);
    if (mapped !== value) (copy ??= { ...data })[key] = mapped;
  }
  return copy ?? data;
}

const LATE = /«late:([A-Za-z][A-Za-z0-9-]*)=([^«»]*)»/g;
