import { holdsLate } from '../../lib/late';
import type { Violation } from '../../lib/rules/violation';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import { objectJson } from './api-objects';
import type { TreeObject } from './walk';

/** An object with its data, late values still carrying their examples. */
export interface ResolvedObject {
  readonly tree: TreeObject;
  readonly json: KubernetesObject;

  /** Whether {@link json} holds late values. */
  readonly late: boolean;
}

/** Each object as plain data; what cannot be serialized becomes a violation at its construct. */
export function resolveObjects(objects: readonly TreeObject[]): {
  objects: ResolvedObject[];
  failures: Violation[];
} {
  const failures: Violation[] = [];
  const resolved = objects.flatMap((object): ResolvedObject[] => {
    try {
      const json = objectJson(object.construct);
      return [{ tree: object, json, late: holdsLate(json) }];
    } catch (error) {
      failures.push(cannotSerialize(object, error));
      return [];
    }
  });
  return { objects: resolved, failures };
}

function cannotSerialize({ construct }: TreeObject, error: unknown): Violation {
  const problem = error instanceof Error ? error.message : String(error);
  const isSecret = problem.includes("'SecretRef'");
  return {
    rule: isSecret ? 'secret-in-manifest' : 'object-data',
    path: construct.node.path,
    property: construct.kind,
    problem: isSecret ? 'holds a secret, which would be written into the manifest' : problem,
    fix: isSecret
      ? 'refer to a Kubernetes Secret by its name instead'
      : 'pass plain data: strings, numbers, booleans, lists and maps',
  };
}
