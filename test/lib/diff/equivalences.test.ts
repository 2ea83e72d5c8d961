import { expect, test } from '@jest/globals';
import { EQUIVALENCES, type Equivalence } from '../../../lib/diff/equivalences';
import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import { comparisonOf } from '../../support/comparison';

interface Case {
  readonly equal: readonly [KubernetesObject, KubernetesObject][];
  readonly different: readonly [KubernetesObject, KubernetesObject][];
}

const deployment = (container: object, spec: object = {}, pod: object = {}): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'nginx:1.27', ...container }], ...pod },
    },
    ...spec,
  },
});
const service = (spec: object): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec,
});
const limits = (cpu: unknown, memory: unknown): KubernetesObject =>
  deployment({ resources: { limits: { cpu, memory } } });
const certificate = (spec: object): KubernetesObject => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  metadata: { name: 'web' },
  spec: { secretName: 'web', issuerRef: { name: 'acme' }, dnsNames: ['a.example.org'], ...spec },
});
const secret = (fields: object): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 's' },
  ...fields,
});
const config = (fields: object): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c' },
  ...fields,
});
const policy = (peer: object): KubernetesObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'p' },
  spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [peer] }] },
});
const definition = (spec: object, names: object = {}): KubernetesObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.org' },
  spec: {
    group: 'example.org',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets', ...names },
    versions: [{ name: 'v1' }, { name: 'v2' }],
    ...spec,
  },
});
const env = (...names: string[]): KubernetesObject =>
  deployment({ env: names.map((name) => ({ name, value: name })) });

const CASES: Readonly<Record<Equivalence, Case>> = {
  quantity: {
    equal: [
      [limits('1000m', '1Gi'), limits(1, '1024Mi')],
      [limits('0.1', '1e3'), limits('100m', '1k')],
      [limits('2', '1.5Gi'), limits('2000m', '1536Mi')],
    ],
    different: [
      [limits('1', '1G'), limits('1', '1Gi')],
      [limits('1', '9007199254740993'), limits('1', '9007199254740992')],
    ],
  },
  'int-or-string': {
    equal: [
      [
        service({ ports: [{ port: 80, targetPort: 8080 }] }),
        service({ ports: [{ port: 80, targetPort: '8080' }] }),
      ],
    ],
    different: [
      [
        service({ ports: [{ port: 80, targetPort: 8080 }] }),
        service({ ports: [{ port: 80, targetPort: 'http' }] }),
      ],
      // Text, where Kubernetes takes nothing else.
      [deployment({ env: [{ name: 'A', value: '1' }] }), deployment({ env: [{ name: 'A', value: 1 }] })],
    ],
  },
  duration: {
    equal: [[certificate({ duration: '60m' }), certificate({ duration: '1h0m0s' })]],
    different: [
      [certificate({ duration: '60m' }), certificate({ duration: '61m' })],
      // The name of a thing, not a length of time.
      [certificate({ secretName: '60m' }), certificate({ secretName: '1h' })],
    ],
  },
  default: {
    equal: [
      [
        deployment({}),
        deployment({ imagePullPolicy: 'IfNotPresent', terminationMessagePath: '/dev/termination-log' }),
      ],
      [
        deployment({}),
        deployment(
          {},
          { replicas: 1, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } } },
        ),
      ],
      [
        deployment({}),
        deployment({}, {}, { restartPolicy: 'Always', securityContext: {}, hostNetwork: false }),
      ],
      [
        service({ ports: [{ port: 80 }] }),
        service({ type: 'ClusterIP', ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }] }),
      ],
      [
        deployment({}, {}, { volumes: [{ name: 'v' }] }),
        deployment({}, {}, { volumes: [{ name: 'v', emptyDir: {} }] }),
      ],
      [secret({}), secret({ type: 'Opaque' })],
      [
        definition({}),
        definition(
          { preserveUnknownFields: false, conversion: { strategy: 'None' } },
          { singular: 'widget', listKind: 'WidgetList' },
        ),
      ],
    ],
    different: [
      [definition({}), definition({ preserveUnknownFields: true })],
      // The first form of the API kept unknown fields by default.
      [definition({ version: 'v1' }), definition({ version: 'v1', preserveUnknownFields: false })],
      [definition({}), definition({}, { singular: 'gadget' })],
      [deployment({}), deployment({ imagePullPolicy: 'Always' })],
      [deployment({}), deployment({}, { replicas: 0 })],
      [deployment({}), deployment({}, {}, { automountServiceAccountToken: false })],
      [deployment({}), deployment({}, { strategy: { rollingUpdate: { maxSurge: 1 } } })],
    ],
  },
  empty: {
    equal: [
      [config({}), config({ data: {} })],
      [deployment({}), deployment({ env: [], args: null })],
      [
        config({ data: { a: '1' } }),
        { ...config({ data: { a: '1' } }), metadata: { name: 'c', labels: {}, annotations: null as never } },
      ],
    ],
    different: [
      // No selector of namespaces, and one that takes every namespace.
      [policy({ podSelector: {} }), policy({ podSelector: {}, namespaceSelector: {} })],
      [config({ data: { a: '' } }), config({ data: {} })],
    ],
  },
  'list-order': {
    equal: [
      [env('A', 'B', 'C'), env('C', 'A', 'B')],
      [definition({}), definition({ versions: [{ name: 'v2' }, { name: 'v1' }] })],
    ],
    different: [
      [deployment({ args: ['a', 'b'] }), deployment({ args: ['b', 'a'] })],
      [
        deployment(
          {},
          {},
          {
            initContainers: [
              { name: 'a', image: 'a:1' },
              { name: 'b', image: 'b:1' },
            ],
          },
        ),
        deployment(
          {},
          {},
          {
            initContainers: [
              { name: 'b', image: 'b:1' },
              { name: 'a', image: 'a:1' },
            ],
          },
        ),
      ],
      [
        deployment({
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '$(A)' },
          ],
        }),
        deployment({
          env: [
            { name: 'B', value: '$(A)' },
            { name: 'A', value: '1' },
          ],
        }),
      ],
    ],
  },
  'secret-form': {
    equal: [[secret({ data: { key: 'w6TDtsO8' } }), secret({ stringData: { key: 'äöü' } })]],
    different: [
      [secret({ data: { key: 'w6TDtsO8' } }), secret({ stringData: { key: 'w6TDtsO8' } })],
      [secret({ stringData: { key: 'a' } }), secret({ stringData: { key: 'b' } })],
    ],
  },
};

test.each(EQUIVALENCES.map(({ id, title }) => [title, id] as const))('%s', (_title, id) => {
  const { equal, different } = CASES[id];
  for (const [before, after] of equal) {
    for (const [left, right] of [
      [before, after],
      [after, before],
    ] as const) {
      const { changes, folds } = comparisonOf([left], [right]);
      expect(changes).toEqual([]);
      expect(folds[id]).toBeGreaterThan(0);
    }
  }
  for (const [before, after] of different) {
    expect(comparisonOf([before], [after]).changes).toHaveLength(1);
    expect(comparisonOf([after], [before]).changes).toHaveLength(1);
  }
});
