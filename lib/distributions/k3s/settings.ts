import { mergeConfigs } from './merge-configs';
import type { K3sModel, K3sNode } from './model';
import type { Settings } from './options';
import { apiParts } from './settings/api';
import { componentParts } from './settings/components';
import { datastoreParts } from './settings/datastore';
import { hardeningNodeParts, hardeningParts } from './settings/hardening';
import { flannelNodeParts, networkParts } from './settings/network';
import { nodeParts } from './settings/node';
import type { SettingsPart } from './settings/part';
import { registryParts } from './settings/registries';

/** The options of one node, and where the program contradicts itself about them. */
export interface EffectiveSettings {
  /** What its config.yaml says. */
  readonly settings: Settings;

  /** Option, or `option.argument`, to the property that asks for it. */
  readonly properties: ReadonlyMap<string, string>;
  readonly clashes: readonly Clash[];
}

/** One thing said twice, differently: by a property and by `config`. */
export interface Clash {
  /** Such as `cluster-cidr` or `kube-apiserver-arg.audit-log-maxage`. */
  readonly option: string;
  readonly property: string;
  readonly byProperty: unknown;
  readonly byConfig: unknown;
}

/**
 * Options of a node: what the properties of the program ask for, and the user's own `config` over what k3stack sets by default. A property
 * and `config` that differ about one option are a clash; `config` is then what is returned.
 */
export function effectiveSettings(model: K3sModel, node: K3sNode): EffectiveSettings {
  const clashes: Clash[] = [];
  const merged: Record<string, unknown> = {};
  const owners = new Map<string, string>();
  for (const { property, settings } of partsOf(model, node)) {
    for (const [option, value] of Object.entries(settings) as [string, unknown][]) {
      if (value === undefined) continue;
      merged[option] = isMap(value)
        ? mergeConfigs({ [option]: merged[option] }, { [option]: value })[option as never]
        : value;
      if (property === undefined) continue;
      for (const name of isMap(value)
        ? Object.keys(value).map((argument) => `${option}.${argument}`)
        : [option])
        owners.set(name, property);
    }
  }
  for (const [option, value] of Object.entries(node.config) as [string, unknown][]) {
    if (value === undefined) continue;
    clashes.push(...clashesOf(option, merged[option], value, owners));
    merged[option] = combined(merged[option], value);
  }
  return { settings: sorted(merged), properties: owners, clashes };
}

/** What the properties of the program ask of a node, `config` left aside. */
function partsOf(model: K3sModel, node: K3sNode): SettingsPart[] {
  const every = [...nodeParts(node), ...flannelNodeParts(model), ...hardeningNodeParts(model)];
  if (node.role === 'agent') return every;
  return [
    ...every,
    ...networkParts(model),
    ...datastoreParts(model.datastore),
    ...apiParts(model, node),
    ...registryParts(model),
    ...hardeningParts(model, node),
    ...componentParts(model),
  ];
}

function clashesOf(
  option: string,
  typed: unknown,
  config: unknown,
  owners: ReadonlyMap<string, string>,
): Clash[] {
  if (isMap(typed) && isMap(config)) {
    return Object.entries(config).flatMap(([argument, value]) =>
      value === undefined || LISTS.has(argument)
        ? []
        : clashesOf(`${option}.${argument}`, typed[argument], value, owners),
    );
  }
  const property = owners.get(option);
  if (property === undefined || typed === undefined || same(typed, config)) return [];
  return [{ option, property, byProperty: typed, byConfig: config }];
}

function combined(typed: unknown, config: unknown): unknown {
  if (!isMap(typed) || !isMap(config)) return config;
  const together: Record<string, unknown> = { ...typed, ...config };
  for (const argument of LISTS) {
    if (typed[argument] !== undefined && config[argument] !== undefined) {
      together[argument] = [...new Set([...words(typed[argument]), ...words(config[argument])])].join(',');
    }
  }
  return together;
}

/** Arguments are text in the end: `30` and `'30'` say the same. */
function same(a: unknown, b: unknown): boolean {
  const text = (value: unknown) => JSON.stringify(Array.isArray(value) ? value.map(String) : String(value));
  return text(a) === text(b);
}

function sorted(settings: Record<string, unknown>): Settings {
  return Object.fromEntries(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function words(list: unknown): string[] {
  return String(list).split(',');
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Arguments with commas whose values by properties and by `config` add up. */
const LISTS = new Set(['enable-admission-plugins']);
