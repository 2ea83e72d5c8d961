import { blockClaims } from './block-claims';
import { blockCluster } from './block-cluster';
import { blockDefinitions } from './block-definitions';
import { blockJobs } from './block-jobs';
import { blockRanges } from './block-ranges';
import { blockResources } from './block-resources';
import { blockSchemas } from './block-schemas';
import { blockServices } from './block-services';
import { blockStorage } from './block-storage';
import { blockValidity } from './block-validity';
import { blockWorkloads } from './block-workloads';
import type { RiskFixture } from './risk-fixture';

/** Hits and near misses of every rule of level `block` about objects. */
export const blockFixtures: readonly RiskFixture[] = [
  ...blockClaims,
  ...blockWorkloads,
  ...blockJobs,
  ...blockResources,
  ...blockValidity,
  ...blockRanges,
  ...blockServices,
  ...blockCluster,
  ...blockStorage,
  ...blockDefinitions,
  ...blockSchemas,
];
