/** A rule of a Role or ClusterRole. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];

/**
 * What `edit` may do, without what reads or writes Secrets or borrows the rights of a service account (`secrets`, `serviceaccounts/token`, impersonation):
 * `system:aggregate-to-edit` and `system:aggregate-to-view` of kubernetes/kubernetes@v1.36.3:
 * plugin/pkg/auth/authorizer/rbac/bootstrappolicy/testdata/cluster-roles.yaml. Custom resources that add themselves to `edit` are not in.
 */
export const EDIT_WITHOUT_SECRETS: readonly PolicyRule[] = [
  rule(
    [''],
    [
      'configmaps',
      'endpoints',
      'events',
      'limitranges',
      'namespaces',
      'namespaces/status',
      'persistentvolumeclaims',
      'persistentvolumeclaims/status',
      'pods',
      'pods/log',
      'pods/status',
      'replicationcontrollers',
      'replicationcontrollers/scale',
      'replicationcontrollers/status',
      'resourcequotas',
      'resourcequotas/status',
      'serviceaccounts',
      'services',
      'services/status',
    ],
    'read',
  ),
  rule(['discovery.k8s.io'], ['endpointslices'], 'read'),
  rule(['events.k8s.io'], ['events'], 'read'),
  rule(
    ['apps'],
    [
      'controllerrevisions',
      'daemonsets',
      'daemonsets/status',
      'deployments',
      'deployments/scale',
      'deployments/status',
      'replicasets',
      'replicasets/scale',
      'replicasets/status',
      'statefulsets',
      'statefulsets/scale',
      'statefulsets/status',
    ],
    'read',
  ),
  rule(['autoscaling'], ['horizontalpodautoscalers', 'horizontalpodautoscalers/status'], 'read'),
  rule(['batch'], ['cronjobs', 'cronjobs/status', 'jobs', 'jobs/status'], 'read'),
  rule(['policy'], ['poddisruptionbudgets', 'poddisruptionbudgets/status'], 'read'),
  rule(['networking.k8s.io'], ['ingresses', 'ingresses/status', 'networkpolicies'], 'read'),
  rule(['resource.k8s.io'], ['resourceclaims', 'resourceclaims/status', 'resourceclaimtemplates'], 'read'),
  rule([''], ['pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy', 'services/proxy'], 'read'),
  rule([''], ['pods', 'pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy'], 'write'),
  { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
  rule(
    [''],
    [
      'configmaps',
      'events',
      'persistentvolumeclaims',
      'replicationcontrollers',
      'replicationcontrollers/scale',
      'serviceaccounts',
      'services',
      'services/proxy',
    ],
    'write',
  ),
  rule(
    ['apps'],
    [
      'daemonsets',
      'deployments',
      'deployments/rollback',
      'deployments/scale',
      'replicasets',
      'replicasets/scale',
      'statefulsets',
      'statefulsets/scale',
    ],
    'write',
  ),
  rule(['autoscaling'], ['horizontalpodautoscalers'], 'write'),
  rule(['batch'], ['cronjobs', 'jobs'], 'write'),
  rule(['events.k8s.io'], ['events'], 'write'),
  rule(['policy'], ['poddisruptionbudgets'], 'write'),
  rule(['networking.k8s.io'], ['ingresses', 'networkpolicies'], 'write'),
  rule(['resource.k8s.io'], ['resourceclaims', 'resourceclaimtemplates'], 'write'),
  rule(['coordination.k8s.io'], ['leases'], 'read'),
  rule(['coordination.k8s.io'], ['leases'], 'write'),
];

/** What people look at to see why a pod is where it is. */
export const CLUSTER_READ: readonly PolicyRule[] = [
  rule([''], ['nodes', 'namespaces', 'persistentvolumes'], 'read'),
  rule(['metrics.k8s.io'], ['nodes'], 'read'),
  rule(['storage.k8s.io'], ['storageclasses'], 'read'),
  rule(['networking.k8s.io'], ['ingressclasses'], 'read'),
  rule(['scheduling.k8s.io'], ['priorityclasses'], 'read'),
  rule(['node.k8s.io'], ['runtimeclasses'], 'read'),
  rule(['apiextensions.k8s.io'], ['customresourcedefinitions'], 'read'),
];

function rule(apiGroups: readonly string[], resources: readonly string[], may: 'read' | 'write'): PolicyRule {
  return { apiGroups, resources, verbs: may === 'read' ? READ : WRITE };
}
