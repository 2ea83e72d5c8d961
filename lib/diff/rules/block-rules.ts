import { claimRules } from './block/claim-rules';
import { clusterRules } from './block/cluster-rules';
import { customResourceRules } from './block/custom-resource-rules';
import { dataRules } from './block/data-rules';
import { definitionRules } from './block/definition-rules';
import { duplicateRules } from './block/duplicate-rules';
import { jobRules } from './block/job-rules';
import { podRules } from './block/pod-rules';
import { schemaRules } from './block/schema-rules';
import { serviceRules } from './block/service-rules';
import { storageRules } from './block/storage-rules';
import { strategyRules } from './block/strategy-rules';
import { validityRules } from './block/validity-rules';
import { workloadRules } from './block/workload-rules';
import type { RiskRule } from './risk-rule';

/** Changes of objects that the API server refuses. */
export const blockRules: readonly RiskRule[] = [
  ...claimRules,
  ...workloadRules,
  ...strategyRules,
  ...jobRules,
  ...podRules,
  ...validityRules,
  ...serviceRules,
  ...dataRules,
  ...clusterRules,
  ...storageRules,
  ...definitionRules,
  ...customResourceRules,
  ...schemaRules,
  ...duplicateRules,
];
