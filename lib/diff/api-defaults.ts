type Fields = Readonly<Record<string, unknown>>;

/** What the API server writes where a field is left out; a function looks at the object that lacks it. */
type Default = string | number | boolean | Fields | readonly string[] | ((parent: Fields) => unknown);

/**
 * The default of a field of a built-in kind, `undefined` when it has none that can be told.
 *
 * @param definition - name of the definition that has the field, such as `api.core.v1.Container`, or of the whole kind
 * @param field - its name; its path for one that has the default in objects of that kind alone
 * @param parent - the object that lacks the field
 */
export function apiDefault(definition: string, field: string, parent: Fields): unknown {
  const fields = API_DEFAULTS[definition];
  if (fields === undefined || !Object.hasOwn(fields, field)) return undefined;
  const value = fields[field];
  return typeof value === 'function' ? value(parent) : value;
}

function pullPolicy({ image }: Fields): string {
  const name = String(image).replace(/^.*\//, '');
  const isLatest = !name.includes('@') && (!name.includes(':') || name.endsWith(':latest'));
  return isLatest ? 'Always' : 'IfNotPresent';
}

function rollingUpdate({ type = 'RollingUpdate' }: Fields): Fields | undefined {
  return type === 'RollingUpdate' ? {} : undefined;
}

function ownPort({ port }: Fields): unknown {
  return port;
}

/** Of a volume that has no source. */
function emptyDirectory(volume: Fields): Fields | undefined {
  return Object.keys(volume).every((key) => key === 'name' || key === 'emptyDir') ? {} : undefined;
}

/** The first form of the API, which had a schema and a version beside the list, kept what it did not know. */
function prunes({ versions, version, validation }: Fields): boolean | undefined {
  return Array.isArray(versions) && version === undefined && validation === undefined ? false : undefined;
}

const CONTAINER = {
  imagePullPolicy: pullPolicy,
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  resources: {},
  stdin: false,
  stdinOnce: false,
  tty: false,
} as const;

const PROBE = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 } as const;

/** 0644, as JSON has it. */
const READABLE = 420;

const WEBHOOK = {
  failurePolicy: 'Fail',
  matchPolicy: 'Equivalent',
  namespaceSelector: {},
  objectSelector: {},
  timeoutSeconds: 10,
} as const;

const MATCH_RESOURCES = { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} } as const;

/**
 * k8s.io/kubernetes@v1.36.3:pkg/apis/<group>/<version>/defaults.go, the `SetDefaults_` functions; those of 1.32 to 1.35 are the same for
 * these fields. Left out are defaults that take more than the object that lacks the field, such as the requests of a Pod. A `false` of a
 * field that is no pointer (staging/src/k8s.io/api/core/v1/types.go) is the same as none, and so is an empty struct.
 */
const API_DEFAULTS: Readonly<Record<string, Readonly<Record<string, Default>>>> = {
  'api.core.v1.Container': CONTAINER,
  'api.core.v1.EphemeralContainer': CONTAINER,
  // Of Pods alone, not of templates of them.
  'api.core.v1.Pod': { 'spec.enableServiceLinks': true },
  'api.core.v1.Volume': { emptyDir: emptyDirectory },
  'api.core.v1.PersistentVolumeClaim': { apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
  'api.core.v1.VolumeMount': { readOnly: false },
  'api.core.v1.Probe': PROBE,
  'api.core.v1.HTTPGetAction': { path: '/', scheme: 'HTTP' },
  'api.core.v1.PodSpec': {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    schedulerName: 'default-scheduler',
    hostNetwork: false,
    hostPID: false,
    hostIPC: false,
  },
  'api.core.v1.PodTemplateSpec': { metadata: {} },
  'api.core.v1.SecretVolumeSource': { defaultMode: READABLE, optional: false },
  'api.core.v1.ConfigMapVolumeSource': { defaultMode: READABLE, optional: false },
  'api.core.v1.DownwardAPIVolumeSource': { defaultMode: READABLE },
  'api.core.v1.ProjectedVolumeSource': { defaultMode: READABLE },
  'api.core.v1.ServiceAccountTokenProjection': { expirationSeconds: 3600 },
  'api.core.v1.HostPathVolumeSource': { type: '' },
  'api.core.v1.PersistentVolumeClaimVolumeSource': { readOnly: false },
  'api.core.v1.ObjectFieldSelector': { apiVersion: 'v1' },
  'api.core.v1.ConfigMapKeySelector': { optional: false },
  'api.core.v1.SecretKeySelector': { optional: false },
  'api.core.v1.Secret': { type: 'Opaque' },
  'api.core.v1.PersistentVolumeSpec': { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' },
  'api.core.v1.PersistentVolumeClaimSpec': { volumeMode: 'Filesystem', resources: {} },
  'api.core.v1.ServiceSpec': {
    type: 'ClusterIP',
    sessionAffinity: 'None',
    publishNotReadyAddresses: false,
    internalTrafficPolicy: ({ type }) => (type === 'ExternalName' ? undefined : 'Cluster'),
    externalTrafficPolicy: ({ type }) =>
      type === 'LoadBalancer' || type === 'NodePort' ? 'Cluster' : undefined,
    allocateLoadBalancerNodePorts: ({ type }) => (type === 'LoadBalancer' ? true : undefined),
  },
  'api.core.v1.ServicePort': { targetPort: ownPort },
  'api.apps.v1.DeploymentSpec': {
    replicas: 1,
    strategy: {},
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    minReadySeconds: 0,
    paused: false,
  },
  'api.apps.v1.DeploymentStrategy': { type: 'RollingUpdate', rollingUpdate },
  'api.apps.v1.RollingUpdateDeployment': { maxUnavailable: '25%', maxSurge: '25%' },
  'api.apps.v1.DaemonSetSpec': { updateStrategy: {}, revisionHistoryLimit: 10, minReadySeconds: 0 },
  'api.apps.v1.DaemonSetUpdateStrategy': { type: 'RollingUpdate', rollingUpdate },
  'api.apps.v1.RollingUpdateDaemonSet': { maxUnavailable: 1, maxSurge: 0 },
  'api.apps.v1.StatefulSetSpec': {
    replicas: 1,
    podManagementPolicy: 'OrderedReady',
    updateStrategy: {},
    persistentVolumeClaimRetentionPolicy: {},
    revisionHistoryLimit: 10,
    minReadySeconds: 0,
  },
  'api.apps.v1.StatefulSetUpdateStrategy': {
    type: 'RollingUpdate',
    rollingUpdate: ({ type }) => (type === undefined ? {} : undefined),
  },
  'api.apps.v1.RollingUpdateStatefulSetStrategy': { partition: 0 },
  'api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy': {
    whenDeleted: 'Retain',
    whenScaled: 'Retain',
  },
  'api.apps.v1.ReplicaSetSpec': { replicas: 1, minReadySeconds: 0 },
  'api.batch.v1.JobSpec': {
    completions: ({ parallelism }) => (parallelism === undefined ? 1 : undefined),
    parallelism: 1,
    backoffLimit: ({ backoffLimitPerIndex }) => (backoffLimitPerIndex === undefined ? 6 : 2_147_483_647),
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: ({ podFailurePolicy }) =>
      podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed',
    manualSelector: false,
  },
  'api.batch.v1.CronJobSpec': {
    concurrencyPolicy: 'Allow',
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  },
  'api.batch.v1.PodFailurePolicyOnPodConditionsPattern': { status: 'True' },
  'api.networking.v1.NetworkPolicyPort': { protocol: 'TCP' },
  'api.networking.v1.NetworkPolicySpec': {
    podSelector: {},
    policyTypes: ({ egress }) =>
      Array.isArray(egress) && egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'],
  },
  'api.networking.v1.IngressClassParametersReference': { scope: 'Cluster' },
  'api.rbac.v1.RoleRef': { apiGroup: 'rbac.authorization.k8s.io' },
  'api.rbac.v1.Subject': {
    apiGroup: ({ kind }) => (kind === 'ServiceAccount' ? '' : 'rbac.authorization.k8s.io'),
  },
  'api.storage.v1.StorageClass': {
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'Immediate',
    allowVolumeExpansion: false,
  },
  'api.storage.v1.CSIDriverSpec': {
    attachRequired: true,
    podInfoOnMount: false,
    storageCapacity: false,
    fsGroupPolicy: 'ReadWriteOnceWithFSType',
    volumeLifecycleModes: ['Persistent'],
    requiresRepublish: false,
  },
  'api.autoscaling.v2.HorizontalPodAutoscalerSpec': { minReplicas: 1 },
  'api.autoscaling.v1.HorizontalPodAutoscalerSpec': { minReplicas: 1 },
  'api.admissionregistration.v1.ValidatingWebhook': WEBHOOK,
  'api.admissionregistration.v1.MutatingWebhook': { ...WEBHOOK, reinvocationPolicy: 'Never' },
  'api.admissionregistration.v1.RuleWithOperations': { scope: '*' },
  'api.admissionregistration.v1.ServiceReference': { port: 443 },
  'api.admissionregistration.v1.ValidatingAdmissionPolicySpec': { failurePolicy: 'Fail' },
  'api.admissionregistration.v1.MutatingAdmissionPolicySpec': { failurePolicy: 'Fail' },
  'api.admissionregistration.v1.MatchResources': MATCH_RESOURCES,
  // k8s.io/apiextensions-apiserver@v0.36.3:pkg/apis/apiextensions/v1/defaults.go and types.go
  'apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionSpec': {
    conversion: { strategy: 'None' },
    preserveUnknownFields: prunes,
  },
  'apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionNames': {
    singular: ({ kind }) => String(kind).toLowerCase(),
    listKind: ({ kind }) => `${String(kind)}List`,
  },
  'apiextensions-apiserver.pkg.apis.apiextensions.v1.ServiceReference': { port: 443 },
  'api.scheduling.v1.PriorityClass': { preemptionPolicy: 'PreemptLowerPriority', globalDefault: false },
};
