import { changeSetRules } from './caution/change-set';
import { chartRules } from './caution/charts';
import { exposureRules } from './caution/exposure';
import { imageRules } from './caution/images';
import { operationRules } from './caution/operations';
import { podHardeningRules } from './caution/pod-hardening';
import { resourceRules } from './caution/resources';
import { rolloutRules } from './caution/rollouts';
import type { RiskRule } from './risk-rule';

/** What deserves a second look. */
export const cautionRules: readonly RiskRule[] = [
  ...imageRules,
  ...chartRules,
  ...rolloutRules,
  ...resourceRules,
  ...podHardeningRules,
  ...exposureRules,
  ...operationRules,
  ...changeSetRules,
];
