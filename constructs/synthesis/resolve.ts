import { holesIn, type Holes } from '../../lib/holes';
import type { Violation } from '../../lib/rules/violation';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import { PatchError } from '../patch';
import { objectJson } from './api-objects';
import { lostFields } from './lost-fields';
import type { TreeObject } from './walk';

/** An object with its data, late values still carrying their examples. */
export interface ResolvedObject {
  readonly tree: TreeObject;
  readonly json: KubernetesObject;

  /** Whether {@link json} holds late values. */
  readonly late: boolean;
}

/** Each object as plain data, the items of a list one by one; what cannot be serialized becomes a violation at its construct. */
export function resolveObjects(objects: readonly TreeObject[]): {
  objects: ResolvedObject[];
  failures: Violation[];
} {
  const resolved: ResolvedObject[] = [];
  const failures: Violation[] = [];
  for (const tree of objects) {
    try {
      const whole = objectJson(tree.construct);
      failures.push(...lostFields(tree.construct, whole).map((field) => lostField(tree, whole, field)));
      for (const json of itemsOf(whole)) {
        const holes = holesIn(json);
        resolved.push({ tree, json, late: holes.late });
        failures.push(...holes.refused.map((hole) => refusedHole(tree, json, hole)));
      }
    } catch (error) {
      failures.push(cannotSerialize(tree, error));
    }
  }
  return { objects: resolved, failures };
}

/** A `List` is how several objects travel together; every one of them is an object of its own. */
function itemsOf(object: KubernetesObject): KubernetesObject[] {
  const items = object['items'];
  return object.kind?.endsWith('List') && Array.isArray(items)
    ? (items as KubernetesObject[]).flatMap((item) => itemsOf({ ...item, metadata: item.metadata ?? {} }))
    : [object];
}

function refusedHole(
  { construct }: TreeObject,
  { kind }: KubernetesObject,
  { at, what }: Holes['refused'][number],
): Violation {
  const place = { path: construct.node.path, property: `${kind} ${at}` };
  if (what === 'key') {
    return {
      rule: 'late-key',
      ...place,
      problem: 'is a key with a late value or a secret in it, which cannot be filled',
      fix: 'write a fixed key',
    };
  }
  return {
    rule: 'secret-in-manifest',
    ...place,
    problem: 'holds a secret, which would be written into the manifest',
    fix: 'declare it with cluster.addSecret(…), and refer to that Kubernetes Secret by its name',
  };
}

function lostField({ construct }: TreeObject, { kind }: KubernetesObject, field: string): Violation {
  return {
    rule: 'unknown-field',
    path: construct.node.path,
    property: `${kind} ${field}`,
    problem: 'is not known to the class of cdk8s-plus, which leaves it out',
    fix: `mend its spelling, or, for a field of a newer Kubernetes, write patch(object, '${field}', …)`,
  };
}

function cannotSerialize({ construct }: TreeObject, error: unknown): Violation {
  if (error instanceof PatchError) {
    return {
      rule: 'patch-path',
      path: construct.node.path,
      property: `${construct.kind} ${error.path}`,
      problem: error.problem,
      fix: error.fix,
    };
  }
  const problem = error instanceof Error ? error.message : String(error);
  const isSecret = problem.includes("'SecretRef'");
  return {
    rule: isSecret ? 'secret-in-manifest' : 'object-data',
    path: construct.node.path,
    property: construct.kind,
    problem: isSecret ? 'holds a secret, which would be written into the manifest' : problem,
    fix: isSecret
      ? 'declare it with cluster.addSecret(…), and refer to that Kubernetes Secret by its name'
      : 'pass plain data: strings, numbers, booleans, lists and maps, without cycles',
  };
}
