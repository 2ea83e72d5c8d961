import type { KubernetesObject } from '../synthesis/synthesis';
import { isPlainObject } from '../plain-object';
import type { ObjectEntry } from './object-set';

/** What the objects of one cluster bring along for each other. */
export interface Made {
  readonly ingressClasses: Set<string>;
  readonly storageClasses: Set<string>;

  /** Names of the {@link storageClasses} that claims without a class get. */
  readonly defaultStorageClasses: Set<string>;

  /** Classes of volumes, which claims can be bound to without a provisioner; `''` for those without class. */
  readonly volumeClasses: Set<string>;

  /** Groups of CustomResourceDefinitions. */
  readonly customGroups: Set<string>;

  /** What an object in the program looks like it carries out. */
  readonly controllers: Set<Controller>;

  /** Whether something in it may install anything, such as a controller that is bound to `cluster-admin`. */
  installs: boolean;
}

/** What controllers are recognized by: rights that they need, or objects that only they read. */
export type Controller = 'ingress' | 'storage' | 'loadBalancer' | 'networkPolicy' | 'metrics';

/** Nothing yet. */
export function nothingMade(): Made {
  return {
    ingressClasses: new Set(),
    storageClasses: new Set(),
    defaultStorageClasses: new Set(),
    volumeClasses: new Set(),
    customGroups: new Set(),
    controllers: new Set(),
    installs: false,
  };
}

/** Adds what an object brings along to `made`. */
export function addMade(made: Made, { object, owner }: ObjectEntry): void {
  const group = groupOf(object);
  const name = String(object.metadata?.name ?? '');
  if (LOAD_BALANCER_GROUPS.includes(group)) made.controllers.add('loadBalancer');
  switch (`${group}/${object.kind}`) {
    case 'networking.k8s.io/IngressClass':
      made.ingressClasses.add(name);
      break;
    case 'storage.k8s.io/StorageClass':
      made.storageClasses.add(name);
      if (DEFAULT_CLASS.some((key) => annotation(object, key) === 'true'))
        made.defaultStorageClasses.add(name);
      break;
    case '/PersistentVolume':
      made.volumeClasses.add(textAt(specOf(object), 'storageClassName') ?? '');
      break;
    case 'apiextensions.k8s.io/CustomResourceDefinition':
      made.customGroups.add(textAt(specOf(object), 'group') ?? '');
      break;
    case 'apiregistration.k8s.io/APIService':
      if (textAt(specOf(object), 'group') === 'metrics.k8s.io') made.controllers.add('metrics');
      break;
    case 'rbac.authorization.k8s.io/ClusterRoleBinding':
      if (recordOf(object['roleRef'])['name'] === 'cluster-admin' && !isForPeople(object['subjects']))
        made.installs = true;
      break;
    case 'rbac.authorization.k8s.io/ClusterRole':
      // That of KubeVip, which announces the address of the API and leaves Services to others.
      if (owner === 'auto-deploy' && name === 'system:kube-vip-role') break;
      for (const rule of listOf(object['rules'])) addController(made.controllers, recordOf(rule));
  }
}

/** Whether a binding gives rights to people only, and to no controller, which would install things by itself. */
function isForPeople(subjects: unknown): boolean {
  const kinds = listOf(subjects).map(recordOf);
  return (
    kinds.length > 0 &&
    kinds.every(({ kind, name }) => kind !== 'ServiceAccount' && !String(name).startsWith('system:'))
  );
}

function addController(controllers: Set<Controller>, rule: Readonly<Record<string, unknown>>): void {
  const [resources, verbs] = [listOf(rule['resources']), listOf(rule['verbs'])];
  for (const { controller, resource, verb } of RIGHTS) {
    if (!resources.includes(resource) && !resources.includes('*')) continue;
    if (verbs.includes('*') || verb.some((one) => verbs.includes(one))) controllers.add(controller);
  }
}

/** Whether an object lets a controller install what this program cannot see: a chart, or another repository. */
export function isInstaller(object: KubernetesObject): boolean {
  const kinds = INSTALLERS[groupOf(object)];
  return kinds?.includes(object.kind) === true && !HARMLESS_CHARTS.includes(chartOf(object));
}

/** Name of the chart that a HelmChart, an Application or a HelmRelease installs. */
function chartOf(object: KubernetesObject): string {
  const spec = specOf(object);
  const chart = spec['chart'] ?? recordOf(spec['source'])['chart'] ?? ''; // HelmChart of K3s, or Application of Argo CD
  if (typeof chart === 'string') return chart.slice(chart.lastIndexOf('/') + 1);
  return textAt(recordOf(recordOf(chart)['spec']), 'chart') ?? ''; // HelmRelease of Flux
}

/** API group of an object; `''` for the core. */
export function groupOf({ apiVersion }: KubernetesObject): string {
  const text = String(apiVersion);
  return text.slice(0, Math.max(text.lastIndexOf('/'), 0));
}

/** `spec` of an object; empty when it is no map, which its schema says. */
export function specOf(object: KubernetesObject): Readonly<Record<string, unknown>> {
  return recordOf(object['spec']);
}

/** A map; empty for anything else. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isPlainObject(value) ? value : {};
}

/** A list; empty for anything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text of a map; `undefined` for anything else. */
export function textAt(map: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = map[key];
  return typeof value === 'string' ? value : undefined;
}

/** An annotation of an object. */
export function annotation(
  { metadata }: Pick<KubernetesObject, 'metadata'>,
  key: string,
): string | undefined {
  return textAt(recordOf(recordOf(metadata)['annotations']), key);
}

const READS = ['watch', 'list'];
const WRITES = ['create', 'update', 'patch'];

const RIGHTS: readonly { controller: Controller; resource: string; verb: readonly string[] }[] = [
  { controller: 'ingress', resource: 'ingresses', verb: READS },
  { controller: 'storage', resource: 'storageclasses', verb: WRITES }, // Longhorn makes its classes itself
  { controller: 'loadBalancer', resource: 'services/status', verb: WRITES },
  { controller: 'networkPolicy', resource: 'networkpolicies', verb: READS },
];

/** https://metallb.io/configuration/, https://purelb.io, https://docs.cilium.io/en/stable/network/lb-ipam/ */
const LOAD_BALANCER_GROUPS = ['metallb.io', 'purelb.io', 'cilium.io'];

const INSTALLERS: Readonly<Partial<Record<string, readonly string[]>>> = {
  'helm.cattle.io': ['HelmChart'],
  'argoproj.io': ['Application', 'ApplicationSet'],
  'helm.toolkit.fluxcd.io': ['HelmRelease'],
  'kustomize.toolkit.fluxcd.io': ['Kustomization'],
  'fleet.cattle.io': ['GitRepo', 'Bundle', 'HelmOp'],
  'operators.coreos.com': ['Subscription'],
};

/** Charts that bring none of what objects need here. */
const HARMLESS_CHARTS = ['velero', 'cert-manager'];

const DEFAULT_CLASS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];
