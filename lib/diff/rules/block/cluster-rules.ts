import type { FieldChange } from '../../field-change';
import { isPlainObject } from '../../../plain-object';
import type { Comparison } from '../../comparison';
import type { ObjectChanged } from '../../object-change';
import type { RiskRule } from '../risk-rule';
import { immutableRule, VALIDATION } from './immutable-rule';
import { isBefore } from './is-before';
import { sameValue, valueAt } from './touched-fields';

/** Access, classes and addresses: what else stays as it was made. */
export const clusterRules: readonly RiskRule[] = [
  immutableRule({
    id: 'role-ref',
    kinds: ['rbac.authorization.k8s.io/RoleBinding', 'rbac.authorization.k8s.io/ClusterRoleBinding'],
    title: 'A binding is about another role',
    reason:
      'Who may change the subjects of a binding may not give them another role with it; that takes another binding.',
    fix: 'Give the binding another name, or delete it before this is applied: its subjects have no rights in between.',
    source: `${VALIDATION}/rbac/validation/validation.go ValidateRoleBindingUpdate, ValidateClusterRoleBindingUpdate`,
    paths: [['roleRef']],
  }),
  immutableRule({
    id: 'priority-class',
    kinds: ['scheduling.k8s.io/PriorityClass'],
    title: 'The priority of a PriorityClass changes',
    reason: 'Pods got the number when they were made, and would not follow.',
    fix: 'Make a class of another name and name it in the pods.',
    source: `${VALIDATION}/scheduling/validation/validation.go ValidatePriorityClassUpdate`,
    paths: [['value'], ['preemptionPolicy']],
    defaults: { preemptionPolicy: 'PreemptLowerPriority' },
  }),
  immutableRule({
    id: 'runtime-class',
    kinds: ['node.k8s.io/RuntimeClass'],
    title: 'The handler of a RuntimeClass changes',
    reason: 'Pods that run were started with the handler.',
    fix: 'Make a class of another name and name it in the pods.',
    source: `${VALIDATION}/node/validation/validation.go ValidateRuntimeClassUpdate`,
    paths: [['handler']],
  }),
  immutableRule({
    id: 'ingress-class',
    kinds: ['networking.k8s.io/IngressClass'],
    title: 'An IngressClass goes to another controller',
    reason: 'Every route of the class would be carried out by something else at once.',
    fix: 'Make a class of another name and move the routes one by one.',
    source: `${VALIDATION}/networking/validation/validation.go ValidateIngressClassUpdate`,
    paths: [['spec', 'controller']],
  }),
  immutableRule({
    id: 'quota-scopes',
    kinds: ['ResourceQuota'],
    title: 'The scopes of a ResourceQuota change',
    reason: 'Which pods a quota counts stays; what it allows them can change.',
    fix: 'Make a quota of another name with these scopes.',
    source: `${VALIDATION}/core/validation/validation.go ValidateResourceQuotaUpdate`,
    paths: [['spec', 'scopes']],
    unless: (_field, change) => sameSet(change, ['spec', 'scopes']),
  }),
  immutableRule({
    id: 'endpoint-slice',
    kinds: ['discovery.k8s.io/EndpointSlice'],
    title: 'The address type of an EndpointSlice changes',
    reason: 'A slice has addresses of one family.',
    fix: 'Give the slice another name.',
    source: `${VALIDATION}/discovery/validation/validation.go ValidateEndpointSliceUpdate`,
    paths: [['addressType']],
  }),
  immutableRule({
    id: 'resource-claim',
    kinds: ['resource.k8s.io/ResourceClaim', 'resource.k8s.io/ResourceClaimTemplate'],
    title: 'A claim for devices changes',
    reason: 'Devices were given for what the claim asked for.',
    fix: 'Make a claim of another name and name it in the pods.',
    source: `${VALIDATION}/resource/validation/validation.go ValidateResourceClaimUpdate, ValidateResourceClaimTemplateUpdate`,
    paths: [['spec']],
    unless: (_field, change) => sameRequests(change),
  }),
  immutableRule({
    id: 'resource-slice',
    kinds: ['resource.k8s.io/ResourceSlice'],
    title: 'A ResourceSlice is about other devices',
    reason: 'Driver, pool and node of a slice stay.',
    fix: 'Leave slices to the driver.',
    source: `${VALIDATION}/resource/validation/validation.go ValidateResourceSliceUpdate`,
    paths: [
      ['spec', 'driver'],
      ['spec', 'pool', 'name'],
      ['spec', 'nodeName'],
    ],
  }),
  immutableRule({
    id: 'service-cidr',
    kinds: ['networking.k8s.io/ServiceCIDR'],
    title: 'The addresses of a ServiceCIDR change',
    reason:
      'Services have addresses of it. From Kubernetes 1.33 on it can get a second range of the other IP family.',
    fix: 'Make a ServiceCIDR of another name.',
    source: `${VALIDATION}/networking/validation/validation.go ValidateServiceCIDRUpdate; k8s.io/kubernetes@v1.32.13 takes no change`,
    paths: [['spec', 'cidrs']],
    unless: getsSecondRange,
  }),
  immutableRule({
    id: 'ip-address',
    kinds: ['networking.k8s.io/IPAddress'],
    title: 'An IPAddress belongs to something else',
    reason: 'An address is taken by the object that it names.',
    fix: 'Leave these objects to the API server.',
    source: `${VALIDATION}/networking/validation/validation.go ValidateIPAddressUpdate`,
    paths: [['spec', 'parentRef']],
  }),
  immutableRule({
    id: 'node-spec',
    kinds: ['Node'],
    title: 'The addresses or the identity of a Node change',
    reason: 'The range of pod addresses and the id at the provider are given once.',
    fix: 'Remove the node from the cluster and let it join again.',
    source: `${VALIDATION}/core/validation/validation.go ValidateNodeUpdate`,
    paths: [
      ['spec', 'podCIDR'],
      ['spec', 'podCIDRs'],
      ['spec', 'providerID'],
      ['spec', 'externalID'],
    ],
    unless: isFirstOrSame,
  }),
];

/** What is given once may come; the first of podCIDRs is podCIDR. */
function isFirstOrSame({ path, before: former }: FieldChange, { before, after }: ObjectChanged): boolean {
  if (path[1] === 'externalID') return false;
  if (path[1] === 'providerID') return former === undefined;
  const [old, now] = [before, after].map(({ object }) => rangesOf(object));
  return old?.length === 0 || sameValue(old, now);
}

function rangesOf(node: unknown): readonly unknown[] {
  const all = valueAt(node, ['spec', 'podCIDRs']);
  const list: readonly unknown[] = Array.isArray(all) ? all : [];
  const first = valueAt(node, ['spec', 'podCIDR']) ?? list[0];
  if (first === undefined) return [];
  return list[0] === first ? list : [first];
}

/** One device of each request is what is given where the number is left out. */
function sameRequests({ before, after }: ObjectChanged): boolean {
  const [old, now] = [before, after].map(
    ({ object }) =>
      JSON.parse(JSON.stringify(valueAt(object, ['spec']) ?? null), (key, value: unknown) => {
        if (key === 'exactly' && isPlainObject(value)) {
          return { allocationMode: 'ExactCount', count: 1, ...value };
        }
        return key === 'metadata' && isPlainObject(value) && Object.keys(value).length === 0
          ? undefined
          : value;
      }) as unknown,
  );
  return sameValue(old, now);
}

function sameSet({ before, after }: ObjectChanged, path: readonly string[]): boolean {
  const [old, now] = [before, after].map(({ object }) => setAt(object, path));
  return sameValue(old, now);
}

function setAt(object: unknown, path: readonly string[]): readonly unknown[] {
  const list = valueAt(object, path);
  return Array.isArray(list) ? [...new Set<unknown>(list)].sort() : [];
}

function getsSecondRange(
  _field: FieldChange,
  { before, after }: ObjectChanged,
  comparison: Comparison,
): boolean {
  const [old, now] = [before, after].map(({ object }) => valueAt(object, ['spec', 'cidrs']));
  if (!Array.isArray(old) || !Array.isArray(now) || isBefore(comparison.after.kubernetes, 33)) return false;
  return old.length === 1 && now.length === 2 && old[0] === now[0];
}
