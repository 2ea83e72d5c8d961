import { expect, test } from '@jest/globals';
import { loadSchemas } from '../../../adapters/schemas';
import { compare } from '../../../lib/diff/compare';
import { comparedObject } from '../../../lib/diff/compared-object';
import { HiddenValues } from '../../../lib/diff/hidden-value';
import { pathText } from '../../../lib/diff/field-change';
import { idText } from '../../../lib/diff/object-id';
import { reportedFields } from '../../../lib/diff/reported-fields';
import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import { comparisonOf } from '../../support/comparison';

const object = (kind: string, name: string, fields: object = {}, apiVersion = 'v1'): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'shop' },
  ...fields,
});
const pod = (spec: object): KubernetesObject => object('Pod', 'p', { spec });

const workload = (spec: object): KubernetesObject =>
  object('Deployment', 'p', { spec: { selector: {}, template: { spec } } }, 'apps/v1');

/** One line for each difference: `op path: before -> after`. */
function lines(before: readonly KubernetesObject[], after: readonly KubernetesObject[]): string[] {
  return comparisonOf(before, after).changes.flatMap(({ kind, id, fields }) =>
    kind === 'changed'
      ? reportedFields(fields).map(
          (field) =>
            `${field.op} ${field.path}: ${JSON.stringify(field.before)} -> ${JSON.stringify(field.after)}`,
        )
      : [`${kind} ${idText(id)}`],
  );
}

test('items of lists are found by the keys that the schema names', () => {
  const before = workload({
    containers: [
      {
        name: 'a',
        image: 'a:1',
        ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }],
        volumeMounts: [{ name: 'v', mountPath: '/x' }],
      },
      { name: 'b', image: 'b:1' },
    ],
  });
  const after = workload({
    containers: [
      { name: 'c', image: 'c:1' },
      {
        name: 'a',
        image: 'a:2',
        ports: [{ containerPort: 53, protocol: 'UDP', name: 'dns' }, { containerPort: 80 }],
        volumeMounts: [{ name: 'w', mountPath: '/x' }],
      },
    ],
  });
  expect(lines([before], [after])).toEqual([
    'replace spec.template.spec.containers[name=a].image: "a:1" -> "a:2"',
    'add spec.template.spec.containers[name=a].ports[53/UDP].name: undefined -> "dns"',
    'replace spec.template.spec.containers[name=a].volumeMounts[mountPath=/x].name: "v" -> "w"',
    'remove spec.template.spec.containers[name=b]: {"name":"b","image":"b:1"} -> undefined',
    'add spec.template.spec.containers[name=c]: undefined -> {"name":"c","image":"c:1"}',
  ]);
});

test('a list that is one value is shown by what differs in it', () => {
  const rule = (verbs: string[], resources = ['pods']) => ({ apiGroups: [''], resources, verbs });
  const role = (...rules: object[]): KubernetesObject =>
    object('Role', 'r', { rules }, 'rbac.authorization.k8s.io/v1');
  expect(
    lines(
      [role(rule(['get']), rule(['list'], ['nodes']))],
      [role(rule(['get', 'watch']), rule(['list'], ['nodes']), rule(['get'], ['secrets']))],
    ),
  ).toEqual([
    'add rules[0].verbs[1]: undefined -> "watch"',
    'add rules[2]: undefined -> {"apiGroups":[""],"resources":["secrets"],"verbs":["get"]}',
  ]);
});

test('two items with the same keys make the list one value, and nothing is lost', () => {
  const both = [
    { name: 'A', value: '1' },
    { name: 'A', value: '2' },
  ];
  const container = (env: object[]) => pod({ containers: [{ name: 'a', image: 'a:1', env }] });
  expect(lines([container(both)], [container([both[1] as object, both[0] as object])])).toEqual([
    'remove spec.containers[name=a].env[0]: {"name":"A","value":"1"} -> undefined',
    'add spec.containers[name=a].env[1]: undefined -> {"name":"A","value":"1"}',
  ]);
});

test('lists of custom kinds go by their CustomResourceDefinition, which the set may bring', () => {
  const items = (list: object) => ({
    type: 'array',
    items: { type: 'object', properties: { id: { type: 'string' }, size: { type: 'integer' } } },
    ...list,
  });
  const crd = (list: object): KubernetesObject => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'boxes.example.org' },
    spec: {
      group: 'example.org',
      scope: 'Namespaced',
      names: { kind: 'Box', plural: 'boxes' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { spec: { type: 'object', properties: { parts: items(list) } } },
            },
          },
        },
      ],
    },
  });
  const box = (...parts: object[]): KubernetesObject =>
    object('Box', 'b', { spec: { parts } }, 'example.org/v1');
  const [before, after] = [
    box({ id: 'a', size: 1 }, { id: 'b', size: 1 }),
    box({ id: 'b', size: 2 }, { id: 'a', size: 1 }),
  ];
  const map = crd({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['id'] });
  expect(lines([map, before], [map, after])).toEqual(['replace spec.parts[id=b].size: 1 -> 2']);
  const [change] = comparisonOf([crd({}), before], [crd({}), after]).changes;
  expect(change?.fields.map(({ path }) => pathText(path))).toEqual(['spec.parts']);
});

test('the order of lists in a Pod is a change, because the API server refuses another one', () => {
  const ordered = (...names: string[]) =>
    pod({ containers: [{ name: 'a', image: 'a:1', env: names.map((name) => ({ name, value: '1' })) }] });
  expect(lines([ordered('A', 'B')], [ordered('B', 'A')])).toEqual([
    'reorder spec.containers[name=a].env: [{"name":"A"},{"name":"B"}] -> [{"name":"B"},{"name":"A"}]',
  ]);
});

test('the version of the API does not make another object', () => {
  const scaler = (version: string) =>
    object('HorizontalPodAutoscaler', 'h', { spec: { minReplicas: 1 } }, `autoscaling/${version}`);
  expect(lines([scaler('v1')], [scaler('v2')])).toEqual([
    'replace apiVersion: "autoscaling/v1" -> "autoscaling/v2"',
  ]);
});

test('noise is folded and counted: charts, checksums, what only the server writes', () => {
  const noisy = (chart: string, checksum: string, generation: number) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      generation,
      labels: { 'helm.sh/chart': chart },
      annotations: { 'meta.helm.sh/release-name': chart },
    },
    spec: {
      selector: {},
      template: {
        metadata: { annotations: { 'checksum/config': checksum } },
        spec: { containers: [{ name: 'a', image: 'a:1' }] },
      },
    },
    status: { replicas: generation },
  });
  const [change] = comparisonOf(
    [noisy('web-1.0.0', 'ab12cd34', 1)],
    [noisy('web-1.1.0', 'ef56ab78', 2)],
  ).changes;
  expect(change?.folds).toEqual({ 'chart-label': 2, checksum: 1, 'server-field': 2 });
  expect(reportedFields(change?.fields ?? [])).toEqual([]);
});

test('what a CustomResourceDefinition says to its readers is folded, what it takes is not', () => {
  const definition = (text: string, generator: string, property: string) =>
    object(
      'CustomResourceDefinition',
      'widgets.example.org',
      {
        metadata: {
          name: 'widgets.example.org',
          annotations: { 'controller-gen.kubebuilder.io/version': generator },
        },
        spec: {
          versions: [
            {
              name: 'v1',
              schema: {
                openAPIV3Schema: {
                  description: text,
                  properties: {
                    description: { type: property, description: text },
                    start: { default: { description: property } },
                  },
                },
              },
            },
          ],
        },
      },
      'apiextensions.k8s.io/v1',
    );
  const [change] = comparisonOf(
    [definition('old', 'v0.14.0', 'string')],
    [definition('new', 'v0.19.0', 'integer')],
  ).changes;
  expect(change?.folds).toEqual({ 'definition-text': 3 });
  expect(reportedFields(change?.fields ?? []).map(({ path }) => path)).toEqual([
    'spec.versions[name=v1].schema.openAPIV3Schema.properties.description.type',
    'spec.versions[name=v1].schema.openAPIV3Schema.properties.start.default.description',
  ]);
});

test('a label that looks like one of a chart, or an annotation like a checksum, is noise only if its value does', () => {
  const config = (chart: string, checksum: string): KubernetesObject => ({
    ...object('ConfigMap', 'c'),
    metadata: { name: 'c', labels: { chart }, annotations: { 'checksum/config': checksum } },
  });
  const [one, other] = ['0123456789abcdef', 'fedcba9876543210'];
  expect(lines([config('web-1.0.0', one)], [config('web-1.0.1', other)])).toEqual([]);
  expect(lines([config('web', one)], [config('api', other)])).toEqual([
    'replace metadata.labels.chart: "web" -> "api"',
  ]);
  expect(lines([config('web-1.0.0', 'on')], [config('web-1.0.1', 'off')])).toEqual([
    'replace metadata.annotations["checksum/config"]: "on" -> "off"',
  ]);
});

const basket = (plural: string, listType: object): KubernetesObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.example.org` },
  spec: {
    group: 'example.org',
    scope: 'Namespaced',
    names: { kind: 'Basket', plural },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: { items: { type: 'array', items: { type: 'string' }, ...listType } },
              },
            },
          },
        },
      },
    ],
  },
});

test('the order of a set says nothing, also of a custom kind whose definition goes', () => {
  const items = (...names: string[]) => object('Basket', 'b', { spec: { items: names } }, 'example.org/v1');
  const set = basket('baskets', { 'x-kubernetes-list-type': 'set' });
  const folds = (before: KubernetesObject[], after: KubernetesObject[]) => comparisonOf(before, after).folds;
  expect(folds([set, items('a', 'b')], [set, items('b', 'a')])).toEqual({ 'list-order': 1 });
  expect(folds([set, items('a', 'b')], [items('b', 'a')])).toEqual({ 'list-order': 1 });
  expect(
    lines([basket('baskets', {}), items('a', 'b')], [basket('baskets', {}), items('b', 'a')]),
  ).not.toEqual([]);
  expect(lines([set, items('a', 'b')], [set, items('a', 'c')])).not.toEqual([]);
  const token = (letter: string) => items(`ghp_${letter.repeat(36)}`);
  expect(lines([set, token('a')], [set, token('b')])).toEqual([
    'replace spec.items[0]: "«hidden»" -> "«hidden»"',
  ]);
});

test('objects of two clusters are no renames of each other', () => {
  const config = object('ConfigMap', 'c', { data: { a: '1', b: '2', c: '3', d: '4' } });
  const hidden = new HiddenValues();
  const side = (cluster: string) => ({
    kubernetes: '1.34',
    objects: [comparedObject(config, {}, hidden, cluster)],
  });
  const { changes } = compare('s', side('home'), side('edge'), loadSchemas());
  expect(changes.map(({ kind, id }) => [kind, id.cluster])).toEqual([
    ['added', 'edge'],
    ['removed', 'home'],
  ]);
});

test('a description elsewhere is no noise', () => {
  const widget = (description: string) => object('Widget', 'w', { spec: { description } }, 'example.org/v1');
  expect(lines([widget('a')], [widget('b')])).toHaveLength(1);
});

test('a label of a chart in a selector is no noise', () => {
  const service = (chart: string) =>
    object('Service', 's', { spec: { selector: { 'helm.sh/chart': chart } } });
  expect(lines([service('a-1.0.0')], [service('a-1.1.0')])).toHaveLength(1);
});

test.each([
  [
    'another name',
    object('ConfigMap', 'old', { data: { a: '1', b: '2', c: '3', d: '4' } }),
    object('ConfigMap', 'new', { data: { a: '1', b: '2', c: '3', d: '4' } }),
  ],
  [
    'another namespace',
    object('ServiceAccount', 'bot'),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'bot', namespace: 'ops' } },
  ],
  [
    'another name and few fields',
    object('Service', 'webhook', {
      spec: { selector: { app: 'c' }, ports: [{ port: 443, targetPort: 9443 }] },
    }),
    object('Service', 'my-webhook', {
      spec: { selector: { app: 'c' }, ports: [{ port: 443, targetPort: 9443 }] },
    }),
  ],
  [
    'another hash',
    object('ConfigMap', 'web-abc12def34', { data: { a: '1', b: '2' } }),
    object('ConfigMap', 'web-fed43cba21', { data: { a: '1', b: '3' } }),
  ],
  [
    'a hash from now on',
    object('ConfigMap', 'web-config', { data: { a: '1' } }),
    object('ConfigMap', 'web-config-7k2tgm5h4b', { data: { a: '2' } }),
  ],
  ['a short name that stands in other words too', database('db'), database('database')],
] as const)('an object with %s is found by its content', (_case, before, after) => {
  const [change, ...others] = comparisonOf([before], [after]).changes;
  expect(others).toEqual([]);
  expect(change).toMatchObject({ kind: 'renamed', before: { object: before }, after: { object: after } });
});

function database(name: string): KubernetesObject {
  return object(
    'StatefulSet',
    name,
    {
      spec: {
        serviceName: name,
        selector: { matchLabels: { app: 'db' } },
        template: {
          metadata: { labels: { app: 'db', tier: 'dbs' } },
          spec: {
            containers: [
              {
                name: 'db',
                image: 'registry.example.org/mydb:1.2',
                args: ['--dbpath=/var/lib/db', '--db=shop'],
                volumeMounts: [{ name: 'db', mountPath: '/var/lib/db' }],
              },
            ],
          },
        },
        volumeClaimTemplates: [{ metadata: { name: 'db' }, spec: { storageClassName: 'fast' } }],
      },
    },
    'apps/v1',
  );
}

test.each([
  [
    'two that are equally alike',
    [
      object('ConfigMap', 'x', { data: { a: '1', b: '2', c: '3', d: '4' } }),
      object('ConfigMap', 'y', { data: { a: '1', b: '2', c: '3', d: '4' } }),
    ],
    [object('ConfigMap', 'z', { data: { a: '1', b: '2', c: '3', d: '4' } })],
  ],
  ['two that say next to nothing', [object('ServiceAccount', 'a')], [object('ServiceAccount', 'b')]],
  ['two that say nothing', [object('Secret', 'old-token')], [object('Secret', 'webhook-cert')]],
  [
    'two kinds',
    [object('ConfigMap', 'a', { data: { a: '1', b: '2', c: '3', d: '4' } })],
    [object('Endpoints', 'b', { data: { a: '1', b: '2', c: '3', d: '4' } })],
  ],
  [
    'two whose names begin alike and that hold nothing alike',
    [object('ConfigMap', 'shop-frontend', { data: { a: '1', b: '2' } })],
    [object('ConfigMap', 'shop-settings', { data: { c: '3' } })],
  ],
] as const)('%s are no rename', (_case, before, after) => {
  expect(comparisonOf(before, after).changes.map(({ kind }) => kind)).not.toContain('renamed');
});

test('values of Secrets, and what looks like one elsewhere, are in nothing that comes out', () => {
  const values = (word: string): KubernetesObject[] => [
    object('Secret', 's', {
      data: { key: Buffer.from(`${word}-data`).toString('base64') },
      stringData: { text: `${word}-text` },
    }),
    {
      ...object('Secret', 'l'),
      metadata: {
        name: 'l',
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': `${word}-last` },
      },
    },
    object('ConfigMap', 'c', {
      data: { 'db.password': `${word}-config`, key: `-----BEGIN PRIVATE KEY-----\n${word}-pem` },
    }),
    pod({
      containers: [
        {
          name: 'a',
          image: 'a:1',
          args: [`--db-password=${word}-flag`, '--token', `${word}-behind`, '--verbose'],
          env: [
            { name: 'API_TOKEN', value: `${word}-env` },
            { name: 'URL', value: `postgres://u:${word}-url@db/x` },
          ],
        },
      ],
    }),
  ];
  const comparison = comparisonOf(values('hunter2'), values('correct-horse'));
  const text = JSON.stringify(comparison, (_key, value: unknown) =>
    value instanceof Map ? [...value] : value,
  );
  expect(comparison.changes.map(({ id }) => id.name).sort()).toEqual(['c', 'l', 'p', 's']);
  expect(text).not.toMatch(/hunter2|correct-horse|aHVudGVyMi|Y29ycmVjdC/);
  expect(lines(values('hunter2'), values('correct-horse'))).toContain(
    'replace data.key: "«hidden»" -> "«hidden»"',
  );
});

test('what kubectl apply remembers of any object, and notes on a Secret, are hidden as the object itself is', () => {
  const noted = (kind: string, annotations: Readonly<Record<string, string>>): KubernetesObject => ({
    ...object(kind, 'n'),
    metadata: { name: 'n', annotations },
  });
  const remembered = '{"data":{"db.password":"hunter2"}}';
  const objects = [
    noted('ConfigMap', { 'kubectl.kubernetes.io/last-applied-configuration': remembered }),
    noted('Secret', { 'example.org/password': 'hunter2' }),
  ];
  const shown = comparisonOf([], objects).after.objects.map((each) => JSON.stringify(each.object));
  expect(shown).toEqual([expect.stringContaining('«hidden»'), expect.stringContaining('«hidden»')]);
  expect(shown.join()).not.toContain('hunter2');
});

test('a hidden value that differs is shown as changed where a list is one value too', () => {
  const application = (word: string) =>
    object('Application', 'a', { spec: { env: [{ name: 'TOKEN', value: word }] } }, 'argoproj.io/v1alpha1');
  const started = (word: string) => workload({ containers: [{ name: 'a', args: ['--password', word] }] });
  expect(lines([application('hunter2')], [application('correct-horse')])).toEqual([
    'replace spec.env[0].value: "«hidden»" -> "«hidden»"',
  ]);
  expect(lines([started('hunter2')], [started('correct-horse')])).toEqual([
    'replace spec.template.spec.containers[name=a].args[1]: "«hidden»" -> "«hidden»"',
  ]);
});

test('a key of a Secret may have any name', () => {
  const secret = (value: string) =>
    object('Secret', 's', { data: Object.fromEntries([['__proto__', value]]) });
  expect(lines([secret('eA==')], [secret('eQ==')])).toEqual([
    'replace data.__proto__: "«hidden»" -> "«hidden»"',
  ]);
});

test('a Secret whose values stay is no change', () => {
  const secret = (type: string) => object('Secret', 's', { type, data: { a: 'eA==', b: 'eQ==' } });
  expect(lines([secret('Opaque')], [secret('Opaque')])).toEqual([]);
});

test('of two objects of one identity the last counts', () => {
  const config = (value: string) => object('ConfigMap', 'c', { data: { a: value } });
  expect(lines([config('1')], [config('2'), config('1')])).toEqual([]);
  expect(lines([config('1')], [config('1'), config('2')])).toEqual(['replace data.a: "1" -> "2"']);
});
