import { NEWEST_KUBERNETES, type KubernetesSchemas } from '../../lib/kubernetes/schema';
import type { Finding } from '../../lib/kubernetes/finding';
import { objectValidator } from '../../lib/kubernetes/validate-object';
import { mapStrings, withExamples } from '../../lib/late';
import type { Violation } from '../../lib/rules/violation';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import type { Cluster } from '../cluster/cluster';
import type { ResolvedObject } from './resolve';

/**
 * What the schema of each object's cluster says about it. Objects of no cluster, and of one whose version is not a
 * supported one (a rule says so), are held to the newest Kubernetes.
 */
export function schemaViolations(
  objects: readonly ResolvedObject[],
  schemas: KubernetesSchemas,
): Violation[] {
  const crds = objects.filter(({ json }) => json.kind === 'CustomResourceDefinition').map(({ json }) => json);
  const validators = new Map<string, (object: unknown) => readonly Finding[]>();
  const validatorOf = (kubernetes: string): ((object: unknown) => readonly Finding[]) => {
    const known = validators.get(kubernetes);
    if (known !== undefined) return known;
    const validator = objectValidator({ schemas, kubernetes, crds });
    validators.set(kubernetes, validator);
    return validator;
  };

  const violations: Violation[] = [];
  for (const { tree, json, late } of objects) {
    const { cluster } = tree.group;
    const version = cluster?.kubernetesVersion ?? NEWEST_KUBERNETES;
    const validator = validatorOf(schemas.versions.includes(version) ? version : NEWEST_KUBERNETES);
    for (const finding of validator(late ? mapStrings(json, withExamples) : json)) {
      if (finding.rule !== 'unknown-custom-resource')
        violations.push(violation(tree.construct.node.path, json, finding));
      else if (!knows(cluster, json))
        violations.push({ ...violation(tree.construct.node.path, json, finding), blocks: 'nothing' });
    }
  }
  return violations;
}

function violation(
  path: string,
  { kind }: KubernetesObject,
  { rule, field, problem, fix }: Finding,
): Violation {
  return { rule, path, property: `${kind} ${field}`, problem, fix };
}

/** Whether the cluster says that it has custom resources of the object's group. */
function knows(cluster: Cluster | undefined, { apiVersion }: KubernetesObject): boolean {
  const group = apiVersion.slice(0, apiVersion.lastIndexOf('/'));
  return cluster?.customResources.some((name) => name.endsWith(`.${group}`)) ?? false;
}
