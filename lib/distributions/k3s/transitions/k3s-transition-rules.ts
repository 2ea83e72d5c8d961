import type { TransitionRule } from '../../../rules/rule';
import { autoDeployRules } from './auto-deploy';
import { credentialRules } from './credentials';
import { datastoreRules } from './datastore';
import { membershipRules } from './membership';
import { networkRules } from './network';
import { settingsRules } from './settings';
import { versionRules } from './versions';

/** What a K3s cluster must satisfy from one state to the next. */
export const k3sTransitionRules: readonly TransitionRule[] = [
  ...membershipRules,
  ...datastoreRules,
  ...versionRules,
  ...credentialRules,
  ...networkRules,
  ...settingsRules,
  ...autoDeployRules,
];
