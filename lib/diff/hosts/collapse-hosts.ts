import { rank } from '../rules/risk-rules';
import type { HostBlock } from '../host-report';

/**
 * Blocks of all environments, those of the same host with the same change in one. The worst first: by level, then by what it costs the host, then in the
 * order they came in.
 */
export function collapseHosts(blocks: readonly HostBlock[]): HostBlock[] {
  const found = new Map<string, HostBlock>();
  for (const block of blocks) {
    const key = changeOf(block);
    const same = found.get(key);
    found.set(key, same === undefined ? block : merged(same, block));
  }
  return [...found.values()].sort(
    (a, b) => rank(a.level) - rank(b.level) || costRank(b) - costRank(a) || kindRank(a) - kindRank(b),
  );
}

/** The level may differ by environment, and where it was written does not matter. */
function changeOf({ environments, level, origin, ...change }: HostBlock): string {
  void environments;
  void level;
  void origin;
  return JSON.stringify(change);
}

function merged(one: HostBlock, other: HostBlock): HostBlock {
  return {
    ...one,
    environments: [...new Set([...one.environments, ...other.environments])],
    level: rank(other.level) < rank(one.level) ? other.level : one.level,
    origin: one.origin.file === undefined ? other.origin : one.origin,
  };
}

const costRank = ({ disruption }: HostBlock): number => COSTS.indexOf(disruption);
const kindRank = ({ kind }: HostBlock): number => KINDS.indexOf(kind);

const COSTS: readonly HostBlock['disruption'][] = [
  'none',
  'live',
  'restart',
  'drain-restart',
  'replace',
  'refused',
];
const KINDS: readonly HostBlock['kind'][] = ['removed', 'changed', 'added'];
