import { propertyAt } from '../../lib/rules/shape';
import type { ConstructViolation } from '../violations';
import { secretPaths, type HelmValues } from './helm-values';

/** Secrets that the values of a chart hold, which would be written into a manifest. */
export function secretsInValues(values: HelmValues): ConstructViolation[] {
  return secretPaths(values).map((path) => ({
    rule: 'secret-in-manifest',
    property: propertyAt(['values', ...path]),
    problem: 'is a secret, and values are written into the manifest',
    fix: "make a Kubernetes Secret by cluster.addSecret(…) and give the chart its name (most have a value like 'existingSecret')",
  }));
}
