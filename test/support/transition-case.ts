import type { K3sClusterFacts } from '../../lib/distributions/k3s/cluster-facts';
import type { Violation } from '../../lib/rules/violation';
import type { HostSynthesis, Synthesis } from '../../lib/synthesis/synthesis';
import type { HostLiteral, SynthesisLiteral } from './synthesis-fixture';

/** What a transition starts from or leads to. */
export type Side = SynthesisLiteral | Synthesis;

/** One pair that a rule is asked about. */
export interface TransitionCase {
  readonly rule: string;
  readonly name: string;
  readonly before: Side;
  readonly after: Side;

  /** What the rule says: the problem, and what it stops. Absent for a near miss, about which it says nothing. */
  readonly hit?: { readonly problem: string | RegExp; readonly blocks: Violation['blocks'] };
}

/** A hit that stops provisioning. */
export const refuse = (problem: string | RegExp) => ({ problem, blocks: 'provision' as const });

/** A hit that stops nothing. */
export const tell = (problem: string | RegExp) => ({ problem, blocks: 'nothing' as const });

export const three: Record<string, HostLiteral> = { alfa: {}, bravo: {}, charlie: {} };
export const five: Record<string, HostLiteral> = { ...three, delta: {}, echo: {} };

/** Servers whose addresses follow from their names, so that each name is a machine of its own. */
export function hosts(...names: string[]): Record<string, HostLiteral> {
  return Object.fromEntries(
    names.map((name) => [
      name,
      { nodeIp: `10.1.0.${name.charCodeAt(0)}`, transport: { ssh: { host: name } } },
    ]),
  );
}

export const agent = (over: HostLiteral = {}): HostLiteral => ({ role: 'agent', ...over });

/** Three servers of a cluster with these facts. */
export const only = (facts: Partial<K3sClusterFacts>): SynthesisLiteral => ({ hosts: three, facts });

/** Three servers at a release. */
export const at = (version: string): SynthesisLiteral => ({ hosts: three, version });

/** The same hosts, each with these options. */
export function withSettings(
  all: Record<string, HostLiteral>,
  settings: HostSynthesis['settings'],
): Record<string, HostLiteral> {
  return Object.fromEntries(Object.entries(all).map(([name, host]) => [name, { ...host, settings }]));
}
