import { K3stackError } from '../errors';
import { isPlainObject } from '../plain-object';

/** Identifies the shape of the record. */
export const PROMOTIONS_SCHEMA = 'k3stack.promotions/v1';

/** Name of the record, beside the program. */
export const PROMOTIONS_FILE = 'promotions.json';

/** Proof that all nodes of a cluster ran one release and were healthy. */
export interface Promotion {
  /** When the last of its nodes began to run it, as ISO 8601 in UTC. */
  readonly since: string;

  /** When it was looked at. */
  readonly checkedAt: string;

  /** Whole seconds between the two. */
  readonly healthy: number;

  /** Sorted. */
  readonly nodes: readonly string[];
}

/** Proofs by environment, cluster and release. */
export type Promotions = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, Promotion>>>>>
>;

/** Whose proof. */
export interface PromotionKey {
  readonly environment: string;
  readonly cluster: string;

  /** Release, such as `v1.34.1+k3s1`. */
  readonly version: string;
}

/** The proof of a release in a cluster of an environment; `undefined` when there is none. */
export function promotionOf(
  promotions: Promotions,
  { environment, cluster, version }: PromotionKey,
): Promotion | undefined {
  return own(own(own(promotions, environment), cluster), version);
}

/**
 * A record with one proof more. A longer one stays: what was proven is not taken back because a node joined or was reinstalled since.
 */
export function withPromotion(promotions: Promotions, key: PromotionKey, proof: Promotion): Promotions {
  const known = promotionOf(promotions, key);
  if (known !== undefined && known.healthy > proof.healthy) return promotions;
  const { environment, cluster, version } = key;
  const inEnvironment = own(promotions, environment) ?? {};
  return {
    ...promotions,
    [environment]: {
      ...inEnvironment,
      [cluster]: { ...own(inEnvironment, cluster), [version]: proof },
    },
  };
}

/** The record's text: sorted, the same for the same proofs. */
export function renderPromotions(promotions: Promotions): string {
  const environments = sorted(promotions, (clusters) =>
    sorted(clusters, (versions) =>
      sorted(versions, ({ since, checkedAt, healthy, nodes }) => ({
        since,
        checkedAt,
        healthy,
        nodes: [...nodes].sort(),
      })),
    ),
  );
  return `${JSON.stringify({ schema: PROMOTIONS_SCHEMA, environments }, undefined, 2)}\n`;
}

/**
 * Reads a record.
 *
 * @param file Its name, for errors.
 * @throws K3stackError `INVALID_PROMOTIONS` naming what is wrong.
 */
export function parsePromotions(text: string, file: string): Promotions {
  const data = parseJson(text, file);
  if (!isPlainObject(data) || data['schema'] !== PROMOTIONS_SCHEMA)
    throw invalid(file, 'schema', `must be ${JSON.stringify(PROMOTIONS_SCHEMA)}`);
  return mapped(data['environments'], file, 'environments', (clusters, inEnvironment) =>
    mapped(clusters, file, inEnvironment, (versions, inCluster) =>
      mapped(versions, file, inCluster, (entry, where) => parsePromotion(entry, file, where)),
    ),
  );
}

function parsePromotion(entry: unknown, file: string, where: string): Promotion {
  const { since, checkedAt, healthy, nodes } = isPlainObject(entry) ? entry : ({} as Record<string, unknown>);
  if (!isInstant(since)) throw invalid(file, `${where}.since`, 'must be a time such as 2026-11-21T12:00:00Z');
  if (!isInstant(checkedAt))
    throw invalid(file, `${where}.checkedAt`, 'must be a time such as 2026-11-21T12:00:00Z');
  if (!Number.isInteger(healthy) || (healthy as number) < 0)
    throw invalid(file, `${where}.healthy`, 'must be a whole number of seconds');
  // Written by hand it could prove anything; what it says has at least to agree with itself.
  if ((Date.parse(checkedAt) - Date.parse(since)) / 1000 < (healthy as number) - 1)
    throw invalid(file, `${where}.healthy`, 'is longer than from since to checkedAt');
  if (!Array.isArray(nodes) || nodes.length === 0 || nodes.some((node) => typeof node !== 'string'))
    throw invalid(file, `${where}.nodes`, 'must be a list of names');
  return { since, checkedAt, healthy: healthy as number, nodes: nodes as string[] };
}

function mapped<T>(
  data: unknown,
  file: string,
  where: string,
  map: (value: unknown, where: string) => T,
): Record<string, T> {
  if (!isPlainObject(data)) throw invalid(file, where, 'must be a map');
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, map(value, `${where}.${key}`)]));
}

function isInstant(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new K3stackError('INVALID_PROMOTIONS', `${file} is not JSON: ${(error as Error).message}; ${FIX}`);
  }
}

function invalid(file: string, where: string, problem: string): K3stackError {
  return new K3stackError('INVALID_PROMOTIONS', `${file}: ${where} ${problem}; ${FIX}`);
}

function sorted<V, T>(map: Readonly<Record<string, V>>, change: (value: V) => T): Record<string, T> {
  return Object.fromEntries(
    Object.entries(map)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, change(value)]),
  );
}

/** Not `constructor` and the like. */
function own<V>(map: Readonly<Record<string, V>> | undefined, key: string): V | undefined {
  return map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
}

const FIX = 'restore it from Git, or remove the entry and run k3stack promote';
