import { goBoolean } from './go-values';
import type { OptionName } from './options';
import type { OptionFinding } from './parsed-options';
import { removedAdmissionPlugins, removedArguments, type RemovedArgument } from './removed-arguments';
import { lockedOffGates, lockedOnGates, removedGates } from './removed-gates';

type ArgumentFinding = Omit<OptionFinding, 'key'>;

/**
 * What an argument of a program inside K3s asks for that its release no longer has: arguments, feature gates, admission plugins.
 *
 * @param option Such as `kubelet-arg`.
 * @param line `name=value`, with or without dashes before it.
 * @param version As K3s writes it: `v1.34.1+k3s1`.
 */
export function explainArgument(option: OptionName, line: string, version: string): ArgumentFinding[] {
  const [, name = '', value = ''] = /^(?:--)?([^=]*)=?(.*)$/s.exec(line) ?? [];
  const program = option.replace(/-arg$/, '');
  const minor = minorOf(version);
  const removed = entryOf(removedArguments[option], name);
  if (removed !== undefined && minorOf(removed.since) <= minor)
    return [gone(`${program} has no argument ${name}`, removed)];
  if (option === 'kubelet-arg' && name === 'container-runtime-endpoint') return [MOVED];
  if (name === 'feature-gates') return gates(program, value, minor);
  if (option === 'kube-apiserver-arg' && PLUGIN_LISTS.includes(name)) return plugins(value, minor);
  return [];
}

function gates(program: string, value: string, minor: number): ArgumentFinding[] {
  return value.split(',').flatMap((part): ArgumentFinding[] => {
    const [gate = '', text = ''] = part.split('=').map((word) => word.trim());
    const since = sinceOf(removedGates, gate);
    if (since !== undefined && minorOf(since) <= minor)
      return [gone(`${program} has no feature gate ${gate}`, { since, fix: `remove ${gate}` })];
    const on = sinceOf(lockedOnGates, gate);
    if (on !== undefined && minorOf(on) <= minor && goBoolean(text) === false)
      return [locked(gate, on, true)];
    const off = sinceOf(lockedOffGates, gate);
    if (off !== undefined && minorOf(off) <= minor && goBoolean(text) === true)
      return [locked(gate, off, false)];
    return [];
  });
}

function plugins(value: string, minor: number): ArgumentFinding[] {
  return value.split(',').flatMap((name) => {
    const removed = entryOf(removedAdmissionPlugins, name.trim());
    if (removed === undefined || minorOf(removed.since) > minor) return [];
    return [gone(`kube-apiserver has no admission plugin ${name.trim()}`, removed)];
  });
}

function gone(problem: string, { since, fix = 'remove it' }: RemovedArgument): ArgumentFinding {
  return { level: 'error', problem: `K3s stops: ${problem} since v${since}`, fix };
}

function locked(gate: string, since: string, value: boolean): ArgumentFinding {
  const problem = `K3s stops: feature gate ${gate} is always ${value} since v${since}`;
  return { level: 'error', problem, fix: `remove ${gate}` };
}

function sinceOf(table: Readonly<Record<string, readonly string[]>>, gate: string): string | undefined {
  return Object.keys(table).find((since) => table[since]?.includes(gate) === true);
}

function entryOf<Entry>(table: Readonly<Record<string, Entry>> | undefined, name: string): Entry | undefined {
  return table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}

function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}

/** The kubelet still has it, but K3s has to know too. */
const MOVED: ArgumentFinding = {
  level: 'warning',
  problem:
    'container-runtime-endpoint is given to the kubelet alone, and K3s starts its own containerd all the same',
  fix: 'use container-runtime-endpoint of K3s',
};

const PLUGIN_LISTS = ['enable-admission-plugins', 'disable-admission-plugins', 'admission-control'];
