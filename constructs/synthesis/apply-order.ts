import type { IConstruct } from 'constructs';
import type { Violation } from '../../lib/rules/violation';
import type { ObjectGroup, Tree, TreeObject } from './walk';

/** Objects in the order they are applied, or the cycles that make one impossible. */
export interface ApplyOrder {
  readonly objects: readonly TreeObject[];

  /** What an object depends on because the program says so. */
  readonly after: (object: TreeObject) => readonly TreeObject[];
  readonly cycles: readonly Violation[];
}

/**
 * Namespaces first, then CustomResourceDefinitions, then group by group as the tree declares them, unless dependencies between constructs say
 * otherwise; inside a group what others refer to (accounts, configuration) comes before what refers to it.
 */
export function applyOrder(tree: Tree): ApplyOrder {
  const dependencies = new DependencyIndex(tree);
  const groupOrder = orderGroups(tree.objects, dependencies);
  const wanted = [...tree.objects].sort(
    (a, b) =>
      phase(a) - phase(b) ||
      (phase(a) < LAST_PHASE
        ? 0
        : groupOrder.get(a.group)! - groupOrder.get(b.group)! || kindRank(a) - kindRank(b)) ||
      a.index - b.index,
  );
  const after = (object: TreeObject): readonly TreeObject[] => dependencies.of(object);
  if (tree.dependants.length === 0) return { objects: wanted, after, cycles: [] };
  return { ...dependenciesFirst(wanted, dependencies), after };
}

/** Depth first over the wanted order: what an object depends on is placed right before it, unless it is placed already. */
function dependenciesFirst(
  wanted: readonly TreeObject[],
  dependencies: DependencyIndex,
): Omit<ApplyOrder, 'after'> {
  const objects: TreeObject[] = [];
  const cycles: Violation[] = [];
  const state = new Map<TreeObject, 'open' | 'placed'>();
  const place = (object: TreeObject, dependant: TreeObject | undefined): void => {
    const known = state.get(object);
    if (known === 'open' && dependant !== undefined && dependant !== object)
      cycles.push(cycle(dependant, object));
    if (known !== undefined) return;
    state.set(object, 'open');
    for (const target of dependencies.of(object)) place(target, object);
    state.set(object, 'placed');
    objects.push(object);
  };
  for (const object of wanted) place(object, undefined);
  return { objects, cycles };
}

function cycle(dependant: TreeObject, target: TreeObject): Violation {
  return {
    rule: 'dependency-cycle',
    path: dependant.construct.node.path,
    property: 'addDependency',
    problem: `depends on ${target.construct.node.path}, which depends on it in turn`,
    fix: 'remove one of the two dependencies',
  };
}

/** Position of each group: tree order, but a group comes after the groups its constructs depend on. Cycles between groups are left to the objects. */
function orderGroups(
  objects: readonly TreeObject[],
  dependencies: DependencyIndex,
): Map<ObjectGroup, number> {
  const order = new Map<ObjectGroup, number>();
  const open = new Set<ObjectGroup>();
  const members = new Map<ObjectGroup, TreeObject[]>();
  for (const object of objects) {
    const known = members.get(object.group);
    if (known === undefined) members.set(object.group, [object]);
    else known.push(object);
  }
  const place = (group: ObjectGroup): void => {
    if (order.has(group) || open.has(group)) return;
    open.add(group);
    for (const object of members.get(group) ?? [])
      for (const target of dependencies.of(object)) place(target.group);
    order.set(group, order.size);
  };
  for (const group of members.keys()) place(group);
  return order;
}

/** Objects that an object depends on, through itself and every construct around it. */
class DependencyIndex {
  private readonly objectsUnder = new Map<IConstruct, TreeObject[]>();
  private readonly targets = new Map<IConstruct, TreeObject[]>();

  constructor(private readonly tree: Tree) {
    if (tree.dependants.length === 0) return;
    for (const construct of tree.dependants) this.targets.set(construct, []);
    const wanted = new Set(tree.dependants.flatMap((construct) => construct.node.dependencies));
    for (const target of wanted) this.objectsUnder.set(target, []);
    for (const object of tree.objects) {
      for (const scope of object.construct.node.scopes) this.objectsUnder.get(scope)?.push(object);
    }
    for (const construct of tree.dependants) this.targets.set(construct, this.targetsOf(construct));
  }

  of(object: TreeObject): readonly TreeObject[] {
    if (this.tree.dependants.length === 0) return [];
    return object.construct.node.scopes.flatMap((scope) => this.targets.get(scope) ?? []);
  }

  /** A dependency on a construct around the dependant means the rest of it, never the dependant itself. */
  private targetsOf(construct: IConstruct): TreeObject[] {
    const inside = (object: TreeObject): boolean => object.construct.node.scopes.includes(construct);
    return construct.node.dependencies.flatMap((target) =>
      (this.objectsUnder.get(target) ?? []).filter((object) => !inside(object)),
    );
  }
}

/** Namespaces and CRDs go ahead of everything that lies in them. */
export function phase({ construct }: TreeObject): number {
  if (construct.kind === 'Namespace') return 0;
  return construct.kind === 'CustomResourceDefinition' ? 1 : LAST_PHASE;
}

function kindRank({ construct }: TreeObject): number {
  return KIND_RANK.get(construct.kind) ?? KIND_RANK.size;
}

const LAST_PHASE = 2;

/** Kinds that others refer to, in the order Helm installs them (helm.sh/helm/v3 pkg/releaseutil/kind_sorter.go); any other kind comes last. */
const KIND_RANK = new Map(
  [
    'PriorityClass',
    'ResourceQuota',
    'LimitRange',
    'NetworkPolicy',
    'PodDisruptionBudget',
    'ServiceAccount',
    'Secret',
    'ConfigMap',
    'StorageClass',
    'PersistentVolume',
    'PersistentVolumeClaim',
    'ClusterRole',
    'ClusterRoleBinding',
    'Role',
    'RoleBinding',
    'Service',
  ].map((kind, index) => [kind, index]),
);
