import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import { DISK, DISKS, OLD_WIDGET, WIDGETS } from './block-custom-kinds';
import { API_SERVER, changed, NAMESPACE, updates } from './block-update';
import type { RiskFixture } from './risk-fixture';

const KINDS = { before: API_SERVER, after: API_SERVER };

const PARTS = 'spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.parts';

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
    hits: ["does not serve PodDisruptionBudget of 'policy/v1beta1'"],
  },
  {
    rule: 'api-version-removed',
    name: 'it was as wrong before, under another name',
    before: [changed(BUDGET, { apiVersion: 'policy/v1beta1' })],
    after: [changed(BUDGET, { apiVersion: 'policy/v1beta1', 'metadata.name': 'web2' })],
    kubernetes: KINDS,
    hits: ["does not serve PodDisruptionBudget of 'policy/v1beta1'"],
  },
  {
    rule: 'api-version-removed',
    name: 'it was as wrong before, and stays as it is',
    before: [changed(BUDGET, { apiVersion: 'policy/v1beta1' })],
    after: [changed(BUDGET, { apiVersion: 'policy/v1beta1' }), SERVICE],
    kubernetes: KINDS,
    hits: [],
  },
  {
    rule: 'api-version-removed',
    name: 'a definition of the set does not serve it, which is a rule of its own',
    before: [WIDGETS],
    after: [WIDGETS, OLD_WIDGET],
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
    name: 'the definition takes less, and the object stays as it is',
    before: [DISKS, DISK],
    after: [changed(DISKS, { [PARTS]: { type: 'string' } }), DISK],
    hits: ['must be a string'],
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

/** Objects that do not fit, that Kubernetes does not serve, and that are there twice. */
export const blockSchemas: readonly RiskFixture[] = [...API_VERSIONS, ...SCHEMA, ...TWICE];
