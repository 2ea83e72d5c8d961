import { nearest } from '../nearest';
import { isPlainObject } from '../plain-object';

/** One step into an object: a key of a map, an index of a list, or the item of a list whose `key` is `value`. */
type Step =
  { readonly key: string } | { readonly index: number } | { readonly where: string; readonly is: string };

/** Why a path leads nowhere, in words. */
export interface PathProblem {
  readonly problem: string;
  readonly fix: string;
}

/**
 * A copy of plain data with the value at a path set, or removed when it is `undefined`. Everything but the last step must exist.
 *
 * @param path Keys joined by dots; `[0]` an index, `[name=web]` the item with that key, `["a.b/c"]` a key with other characters, such as
 * `spec.template.spec.containers[name=web].resources`.
 */
export function withValueAt(
  data: unknown,
  path: string,
  value: unknown,
): { readonly data: unknown } | PathProblem {
  const steps = stepsOf(path);
  if (steps === undefined || steps.length === 0) {
    return {
      problem: `is no path: ${JSON.stringify(path)}`,
      fix: "write it like 'spec.template.spec.containers[name=web].image'",
    };
  }
  return set(data, steps, value, '');
}

function set(
  data: unknown,
  [step, ...rest]: readonly Step[],
  value: unknown,
  at: string,
): { readonly data: unknown } | PathProblem {
  if (step === undefined) return { data: value };
  if ('key' in step) {
    if (!isPlainObject(data))
      return {
        problem: `${at || 'the object'} is no map`,
        fix: `write a path to a map, not to ${JSON.stringify(data)}`,
      };
    if (rest.length > 0 && !(step.key in data)) return missing(Object.keys(data), step.key, at);
    const inner = set(data[step.key], rest, value, at === '' ? step.key : `${at}.${step.key}`);
    return 'problem' in inner ? inner : { data: withMember(data, step.key, inner.data) };
  }
  const position = positionIn(data, step);
  if (!Array.isArray(data) || position === undefined) return noItem(data, step, at);
  const inner = set(data[position], rest, value, `${at}[${position}]`);
  if ('problem' in inner) return inner;
  const items: readonly unknown[] = data;
  const changed = inner.data === undefined ? [] : [inner.data];
  return { data: [...items.slice(0, position), ...changed, ...items.slice(position + 1)] };
}

function withMember(map: Record<string, unknown>, key: string, value: unknown): Record<string, unknown> {
  return Object.fromEntries([
    ...Object.entries(map).filter(([name]) => name !== key),
    ...(value === undefined ? [] : [[key, value] as const]),
  ]);
}

/** Where an item is; one past the end is where a new one goes. */
function positionIn(data: unknown, step: Exclude<Step, { key: string }>): number | undefined {
  if (!Array.isArray(data)) return undefined;
  if ('index' in step) return step.index <= data.length ? step.index : undefined;
  const found = data.findIndex(
    (item: unknown) => isPlainObject(item) && String(item[step.where]) === step.is,
  );
  return found < 0 ? undefined : found;
}

function missing(keys: readonly string[], key: string, at: string): PathProblem {
  const near = nearest(key, keys);
  return {
    problem: `${at || 'the object'} has no ${JSON.stringify(key)}`,
    fix:
      near === undefined
        ? `write one of ${keys.join(', ')}, or set the whole of it`
        : `did you mean '${near}'?`,
  };
}

function noItem(data: unknown, step: Exclude<Step, { key: string }>, at: string): PathProblem {
  if (!Array.isArray(data))
    return { problem: `${at || 'the object'} is no list`, fix: 'leave the brackets out' };
  if ('index' in step)
    return { problem: `${at} has ${data.length} items`, fix: `write an index from 0 to ${data.length}` };
  const values = data.filter(isPlainObject).map((item) => String(item[step.where]));
  const near = nearest(step.is, values);
  return {
    problem: `${at} has no item with ${step.where} ${step.is}`,
    fix: near === undefined ? `write one of ${values.join(', ')}` : `did you mean '${near}'?`,
  };
}

function stepsOf(path: string): Step[] | undefined {
  const steps: Step[] = [];
  let rest = path;
  while (rest !== '') {
    const match = STEP.exec(rest);
    if (match === null) return undefined;
    const [whole, key, index, where, is, quoted] = match;
    if (key !== undefined) steps.push({ key });
    else if (quoted !== undefined) steps.push({ key: quoted });
    else if (index !== undefined) steps.push({ index: Number(index) });
    else steps.push({ where: where ?? '', is: is ?? '' });
    rest = rest.slice(whole.length).replace(/^\.(?=[^.[])/, '');
  }
  return steps;
}

const STEP = /^(?:([A-Za-z_$][\w$-]*)|\[(\d+)\]|\[([A-Za-z][\w]*)=([^\]]*)\]|\["([^"]+)"\])/;
