import { casesOf, clusterObject, deployment, object, workload, type RatedFixture } from './risk-case';

type Rule = Readonly<Record<string, readonly string[]>>;

const RBAC = 'rbac.authorization.k8s.io/v1';
const rule = (resources: readonly string[], verbs: readonly string[], rest: Rule = {}): Rule => ({
  apiGroups: [''],
  resources,
  verbs,
  ...rest,
});
const role = (...rules: readonly Rule[]) => object(RBAC, 'Role', 'web', { rules });
const clusterRole = (name: string, rules: readonly Rule[], rest = {}, labels = {}) =>
  clusterObject(RBAC, 'ClusterRole', name, { rules, ...rest }, { labels });
const account = object('v1', 'ServiceAccount', 'web');
const SUBJECTS = [{ kind: 'ServiceAccount', name: 'web', namespace: 'shop' }];
const binding = (kind = 'Role', name = 'web', subjects: readonly object[] = SUBJECTS) =>
  object(RBAC, 'RoleBinding', 'web', {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
    subjects,
  });
const clusterBinding = (name: string, subjects: readonly object[] = SUBJECTS) =>
  clusterObject(RBAC, 'ClusterRoleBinding', name, {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects,
  });
const READ = ['get', 'list'];
const webhook = (spec = {}, kind = 'ValidatingWebhookConfiguration') =>
  clusterObject('admissionregistration.k8s.io/v1', kind, 'guard', {
    webhooks: [
      {
        name: 'guard.example.org',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        clientConfig: { service: { name: 'guard', namespace: 'shop' } },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        ...spec,
      },
    ],
  });
const apiService = (spec = {}) =>
  clusterObject('apiregistration.k8s.io/v1', 'APIService', 'v1beta1.metrics.k8s.io', {
    spec: {
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      service: { name: 'metrics', namespace: 'kube-system' },
      ...spec,
    },
  });
const budget = (spec: object) =>
  object('policy/v1', 'PodDisruptionBudget', 'web', {
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  });
const autoscaler = (minReplicas: number) =>
  object('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', {
    spec: {
      minReplicas,
      maxReplicas: 9,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    },
  });
const secured = (securityContext: object, pod: Readonly<Record<string, unknown>> = {}) =>
  deployment({ container: { securityContext }, pod });
const replicas = (count: number) => deployment({ spec: { replicas: count } });

/** Rights of subjects and of pods, webhooks, and workloads that stop. */
export const highRights: readonly RatedFixture[] = [
  ...casesOf('rbac-escalation', {
    'a role reads Secrets': {
      beside: [account, binding()],
      before: [role(rule(['configmaps'], READ))],
      after: [role(rule(['configmaps', 'secrets'], READ))],
      hits: ['ServiceAccount shop/web: get/list of secrets in namespace shop'],
    },
    'a new binding to cluster-admin': {
      beside: [account],
      after: [clusterBinding('cluster-admin')],
      hits: ['* of everything everywhere, * of every URL everywhere'],
    },
    'even for a new account': {
      after: [account, clusterBinding('cluster-admin')],
      hits: ['* of everything everywhere'],
    },
    'a verb becomes *': {
      beside: [account, binding()],
      before: [role(rule(['secrets'], READ))],
      after: [role(rule(['secrets'], ['*']))],
      hits: ['* of secrets'],
    },
    'by aggregation': {
      beside: [
        clusterRole('all', [], {
          aggregationRule: { clusterRoleSelectors: [{ matchLabels: { part: 'all' } }] },
        }),
        clusterBinding('all'),
      ],
      after: [clusterRole('exec', [rule(['pods/exec'], ['create'])], {}, { part: 'all' })],
      hits: ['create of pods/exec everywhere'],
    },
    'edit becomes admin': {
      before: [binding('ClusterRole', 'edit')],
      after: [binding('ClusterRole', 'admin')],
      hits: ['all that role admin allows in namespace shop'],
    },
    'one Secret by its name is a need': {
      beside: [account, binding()],
      before: [role(rule(['configmaps'], READ))],
      after: [role(rule(['configmaps'], READ), rule(['secrets'], ['get'], { resourceNames: ['login'] }))],
      also: ['rbac-widened'],
    },
    'what is held already': {
      beside: [account, clusterBinding('cluster-admin')],
      after: [role(rule(['secrets'], READ)), binding()],
    },
  }),
  ...casesOf('rbac-widened', {
    'a verb more': {
      beside: [account, binding()],
      before: [role(rule(['configmaps'], READ))],
      after: [role(rule(['configmaps'], [...READ, 'delete']))],
      hits: ['delete of configmaps in namespace shop'],
    },
    'from a namespace to all': {
      beside: [
        account,
        clusterRole('reader', [rule(['configmaps'], READ)]),
        binding('ClusterRole', 'reader'),
      ],
      after: [clusterBinding('reader')],
      hits: ['get/list of configmaps everywhere'],
    },
    'names no longer limit it': {
      beside: [account, binding()],
      before: [role(rule(['configmaps'], ['update'], { resourceNames: ['one'] }))],
      after: [role(rule(['configmaps'], ['update']))],
      hits: ['update of configmaps'],
    },
    'many objects by their names': {
      beside: [account, binding()],
      before: [role(rule(['configmaps'], ['update'], { resourceNames: ['a'] }))],
      after: [role(rule(['configmaps'], ['update'], { resourceNames: ['a', 'b', 'c', 'd'] }))],
      hits: ['update of configmaps (3 of them, by name) in namespace shop'],
    },
    'another subject': {
      beside: [account, role(rule(['configmaps'], [...READ, 'delete']))],
      before: [binding()],
      after: [binding('Role', 'web', [...SUBJECTS, { kind: 'User', name: 'anna' }])],
      hits: ['User anna: get/list/delete of configmaps'],
    },
    'a request through the proxy of pods': {
      beside: [account, binding()],
      before: [role(rule(['pods'], ['get']))],
      after: [role(rule(['pods', 'pods/proxy'], ['get']))],
      hits: ['get of pods/proxy in namespace shop'],
    },
    'a URL': {
      beside: [account, clusterBinding('urls')],
      before: [clusterRole('urls', [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }])],
      after: [clusterRole('urls', [{ nonResourceURLs: ['/metrics', '/logs/*'], verbs: ['get'] }])],
      hits: ['get of URL /logs/* everywhere'],
    },
    'a new account that reads everywhere': {
      after: [account, clusterRole('reader', [rule(['nodes'], READ)]), clusterBinding('reader')],
      hits: ['get/list of nodes everywhere'],
    },
    'one rule becomes two of the same meaning': {
      beside: [account, binding()],
      before: [role(rule(['configmaps', 'pods'], READ))],
      after: [role(rule(['pods'], ['list']), rule(['configmaps'], READ), rule(['pods'], ['get']))],
    },
    'a Role becomes a ClusterRole of the same rules': {
      beside: [account],
      before: [role(rule(['configmaps'], READ)), binding()],
      after: [
        clusterRole('web', [rule(['configmaps'], READ)]),
        object(RBAC, 'RoleBinding', 'web2', {
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'web' },
          subjects: SUBJECTS,
        }),
      ],
    },
    '* is written out': {
      beside: [account, binding()],
      before: [role(rule(['*'], ['*']))],
      after: [role(rule(['pods/log', 'configmaps'], READ))],
    },
    'every subresource is held': {
      beside: [account, binding()],
      before: [role(rule(['*/scale'], ['update']))],
      after: [role(rule(['deployments/scale', '*/scale'], ['update']))],
    },
    'a resource whose definition comes with it': {
      beside: [account, clusterBinding('widgets')],
      before: [clusterRole('widgets', [rule(['configmaps'], READ)])],
      after: [
        clusterRole('widgets', [
          rule(['configmaps'], READ),
          { apiGroups: ['example.org'], resources: ['widgets', 'widgets/status'], verbs: ['*'] },
        ]),
        clusterObject('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'widgets.example.org', {
          spec: {
            group: 'example.org',
            scope: 'Namespaced',
            names: { kind: 'Widget', plural: 'widgets' },
            versions: [],
          },
        }),
      ],
    },
    'manifests without a namespace': {
      before: [
        clusterObject(RBAC, 'Role', 'web', { rules: [rule(['configmaps'], ['get'])] }),
        clusterObject(RBAC, 'RoleBinding', 'web', {
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'web' },
          subjects: [{ kind: 'ServiceAccount', name: 'web' }],
        }),
      ],
      after: [
        clusterObject(RBAC, 'Role', 'web', { rules: [rule(['configmaps'], ['get', 'patch'])] }),
        clusterObject(RBAC, 'RoleBinding', 'web', {
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'web' },
          subjects: [{ kind: 'ServiceAccount', name: 'web' }],
        }),
      ],
      hits: ['ServiceAccount web: patch of configmaps in its namespace'],
    },
    'a role that nobody is bound to': { after: [role(rule(['configmaps'], READ))] },
    'a first install in its namespace': { after: [account, role(rule(['configmaps'], READ)), binding()] },
    fewer: {
      beside: [account, binding()],
      before: [role(rule(['configmaps'], [...READ, 'delete']))],
      after: [role(rule(['configmaps'], READ))],
    },
  }),
  ...casesOf('privileged-gained', {
    'a container': {
      before: [deployment()],
      after: [secured({ privileged: true })],
      hits: ['container web: privileged'],
    },
    'a new workload': { after: [secured({ privileged: true })], hits: ['container web: privileged'] },
    'it was before': {
      before: [secured({ privileged: true })],
      after: [
        deployment({
          container: { securityContext: { privileged: true }, image: 'registry.example.org/web:1.2.4' },
        }),
      ],
    },
    'the container is renamed': {
      before: [secured({ privileged: true })],
      after: [deployment({ container: { name: 'app', securityContext: { privileged: true } } })],
    },
    'the default is written': { before: [deployment()], after: [secured({ privileged: false })] },
  }),
  ...casesOf('capability-gained', {
    SYS_ADMIN: {
      before: [deployment()],
      after: [secured({ capabilities: { add: ['CAP_SYS_ADMIN'] } })],
      hits: ['capability SYS_ADMIN'],
    },
    'one of the baseline': {
      before: [deployment()],
      after: [secured({ capabilities: { add: ['NET_BIND_SERVICE'] } })],
    },
    'it was before': {
      before: [secured({ capabilities: { add: ['NET_ADMIN'] } })],
      after: [secured({ capabilities: { add: ['CAP_NET_ADMIN'], drop: ['ALL'] } })],
    },
  }),
  ...casesOf('root-gained', {
    'user 0': {
      before: [secured({ runAsUser: 1000 })],
      after: [secured({ runAsUser: 0 })],
      hits: ['runAsUser 0'],
    },
    'runAsNonRoot goes': {
      before: [secured({ runAsNonRoot: true })],
      after: [deployment()],
      hits: ['runAsNonRoot is gone'],
    },
    'of the pod': {
      before: [deployment({ pod: { securityContext: { runAsNonRoot: true } } })],
      after: [deployment({ pod: { securityContext: {}, hostname: 'a' } })],
      hits: ['runAsNonRoot is gone'],
    },
    'the pod says it for the container': {
      before: [secured({ runAsNonRoot: true })],
      after: [deployment({ pod: { securityContext: { runAsNonRoot: true } } })],
    },
    'another user is written': {
      before: [secured({ runAsNonRoot: true })],
      after: [secured({ runAsUser: 1000 })],
    },
    'a new workload says nothing': { after: [deployment()] },
  }),
  ...casesOf('privilege-escalation-allowed', {
    'false goes': {
      before: [secured({ allowPrivilegeEscalation: false })],
      after: [deployment()],
      hits: ['allowPrivilegeEscalation: false is gone'],
    },
    'it was never false': { before: [deployment()], after: [secured({ allowPrivilegeEscalation: true })] },
  }),
  ...casesOf('unconfined-gained', {
    seccomp: {
      before: [secured({ seccompProfile: { type: 'RuntimeDefault' } })],
      after: [secured({ seccompProfile: { type: 'Unconfined' } })],
      hits: ['seccompProfile Unconfined'],
    },
    'AppArmor of the pod': {
      after: [deployment({ pod: { securityContext: { appArmorProfile: { type: 'Unconfined' } } } })],
      hits: ['appArmorProfile Unconfined'],
    },
    'a profile of its own': {
      before: [secured({ seccompProfile: { type: 'RuntimeDefault' } })],
      after: [secured({ seccompProfile: { type: 'Localhost', localhostProfile: 'web.json' } })],
    },
  }),
  ...casesOf('host-namespace-gained', {
    'the network': {
      before: [deployment()],
      after: [deployment({ pod: { hostNetwork: true } })],
      hits: ['hostNetwork: true'],
    },
    'the default is written': {
      before: [deployment()],
      after: [deployment({ pod: { hostNetwork: false, hostPID: false, hostname: 'a' } })],
    },
  }),
  ...casesOf('host-path-gained', {
    'can be written': {
      before: [deployment()],
      after: [
        deployment({
          container: { volumeMounts: [{ name: 'h', mountPath: '/h' }] },
          pod: { volumes: [{ name: 'h', hostPath: { path: '/var/lib/web' } }] },
        }),
      ],
      hits: ['hostPath /var/lib/web, can be written'],
    },
    'is no longer read-only': {
      before: [
        deployment({
          container: { volumeMounts: [{ name: 'h', mountPath: '/h', readOnly: true }] },
          pod: { volumes: [{ name: 'h', hostPath: { path: '/etc' } }] },
        }),
      ],
      after: [
        deployment({
          container: { volumeMounts: [{ name: 'h', mountPath: '/h' }] },
          pod: { volumes: [{ name: 'h', hostPath: { path: '/etc' } }] },
        }),
      ],
      hits: ['hostPath /etc, can be written'],
    },
    'the volume is renamed': {
      before: [deployment({ pod: { volumes: [{ name: 'h', hostPath: { path: '/etc' } }] } })],
      after: [deployment({ pod: { volumes: [{ name: 'host', hostPath: { path: '/etc' } }] } })],
    },
    'another kind of volume': {
      before: [deployment()],
      after: [deployment({ pod: { volumes: [{ name: 'h', emptyDir: {} }] } })],
    },
  }),
  ...casesOf('host-port-gained', {
    'a port': {
      before: [deployment({ container: { ports: [{ containerPort: 53, protocol: 'UDP' }] } })],
      after: [deployment({ container: { ports: [{ containerPort: 53, protocol: 'UDP', hostPort: 53 }] } })],
      hits: ['hostPort 53/UDP'],
    },
    'a port of the container only': {
      before: [deployment()],
      after: [deployment({ container: { ports: [{ containerPort: 53 }] } })],
    },
  }),
  ...casesOf('pod-security-lowered', {
    'restricted becomes baseline': {
      before: [
        clusterObject(
          'v1',
          'Namespace',
          'shop',
          {},
          { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
        ),
      ],
      after: [
        clusterObject(
          'v1',
          'Namespace',
          'shop',
          {},
          { labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } },
        ),
      ],
      hits: ['restricted -> baseline'],
    },
    'the label goes': {
      before: [
        clusterObject(
          'v1',
          'Namespace',
          'shop',
          {},
          { labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } },
        ),
      ],
      after: [clusterObject('v1', 'Namespace', 'shop')],
      hits: ['baseline -> none'],
    },
    'privileged goes, which is none': {
      before: [
        clusterObject(
          'v1',
          'Namespace',
          'shop',
          {},
          { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
        ),
      ],
      after: [clusterObject('v1', 'Namespace', 'shop')],
    },
    stricter: {
      before: [clusterObject('v1', 'Namespace', 'shop')],
      after: [
        clusterObject(
          'v1',
          'Namespace',
          'shop',
          {},
          { labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } },
        ),
      ],
    },
  }),
  ...casesOf('token-mounted', {
    'the pod': {
      before: [deployment({ pod: { automountServiceAccountToken: false } })],
      after: [deployment()],
      hits: ['false -> none'],
    },
    'the ServiceAccount': {
      before: [object('v1', 'ServiceAccount', 'web', { automountServiceAccountToken: false })],
      after: [account],
      hits: ['false -> none'],
    },
    'its ServiceAccount still says no': {
      beside: [object('v1', 'ServiceAccount', 'web', { automountServiceAccountToken: false })],
      before: [deployment({ pod: { serviceAccountName: 'web', automountServiceAccountToken: false } })],
      after: [deployment({ pod: { serviceAccountName: 'web' } })],
    },
    'it always had one': {
      before: [deployment()],
      after: [deployment({ pod: { automountServiceAccountToken: true, hostname: 'a' } })],
    },
  }),
  ...casesOf('webhook-blocks-cluster', {
    'a new one for every pod': { after: [webhook()], hits: ['guard.example.org: pods'] },
    'it fails from now on': {
      before: [webhook({ failurePolicy: 'Ignore' })],
      after: [webhook({ failurePolicy: 'Fail' })],
      hits: ['pods'],
    },
    everything: {
      after: [
        webhook(
          { rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }] },
          'MutatingWebhookConfiguration',
        ),
      ],
      hits: ['* of every group'],
    },
    'for its own kinds': {
      after: [
        webhook({
          rules: [
            { apiGroups: ['example.org'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['*'] },
          ],
        }),
      ],
    },
    'kube-system is left out': {
      after: [
        webhook({
          namespaceSelector: {
            matchExpressions: [
              { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] },
            ],
          },
        }),
      ],
    },
    'for those who ask for it': { after: [webhook({ objectSelector: { matchLabels: { inject: 'yes' } } })] },
    'it ignores failures': { after: [webhook({ failurePolicy: 'Ignore' })] },
    'another certificate': {
      before: [webhook()],
      after: [webhook({ clientConfig: { service: { name: 'guard', namespace: 'shop' }, caBundle: 'Q0E=' } })],
    },
  }),
  ...casesOf('api-service-lost', {
    'it goes': { before: [apiService()], hits: ['v1beta1.metrics.k8s.io is deleted'] },
    'TLS is not verified': {
      before: [apiService()],
      after: [apiService({ insecureSkipTLSVerify: true })],
      hits: ['false -> true'],
    },
    'another priority': { before: [apiService()], after: [apiService({ versionPriority: 200 })] },
  }),
  ...casesOf('replicas-zero', {
    'two become none': { before: [replicas(2)], after: [replicas(0)], hits: ['2 -> 0'] },
    'none stay none': {
      before: [replicas(0)],
      after: [deployment({ spec: { replicas: 0, minReadySeconds: 5 } })],
    },
    'it comes without pods': { after: [replicas(0)], also: ['starts-with-none'] },
    'KEDA scales it': {
      beside: [
        object('keda.sh/v1alpha1', 'ScaledObject', 'web', { spec: { scaleTargetRef: { name: 'web' } } }),
      ],
      before: [replicas(2)],
      after: [replicas(0)],
    },
    'another workload without pods': { before: [replicas(3)], after: [replicas(1)] },
  }),
  ...casesOf('budget-blocks-drain', {
    'maxUnavailable 0': {
      beside: [replicas(3)],
      before: [budget({ maxUnavailable: 1 })],
      after: [budget({ maxUnavailable: 0 })],
      hits: ['maxUnavailable 0, Deployment shop/web with 3 replicas'],
    },
    'as many as there are': {
      beside: [replicas(2)],
      after: [budget({ minAvailable: 2 })],
      hits: ['minAvailable 2, Deployment shop/web with 2 replicas'],
    },
    'fewer replicas': {
      beside: [budget({ minAvailable: 1 })],
      before: [replicas(2)],
      after: [replicas(1)],
      hits: ['with 1 replica'],
    },
    'a percentage rounds up': {
      beside: [replicas(1)],
      after: [budget({ minAvailable: '50%' })],
      hits: ['minAvailable 50%'],
    },
    'an autoscaler keeps fewer': {
      beside: [budget({ minAvailable: 2 }), deployment()],
      before: [autoscaler(3)],
      after: [autoscaler(2)],
      hits: ['with 2 replicas'],
      also: ['autoscaler-lowered'],
    },
    'a percentage that leaves one': { beside: [replicas(2)], after: [budget({ minAvailable: '50%' })] },
    'it rounds up': { beside: [replicas(1)], after: [budget({ maxUnavailable: '10%' })] },
    'pods of nodes are not drained': {
      beside: [workload('DaemonSet', 'web', { spec: { replicas: undefined } })],
      after: [budget({ minAvailable: 1 })],
    },
    'it did before': { beside: [budget({ maxUnavailable: 0 })], before: [replicas(2)], after: [replicas(3)] },
  }),
];
