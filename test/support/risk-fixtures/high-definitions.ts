import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import { casesOf, clusterObject, type RatedFixture } from './risk-case';

/** Hits and near misses of rules about the versions of custom kinds. */
export const highDefinitions: readonly RatedFixture[] = casesOf('crd-version-lost', {
  'one goes': {
    before: [definition({ versions: [{ name: 'v1' }, { name: 'v1beta1' }] })],
    after: [definition({ versions: [{ name: 'v1' }] })],
    hits: ['v1beta1 is gone; served: v1'],
  },
  'one is no longer served': {
    before: [definition({ versions: [{ name: 'v1' }, { name: 'v1beta1', served: true }] })],
    after: [definition({ versions: [{ name: 'v1' }, { name: 'v1beta1', served: false }] })],
    hits: ['v1beta1 is there, but not served; served: v1'],
  },
  'the only one becomes another': {
    before: [definition({ version: 'v1alpha1' })],
    after: [definition({ versions: [{ name: 'v1', served: false }] })],
    hits: ['v1alpha1 is gone; none is served'],
  },
  'one goes that was not served': {
    before: [definition({ versions: [{ name: 'v1' }, { name: 'v1beta1', served: false }] })],
    after: [definition({ versions: [{ name: 'v1' }] })],
  },
  'one comes, another is discouraged': {
    before: [definition({ versions: [{ name: 'v1beta1' }] })],
    after: [definition({ versions: [{ name: 'v1' }, { name: 'v1beta1', deprecated: true }] })],
  },
  'the only one is written as a list': {
    before: [definition({ version: 'v1' })],
    after: [definition({ versions: [{ name: 'v1', served: true, storage: true }] })],
  },
  'the definition itself comes': { after: [definition({ versions: [{ name: 'v1' }] })] },
});

function definition(spec: Readonly<Record<string, unknown>>): KubernetesObject {
  return clusterObject('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'widgets.example.org', {
    spec: {
      group: 'example.org',
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets' },
      ...spec,
    },
  });
}
