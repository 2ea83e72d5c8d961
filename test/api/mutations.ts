import { isPlainObject } from '../../lib/plain-object';
import type { Schema } from '../../lib/kubernetes/schema';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';

/** An object with one field that is another. */
export interface Mutation {
  /** Where, and what was done. */
  readonly what: string;
  readonly object: KubernetesObject;
}

/** Every field of an object changed, taken away, or put where it was not, one at a time, as far as its schema says what could be there. */
export function mutationsOf(
  object: KubernetesObject,
  schema: Schema,
  resolve: (schema: Schema) => Schema,
): readonly Mutation[] {
  const { properties = {} } = resolve(schema);
  const fields = Object.entries(properties).filter(([name]) => !NOT_OWN.includes(name));
  const own: Schema = { type: 'object', properties: Object.fromEntries(fields) };
  return new Mutator(resolve).of(object, own, '').map(({ what, value }) => ({
    what: `${object.kind} ${what}`,
    object: value as KubernetesObject,
  }));
}

interface Change {
  readonly what: string;

  /** `undefined` takes it away. */
  readonly value: unknown;
}

class Mutator {
  constructor(private readonly resolve: (schema: Schema) => Schema) {}

  /** Changes of a value that is there. */
  of(value: unknown, reference: Schema, path: string): readonly Change[] {
    const schema = this.resolve(reference);
    if (isPlainObject(value)) return this.ofMap(value, schema, path);
    if (Array.isArray(value)) return this.ofList(value, schema, path);
    return this.others(value, schema, path).map((other) => ({
      what: `${path}=${short(other)}`,
      value: other,
    }));
  }

  private ofMap(value: Record<string, unknown>, schema: Schema, path: string): Change[] {
    const { additionalProperties, required = [] } = schema;
    const properties = searched(schema);
    const extra = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    const known = Object.entries(properties);
    const own = extra === undefined ? [] : Object.keys(value).map((key) => [key, extra] as const);
    const added = extra === undefined ? [] : [['added', extra] as const];
    const entries = [...known, ...own.filter(([key]) => !(key in properties)), ...added];
    return entries.flatMap(([key, child]) => {
      const at = path === '' ? key : `${path}.${key}`;
      const changes = Object.hasOwn(value, key)
        ? [
            ...this.of(value[key], child, at),
            ...(required.includes(key) ? [] : [{ what: `-${at}`, value: undefined }]),
          ]
        : this.samples(child, key, 0).map((sample) => ({ what: `+${at}=${short(sample)}`, value: sample }));
      return changes.map(({ what, value: now }) => ({ what, value: withKey(value, key, now) }));
    });
  }

  private ofList(list: readonly unknown[], schema: Schema, path: string): Change[] {
    const items = schema.items ?? {};
    const inside = list.flatMap((item, index) =>
      this.of(item, items, `${path}[${index}]`).map(({ what, value }) => ({
        what,
        value: list.map((other, at) => (at === index ? value : other)),
      })),
    );
    const [first] = list;
    const more =
      isPlainObject(first) && typeof first['name'] === 'string' ? { ...first, name: 'added' } : undefined;
    const last = this.samples(items, path, 1)[0];
    return [
      ...inside,
      ...(list.length > 1 ? [{ what: `-${path}[last]`, value: list.slice(0, -1) }] : []),
      ...[more, last]
        .filter((item) => item !== undefined)
        .map((item) => ({ what: `+${path}[]`, value: [...list, item] })),
      ...(list.length > 1 ? [{ what: `~${path}`, value: [...list].reverse() }] : []),
    ];
  }

  /** Values for a field that is not there: small ones, one for each thing that can be in it. */
  private samples(reference: Schema, name: string, depth: number): readonly unknown[] {
    const schema = this.resolve(reference);
    const known = BY_NAME[name.replace(/^.*\.|\[.*$/g, '')];
    if (known !== undefined && schema.type !== 'array') return known;
    if (schema.type === 'array') {
      return (known ?? this.samples(schema.items ?? {}, name, depth + 1).slice(0, 2)).map((item) => [item]);
    }
    if (schema.properties !== undefined) {
      return this.sampleMaps({ ...schema, properties: searched(schema) }, depth);
    }
    if (typeof schema.additionalProperties === 'object') {
      return this.samples(schema.additionalProperties, 'added', depth + 1).map((added) => ({ added }));
    }
    return this.others(undefined, schema, name);
  }

  private sampleMaps({ properties = {}, required = [] }: Schema, depth: number): readonly unknown[] {
    const base: Record<string, unknown> = {};
    for (const key of required) base[key] = this.samples(properties[key] ?? {}, key, depth + 1)[0];
    if (depth > 2) return [base];
    const more = Object.entries(properties)
      .filter(([key]) => !required.includes(key))
      .flatMap(([key, child]) =>
        this.samples(child, key, depth + 1)
          .slice(0, 1)
          .map((sample) => ({ ...base, [key]: sample })),
      );
    return [base, ...more];
  }

  /** Other values of the type. */
  private others(value: unknown, schema: Schema, path: string): readonly unknown[] {
    const known = BY_NAME[path.replace(/\[\d+\]$/, '').replace(/^.*\./, '')];
    if (known !== undefined) return known.filter((other) => other !== value);
    if (schema.format === 'quantity') return ['7', '900Gi'];
    if (schema.format === 'date-time') return ['2030-01-01T00:00:00Z'];
    if (schema.format === 'byte') return ['bXV0YXRlZA=='];
    if (schema['x-kubernetes-int-or-string'] === true) return [8081, 'mutated'];
    if (schema.type === 'boolean') return value === undefined ? [true, false] : [value !== true];
    if (schema.type === 'integer' || schema.type === 'number') {
      return typeof value === 'number' ? [value + 1, Math.max(value - 1, 0)] : [1, 5];
    }
    if (schema.type === 'string') return typeof value === 'string' ? [`${value}x`, 'mutated'] : ['mutated'];
    return [];
  }
}

/** Fields that are tried: of the metadata of templates what people write, and none that is dropped because it is alpha. */
function searched({ properties = {} }: Schema): NonNullable<Schema['properties']> {
  const isMetadata = 'managedFields' in properties;
  return Object.fromEntries(
    Object.entries(properties).filter(([name]) =>
      isMetadata ? ['labels', 'annotations'].includes(name) : !ALPHA.includes(name),
    ),
  );
}

function withKey(map: Record<string, unknown>, key: string, value: unknown): Record<string, unknown> {
  const entries = Object.entries(map).filter(([name]) => name !== key);
  return Object.fromEntries([...entries, ...(value === undefined ? [] : [[key, value] as const])]);
}

function short(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

/** Dropped without a word while their feature gates are off: k8s.io/kubernetes@v1.36.3:pkg/features/kube_features.go. */
const ALPHA = ['schedulingGroup', 'stopSignal'];

const NOT_OWN = ['apiVersion', 'kind', 'metadata', 'status'];

/** What can be in fields whose values the schemas do not list. */
const BY_NAME: Readonly<Record<string, readonly unknown[]>> = {
  accessModes: ['ReadWriteMany', 'ReadOnlyMany'],
  activeDeadlineSeconds: [50, 200],
  addressType: ['IPv6', 'FQDN'],
  cidr: ['10.1.0.0/16'],
  clusterIP: ['10.43.9.9', 'None'],
  completionMode: ['Indexed', 'NonIndexed'],
  concurrencyPolicy: ['Forbid', 'Replace'],
  dataSource: [{ kind: 'PersistentVolumeClaim', name: 'a' }],
  dataSourceRef: [{ kind: 'PersistentVolumeClaim', name: 'a' }],
  dnsPolicy: ['Default', 'None', 'ClusterFirst'],
  effect: ['NoSchedule', 'NoExecute'],
  externalTrafficPolicy: ['Local', 'Cluster'],
  failurePolicy: ['Ignore', 'Fail'],
  fsGroupPolicy: ['File', 'None'],
  imagePullPolicy: ['Always', 'Never', 'IfNotPresent'],
  internalTrafficPolicy: ['Local', 'Cluster'],
  ipFamilies: ['IPv4', 'IPv6'],
  ipFamilyPolicy: ['SingleStack', 'PreferDualStack'],
  loadBalancerSourceRanges: ['10.1.0.0/16'],
  operator: ['Exists', 'DoesNotExist'],
  pathType: ['Exact', 'ImplementationSpecific'],
  persistentVolumeReclaimPolicy: ['Delete', 'Retain', 'Recycle'],
  podManagementPolicy: ['Parallel', 'OrderedReady'],
  podReplacementPolicy: ['Failed', 'TerminatingOrFailed'],
  policyTypes: ['Egress', 'Ingress'],
  preemptionPolicy: ['Never', 'PreemptLowerPriority'],
  protocol: ['UDP', 'TCP'],
  reclaimPolicy: ['Retain', 'Delete'],
  restartPolicy: ['Always', 'OnFailure', 'Never'],
  schedule: ['5 4 * * *'],
  scopes: ['Terminating', 'NotTerminating', 'BestEffort'],
  sessionAffinity: ['ClientIP', 'None'],
  terminationMessagePolicy: ['FallbackToLogsOnError', 'File'],
  timeZone: ['Etc/UTC'],
  trafficDistribution: ['PreferClose'],
  type: [
    'Recreate',
    'RollingUpdate',
    'OnDelete',
    'ClusterIP',
    'NodePort',
    'LoadBalancer',
    'Opaque',
    'example.org/mutated',
  ],
  unhealthyPodEvictionPolicy: ['AlwaysAllow', 'IfHealthyBudget'],
  volumeBindingMode: ['WaitForFirstConsumer', 'Immediate'],
  volumeLifecycleModes: ['Ephemeral', 'Persistent'],
  volumeMode: ['Block', 'Filesystem'],
  whenDeleted: ['Delete', 'Retain'],
  whenScaled: ['Delete', 'Retain'],
};
