import { describe, expect, test } from '@jest/globals';
import { objectNeedRules } from '../../../lib/rules/object-needs';
import type { Offers } from '../../../lib/rules/object-needs-offers';
import type { ObjectEntry } from '../../../lib/rules/object-set';
import { runRules } from '../../../lib/rules/rule';
import type { KubernetesObject } from '../../../lib/synthesis/synthesis';

/** A K3s cluster of the program without any add-on. */
const bare: Offers = {
  ingress: [],
  storage: [],
  metrics: false,
  loadBalancer: false,
  networkPolicy: false,
  customResources: [],
  packaged: true,
  sealed: true,
};

/** A cluster of something else, of which nothing is said. */
const unknown: Offers = {
  ingress: undefined,
  storage: undefined,
  customResources: [],
  packaged: false,
  sealed: false,
};

const full: Offers = {
  ...bare,
  ingress: ['traefik'],
  storage: [{ name: 'local-path', isDefault: true }],
  metrics: true,
  loadBalancer: true,
  networkPolicy: undefined,
};

type Extra = Partial<KubernetesObject> & { owner?: ObjectEntry['owner'] };

const object = (apiVersion: string, kind: string, spec?: unknown, extra: Extra = {}): Extra => ({
  apiVersion,
  kind,
  metadata: { name: 'x' },
  ...(spec === undefined ? {} : { spec }),
  ...extra,
});

const ingress = (ingressClassName?: string): Extra =>
  object('networking.k8s.io/v1', 'Ingress', { ingressClassName });
const claim = (storageClassName?: string, spec: object = {}): Extra =>
  object('v1', 'PersistentVolumeClaim', { storageClassName, ...spec });
const stateful = (storageClassName?: string): Extra =>
  object('apps/v1', 'StatefulSet', { volumeClaimTemplates: [{ spec: { storageClassName } }] });
const ephemeral = (storageClassName?: string): Extra =>
  object('apps/v1', 'Deployment', {
    template: {
      spec: {
        volumes: [
          { name: 'tmp', emptyDir: {} },
          { name: 'cache', ephemeral: { volumeClaimTemplate: { spec: { storageClassName } } } },
        ],
      },
    },
  });
const autoscaler = (...types: string[]): Extra =>
  object('autoscaling/v2', 'HorizontalPodAutoscaler', { metrics: types.map((type) => ({ type })) });
const service = (spec: object = {}): Extra => object('v1', 'Service', { type: 'LoadBalancer', ...spec });
const policy = object('networking.k8s.io/v1', 'NetworkPolicy', {});
const middleware = object('traefik.io/v1alpha1', 'Middleware', {});
const route = object('gateway.networking.k8s.io/v1', 'HTTPRoute', {});
const role = (resource: string, verbs: string[], extra: Extra = {}): Extra =>
  object('rbac.authorization.k8s.io/v1', 'ClusterRole', undefined, {
    rules: [{ apiGroups: ['*'], resources: [resource], verbs }],
    ...extra,
  });
const named = (name: string, annotations = {}): Extra => ({ metadata: { name, annotations } });

/** `rule` of what stops the synthesis, `(rule)` of a warning. */
function found(offers: Offers, ...objects: Extra[]): string[] {
  return violations(offers, objects).map(({ rule, blocks = 'synth' }) =>
    blocks === 'synth' ? rule : `(${rule})`,
  );
}

function violations(offers: Offers, objects: readonly Extra[]): ReturnType<typeof runRules> {
  const entries = objects.map(({ owner = 'workloads', ...rest }, index): ObjectEntry => ({
    path: `k3s/${index}`,
    cluster: 'k3s',
    owner,
    object: rest as unknown as KubernetesObject,
  }));
  const set = {
    clusters: ['k3s'],
    reserved: new Map<string, string>(),
    offers: new Map([['k3s', offers]]),
    objects: entries,
  };
  return runRules(objectNeedRules, set);
}

const HPA = 'autoscaler-needs-metrics';
const CLAIM = 'claim-needs-storage-class';
const INGRESS = 'ingress-needs-controller';
const LB = 'service-needs-load-balancer';
const ROUTE = 'route-needs-traefik';
const POLICY = 'policy-needs-enforcement';

describe('a K3s cluster without add-ons', () => {
  test.each<[string, string[], Extra[]]>([
    ['the class that Traefik would serve', [INGRESS], [ingress('traefik')]],
    [
      'that class by its old annotation',
      [INGRESS],
      [
        object(
          'networking.k8s.io/v1',
          'Ingress',
          {},
          named('x', { 'kubernetes.io/ingress.class': 'traefik' }),
        ),
      ],
    ],
    ['another class: something unknown may serve it', [`(${INGRESS})`], [ingress('nginx')]],
    ['no class: something unknown may take it', [`(${INGRESS})`], [ingress()]],
    ['a claim without class', [CLAIM], [claim()]],
    ['a claim of the class that K3s packages', [CLAIM], [claim('local-path')]],
    ['a claim of another class', [`(${CLAIM})`], [claim('longhorn')]],
    ['the claims of a StatefulSet', [CLAIM, CLAIM], [stateful(), stateful('local-path')]],
    [
      'the claim of a volume that lives as long as its pod',
      [CLAIM, CLAIM],
      [ephemeral(), ephemeral('local-path')],
    ],
    ['an autoscaler, also one on the default metric', [HPA, HPA], [autoscaler('Resource'), autoscaler()]],
    [
      'an autoscaler that has metrics of another kind too',
      [`(${HPA})`],
      [autoscaler('Resource', 'External')],
    ],
    ['a load balancer', [`(${LB})`], [service()]],
    ['a policy that nothing enforces', [`(${POLICY})`], [policy]],
    ['resources of Traefik and of the Gateway API', [`(${ROUTE})`, `(${ROUTE})`], [middleware, route]],
  ])('fails when there is %s', (_, expected, objects) => {
    expect(found(bare, ...objects)).toEqual(expected);
  });

  test.each<[string, Extra[]]>([
    [
      'an IngressClass of the name',
      [ingress('own'), object('networking.k8s.io/v1', 'IngressClass', {}, named('own'))],
    ],
    ['a controller of its own', [ingress('traefik'), ingress(), role('ingresses', ['watch'])]],
    ['a class that only a run knows', [ingress('«late:class=x»'), claim('«late:class=x»')]],
    ['static binding', [claim(''), claim(undefined, { volumeName: 'disk' }), claim('x', { selector: {} })]],
    [
      'a volume of the class',
      [claim('manual'), object('v1', 'PersistentVolume', { storageClassName: 'manual' })],
    ],
    ['a volume without class', [claim(), object('v1', 'PersistentVolume', {})]],
    [
      'a StorageClass of the name',
      [stateful('fast'), object('storage.k8s.io/v1', 'StorageClass', undefined, named('fast'))],
    ],
    [
      'a default StorageClass',
      [
        claim(),
        object(
          'storage.k8s.io/v1',
          'StorageClass',
          undefined,
          named('fast', { 'storageclass.kubernetes.io/is-default-class': 'true' }),
        ),
      ],
    ],
    ['a controller that makes storage classes', [claim(), role('storageclasses', ['*'])]],
    ['metrics of other kinds', [autoscaler('Pods', 'External')]],
    [
      'a metrics API of its own',
      [autoscaler(), object('apiregistration.k8s.io/v1', 'APIService', { group: 'metrics.k8s.io' })],
    ],
    ['another controller of load balancers', [service(), role('services/status', ['patch'])]],
    ['objects for MetalLB', [service(), object('metallb.io/v1beta1', 'IPAddressPool', {})]],
    [
      'a class or an address of its own',
      [service({ loadBalancerClass: 'tailscale' }), service({ externalIPs: ['192.0.2.1'] })],
    ],
    ['a Service of another type', [service({ type: 'NodePort' })]],
    ['another enforcer', [policy, role('networkpolicies', ['list', 'watch'])]],
    [
      'definitions of its own',
      [middleware, object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', { group: 'traefik.io' })],
    ],
    [
      'objects whose form is wrong',
      [object('v1', 'Service', null), object('apps/v1', 'StatefulSet', { volumeClaimTemplates: 'x' })],
    ],
    [
      'the same kinds of other groups',
      [
        object('example.org/v1', 'Ingress', {}),
        object('serving.knative.dev/v1', 'Service', { type: 'LoadBalancer' }),
      ],
    ],
  ])('takes %s', (_, objects) => {
    expect(found(bare, ...objects)).toEqual([]);
  });

  test.each<[string, Extra]>([
    ['HelmChart', object('helm.cattle.io/v1', 'HelmChart', { chart: 'ingress-nginx' })],
    ['Application', object('argoproj.io/v1alpha1', 'Application', { source: { path: 'platform' } })],
    [
      'HelmRelease',
      object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', { chart: { spec: { chart: 'longhorn' } } }),
    ],
    [
      'controller with all rights',
      object('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', undefined, {
        roleRef: { kind: 'ClusterRole', name: 'cluster-admin' },
      }),
    ],
    [
      'service account with all rights',
      object('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', undefined, {
        roleRef: { kind: 'ClusterRole', name: 'cluster-admin' },
        subjects: [
          { kind: 'Group', name: 'operators' },
          { kind: 'ServiceAccount', name: 'x' },
        ],
      }),
    ],
  ])('says nothing where a %s may bring what is missing', (_, installer) => {
    const objects = [ingress('traefik'), claim(), autoscaler(), service(), policy, middleware];
    expect(found(bare, ...objects, installer)).toEqual([]);
  });

  test.each<[string, Extra]>([
    [
      'a person with all rights',
      object('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', undefined, {
        roleRef: { kind: 'ClusterRole', name: 'cluster-admin' },
        subjects: [{ kind: 'Group', name: 'operators' }],
      }),
    ],
    [
      'a chart that brings nothing of the kind',
      object('helm.cattle.io/v1', 'HelmChart', { chart: 'velero' }),
    ],
    ['the same by Argo CD', object('argoproj.io/v1alpha1', 'Application', { source: { chart: 'velero' } })],
    [
      'the same by Flux',
      object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', { chart: { spec: { chart: 'velero' } } }),
    ],
    ['the configuration of a chart', object('helm.cattle.io/v1', 'HelmChartConfig', {})],
    ['rights to read storage classes', role('storageclasses', ['get', 'list', 'watch'])],
  ])('fails in spite of %s', (_, other) => {
    expect(found(bare, claim(), autoscaler(), other)).toEqual([CLAIM, HPA]);
  });

  test('does not take KubeVip, which the distribution applies, for a load balancer of Services', () => {
    const kubeVip = { ...named('system:kube-vip-role'), owner: 'auto-deploy' as const };
    expect(found(bare, service(), role('services/status', ['update'], kubeVip))).toEqual([`(${LB})`]);
    expect(
      found(bare, service(), role('services/status', ['update'], named('system:kube-vip-role'))),
    ).toEqual([]);
  });

  test('is told what to write', () => {
    const objects = [
      ingress('traefik'),
      ingress('traefick'),
      claim('local-pat'),
      stateful(),
      autoscaler(),
      service(),
      policy,
    ];
    const lines = violations(bare, objects).map(
      ({ property, problem, fix }) => `${property}: ${problem}; ${fix}`,
    );
    expect(lines).toMatchInlineSnapshot(`
     [
       "spec.ingressClassName: Ingress x names ingress class 'traefik', and cluster k3s has no ingress controller; write new Traefik(cluster, 'traefik')",
       "spec.ingressClassName: Ingress x names ingress class 'traefick', and cluster k3s has no ingress controller; did you mean 'traefik'? Else make its IngressClass, or the chart of its controller, in the program",
       "spec.storageClassName: PersistentVolumeClaim x claims a volume of class 'local-pat', and cluster k3s has no storage class; did you mean 'local-path'? Else make its StorageClass in the program",
       "spec.volumeClaimTemplates[0].spec.storageClassName: StatefulSet x claims a volume without a class, and cluster k3s has no default one: it waits for ever; write new LocalPathStorage(cluster, 'local-path')",
       "spec.metrics: HorizontalPodAutoscaler x scales by CPU or memory, which nothing in cluster k3s measures; write new MetricsServer(cluster, 'metrics-server')",
       "spec.type: Service x is of type LoadBalancer, and nothing in cluster k3s gives it an address; write new ServiceLb(cluster, 'servicelb'), or type: 'NodePort'",
       "kind: NetworkPolicy x is not enforced: cluster k3s has networkPolicy: false; remove networkPolicy: false from Cni.flannel(…) of the cluster, or see that something else enforces it",
     ]
    `);
  });
});

describe('a cluster where everything is on', () => {
  test('takes all of it', () => {
    const objects = [
      ingress('traefik'),
      ingress(),
      claim(),
      stateful('local-path'),
      autoscaler(),
      service(),
      policy,
      middleware,
      route,
    ];
    expect(found(full, ...objects)).toEqual([]);
  });

  test('warns of names that are not its own', () => {
    expect(found(full, ingress('nginx'), claim('longhorn'))).toEqual([`(${INGRESS})`, `(${CLAIM})`]);
  });

  test('fails when a claim names no class and none is the default', () => {
    const offers = { ...full, storage: [{ name: 'fast', isDefault: false }] };
    expect(violations(offers, [claim()])).toMatchObject([
      { rule: CLAIM, fix: "write storageClassName: 'fast'" },
    ]);
  });
});

describe('a cluster that something else made', () => {
  test('takes what nobody says it lacks', () => {
    expect(
      found(unknown, ingress('nginx'), claim(), claim('gp3'), autoscaler(), service(), policy, route),
    ).toEqual([]);
  });

  test('warns at most', () => {
    const offers = { ...unknown, ingress: ['nginx'], storage: [{ name: 'gp3', isDefault: true }] };
    const objects = [ingress('traefik'), claim('local-path'), middleware];
    expect(found(offers, ...objects)).toEqual([`(${INGRESS})`, `(${ROUTE})`, `(${CLAIM})`]);
    expect(found(unknown, ingress())).toEqual([`(${INGRESS})`]);
  });

  test('is told what to write into its props', () => {
    const offers = { ...unknown, ingress: ['nginx'], storage: [{ name: 'gp3', isDefault: true }] };
    const fixes = violations(offers, [ingress('traefik'), claim('local-path'), middleware]).map(
      ({ fix }) => fix,
    );
    expect(fixes).toMatchInlineSnapshot(`
     [
       "write ingressClass: 'traefik' in the props of the cluster",
       "write new Traefik(cluster, 'traefik'), or crds: ['…s.traefik.io'] in the props of the cluster",
       "add 'local-path' to storageClasses in its props",
     ]
    `);
  });

  test('says where the claim of a volume stands that lives as long as its pod', () => {
    expect(violations(bare, [ephemeral()]).map(({ property }) => property)).toEqual([
      'spec.template.spec.volumes[1].ephemeral.volumeClaimTemplate.spec.storageClassName',
    ]);
  });

  test('takes the resources that it says it knows', () => {
    expect(found({ ...unknown, customResources: ['middlewares.traefik.io'] }, middleware)).toEqual([]);
  });
});

describe('a K3s cluster that something unknown is installed in', () => {
  test('only warns', () => {
    const offers = { ...bare, sealed: false };
    const objects = [ingress('traefik'), ingress('cilium'), claim(), autoscaler(), route];
    expect(found(offers, ...objects)).toEqual([`(${INGRESS})`, `(${CLAIM})`, `(${HPA})`]);
  });
});

test('checks 3,000 objects in a few milliseconds', () => {
  const objects = Array.from({ length: 3000 }, (_, index) =>
    index % 2 === 0 ? ingress('traefik') : stateful('local-path'),
  );
  violations(full, objects);
  const start = process.cpuUsage();
  expect(violations(full, objects)).toEqual([]);
  const { user, system } = process.cpuUsage(start); // other programs on the machine do not count
  expect((user + system) / 1000).toBeLessThan(100);
});
