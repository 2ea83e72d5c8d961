import type { StaticRule } from '../../../rules/rule';
import type { K3sModel } from '../model';

/** A rule about one K3s cluster; its model has the form that its types say, and examples in place of late values. */
export type K3sRule = StaticRule<K3sModel>;

export function k3sRule(rule: Omit<K3sRule, 'kind'>): K3sRule {
  return { kind: 'static', ...rule };
}
