import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import { applyFields } from '../../support/apply-fields';
import { comparisonOf } from '../../support/comparison';

test('nothing differs between an object and itself, however its keys and documents are ordered', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(anyObject, { selector: keyOf, maxLength: 6 }),
      fc.integer(),
      (objects, seed) => {
        expect(comparisonOf(objects, structuredClone(objects))).toMatchObject({ changes: [], folds: {} });
        const other = shuffled(
          objects.map((object) => withOtherKeyOrder(object, seed)),
          seed,
        );
        expect(comparisonOf(objects, other as KubernetesObject[])).toMatchObject({ changes: [], folds: {} });
      },
    ),
    { numRuns: 200 },
  );
});

test('the changes of an object, made to its first state, give its second one', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...KINDS).chain((kind) => fc.tuple(kind, kind)),
      ([before, after]) => {
        const named = {
          ...after,
          metadata: { ...after.metadata, name: before.metadata.name },
        } as KubernetesObject;
        const [change] = comparisonOf([before], [named]).changes;
        const applied = applyFields(before, change?.fields ?? []) as KubernetesObject;
        expect(comparisonOf([named], [applied]).changes).toEqual([]);
      },
    ),
    { numRuns: 600 },
  );
});

test('changes are the same whichever order documents and keys come in', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(anyObject, { selector: keyOf, maxLength: 5 }),
      fc.uniqueArray(anyObject, { selector: keyOf, maxLength: 5 }),
      fc.integer(),
      (before, after, seed) => {
        const one = comparisonOf(before, after).changes;
        const mixed = (objects: readonly KubernetesObject[]): KubernetesObject[] =>
          shuffled(
            objects.map((object) => withOtherKeyOrder(object, seed) as KubernetesObject),
            seed,
          );
        const other = comparisonOf(mixed(before), mixed(after)).changes;
        expect(JSON.parse(JSON.stringify(other))).toEqual(JSON.parse(JSON.stringify(one)));
      },
    ),
    { numRuns: 200 },
  );
});

const word = fc.constantFrom('alfa', 'bravo', 'charlie', 'delta');
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });
const labels = fc.dictionary(word, word, { maxKeys: 3 });
const metadata = fc.record(
  { name: word, labels: optional(labels), annotations: optional(labels) },
  NEEDS('name'),
);

const variables = fc.uniqueArray(
  fc.record({ name: word, value: fc.constantFrom('1', 'on', '$(alfa)/x', '$(bravo)') }, NEEDS('name')),
  { selector: ({ name }) => name, maxLength: 4 },
);
const ports = fc.uniqueArray(
  fc.record(
    { containerPort: fc.integer({ min: 1, max: 3 }), protocol: fc.constantFrom('TCP', 'UDP'), name: word },
    NEEDS('containerPort'),
  ),
  { selector: (port) => `${port.containerPort}/${port.protocol ?? 'TCP'}`, maxLength: 4 },
);
const amount = fc.constantFrom('1', '1000m', 1, '1Gi', '1024Mi', '0.5');
const container = fc.record(
  {
    name: word,
    image: fc.constantFrom('a:1', 'a:2', 'b'),
    imagePullPolicy: fc.constantFrom('Always', 'IfNotPresent'),
    env: variables,
    ports,
    args: fc.array(word, { maxLength: 3 }),
    resources: fc.record(
      { limits: fc.record({ cpu: amount, memory: amount }, { requiredKeys: [] }) },
      { requiredKeys: [] },
    ),
    volumeMounts: fc.uniqueArray(fc.record({ name: word, mountPath: fc.constantFrom('/a', '/b', '/c') }), {
      selector: ({ mountPath }) => mountPath,
      maxLength: 3,
    }),
  },
  NEEDS('name', 'image'),
);
const containers = fc.uniqueArray(container, { selector: ({ name }) => name, minLength: 1, maxLength: 3 });
const podSpec = fc.record(
  {
    containers,
    initContainers: containers,
    tolerations: fc.array(fc.record({ key: word, operator: fc.constantFrom('Exists', 'Equal') }), {
      maxLength: 3,
    }),
    volumes: fc.uniqueArray(fc.record({ name: word, emptyDir: fc.constant({}) }), {
      selector: ({ name }) => name,
    }),
    hostNetwork: fc.boolean(),
    terminationGracePeriodSeconds: fc.constantFrom(30, 60),
  },
  NEEDS('containers'),
);
const strategy = fc.record(
  {
    type: fc.constantFrom('RollingUpdate', 'Recreate'),
    rollingUpdate: fc.record(
      { maxSurge: fc.constantFrom('25%', 1, '1'), maxUnavailable: fc.constantFrom('25%', 0) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

const KINDS = [
  fc.record({
    apiVersion: fc.constant('apps/v1'),
    kind: fc.constant('Deployment'),
    metadata,
    spec: fc.record(
      {
        replicas: fc.constantFrom(1, 2),
        strategy,
        selector: fc.record({ matchLabels: labels }),
        template: fc.record({ metadata: fc.record({ labels }), spec: podSpec }),
      },
      NEEDS('selector', 'template'),
    ),
  }),
  fc.record({
    apiVersion: fc.constant('v1'),
    kind: fc.constant('Service'),
    metadata,
    spec: fc.record(
      {
        type: fc.constantFrom('ClusterIP', 'LoadBalancer'),
        selector: labels,
        ports: fc.uniqueArray(
          fc.record(
            {
              port: fc.constantFrom(80, 443),
              protocol: fc.constantFrom('TCP', 'UDP'),
              targetPort: fc.constantFrom(80, 'http', '80'),
            },
            NEEDS('port'),
          ),
          { selector: (port) => `${port.port}/${port.protocol ?? 'TCP'}` },
        ),
      },
      { requiredKeys: [] },
    ),
  }),
  fc.record({
    apiVersion: fc.constant('v1'),
    kind: fc.constant('ConfigMap'),
    metadata,
    data: optional(fc.dictionary(word, fc.constantFrom('1', 'two\nlines\n', ''))),
  }),
  fc.record({
    apiVersion: fc.constant('networking.k8s.io/v1'),
    kind: fc.constant('NetworkPolicy'),
    metadata,
    spec: fc.record(
      {
        podSelector: fc.record({ matchLabels: labels }, { requiredKeys: [] }),
        policyTypes: fc.constantFrom(['Ingress'], ['Ingress', 'Egress']),
        ingress: fc.array(
          fc.record(
            {
              from: fc.array(fc.record({ podSelector: fc.constantFrom({}, { matchLabels: { a: 'b' } }) }), {
                maxLength: 2,
              }),
            },
            { requiredKeys: [] },
          ),
          { maxLength: 2 },
        ),
      },
      { requiredKeys: [] },
    ),
  }),
  fc.record({
    apiVersion: fc.constant('example.org/v1'),
    kind: fc.constant('Thing'),
    metadata,
    spec: fc.anything({
      withBigInt: false,
      withDate: false,
      withMap: false,
      withSet: false,
      withTypedArray: false,
      withSparseArray: false,
      values: [fc.boolean(), fc.integer(), word, fc.constantFrom('60m', '1h', 'a')],
      key: fc.constantFrom('timeout', 'items', 'name', 'x'),
      maxDepth: 3,
    }),
  }),
] as const satisfies readonly fc.Arbitrary<unknown>[] as unknown as readonly fc.Arbitrary<KubernetesObject>[];

const anyObject = fc.constantFrom(...KINDS).chain((kind) => kind);

function keyOf({ kind, metadata: { name } }: KubernetesObject): string {
  return `${kind} ${name}`;
}

function NEEDS<K extends string>(...requiredKeys: K[]): { requiredKeys: K[] } {
  return { requiredKeys };
}

function withOtherKeyOrder(value: unknown, seed: number): unknown {
  if (Array.isArray(value)) return value.map((item) => withOtherKeyOrder(item, seed));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    shuffled(Object.entries(value), seed).map(([key, child]) => [key, withOtherKeyOrder(child, seed)]),
  );
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  return items
    .map((item, index) => ({ item, at: Math.imul(seed ^ (index * 0x9e3779b1), 0x85ebca6b) >>> 0 }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
