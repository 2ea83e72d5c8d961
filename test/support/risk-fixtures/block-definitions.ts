import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import { API_SERVER, changed, NAMESPACE, updates, type Changes } from './block-update';
import type { RiskFixture } from './risk-fixture';

const KINDS = { before: API_SERVER, after: API_SERVER };

function version(name: string, fields: object = {}): object {
  const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return { name, served: true, storage: false, schema: { openAPIV3Schema }, ...fields };
}

const STORED = version('v1', { storage: true });

const WIDGETS: KubernetesObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.risks.example.org' },
  spec: {
    group: 'risks.example.org',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: [STORED],
  },
};

const SCOPE = updates(
  'crd-scope',
  WIDGETS,
  ['scope', { 'spec.scope': 'Cluster' }, ['Namespaced -> Cluster']],
  ['kind', { 'spec.names.kind': 'Gadget', 'spec.names.listKind': 'GadgetList' }, ['Widget -> Gadget']],
  ['plural', { 'spec.names.plural': 'gadgets' }, ['widgets -> gadgets']],
  ['group', { 'spec.group': 'other.example.org' }, ['risks.example.org -> other.example.org']],
  ['short names', { 'spec.names.shortNames': ['wd'] }],
  ['categories', { 'spec.names.categories': ['all'] }],
  ['a version more', { 'spec.versions[1]': version('v2') }],
  [
    'columns',
    { 'spec.versions[0].additionalPrinterColumns': [{ name: 'a', type: 'string', jsonPath: '.spec.a' }] },
  ],
);

const OLD_IS_STORED: Changes = { 'spec.versions': [version('v1beta1', { storage: true }), version('v1')] };
const NEW_IS_STORED = [version('v1beta1', { served: false }), STORED];

const VERSIONS = updates(
  'crd-stored-version',
  WIDGETS,
  ['it goes', { 'spec.versions': [STORED] }, ['v1beta1 -> (none)'], { from: OLD_IS_STORED }],
  ['it is no longer served', { 'spec.versions': NEW_IS_STORED }, [], { from: OLD_IS_STORED }],
  [
    'one goes that nothing is stored in',
    { 'spec.versions': [STORED] },
    [],
    { from: { 'spec.versions': [version('v1beta1'), STORED] } },
  ],
);

const WIDGET: KubernetesObject = {
  apiVersion: 'risks.example.org/v1',
  kind: 'Widget',
  metadata: { name: 'a', namespace: NAMESPACE },
  spec: { size: 1 },
};

const IN_USE: readonly RiskFixture[] = [
  {
    rule: 'crd-in-use',
    name: 'an object stays',
    before: [WIDGETS, WIDGET],
    after: [WIDGET],
    hits: ['1 object stays: a'],
  },
  {
    rule: 'crd-in-use',
    name: 'two stay',
    before: [WIDGETS, WIDGET],
    after: [WIDGET, changed(WIDGET, { 'metadata.name': 'b' })],
    hits: ['2 objects stay'],
  },
  { rule: 'crd-in-use', name: 'its objects go with it', before: [WIDGETS, WIDGET], after: [], hits: [] },
  {
    rule: 'crd-in-use',
    name: 'a definition of another kind goes',
    before: [WIDGETS, WIDGET, changed(WIDGETS, { 'metadata.name': 'b', 'spec.names.kind': 'Gadget' })],
    after: [WIDGETS, WIDGET],
    hits: [],
  },
];

const BOTH = changed(WIDGETS, OLD_IS_STORED);
const OLD_WIDGET = changed(WIDGET, { apiVersion: 'risks.example.org/v1beta1' });
const UNSERVED: readonly RiskFixture[] = [
  {
    rule: 'crd-version-unserved',
    name: 'the definition stops to serve it',
    before: [BOTH, OLD_WIDGET],
    after: [changed(BOTH, { 'spec.versions': NEW_IS_STORED }), OLD_WIDGET],
    hits: ['risks.example.org/v1beta1; its definition serves risks.example.org/v1'],
  },
  {
    rule: 'crd-version-unserved',
    name: 'a new object of it',
    before: [WIDGETS],
    after: [WIDGETS, OLD_WIDGET],
    hits: ['risks.example.org/v1beta1; its definition serves risks.example.org/v1'],
  },
  {
    rule: 'crd-version-unserved',
    name: 'the object moves on with it',
    before: [BOTH, OLD_WIDGET],
    after: [changed(BOTH, { 'spec.versions': NEW_IS_STORED }), WIDGET],
    hits: [],
  },
  {
    rule: 'crd-version-unserved',
    name: 'it was as wrong before',
    before: [WIDGETS, OLD_WIDGET],
    after: [changed(WIDGETS, { 'metadata.labels': { a: 'b' } }), OLD_WIDGET],
    hits: [],
  },
];

const frozen = (rule = 'self == oldSelf'): object => ({
  'x-kubernetes-validations': [{ rule, message: 'it cannot change' }],
});

const DISKS: KubernetesObject = {
  ...WIDGETS,
  metadata: { name: 'disks.risks.example.org' },
  spec: {
    group: 'risks.example.org',
    scope: 'Namespaced',
    names: { plural: 'disks', singular: 'disk', kind: 'Disk', listKind: 'DiskList' },
    versions: [
      {
        ...STORED,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                ...frozen('self.place == oldSelf.place'),
                required: ['place'],
                properties: {
                  place: { type: 'string', maxLength: 20 },
                  kind: { type: 'string', maxLength: 20, ...frozen() },
                  size: { type: 'integer', ...frozen('self >= oldSelf') },
                  parts: {
                    type: 'array',
                    maxItems: 10,
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['name'],
                    items: {
                      type: 'object',
                      required: ['name'],
                      properties: {
                        name: { type: 'string' },
                        type: { type: 'string', maxLength: 20, ...frozen('oldSelf == self') },
                        note: { type: 'string' },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
};

const DISK: KubernetesObject = {
  apiVersion: 'risks.example.org/v1',
  kind: 'Disk',
  metadata: { name: 'a', namespace: NAMESPACE },
  spec: { place: 'rack-1', kind: 'ssd', size: 1, parts: [{ name: 'boot', type: 'ext4' }] },
};

const WITH_DISKS = { beside: [DISKS] };
const CUSTOM = updates(
  'custom-resource-immutable',
  DISK,
  ['a field', { 'spec.kind': 'hdd' }, ['ssd -> hdd'], WITH_DISKS],
  ['a field that its parent freezes', { 'spec.place': 'rack-2' }, ['rack-1 -> rack-2'], WITH_DISKS],
  ['a field of an item', { 'spec.parts[name=boot].type': 'xfs' }, ['ext4 -> xfs'], WITH_DISKS],
  ['a field comes', { 'spec.kind': 'ssd' }, [], { ...WITH_DISKS, from: { 'spec.kind': undefined } }],
  ['a field goes', { 'spec.kind': undefined }, [], WITH_DISKS],
  ['an item more', { 'spec.parts[1]': { name: 'data', type: 'xfs' } }, [], WITH_DISKS],
  ['another field of the item', { 'spec.parts[name=boot].note': 'a' }, [], WITH_DISKS],
  ['a rule of another form that holds', { 'spec.size': 2 }, [], WITH_DISKS],
);

const SERVICE: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: NAMESPACE },
  spec: { ports: [{ port: 80 }] },
};
const BUDGET: KubernetesObject = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'web', namespace: NAMESPACE },
  spec: { selector: { matchLabels: { app: 'web' } }, maxUnavailable: 1 },
};

const OLD_BINDING: KubernetesObject = {
  apiVersion: 'admissionregistration.k8s.io/v1beta1',
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name: 'risks' },
  spec: { policyName: 'risks', validationActions: ['Deny'] },
};

const API_VERSIONS: readonly RiskFixture[] = [
  ...updates('api-version-removed', BUDGET, [
    'one that was removed',
    { apiVersion: 'policy/v1beta1' },
    ["does not serve PodDisruptionBudget of 'policy/v1beta1'"],
  ]),
  ...updates('api-version-removed', BUDGET, ['another field', { 'spec.maxUnavailable': 2 }]),
  {
    rule: 'api-version-removed',
    name: 'the new release has removed it, and the object stays as it is',
    before: [OLD_BINDING],
    after: [OLD_BINDING],
    kubernetes: { before: '1.33', after: '1.34' },
    hits: ['1.33 -> 1.34: '],
  },
  {
    rule: 'api-version-removed',
    name: 'it was as wrong before',
    before: [changed(BUDGET, { apiVersion: 'policy/v1beta1' })],
    after: [changed(BUDGET, { apiVersion: 'policy/v1beta1', 'metadata.labels': { a: 'b' } })],
    kubernetes: KINDS,
    hits: [],
  },
  {
    rule: 'api-version-removed',
    name: 'a kind that nothing is known of',
    before: [],
    after: [{ apiVersion: 'unknown.example.org/v1', kind: 'Thing', metadata: { name: 'a' } }],
    hits: [],
  },
];

const SCHEMA: readonly RiskFixture[] = [
  ...updates(
    'schema-invalid',
    SERVICE,
    ['a field that does not exist', { 'spec.selectors': { app: 'web' } }, ['']],
    ['a wrong type', { 'spec.ports': [{ port: '80' }] }, ['must be'], {}],
    ['a required field goes', { 'spec.ports': [{ name: 'http' }] }, ['is required']],
    ['a value that the schema lacks nothing of', { 'spec.ports': [{ port: 81 }] }],
    ['a number or a name', { 'spec.ports': [{ port: 80, targetPort: 'http' }] }],
  ),
  {
    rule: 'schema-invalid',
    name: 'a new object that does not fit',
    before: [],
    after: [changed(SERVICE, { 'spec.selectors': { app: 'web' } })],
    kubernetes: KINDS,
    hits: [''],
    apiServer: 'refuses',
  },
  {
    rule: 'schema-invalid',
    name: 'it did not fit before',
    before: [changed(SERVICE, { 'spec.selectors': { app: 'web' } })],
    after: [changed(SERVICE, { 'spec.selectors': { app: 'web' }, 'metadata.labels': { a: 'b' } })],
    kubernetes: KINDS,
    hits: [],
  },
  ...updates(
    'schema-invalid',
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', namespace: NAMESPACE }, data: { a: 'AAAA' } },
    ['a hidden value', { 'data.a': 'AAAB' }],
  ),
];

const TWICE: readonly RiskFixture[] = [
  {
    rule: 'duplicate-object',
    name: 'one comes that is there',
    before: [SERVICE],
    after: [SERVICE, changed(SERVICE, { 'spec.ports': [{ port: 81 }] })],
    hits: ['it is there twice'],
  },
  {
    rule: 'duplicate-object',
    name: 'the same object under two versions of its group',
    before: [],
    after: [BUDGET, changed(BUDGET, { apiVersion: 'policy/v1beta1' })],
    hits: ['it is there twice'],
  },
  {
    rule: 'duplicate-object',
    name: 'the same name in another namespace',
    before: [SERVICE],
    after: [SERVICE, changed(SERVICE, { 'metadata.namespace': 'other' })],
    hits: [],
  },
  {
    rule: 'duplicate-object',
    name: 'the same name in another group',
    before: [],
    after: [SERVICE, { apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: SERVICE.metadata }],
    hits: [],
  },
  {
    rule: 'duplicate-object',
    name: 'it was there twice before',
    before: [SERVICE, SERVICE],
    after: [SERVICE, SERVICE],
    hits: [],
  },
];

/** Changes of definitions and of what they define, objects that do not fit, and objects that are there twice. */
export const blockDefinitions: readonly RiskFixture[] = [
  ...SCOPE,
  ...VERSIONS,
  ...IN_USE,
  ...UNSERVED,
  ...CUSTOM,
  ...API_VERSIONS,
  ...SCHEMA,
  ...TWICE,
];
