import { admissionRules } from './high/admission';
import { availabilityRules } from './high/availability';
import { backupRules } from './high/backups';
import { definitionVersionRules } from './high/definition-versions';
import { hostAccessRules } from './high/host-access';
import { lostMountRules } from './high/lost-mounts';
import { lostReferenceRules } from './high/lost-references';
import { networkRules } from './high/network';
import { podPrivilegeRules } from './high/pod-privileges';
import { rbacRules } from './high/rbac';
import { removedDataRules } from './high/removed-data';
import { routeBackendRules } from './high/route-backends';
import { routeRules } from './high/routes';
import { serviceRules } from './high/services';
import { storageRules } from './high/storage';
import type { RiskRule } from './risk-rule';

/** What may lose data or access. */
export const highRules: readonly RiskRule[] = [
  ...removedDataRules,
  ...definitionVersionRules,
  ...storageRules,
  ...lostReferenceRules,
  ...lostMountRules,
  ...backupRules,
  ...networkRules,
  ...routeRules,
  ...routeBackendRules,
  ...serviceRules,
  ...rbacRules,
  ...podPrivilegeRules,
  ...hostAccessRules,
  ...admissionRules,
  ...availabilityRules,
];
