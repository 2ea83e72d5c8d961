import { changeSetRules } from './caution/change-set';
import { chartRules } from './caution/charts';
import { definitionSchemaRules } from './caution/definition-schemas';
import { exposureRules } from './caution/exposure';
import { imageRules } from './caution/images';
import { isolationRules } from './caution/isolation';
import { mountRules } from './caution/mounts';
import { operationRules } from './caution/operations';
import { podHardeningRules } from './caution/pod-hardening';
import { referenceRules } from './caution/references';
import { resourceRules } from './caution/resources';
import { rightsRules } from './caution/rights';
import { rolloutRules } from './caution/rollouts';
import { routeClassRules } from './caution/route-classes';
import { scalingRules } from './caution/scaling';
import type { RiskRule } from './risk-rule';

/** What deserves a second look. */
export const cautionRules: readonly RiskRule[] = [
  ...imageRules,
  ...chartRules,
  ...rolloutRules,
  ...resourceRules,
  ...podHardeningRules,
  ...referenceRules,
  ...mountRules,
  ...exposureRules,
  ...routeClassRules,
  ...isolationRules,
  ...rightsRules,
  ...operationRules,
  ...definitionSchemaRules,
  ...scalingRules,
  ...changeSetRules,
];
