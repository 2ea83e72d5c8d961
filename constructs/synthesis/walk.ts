import { ApiObject, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { Violation } from '../../lib/rules/violation';
import type { Environment } from '../environment';
import { AutoDeploy } from '../cluster/auto-deploy';
import { Cluster } from '../cluster/cluster';
import { ExternalHost } from '../cluster/external-host';
import { violationsOf } from '../violations';

/** Objects that go into one file: a chart's, or those of one add-on of a cluster. */
export interface ObjectGroup {
  /** Path below the cluster or the environment, `/` as `-`. */
  readonly name: string;
  readonly cluster: Cluster | undefined;

  /** Position in tree order. */
  readonly index: number;
}

/** An API object and where in the tree it lies. */
export interface TreeObject {
  readonly construct: ApiObject;
  readonly group: ObjectGroup;
  readonly autoDeploy: boolean;

  /** Position in tree order. */
  readonly index: number;
}

/** What one walk over an environment finds, all in tree order. */
export interface Tree {
  readonly clusters: readonly Cluster[];
  readonly objects: readonly TreeObject[];
  readonly externalHosts: readonly ExternalHost[];

  /** Constructs that have dependencies. */
  readonly dependants: readonly IConstruct[];
  readonly violations: readonly Violation[];
}

interface Context {
  readonly cluster: Cluster | undefined;
  readonly group: ObjectGroup;
  readonly autoDeploy: boolean;
}

/** Visits every construct of an environment once. */
export function walk(environment: Environment): Tree {
  const clusters = environment.node.children.filter(Cluster.isCluster);
  const tree = {
    clusters: [] as Cluster[],
    objects: [] as TreeObject[],
    externalHosts: [] as ExternalHost[],
    dependants: [] as IConstruct[],
    violations: [] as Violation[],
  };
  let groups = 0;
  const groupOf = (construct: IConstruct, cluster: Cluster | undefined): ObjectGroup => {
    const below = cluster?.node.path ?? '';
    const path = construct.node.path;
    const name = below !== '' && path.startsWith(`${below}/`) ? path.slice(below.length + 1) : path;
    return { name, cluster, index: groups++ };
  };

  const visit = (construct: IConstruct, outer: Context): void => {
    for (const violation of violationsOf(construct)) tree.violations.push(violation);
    if (construct.node.dependencies.length > 0) tree.dependants.push(construct);
    const context = contextOf(construct, outer, groupOf);
    if (Cluster.isCluster(construct)) tree.clusters.push(construct);
    else if (ExternalHost.is(construct)) tree.externalHosts.push(construct);
    else if (ApiObject.isApiObject(construct)) {
      tree.objects.push({
        construct,
        group: context.group,
        autoDeploy: context.autoDeploy,
        index: tree.objects.length,
      });
    }
    for (const child of construct.node.children) visit(child, context);
  };

  // Charts beside a single cluster belong to it; beside several, the rules ask for a decision.
  const cluster = clusters.length === 1 ? clusters[0] : undefined;
  visit(environment, { cluster, group: groupOf(environment, cluster), autoDeploy: false });
  return tree;
}

function contextOf(
  construct: IConstruct,
  outer: Context,
  groupOf: (construct: IConstruct, cluster: Cluster | undefined) => ObjectGroup,
): Context {
  if (Cluster.isCluster(construct))
    return { ...outer, cluster: construct, group: groupOf(construct, construct) };
  if (AutoDeploy.is(construct)) return { ...outer, autoDeploy: true };
  return startsGroup(construct) ? { ...outer, group: groupOf(construct, outer.cluster) } : outer;
}

/** Charts, and what lies directly in a cluster, are written to files of their own. */
function startsGroup(construct: IConstruct): boolean {
  const { scope } = construct.node;
  return (
    Chart.isChart(construct) ||
    (scope !== undefined && Cluster.isCluster(scope) && !ApiObject.isApiObject(construct))
  );
}
