import type { OptionCost } from '../change-costs';
import { hostPaths } from './host-paths';
import { findOption, type Settings } from './options';
import { changedOptions, disruptionOf } from './restart-digest';

/**
 * Options that differ between two states of a host, each with what the change costs. Labels and taints are left out: a host has them as
 * such, and they are applied live.
 */
export function changedK3sOptions(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): OptionCost[] {
  return changedOptions(before as Settings, after as Settings).flatMap((name) => {
    const [key = '', argument] = name.split(/\.(.*)/s);
    const spec = findOption(key)?.spec;
    if (spec?.applies === 'registration') return [];
    return [
      {
        option: name,
        before: valueOf(before, key, argument),
        after: valueOf(after, key, argument),
        ...(spec !== undefined && { applies: spec.applies }),
        ...(spec?.why !== undefined && { why: spec.why }),
        disruption: disruptionOf([name]),
      },
    ];
  });
}

/** Files that hold nothing but options: a change of one is told option by option. */
export function holdsOptions(path: string): boolean {
  return path === hostPaths.config || path === hostPaths.registration || path === hostPaths.bootstrap;
}

function valueOf(
  settings: Readonly<Record<string, unknown>>,
  key: string,
  argument: string | undefined,
): unknown {
  const value = settings[key];
  if (argument === undefined || typeof value !== 'object' || value === null) return value;
  return (value as Record<string, unknown>)[argument];
}
