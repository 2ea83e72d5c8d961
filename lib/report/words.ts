import type { ChangeCost } from '../distributions/change-costs';
import type { Disruption } from '../synthesis/disruption';

/** `1 server`, `3 servers`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `a, b, c and 38 more`. */
export function listed(items: readonly string[], limit = 8): string {
  const shown = items.length > limit + 1 ? items.slice(0, limit) : items;
  const more = items.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** `812 B`, `1.4 kB`. */
export function byteSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** What a disruption means for the host, in a person's words. */
export const DISRUPTION_WORDS: Readonly<Record<Disruption, string>> = {
  none: 'nothing happens on the running node',
  live: 'applied live',
  restart: 'K3s restarts, pods keep running',
  'drain-restart': 'drained, then K3s restarts',
  replace: 'needs a new machine or a new cluster',
};

/** The one that costs most; `none` of none. */
export function worst<Cost extends ChangeCost>(costs: readonly Cost[]): Cost | 'none' {
  return costs.reduce<Cost | 'none'>(
    (most, cost) => (RANK.indexOf(cost) > RANK.indexOf(most) ? cost : most),
    'none',
  );
}

const RANK: readonly ChangeCost[] = ['none', 'live', 'restart', 'drain-restart', 'replace', 'refused'];
