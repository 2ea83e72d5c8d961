import { expect, test } from '@jest/globals';
import { loadSchemas } from '../../../adapters/schemas';
import { NEWEST_KUBERNETES } from '../../../lib/kubernetes/schema';
import { validateObject } from '../../../lib/kubernetes/validate-object';

const schemas = loadSchemas();
const check = (kubernetes: string, apiVersion: string, kind: string) =>
  validateObject({ apiVersion, kind, metadata: { name: 'a' } }, { schemas, kubernetes }).map(
    ({ rule, field, problem, fix }) => `${rule} ${field}: ${problem}; ${fix}`,
  );

test.each([
  ['1.36', 'apps/v1beta1', 'Deployment', `write 'apps/v1'`],
  ['1.32', 'flowcontrol.apiserver.k8s.io/v1beta3', 'FlowSchema', `write 'flowcontrol.apiserver.k8s.io/v1'`],
  [
    '1.34',
    'admissionregistration.k8s.io/v1beta1',
    'ValidatingAdmissionPolicy',
    `write 'admissionregistration.k8s.io/v1'`,
  ],
  [
    '1.32',
    'networking.k8s.io/v1',
    'ServiceCIDR',
    `write 'networking.k8s.io/v1beta1', which is off until the API server gets it as runtime-config`,
  ],
  [
    '1.35',
    'storagemigration.k8s.io/v1alpha1',
    'StorageVersionMigration',
    `write 'storagemigration.k8s.io/v1beta1', which is off until the API server gets it as runtime-config`,
  ],
  ['1.34', 'extensions/v1beta1', 'Ingress', `write 'networking.k8s.io/v1'`],
  [
    '1.32',
    'scheduling.k8s.io/v1alpha2',
    'PodGroup',
    `leave it out, or use 'scheduling.k8s.io/v1alpha2' in Kubernetes 1.36`,
  ],
])('Kubernetes %s does not serve %s %s', (kubernetes, apiVersion, kind, fix) => {
  const problem = `Kubernetes ${kubernetes} does not serve ${kind} of '${apiVersion}'`;
  expect(check(kubernetes, apiVersion, kind)).toEqual([`removed-api-version apiVersion: ${problem}; ${fix}`]);
});

test.each([
  ['1.33', 'admissionregistration.k8s.io/v1beta1', 'ValidatingAdmissionPolicy'],
  ['1.33', 'networking.k8s.io/v1', 'ServiceCIDR'],
  ['1.34', 'storagemigration.k8s.io/v1alpha1', 'StorageVersionMigration'],
])('Kubernetes %s still or already serves %s %s', (kubernetes, apiVersion, kind) => {
  const rules = check(kubernetes, apiVersion, kind).join();
  expect(rules).not.toContain('removed-api-version');
});

test('a kind that is misspelled gets the nearest of its group', () => {
  expect(check('1.34', 'apps/v1', 'Deploymnt')).toEqual([
    `unknown-kind kind: the group 'apps' of Kubernetes 1.34 has no kind 'Deploymnt'; write 'Deployment'`,
  ]);
});

test('a kind of another group gets the API version of that group', () => {
  expect(check('1.34', 'v1', 'Deployment')).toEqual([
    `unknown-kind apiVersion: Deployment is not in the core group (v1), got 'v1'; write 'apps/v1'`,
  ]);
});

test('a kind that cannot be created is unknown', () => {
  expect(check('1.34', 'v1', 'ComponentStatus')[0]).toContain('has no kind');
});

test('an API version of another form is refused', () => {
  expect(check('1.34', 'apps/v1/beta', 'Deployment')).toEqual([
    `invalid-value apiVersion: is not an API version, got 'apps/v1/beta'; write <group>/<version>, such as 'apps/v1'`,
  ]);
});

test.each([
  ['example.org/v1', 'Widget', 'add its CustomResourceDefinition to the program to have it checked'],
  ['networking.k8s.oi/v1', 'Ingress', `write 'networking.k8s.io/v1'`],
  [
    'traefik.io/v1alpha1',
    'IngresRoute',
    'write kind: IngressRoute, or add its CustomResourceDefinition to the program',
  ],
  [
    'velro.io/v1',
    'Backup',
    `write the group 'velero.io', or add its CustomResourceDefinition to the program`,
  ],
])('nothing is known of %s %s, which is not wrong by itself', (apiVersion, kind, fix) => {
  const problem = `nothing is known of ${kind} of '${apiVersion}'`;
  expect(check('1.34', apiVersion, kind)).toEqual([`unknown-custom-resource apiVersion: ${problem}; ${fix}`]);
});

test('the newest Kubernetes is the last one in the data', () => {
  expect(schemas.versions.at(-1)).toBe(NEWEST_KUBERNETES);
});
