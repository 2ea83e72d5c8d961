import { nearest } from '../../../nearest';
import type { Finding } from '../../../rules/rule';
import type { K3sModel } from '../model';
import { DEFAULT_SOAK, isSoak } from '../soak';
import { k3sRule } from './k3s-rule';
import { quoted } from './quoted';

/** Rules about releases that have to be proven in another environment first. */
export const promotionRules = [
  k3sRule({
    id: 'k3s-upgrade-after',
    title: 'Releases come from another environment that has the cluster',
    reason: 'Where the cluster is not, no release is ever proven, and this environment would wait for ever.',
    source: 'docs/decisions/0008-promotion.md',
    check: afterFindings,
  }),
  k3sRule({
    id: 'k3s-soak',
    title: 'How long a release is proven is minutes, hours or days',
    reason: 'It is compared with a measured time; without an environment to measure in it says nothing.',
    source: 'docs/decisions/0008-promotion.md',
    check: soakFindings,
  }),
];

function afterFindings({ path, name, props, before }: K3sModel): Finding[] {
  const after = props.upgrade?.after;
  if (after === undefined || before === undefined) return [];
  const property = 'upgrade.after';
  const { own, environments, clusters } = before;
  const others = environments.filter((other) => other !== own);
  const near = nearest(after, others) ?? others[0];
  const fix = near === undefined ? 'remove it' : `write after: ${quoted(near)}`;
  if (after === own) return [{ path, property, problem: 'is this environment itself', fix }];
  if (!environments.includes(after))
    return [{ path, property, problem: `the program has no environment ${quoted(after)}`, fix }];
  if (clusters === undefined || clusters.includes(name)) return [];
  const problem = `environment ${quoted(after)} has no K3s cluster ${quoted(name)}`;
  return [{ path, property, problem, fix: `declare ${name} there too, or remove upgrade.after` }];
}

function soakFindings({ path, props }: K3sModel): Finding[] {
  const { soak, after } = props.upgrade ?? {};
  const property = 'upgrade.soak';
  if (soak === undefined) return [];
  if (!isSoak(soak)) {
    const problem = `must be a number and m, h or d, got ${quoted(soak)}`;
    return [{ path, property, problem, fix: `write soak: '${DEFAULT_SOAK}'` }];
  }
  if (after !== undefined) return [];
  const problem = 'says how long, and upgrade.after does not say where';
  return [{ path, property, problem, fix: "remove it, or write after: 'staging'" }];
}
