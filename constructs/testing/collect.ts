import type { IConstruct } from 'constructs';
import { mapStrings, withExamples, withLateNames } from '../../lib/late';
import { InvalidProgramError } from '../../lib/rules/invalid-program';
import type { Violation } from '../../lib/rules/violation';
import { apiObjectsIn } from '../synthesis/api-objects';
import { resolveObjects } from '../synthesis/resolve';
import { stopsSynth, violationsOf } from '../violations';
import type { TestObject } from './synthesized-objects';

/** What is under one construct, without the rest of its environment. */
export interface Collected {
  readonly objects: readonly TestObject[];
  readonly warnings: readonly Violation[];
}

/**
 * The objects under a chart, an app, or any other construct, patches applied, and what its checks say.
 *
 * @throws InvalidProgramError with what would stop the synthesis.
 */
export function collect(scope: IConstruct): Collected {
  const group = { name: '', cluster: undefined, index: 0 };
  const tree = apiObjectsIn(scope).map((construct, index) => ({
    construct,
    group,
    autoDeploy: false,
    index,
  }));
  const { objects, failures } = resolveObjects(tree);
  const found = [...scope.node.findAll().flatMap(violationsOf), ...failures];
  const blocking = found.filter(stopsSynth);
  if (blocking.length > 0) throw new InvalidProgramError(scope.node.path || 'app', blocking);
  return {
    objects: objects.map(({ json, late }) =>
      late
        ? { object: mapStrings(json, withLateNames), sample: mapStrings(json, withExamples) }
        : { object: json },
    ),
    warnings: found,
  };
}
