import type { Construct } from 'constructs';
import type { SecretSource } from '../../../lib/secret';
import { addCheck } from '../../violations';
import { identified, identityProblem, type SecretPlace } from './secret-identity';

export type { SecretPlace } from './secret-identity';

/**
 * A source that means the same value wherever it is used from here on: one to be generated without a name gets its place. Presets that hand a secret to others
 * hand out what this returns.
 */
export function boundSecret(scope: Construct, source: SecretSource, place: SecretPlace): SecretSource {
  const found = identityProblem(scope, source, place);
  const property = `Secret ${place.namespace}/${place.name} ${place.key}`;
  if (found !== undefined) addCheck(scope, () => [{ rule: 'workload-secret', property, ...found }]);
  return identified(scope, source, place);
}
