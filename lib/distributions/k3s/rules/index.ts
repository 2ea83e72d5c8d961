import { withLateNames } from '../../../late';
import type { Finding } from '../../../rules/rule';
import { printable } from '../../../rules/violation';
import type { K3sModel } from '../model';
import { addressRules } from './addresses';
import { airGapRules } from './air-gap';
import { componentRules } from './components';
import { counterRules } from './counters';
import { datastoreRules } from './datastore';
import { downloadRules } from './downloads';
import { externalDatastoreRules } from './external-datastore';
import { hardeningRules } from './hardening';
import { hostFileFormRule } from './host-file-form';
import { hostFileRules } from './host-files';
import type { K3sRule } from './k3s-rule';
import { labelRules } from './labels';
import { lateValueRule } from './late-values';
import { manifestRules } from './manifests';
import { nameRules } from './names';
import { networkRules } from './network';
import { networkRangeRules } from './network-ranges';
import { sysctlRules } from './sysctls';
import { nodeSettingRules } from './node-settings';
import { optionRules } from './options';
import { promotionRules } from './promotion';
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
  ...sysctlRules,
  ...hardeningRules,
  ...registryRules,
  ...upgradeRules,
  ...promotionRules,
  ...counterRules,
  ...manifestRules,
  ...secretRules,
  ...airGapRules,
  ...downloadRules,
];

/**
 * What the model of a K3s cluster must satisfy, in the order of reports. All problems are reported at once, but for these: a model of the wrong
 * form has no others, and files are only compared when they can be written.
 */
export const k3sRules: readonly K3sRule[] = [
  shapeRule,
  ...rules.map((rule) => when(isWellFormed, ruleModel, rule)),
  when(isWellFormed, asItIs, lateValueRule),
  when(isWellFormed, asItIs, hostFileFormRule),
  ...hostFileRules.map((rule) => when(canBeWritten, ruleModel, rule)),
].map(shown);

function when(
  condition: (model: K3sModel) => boolean,
  view: (model: K3sModel) => K3sModel,
  rule: K3sRule,
): K3sRule {
  return { ...rule, check: (model) => (condition(model) ? rule.check(view(model)) : []) };
}

function asItIs(model: K3sModel): K3sModel {
  return model;
}

function canBeWritten(model: K3sModel): boolean {
  return (
    isWellFormed(model) &&
    rules.every((rule) => !stops(rule.check(ruleModel(model)))) &&
    !stops(lateValueRule.check(model))
  );
}

function stops(findings: readonly Finding[]): boolean {
  return findings.some(({ blocks = 'synth' }) => blocks === 'synth');
}

/** A rule whose findings hold no control or half characters, no placeholders of late values and no text of a user's without end. */
function shown(rule: K3sRule): K3sRule {
  const text = (part: string): string => printable(withLateNames(part)).replace(/\p{Surrogate}/gu, '\ufffd');
  return {
    ...rule,
    check: (model) =>
      rule.check(model).map((finding) => ({
        ...finding,
        path: text(finding.path),
        property: text(finding.property),
        problem: text(finding.problem),
        fix: text(finding.fix),
      })),
  };
}
