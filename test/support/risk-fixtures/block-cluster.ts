import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import { NAMESPACE, updates } from './block-update';
import type { RiskFixture } from './risk-fixture';

const RBAC = 'rbac.authorization.k8s.io';

function binding(kind: string): KubernetesObject {
  return {
    apiVersion: `${RBAC}/v1`,
    kind,
    metadata: { name: 'risks-readers', ...(kind === 'RoleBinding' && { namespace: NAMESPACE }) },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'view' },
    subjects: [{ apiGroup: RBAC, kind: 'Group', name: 'shop' }],
  };
}

const BINDINGS = ['RoleBinding', 'ClusterRoleBinding'].flatMap((kind) =>
  updates(
    'role-ref',
    binding(kind),
    [`${kind}: another role`, { 'roleRef.name': 'edit' }, ['view -> edit']],
    [`${kind}: its subjects`, { 'subjects[0].name': 'staff' }],
    [`${kind}: no subjects`, { subjects: undefined }],
    [`${kind}: its labels`, { 'metadata.labels': { a: 'b' } }],
  ),
);

const ROLE_KIND = updates('role-ref', binding('RoleBinding'), [
  'RoleBinding: a role of the namespace',
  { 'roleRef.kind': 'Role' },
  ['ClusterRole -> Role'],
]);

const SECRET: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'keys', namespace: NAMESPACE },
  stringData: { key: 'one' },
};
const BASIC = { stringData: { username: 'a', password: 'b' } };

const SECRETS = [
  ...updates(
    'secret-type',
    SECRET,
    ['it gets one', { type: 'example.org/key' }, ['(none) -> example.org/key']],
    [
      'another one',
      { ...BASIC, type: 'kubernetes.io/basic-auth' },
      ['example.org/key -> kubernetes.io/basic-auth'],
      { from: { ...BASIC, type: 'example.org/key' } },
    ],
    ['it goes', { type: undefined }, ['example.org/key -> (none)'], { from: { type: 'example.org/key' } }],
    ['the default one', { type: 'Opaque', stringData: { key: 'two' } }],
    ['a value', { stringData: { key: 'two' } }],
  ),
  ...updates(
    'immutable-data',
    SECRET,
    [
      'Secret: a value',
      { stringData: { key: 'two' } },
      ['«hidden» -> «hidden»'],
      { from: { immutable: true } },
    ],
    [
      'Secret: a key more',
      { 'stringData.more': 'two' },
      ['(none) -> «hidden»'],
      { from: { immutable: true } },
    ],
    ['Secret: the mark goes', { immutable: undefined }, ['true -> (none)'], { from: { immutable: true } }],
    ['Secret: the mark comes', { immutable: true, stringData: { key: 'two' } }],
    ['Secret: labels', { 'metadata.labels': { a: 'b' } }, [], { from: { immutable: true } }],
  ),
  ...updates(
    'immutable-data',
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: NAMESPACE },
      data: { a: 'b' },
    },
    ['ConfigMap: a value', { 'data.a': 'c' }, ['b -> c'], { from: { immutable: true } }],
    [
      'ConfigMap: a key less',
      { 'data.a': undefined, 'data.b': 'c' },
      ['b -> (none)', '(none) -> c'],
      { from: { immutable: true } },
    ],
    [
      'ConfigMap: binary data',
      { binaryData: { c: 'AAAA' } },
      ['(none) -> AAAA'],
      { from: { immutable: true } },
    ],
    [
      'ConfigMap: the mark becomes false',
      { immutable: false },
      ['true -> false'],
      { from: { immutable: true } },
    ],
    ['ConfigMap: a value without the mark', { 'data.a': 'c' }],
    ['ConfigMap: a value with the mark as false', { 'data.a': 'c' }, [], { from: { immutable: false } }],
    ['ConfigMap: the mark comes', { immutable: true }],
  ),
];

const CLASSES = [
  ...updates(
    'priority-class',
    { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'risks' }, value: 1000 },
    ['value', { value: 2000 }, ['1000 -> 2000']],
    ['preemptionPolicy', { preemptionPolicy: 'Never' }, ['(none) -> Never']],
    ['the default of preemptionPolicy', { preemptionPolicy: 'PreemptLowerPriority', description: 'a' }],
    ['description', { description: 'first' }],
    ['globalDefault', { globalDefault: true }],
  ),
  ...updates(
    'runtime-class',
    { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'risks' }, handler: 'runc' },
    ['handler', { handler: 'nvidia' }, ['runc -> nvidia']],
    ['overhead', { overhead: { podFixed: { cpu: '10m' } } }],
    ['scheduling', { scheduling: { nodeSelector: { a: 'b' } } }],
  ),
  ...updates(
    'ingress-class',
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'risks' },
      spec: { controller: 'example.org/a' },
    },
    ['controller', { 'spec.controller': 'example.org/b' }, ['example.org/a -> example.org/b']],
    ['parameters', { 'spec.parameters': { kind: 'Settings', name: 'a' } }],
  ),
];

const QUOTAS = updates(
  'quota-scopes',
  {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'quota', namespace: NAMESPACE },
    spec: { hard: { pods: '10' }, scopes: ['NotTerminating', 'NotBestEffort'] },
  },
  ['a scope less', { 'spec.scopes': ['NotTerminating'] }, ['->']],
  ['another scope', { 'spec.scopes': ['Terminating', 'NotBestEffort'] }, ['->']],
  ['scopes come', { 'spec.scopes': ['Terminating'] }, ['(none) ->'], { from: { 'spec.scopes': undefined } }],
  ['scopes go', { 'spec.scopes': undefined }, ['-> (none)']],
  ['another order', { 'spec.scopes': ['NotBestEffort', 'NotTerminating'] }],
  ['amounts', { 'spec.hard': { pods: '20' } }],
  [
    'a selector of scopes',
    { 'spec.scopeSelector': { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'Exists' }] } },
    [],
    { from: { 'spec.scopes': undefined } },
  ],
);

const ADDRESSES = [
  ...updates(
    'endpoint-slice',
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'web', namespace: NAMESPACE },
      addressType: 'IPv4',
      endpoints: [],
    },
    ['addressType', { addressType: 'IPv6' }, ['IPv4 -> IPv6']],
    ['endpoints', { endpoints: [{ addresses: ['10.0.0.1'] }] }],
    ['ports', { ports: [{ name: 'http', port: 80 }] }],
  ),
  ...updates(
    'service-cidr',
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'ServiceCIDR',
      metadata: { name: 'risks' },
      spec: { cidrs: ['10.60.0.0/24'] },
    },
    ['another range', { 'spec.cidrs': ['10.61.0.0/24'] }, ['10.60.0.0/24']],
    [
      'a second range before 1.33',
      { 'spec.cidrs': ['10.60.0.0/24', 'fd00:60::/112'] },
      ['->'],
      { kubernetes: '1.32' },
    ],
    ['a second range', { 'spec.cidrs': ['10.60.0.0/24', 'fd00:60::/112'] }],
    ['labels', { 'metadata.labels': { a: 'b' } }],
  ),
  ...updates(
    'ip-address',
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IPAddress',
      metadata: { name: '10.60.0.7' },
      spec: { parentRef: { resource: 'services', namespace: NAMESPACE, name: 'a' } },
    },
    ['parentRef', { 'spec.parentRef.name': 'b' }, ['a -> b']],
    ['labels', { 'metadata.labels': { a: 'b' } }],
  ),
  ...updates(
    'node-spec',
    {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'risks-node' },
      spec: { podCIDR: '10.42.9.0/24', podCIDRs: ['10.42.9.0/24'], providerID: 'k3s://risks-node' },
    },
    [
      'podCIDR',
      { 'spec.podCIDR': '10.42.8.0/24', 'spec.podCIDRs': ['10.42.8.0/24'] },
      ['10.42.9.0/24 -> 10.42.8.0/24', '->'],
    ],
    ['providerID', { 'spec.providerID': 'k3s://other' }, ['k3s://risks-node -> k3s://other']],
    [
      'providerID for the first time',
      { 'spec.providerID': 'k3s://a' },
      [],
      { from: { 'spec.providerID': undefined } },
    ],
    ['taints', { 'spec.taints': [{ key: 'a', effect: 'NoSchedule' }] }],
    ['unschedulable', { 'spec.unschedulable': true }],
    ['labels', { 'metadata.labels': { a: 'b' } }],
  ),
];

const REQUEST = { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu.example.org' } }] } };
const DEVICE = 'spec.devices.requests[name=gpu].exactly.deviceClassName';

const DEVICES = [
  ...updates(
    'resource-claim',
    {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceClaim',
      metadata: { name: 'gpu', namespace: NAMESPACE },
      spec: REQUEST,
    },
    ['another class', { [DEVICE]: 'other.example.org' }, ['gpu.example.org -> other.example.org']],
    ['labels', { 'metadata.labels': { a: 'b' } }],
  ),
  ...updates(
    'resource-claim',
    {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceClaimTemplate',
      metadata: { name: 'gpu', namespace: NAMESPACE },
      spec: { spec: REQUEST },
    },
    [
      'template: another class',
      { 'spec.spec.devices.requests[name=gpu].exactly.deviceClassName': 'other.example.org' },
      ['gpu.example.org -> other.example.org'],
    ],
    ['template: labels of the claims', { 'spec.metadata': { labels: { a: 'b' } } }, ['(none) ->']],
    ['template: labels', { 'metadata.labels': { a: 'b' } }],
  ),
  ...updates(
    'resource-slice',
    {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceSlice',
      metadata: { name: 'risks' },
      spec: {
        driver: 'gpu.example.org',
        nodeName: 'node-1',
        pool: { name: 'node-1', generation: 1, resourceSliceCount: 1 },
        devices: [{ name: 'gpu-0' }],
      },
    },
    ['driver', { 'spec.driver': 'other.example.org' }, ['gpu.example.org -> other.example.org']],
    ['pool', { 'spec.pool.name': 'node-2' }, ['node-1 -> node-2']],
    ['node', { 'spec.nodeName': 'node-2' }, ['node-1 -> node-2']],
    ['devices', { 'spec.devices': [{ name: 'gpu-0' }, { name: 'gpu-1' }] }],
    ['generation of the pool', { 'spec.pool.generation': 2 }],
  ),
];

/** Changes of access, classes, quotas, addresses and devices. */
export const blockCluster: readonly RiskFixture[] = [
  ...BINDINGS,
  ...ROLE_KIND,
  ...SECRETS,
  ...CLASSES,
  ...QUOTAS,
  ...ADDRESSES,
  ...DEVICES,
];
