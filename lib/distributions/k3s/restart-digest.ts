import { isDeepStrictEqual } from 'node:util';
import { renderConfig } from './config';
import { options, type OptionName, type Settings, type SettingValue } from './options';
import type { OptionSpec } from './options/option-spec';

/** What a change of options costs, from nothing to not at all. */
export type Disruption = 'none' | 'live' | 'restart' | 'drain-restart' | 'replace' | 'refused';

/** The settings whose change needs a restart: those the digest of a running node is made of, keys sorted. */
export function restartRelevant(settings: Settings): Settings {
  const relevant = Object.entries(settings as Record<string, SettingValue>)
    .filter(([key]) => /restart$/.test(specOf(key).applies))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(relevant);
}

/** Text to take the restart digest of: equal for settings between which no restart is needed. */
export function configDigestInput(settings: Settings): string {
  return renderConfig(restartRelevant(settings));
}

/**
 * Names of the options that differ, sorted; an argument inside an `*-arg` option as `kubelet-arg.max-pods`.
 * An option with its default value is not the same as one left out.
 */
export function changedOptions(before: Settings, after: Settings): string[] {
  const old = before as Record<string, SettingValue | undefined>;
  const now = after as Record<string, SettingValue | undefined>;
  return keysOf(old, now).flatMap((key) => {
    if (isDeepStrictEqual(old[key], now[key])) return [];
    if (specOf(key).type !== 'args') return [key];
    return changedArguments(key, old[key], now[key]);
  });
}

/**
 * The worst that changing the named options does to one node. Names are those of {@link changedOptions}; a bare `kubelet-arg`
 * counts as its mildest change.
 *
 * - `replace`: the option belongs to the node's identity, so another node has to take its place.
 * - `refused`: it belongs to the whole cluster and cannot change while it lives.
 */
export function disruptionOf(changed: readonly string[]): Disruption {
  const worst = Math.max(0, ...changed.map((name) => ORDER.indexOf(disruptionOfOne(name))));
  return ORDER[worst] as Disruption;
}

function disruptionOfOne(name: string): Disruption {
  const [key = '', argument] = name.split(/\.(.*)/s);
  const spec = specOf(key);
  if (argument !== undefined && spec.drainArgs?.includes(argument)) return 'drain-restart';
  switch (spec.applies) {
    case 'live':
    case 'registration':
      return 'live';
    case 'join-only':
      return 'none';
    case 'immutable':
      return spec.immutableFor === 'node' ? 'replace' : 'refused';
    default:
      return spec.applies;
  }
}

function changedArguments(key: string, before: SettingValue = {}, after: SettingValue = {}): string[] {
  const old = before as Record<string, unknown>;
  const now = after as Record<string, unknown>;
  return keysOf(old, now)
    .filter((name) => !isDeepStrictEqual(old[name], now[name]))
    .map((name) => `${key}.${name}`);
}

function keysOf(a: object, b: object): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
}

function specOf(key: string): OptionSpec {
  return options[key as OptionName];
}

const ORDER: readonly Disruption[] = ['none', 'live', 'restart', 'drain-restart', 'replace', 'refused'];
