import type { KubernetesObject } from '../synthesis/synthesis';
import { groupOf, listOf, recordOf, specOf } from './object-needs-made';
import { podsOf, type PodSource } from './object-pods';
import { describeObject, type ObjectEntry, type ObjectSet } from './object-set';
import type { Finding, StaticRule } from './rule';

type Data = Readonly<Record<string, unknown>>;

/** Rules about what the quota of a namespace asks of the pods in it. */
export const quotaRules: readonly StaticRule<ObjectSet>[] = [
  {
    id: 'quota-needs-amounts',
    kind: 'static',
    title: 'Pods state what the quota of their namespace counts',
    reason:
      'The API server refuses such a pod; its Deployment stays without pods, and only an event says why.',
    source: 'https://kubernetes.io/docs/concepts/policy/resource-quotas/; docs/namespaces-and-teams.md',
    check: ({ objects }) => {
      const namespaces = namespacesOf(objects);
      if (![...namespaces.values()].some(({ counted }) => counted.size > 0)) return [];
      return objects.flatMap((entry) => {
        const limits = namespaces.get(placeOf(entry));
        const pods = limits === undefined || limits.counted.size === 0 ? undefined : podsOf(entry.object);
        return pods === undefined || limits === undefined ? [] : podFindings(entry, pods, limits);
      });
    },
  },
];

/** What the objects of one namespace say about its pods. */
interface NamespaceLimits {
  /** Amounts that a quota counts, such as `limits.memory`, to the quota. */
  readonly counted: Map<string, KubernetesObject>;

  /** Amounts that a LimitRange fills in. */
  readonly filled: Set<string>;
}

function namespacesOf(objects: readonly ObjectEntry[]): ReadonlyMap<string, NamespaceLimits> {
  const namespaces = new Map<string, NamespaceLimits>();
  for (const entry of objects) {
    const { object } = entry;
    if (groupOf(object) !== '' || (object.kind !== 'ResourceQuota' && object.kind !== 'LimitRange')) continue;
    const place = placeOf(entry);
    const limits = namespaces.get(place) ?? { counted: new Map(), filled: new Set() };
    namespaces.set(place, limits);
    if (object.kind === 'ResourceQuota') addCounted(limits, object);
    else addFilled(limits, object);
  }
  return namespaces;
}

function placeOf({ cluster, object }: ObjectEntry): string {
  return `${cluster ?? ''}|${object.metadata.namespace ?? 'default'}`;
}

/** A quota with a scope counts some pods only. kubernetes/kubernetes@v1.36.3:pkg/quota/v1/evaluator/core/pods.go, Constraints. */
function addCounted({ counted }: NamespaceLimits, quota: KubernetesObject): void {
  const spec = specOf(quota);
  if (listOf(spec['scopes']).length > 0 || spec['scopeSelector'] !== undefined) return;
  for (const key of Object.keys(recordOf(spec['hard']))) {
    const amount = key === 'cpu' || key === 'memory' ? `requests.${key}` : key;
    if (AMOUNTS.includes(amount)) counted.set(amount, quota);
  }
}

/** kubernetes/kubernetes@v1.36.3:pkg/apis/core/v1/defaults.go, SetDefaults_LimitRangeItem. */
function addFilled({ filled }: NamespaceLimits, range: KubernetesObject): void {
  for (const limit of listOf(specOf(range)['limits']).map(recordOf)) {
    if (limit['type'] !== 'Container') continue;
    for (const resource of RESOURCES) {
      const has = (key: string): boolean => recordOf(limit[key])[resource] !== undefined;
      const hasLimit = has('default') || has('max');
      if (hasLimit) filled.add(`limits.${resource}`);
      if (hasLimit || has('defaultRequest') || has('min')) filled.add(`requests.${resource}`);
    }
  }
}

function podFindings(
  { path, object }: ObjectEntry,
  { spec, property }: PodSource,
  { counted, filled }: NamespaceLimits,
): Finding[] {
  if (spec['resources'] !== undefined) return []; // stated for the whole pod
  return (['containers', 'initContainers'] as const).flatMap((list) =>
    listOf(spec[list]).flatMap((container, index): Finding[] => {
      const stated = statedBy(recordOf(container));
      const missing = [...counted].find(([amount]) => !filled.has(amount) && !stated.has(amount));
      if (missing === undefined) return [];
      const [amount, quota] = missing;
      return [
        {
          path,
          property: `${property}.${list}[${index}].resources.${amount}`,
          problem: `a container of ${describeObject(object)} states no ${amount}, which ${describeObject(quota)} counts: the API server refuses its pods`,
          fix: `write it, or let the namespace fill it in: limits: { ${amount.startsWith('limits') ? 'defaultLimit' : 'defaultRequest'}: { ${amount.split('.')[1]}: '…' } } of the Namespace`,
        },
      ];
    }),
  );
}

/** A limit is a request as well, where nothing else is requested. */
function statedBy(container: Data): ReadonlySet<string> {
  const { requests, limits } = recordOf(container['resources']);
  return new Set([
    ...Object.keys(recordOf(requests)).map((resource) => `requests.${resource}`),
    ...Object.keys(recordOf(limits)).flatMap((resource) => [`limits.${resource}`, `requests.${resource}`]),
  ]);
}

const RESOURCES = ['cpu', 'memory'];
const AMOUNTS = RESOURCES.flatMap((resource) => [`requests.${resource}`, `limits.${resource}`]);
