import { blockClaims } from './block-claims';
import { blockCluster } from './block-cluster';
import { blockDefinitions } from './block-definitions';
import { blockJobs } from './block-jobs';
import { blockSchemas } from './block-schemas';
import { blockServices } from './block-services';
import { blockStorage } from './block-storage';
import { blockWorkloads } from './block-workloads';
import type { RiskFixture } from './risk-fixture';

/** Hits and near misses of every rule of level `block` about objects. */
export const blockFixtures: readonly RiskFixture[] = [
  ...blockClaims,
  ...blockWorkloads,
  ...blockJobs,
  ...blockServices,
  ...blockCluster,
  ...blockStorage,
  ...blockDefinitions,
  ...blockSchemas,
];
