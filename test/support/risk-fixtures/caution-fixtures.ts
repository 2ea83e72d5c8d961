import { cautionCases } from './caution-cases';
import { cautionDefinitions } from './caution-definitions';
import { cautionStarts } from './caution-starts';
import { cautionWiring } from './caution-wiring';
import type { RatedFixture } from './risk-case';

/** Hits and near misses of every rule of level `caution` that objects alone decide. */
export const cautionFixtures: readonly RatedFixture[] = [
  ...cautionCases,
  ...cautionDefinitions,
  ...cautionWiring,
  ...cautionStarts,
];
