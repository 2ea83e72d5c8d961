import type { Finding } from '../../../rules/rule';
import type { K3sModel } from '../model';
import { addressRules } from './addresses';
import { airGapRules } from './air-gap';
import { componentRules } from './components';
import { datastoreRules } from './datastore';
import { externalDatastoreRules } from './external-datastore';
import { hardeningRules } from './hardening';
import { hostFileRules } from './host-files';
import type { K3sRule } from './k3s-rule';
import { labelRules } from './labels';
import { manifestRules } from './manifests';
import { nameRules } from './names';
import { networkRules } from './network';
import { networkRangeRules } from './network-ranges';
import { nodeSettingRules } from './node-settings';
import { optionRules } from './options';
import { ruleModel } from './rule-model';
import { registryRules } from './registries';
import { secretRules } from './secrets';
import { isWellFormed, shapeRule } from './shape';
import { snapshotRules } from './snapshots';
import { sshRules } from './ssh';
import { upgradeRules } from './upgrade';
import { versionRules } from './versions';

const rules: readonly K3sRule[] = [
  ...versionRules,
  ...nameRules,
  ...sshRules,
  ...addressRules,
  ...datastoreRules,
  ...externalDatastoreRules,
  ...snapshotRules,
  ...networkRangeRules,
  ...networkRules,
  ...optionRules,
  ...componentRules,
  ...labelRules,
  ...nodeSettingRules,
  ...hardeningRules,
  ...registryRules,
  ...upgradeRules,
  ...manifestRules,
  ...secretRules,
  ...airGapRules,
];

/**
 * What the model of a K3s cluster must satisfy, in the order of reports. All problems are reported at once, but for these: a model of the wrong
 * form has no others, and files are only compared when they can be written.
 */
export const k3sRules: readonly K3sRule[] = [
  shapeRule,
  ...rules.map((rule) => when(isWellFormed, rule)),
  ...hostFileRules.map((rule) =>
    when(
      (model) => isWellFormed(model) && rules.every((other) => !stops(other.check(ruleModel(model)))),
      rule,
    ),
  ),
];

function when(condition: (model: K3sModel) => boolean, rule: K3sRule): K3sRule {
  return { ...rule, check: (model) => (condition(model) ? rule.check(ruleModel(model)) : []) };
}

function stops(findings: readonly Finding[]): boolean {
  return findings.some(({ blocks = 'synth' }) => blocks === 'synth');
}
