import { admissionRules } from './high/admission';
import { availabilityRules } from './high/availability';
import { backupRules } from './high/backups';
import { hostAccessRules } from './high/host-access';
import { lostReferenceRules } from './high/lost-references';
import { networkRules } from './high/network';
import { podPrivilegeRules } from './high/pod-privileges';
import { rbacRules } from './high/rbac';
import { removedDataRules } from './high/removed-data';
import { routeRules } from './high/routes';
import { serviceRules } from './high/services';
import { storageRules } from './high/storage';
import type { RiskRule } from './risk-rule';

/** What may lose data or access. */
export const highRules: readonly RiskRule[] = [
  ...removedDataRules,
  ...storageRules,
  ...lostReferenceRules,
  ...backupRules,
  ...networkRules,
  ...routeRules,
  ...serviceRules,
  ...rbacRules,
  ...podPrivilegeRules,
  ...hostAccessRules,
  ...admissionRules,
  ...availabilityRules,
];
