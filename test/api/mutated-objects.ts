import { withValueAt } from '../../lib/kubernetes/object-path';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import { blockFixtures } from '../support/risk-fixtures/block-fixtures';
import { NAMESPACE, POD } from '../support/risk-fixtures/block-update';

/** Objects of every kind that is searched, each with those that have to be there first. */
export function mutatedObjects(): readonly (readonly KubernetesObject[])[] {
  const ofFixtures = blockFixtures.flatMap(({ before, apiServer }) =>
    apiServer === undefined || before.length === 0 ? [] : [before],
  );
  const all = [...ofFixtures, ...OTHERS.map((object) => [object])];
  const known = new Map(all.map((objects) => [JSON.stringify(objects.at(-1)), objects]));
  return [...known.values()].filter(
    (objects) => !objects.some(isDefinition) && !objects.slice(-1).some((own) => lacksClass(own, objects)),
  );
}

/** Nobody can say whether a claim may grow whose class something else makes. */
function lacksClass(object: KubernetesObject, objects: readonly KubernetesObject[]): boolean {
  if (object.kind !== 'PersistentVolumeClaim') return false;
  const { storageClassName } = object['spec'] as { readonly storageClassName?: string };
  const isKnown = storageClassName === '' || storageClassName === 'local-path';
  return (
    !isKnown &&
    !objects.some(({ kind, metadata }) => kind === 'StorageClass' && metadata.name === storageClassName)
  );
}

/** Their schemas are not those of the release; they have fixtures of their own. */
function isDefinition(object: KubernetesObject): boolean {
  return object.kind === 'CustomResourceDefinition';
}

/** The same object under another name, for asking whether it would be made. */
export function underAnotherName(object: KubernetesObject): KubernetesObject {
  const name = object.kind === 'IPAddress' ? '10.60.0.8' : `${object.metadata.name}-other`;
  const result = withValueAt(object, 'metadata.name', name);
  if ('problem' in result) throw new Error(result.problem);
  return result.data as KubernetesObject;
}

const METADATA = { name: 'risks-a', namespace: NAMESPACE };
const CLUSTER = { name: 'risks-a' };
const POD_TEMPLATE = { metadata: { labels: { app: 'web' } }, spec: POD };
const PORTS = [{ name: 'http', port: 80, targetPort: 8080 }];
const RULES = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
const WEBHOOK = {
  name: 'a.risks.example.org',
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  failurePolicy: 'Ignore',
  clientConfig: { url: 'https://a.example.org/' },
  rules: [
    { apiGroups: ['example.org'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['widgets'] },
  ],
};
const FULL_POD = {
  ...POD,
  containers: [
    {
      ...POD.containers[0],
      command: ['web'],
      args: ['--port', '8080'],
      env: [
        { name: 'LEVEL', value: 'info' },
        { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
      ],
      ports: [{ name: 'http', containerPort: 8080 }],
      livenessProbe: { httpGet: { path: '/', port: 'http' } },
      volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
    },
  ],
  initContainers: [{ ...POD.containers[0], name: 'first' }],
  volumes: [{ name: 'tmp', emptyDir: {} }],
  nodeSelector: { disk: 'ssd' },
  tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule' }],
};

const of = (
  apiVersion: string,
  kind: string,
  metadata: KubernetesObject['metadata'],
  rest: object,
): KubernetesObject => ({
  apiVersion,
  kind,
  metadata,
  ...rest,
});

const OTHERS: readonly KubernetesObject[] = [
  of('v1', 'Pod', METADATA, { spec: FULL_POD }),
  of('apps/v1', 'Deployment', METADATA, {
    spec: { selector: { matchLabels: { app: 'web' } }, template: { ...POD_TEMPLATE, spec: FULL_POD } },
  }),
  of('batch/v1', 'CronJob', METADATA, {
    spec: {
      schedule: '0 3 * * *',
      jobTemplate: { spec: { template: { spec: { ...POD, restartPolicy: 'Never' } } } },
    },
  }),
  of('v1', 'PodTemplate', METADATA, { template: POD_TEMPLATE }),
  of('v1', 'ServiceAccount', METADATA, {
    imagePullSecrets: [{ name: 'a' }],
    automountServiceAccountToken: false,
  }),
  of('v1', 'LimitRange', METADATA, {
    spec: { limits: [{ type: 'Container', default: { cpu: '1' }, defaultRequest: { cpu: '100m' } }] },
  }),
  of('rbac.authorization.k8s.io/v1', 'Role', METADATA, { rules: RULES }),
  of('rbac.authorization.k8s.io/v1', 'ClusterRole', CLUSTER, { rules: RULES }),
  of('networking.k8s.io/v1', 'NetworkPolicy', METADATA, {
    spec: {
      podSelector: { matchLabels: { app: 'web' } },
      ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }],
      policyTypes: ['Ingress'],
    },
  }),
  of('networking.k8s.io/v1', 'Ingress', METADATA, {
    spec: {
      ingressClassName: 'traefik',
      tls: [{ hosts: ['a.example.org'], secretName: 'tls' }],
      rules: [
        {
          host: 'a.example.org',
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } },
            ],
          },
        },
      ],
    },
  }),
  of('policy/v1', 'PodDisruptionBudget', METADATA, {
    spec: { selector: { matchLabels: { app: 'web' } }, maxUnavailable: 1 },
  }),
  of('autoscaling/v2', 'HorizontalPodAutoscaler', METADATA, {
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 1,
      maxReplicas: 3,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
        },
      ],
    },
  }),
  of('coordination.k8s.io/v1', 'Lease', METADATA, {
    spec: { holderIdentity: 'a', leaseDurationSeconds: 10, renewTime: '2026-01-01T00:00:00.000000Z' },
  }),
  of('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', CLUSTER, { webhooks: [WEBHOOK] }),
  of('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', CLUSTER, { webhooks: [WEBHOOK] }),
  of('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy', CLUSTER, {
    spec: {
      failurePolicy: 'Ignore',
      matchConstraints: {
        resourceRules: [
          { apiGroups: ['example.org'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['widgets'] },
        ],
      },
      validations: [{ expression: 'true' }],
    },
  }),
  of('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding', CLUSTER, {
    spec: { policyName: 'risks-a', validationActions: ['Warn'] },
  }),
  of('flowcontrol.apiserver.k8s.io/v1', 'FlowSchema', CLUSTER, {
    spec: { priorityLevelConfiguration: { name: 'global-default' }, matchingPrecedence: 9000 },
  }),
  of('flowcontrol.apiserver.k8s.io/v1', 'PriorityLevelConfiguration', CLUSTER, {
    spec: { type: 'Limited', limited: { nominalConcurrencyShares: 10, limitResponse: { type: 'Reject' } } },
  }),
  of('resource.k8s.io/v1', 'DeviceClass', CLUSTER, {
    spec: { selectors: [{ cel: { expression: 'true' } }] },
  }),
  of('v1', 'Service', METADATA, { spec: { type: 'NodePort', selector: { app: 'web' }, ports: PORTS } }),
  of('v1', 'Service', METADATA, { spec: { clusterIP: 'None', selector: { app: 'web' }, ports: PORTS } }),
  of('v1', 'Service', METADATA, { spec: { type: 'ExternalName', externalName: 'a.example.org' } }),
  of('v1', 'Service', METADATA, {
    spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local', selector: { app: 'web' }, ports: PORTS },
  }),
];
