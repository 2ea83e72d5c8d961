import { objectKey } from '../../rules/object-rules';
import type { PackagedComponent } from './model';

/**
 * Objects that K3s makes itself and rewrites at each start, with what to do instead of making one.
 *
 * @param components Those that are on; what K3s makes in every cluster is always in the result.
 * @returns {@link objectKey} of each object to the text of a fix.
 */
export function packagedObjects(components: Iterable<PackagedComponent>): Map<string, string> {
  const packaged = [...components].flatMap((component) => entries(OBJECTS[component], FIXES[component]));
  return new Map([...entries(ALWAYS, 'give yours another name: K3s needs this one'), ...packaged]);
}

function entries(objects: readonly string[], fix: string): [string, string][] {
  return objects.map((text) => [keyOf(text), fix]);
}

/** Key of an object written as `group/version Kind namespace/name`, or without namespace. */
function keyOf(text: string): string {
  const [apiVersion = '', kind = '', path = ''] = text.split(' ');
  const slash = path.indexOf('/');
  const metadata =
    slash < 0 ? { name: path } : { namespace: path.slice(0, slash), name: path.slice(slash + 1) };
  return objectKey({ apiVersion, kind, metadata });
}

const RBAC = 'rbac.authorization.k8s.io/v1';

/** manifests/ccm.yaml and manifests/rolebindings.yaml at vitorsavian/k3s@588e7d937 (1.36); the same file names at b9b076d8d (1.32). */
const ALWAYS = [
  `${RBAC} ClusterRole k3s-cloud-controller-manager`,
  `${RBAC} ClusterRoleBinding k3s-cloud-controller-manager`,
  `${RBAC} ClusterRoleBinding k3s-cloud-controller-manager-auth-delegator`,
  `${RBAC} RoleBinding kube-system/k3s-cloud-controller-manager-authentication-reader`,
  `${RBAC} ClusterRoleBinding kube-apiserver-kubelet-admin`,
  `${RBAC} ClusterRole system:k3s-controller`,
  `${RBAC} ClusterRoleBinding system:k3s-controller`,
  `${RBAC} ClusterRole clustercidrs-node`,
  `${RBAC} ClusterRoleBinding clustercidrs-node`,
];

const RUNTIMES = [
  'nvidia',
  'nvidia-experimental',
  'crun',
  'lunatic',
  'slight',
  'spin',
  'wws',
  'wasmedge',
  'wasmer',
  'wasmtime',
];

/** manifests/ at vitorsavian/k3s@588e7d937; what the chart of Traefik makes, by Helm from traefik-helm-chart v34.2.0 to v40.1.0. */
const OBJECTS: Readonly<Record<PackagedComponent, readonly string[]>> = {
  coredns: [
    'v1 ServiceAccount kube-system/coredns',
    `${RBAC} ClusterRole system:coredns`,
    `${RBAC} ClusterRoleBinding system:coredns`,
    'v1 ConfigMap kube-system/coredns',
    'apps/v1 Deployment kube-system/coredns',
    'v1 Service kube-system/kube-dns',
  ],
  // pkg/cloudprovider/servicelb.go: its DaemonSets are named after the Service they serve.
  servicelb: ['v1 ServiceAccount kube-system/svclb'],
  traefik: [
    'helm.cattle.io/v1 HelmChart kube-system/traefik',
    'helm.cattle.io/v1 HelmChart kube-system/traefik-crd',
    'v1 ServiceAccount kube-system/traefik',
    `${RBAC} ClusterRole traefik-kube-system`,
    `${RBAC} ClusterRoleBinding traefik-kube-system`,
    'v1 Service kube-system/traefik',
    'apps/v1 Deployment kube-system/traefik',
    'apps/v1 DaemonSet kube-system/traefik',
    'networking.k8s.io/v1 IngressClass traefik',
  ],
  'local-storage': [
    'v1 ServiceAccount kube-system/local-path-provisioner-service-account',
    `${RBAC} ClusterRole local-path-provisioner-role`,
    `${RBAC} ClusterRoleBinding local-path-provisioner-bind`,
    'apps/v1 Deployment kube-system/local-path-provisioner',
    'storage.k8s.io/v1 StorageClass local-path',
    'v1 ConfigMap kube-system/local-path-config',
  ],
  'metrics-server': [
    `${RBAC} ClusterRole system:aggregated-metrics-reader`,
    `${RBAC} ClusterRoleBinding metrics-server:system:auth-delegator`,
    `${RBAC} RoleBinding kube-system/metrics-server-auth-reader`,
    'apiregistration.k8s.io/v1 APIService v1beta1.metrics.k8s.io',
    'v1 ServiceAccount kube-system/metrics-server',
    'apps/v1 Deployment kube-system/metrics-server',
    'v1 Service kube-system/metrics-server',
    `${RBAC} ClusterRole system:metrics-server`,
    `${RBAC} ClusterRoleBinding system:metrics-server`,
  ],
  runtimes: RUNTIMES.map((name) => `node.k8s.io/v1 RuntimeClass ${name}`),
};

const FIXES: Readonly<Record<PackagedComponent, string>> = {
  coredns:
    "put additions into a ConfigMap kube-system/coredns-custom (keys 'name.server', 'name.override'), or write coreDns: false and bring your own",
  servicelb: 'remove ServiceLb from the program, or give yours another name',
  traefik: 'set what you need in the props of Traefik, or remove it from the program and bring your own',
  'local-storage': 'set what you need in the props of LocalPathStorage, or give yours another name',
  'metrics-server': 'remove MetricsServer from the program and bring your own, or give yours another name',
  runtimes: 'remove yours: K3s makes this RuntimeClass itself',
};
