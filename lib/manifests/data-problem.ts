/**
 * Why data is not what an object of Kubernetes can be: it holds itself, is far larger than its text (as aliases of aliases make it), or is nested too
 * deep for what reads it. Parts that are shared count as often as they occur, and are walked once.
 *
 * @param limit Values that it may have.
 */
export function dataProblem(data: unknown, limit: number): string | undefined {
  try {
    measure(data, limit, new Map());
    return undefined;
  } catch (error) {
    if (error instanceof DataProblem) return error.message;
    throw error;
  }
}

/** Levels that data may be nested. Definitions of custom resources have some 60. */
export const DEPTH_LIMIT = 512;

class DataProblem extends Error {}

interface Measure {
  /** Values in it, itself included. */
  readonly size: number;

  /** Levels of collections. */
  readonly height: number;
}

/** What is still being measured is known as `undefined`. */
function measure(data: unknown, limit: number, known: Map<object, Measure | undefined>, depth = 0): Measure {
  if (typeof data !== 'object' || data === null) return SCALAR;
  if (known.has(data)) {
    const found = known.get(data);
    if (found === undefined) throw new DataProblem('has an alias that stands for something it is part of');
    return found;
  }
  if (depth >= DEPTH_LIMIT) throw tooDeep();
  known.set(data, undefined);
  let [size, height] = [1, 0];
  for (const member of Array.isArray(data) ? (data as unknown[]) : Object.values(data)) {
    const found = measure(member, limit, known, depth + 1);
    size += found.size;
    height = Math.max(height, found.height);
    if (size > limit) throw new DataProblem(`has aliases of aliases that make it more than ${limit} values`);
  }
  if (height >= DEPTH_LIMIT) throw tooDeep();
  const result = { size, height: height + 1 };
  known.set(data, result);
  return result;
}

function tooDeep(): DataProblem {
  return new DataProblem(`is nested deeper than ${DEPTH_LIMIT} levels`);
}

const SCALAR: Measure = { size: 1, height: 0 };
