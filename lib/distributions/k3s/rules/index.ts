import { mapStrings, withExamples } from '../../../late';
import type { K3sModel } from '../model';
import type { K3sRule } from './k3s-rule';
import { isWellFormed, shapeRule } from './shape';

const rules: readonly K3sRule[] = [];

/** What the model of a K3s cluster must satisfy, in the order of reports. */
export const k3sRules: readonly K3sRule[] = [
  shapeRule,
  ...rules.map((rule): K3sRule => ({ ...rule, check: (model) => (isWellFormed(model) ? rule.check(exampled(model)) : []) })),
];

/** The model with examples in place of late values, which is what rules check. */
function exampled(model: K3sModel): K3sModel {
  const known = models.get(model) ?? mapStrings(model, withExamples);
  models.set(model, known);
  return known;
}

const models = new WeakMap<K3sModel, K3sModel>();
