import type { IConstruct } from 'constructs';
import type { EnvironmentBefore } from '../../lib/distributions/k3s/model';
import type { Environment } from '../environment';

/**
 * What is known of the environment that a cluster's releases come from; `undefined` when it names none, or stands outside of a program.
 *
 * @param after Name of that environment, as the user wrote it.
 * @param isK3s Whether a construct is a K3s cluster.
 */
export function environmentBefore(
  cluster: IConstruct,
  after: unknown,
  isK3s: (construct: IConstruct) => boolean,
): EnvironmentBefore | undefined {
  const { name, siblings } = cluster.node.root as Partial<Environment>;
  if (typeof after !== 'string' || name === undefined || siblings === undefined) return undefined;
  const isOther = after !== name && siblings.names.includes(after);
  return {
    own: name,
    environments: siblings.names,
    clusters: isOther ? clustersIn(siblings, after, isK3s) : [],
  };
}

/** A program that fails for the other environment fails there, and says so. */
function clustersIn(
  siblings: NonNullable<Environment['siblings']>,
  name: string,
  isK3s: (construct: IConstruct) => boolean,
): readonly string[] | undefined {
  try {
    const children = siblings.build(name).node.children;
    return children.filter(isK3s).map((child) => child.node.id);
  } catch {
    return undefined;
  }
}
