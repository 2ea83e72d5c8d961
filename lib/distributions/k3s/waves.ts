import type { K3sModel, K3sNode } from './model';

/** Pool of agents that the program puts into none. */
export const DEFAULT_POOL = 'agents';

/** Agents that share one chain of waves. */
export interface PoolWaves {
  readonly pool: string;

  /** Most agents of the pool that are disturbed together. */
  readonly size: number;

  /** In declared order; every wave but the last is full. */
  readonly waves: readonly (readonly K3sNode[])[];
}

/** The agents of every pool in waves, pools in the order of their first agent. */
export function poolWaves(model: K3sModel): PoolWaves[] {
  const pools = new Map<string, K3sNode[]>();
  for (const node of model.nodes) {
    if (node.role !== 'agent') continue;
    const pool = node.pool ?? DEFAULT_POOL;
    pools.set(pool, [...(pools.get(pool) ?? []), node]);
  }
  return [...pools].map(([pool, agents]) => {
    const size = waveSize(agents, model.props.upgrade?.maxUnavailable ?? 1);
    return { pool, size, waves: chunks(agents, size) };
  });
}

/** How many of `count` agents a `maxUnavailable` allows: a percentage is rounded down, and one is always allowed. */
export function allowedUnavailable(maxUnavailable: number | `${number}%`, count: number): number {
  const wanted =
    typeof maxUnavailable === 'number' ? maxUnavailable : (count * Number.parseFloat(maxUnavailable)) / 100;
  return Math.max(1, Math.min(count, Math.floor(wanted)));
}

/** Agents without a pool may meet a pool of the same name; the strictest wish holds for all. */
function waveSize(agents: readonly K3sNode[], fallback: number | `${number}%`): number {
  return Math.min(
    ...agents.map((agent) => allowedUnavailable(agent.maxUnavailable ?? fallback, agents.length)),
  );
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, wave) =>
    items.slice(wave * size, (wave + 1) * size),
  );
}
