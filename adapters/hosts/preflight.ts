import { hostSetFindings } from '../../lib/hosts/host-set-rules';
import type { HostFacts } from '../../lib/hosts/facts';
import type { HostRun } from '../../lib/hosts/host-run';
import { hostRules } from '../../lib/hosts/rules';
import { sudoFindings } from '../../lib/hosts/sudo';
import { runRules, type HostRule } from '../../lib/rules/rule';
import type { Violation } from '../../lib/rules/violation';
import type { HostSynthesis } from '../../lib/synthesis/synthesis';
import type { RootAccess } from './facts';

/** What is known of a host before it is changed: everything, or only how its user does not become root. */
export interface SeenHost {
  readonly host: HostSynthesis;
  readonly run: HostRun;
  readonly access: RootAccess;

  /** Absent where root cannot be become. */
  readonly facts?: HostFacts;
}

/** Everything that hosts lack, of each one and of all together; what blocks says so. */
export function preflight(seen: readonly SeenHost[]): Violation[] {
  return [
    ...seen.flatMap(({ host, run, access, facts }) =>
      facts === undefined
        ? sudoFindings(access, host).map((finding) => ({ rule: 'host-sudo', ...finding }))
        : runRules(rulesFor(facts), facts, host, run),
    ),
    ...hostSetFindings(seen.flatMap(({ host, facts }) => (facts === undefined ? [] : [{ host, facts }]))),
  ].map((violation) => ({ ...violation, path: withEnvironment(violation, seen) }));
}

/** Of another system the rest says nothing. */
function rulesFor({ system }: HostFacts): readonly HostRule[] {
  return system === 'Linux' ? hostRules : hostRules.filter(({ id }) => id === 'host-system');
}

/** Paths of findings begin with the cluster; people need the environment too. */
function withEnvironment({ path }: Violation, seen: readonly SeenHost[]): string {
  const environment = seen.find(({ host }) => host.path === path)?.run.environment;
  return environment === undefined ? path : `${environment}/${path}`;
}

/** Whether a finding stops a host from being changed. */
export function stopsHost({ blocks }: Violation): boolean {
  return blocks !== 'nothing';
}
