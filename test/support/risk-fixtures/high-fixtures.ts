import { highAccess } from './high-access';
import { highData } from './high-data';
import { highDefinitions } from './high-definitions';
import { highRights } from './high-rights';
import { highWiring } from './high-wiring';
import type { RatedFixture } from './risk-case';

/** Hits and near misses of every rule of level `high` about objects. */
export const highFixtures: readonly RatedFixture[] = [
  ...highData,
  ...highDefinitions,
  ...highAccess,
  ...highRights,
  ...highWiring,
];
