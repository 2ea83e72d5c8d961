import { clusterOptions } from './options/cluster';
import { componentOptions } from './options/components';
import { datastoreOptions } from './options/datastore';
import { extraArgumentOptions } from './options/extra-arguments';
import { listenerOptions } from './options/listener';
import { loggingOptions } from './options/logging';
import { networkingOptions } from './options/networking';
import { nodeOptions } from './options/node';
import type { OptionSpec } from './options/option-spec';
import { runtimeOptions } from './options/runtime';
import { snapshotOptions } from './options/snapshots';

/** The parts of the table by subject, in the order of the reference page. */
export const optionGroups = {
  'Cluster and tokens': clusterOptions,
  Datastore: datastoreOptions,
  Snapshots: snapshotOptions,
  'Pod and service network': networkingOptions,
  'Listener and kubeconfig': listenerOptions,
  Components: componentOptions,
  Node: nodeOptions,
  'Containers and images': runtimeOptions,
  'Extra arguments': extraArgumentOptions,
  Logging: loggingOptions,
} as const satisfies Record<string, Record<string, OptionSpec>>;

/**
 * Every option of `k3s server` and `k3s agent`, 1.32 to 1.36, under its exact config.yaml key.
 *
 * Source: `pkg/cli/cmds/{server,agent,root,config,log}.go` of k3s-io/k3s; see docs/k3s-options.md.
 */
export const options = {
  ...clusterOptions,
  ...datastoreOptions,
  ...snapshotOptions,
  ...networkingOptions,
  ...listenerOptions,
  ...componentOptions,
  ...nodeOptions,
  ...runtimeOptions,
  ...extraArgumentOptions,
  ...loggingOptions,
} as const satisfies Record<string, OptionSpec>;

type Options = typeof options;

/** Exact name of a K3s option. */
export type OptionName = keyof Options;

/** Value of an argument of another program; a list gives the argument several times. */
export type ArgValue = string | number | boolean | readonly (string | number | boolean)[];

/** Arguments of another program without their leading `--`, such as `{ 'max-pods': 60 }`. */
export type ArgMap = Readonly<Record<string, ArgValue>>;

type ScalarOf<S> = S extends { type: 'boolean' }
  ? boolean
  : S extends { type: 'integer' }
    ? number
    : S extends { values: readonly (infer V)[] }
      ? V
      : string;

type ValueOf<S> = S extends { type: 'args' }
  ? ArgMap
  : S extends { list: string }
    ? readonly ScalarOf<S>[]
    : ScalarOf<S>;

type NamesFor<Role extends string, Unless> = {
  [N in OptionName]: Options[N] extends { role: Role } ? (Options[N] extends Unless ? never : N) : never;
}[OptionName];

type SettingsFor<N extends OptionName> = { readonly [K in N]?: ValueOf<Options[K]> };

type NeverInFiles = { secret: true };
type NotForUsers = { secret: true } | { managed: string };

/** What a user may set on a server: no secrets, and nothing that k3stack sets itself. */
export type ServerOptions = SettingsFor<NamesFor<'server' | 'both', NotForUsers>>;

/** What a user may set on an agent: no secrets, and nothing that k3stack sets itself. */
export type AgentOptions = SettingsFor<NamesFor<'agent' | 'both', NotForUsers>>;

/** Everything a server's config.yaml can hold: {@link ServerOptions} and what k3stack sets itself, secrets excepted. */
export type ServerSettings = SettingsFor<NamesFor<'server' | 'both', NeverInFiles>>;

/** Everything an agent's config.yaml can hold. */
export type AgentSettings = SettingsFor<NamesFor<'agent' | 'both', NeverInFiles>>;

/** Settings of either role. */
export type Settings = ServerSettings & AgentSettings;

/** Any value a setting can have. */
export type SettingValue = boolean | number | string | readonly string[] | ArgMap;

/** All option names, in table order. */
export const optionNames = Object.keys(options) as OptionName[];

/** The table's entry for a name or alias as K3s accepts it; `undefined` for any other word. */
export function findOption(
  word: string,
): { readonly name: OptionName; readonly spec: OptionSpec } | undefined {
  const name = Object.hasOwn(options, word) ? (word as OptionName) : aliases.get(word);
  return name === undefined ? undefined : { name, spec: options[name] };
}

/** Whether the command for `role` knows the option. */
export function optionFor(spec: OptionSpec, role: 'server' | 'agent'): boolean {
  return spec.role === 'both' || spec.role === role;
}

const aliases = new Map(
  optionNames.flatMap((name) =>
    ((options[name] as OptionSpec).aliases ?? []).map((alias) => [alias, name] as const),
  ),
);
