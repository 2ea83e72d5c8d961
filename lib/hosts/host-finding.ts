import type { Finding, HostRule } from '../rules/rule';
import type { HostSynthesis } from '../synthesis/synthesis';

/** An entry of the table of rules about hosts. */
export function hostRule(rule: Omit<HostRule, 'kind'>): HostRule {
  return { kind: 'host', ...rule };
}

/** A finding that stops the host from being changed. */
export function at({ path }: HostSynthesis, problem: string, fix: string, property = 'host'): Finding {
  return { path, property, problem, fix, blocks: 'provision' };
}

/** A finding that stops nothing. */
export function hint(host: HostSynthesis, problem: string, fix: string, property = 'host'): Finding {
  return { ...at(host, problem, fix, property), blocks: 'nothing' };
}
