import { ApiObject } from 'cdk8s';
import type { HelmDelivery } from '../../../constructs/cluster/cluster';
import { ExistingCluster } from '../../../constructs/cluster/existing-cluster';
import { Namespace } from '../../../constructs/cluster/namespace';
import type { NamespaceProps } from '../../../constructs/cluster/namespace-settings';
import { HelmChart, type HelmChartProps } from '../../../constructs/helm/helm-chart';
import type { ApiCase } from '../api-case';
import { describePair, pairs } from '../pairs';

const namespaces = pairs<NamespaceProps>({
  labels: [undefined, { 'example.org/team': 'shop' }],
  podSecurity: [undefined, 'privileged', 'baseline', 'restricted'],
  quota: [
    undefined,
    { requests: { cpu: '2', memory: '2Gi' }, limits: { memory: '4Gi' }, pods: 20 },
    {
      storage: '20Gi',
      persistentVolumeClaims: 5,
      loadBalancers: 1,
      hard: { 'requests.nvidia.com/gpu': '1' },
    },
  ],
  limits: [
    undefined,
    {
      defaultRequest: { cpu: '50m', memory: '64Mi' },
      defaultLimit: { memory: '128Mi' },
      min: { memory: '16Mi' },
      max: { memory: '1Gi' },
    },
  ],
  defaultDeny: [undefined, true],
  allowFrom: [undefined, ['ingress']],
});

const charts = pairs<Omit<HelmChartProps, 'chart' | 'version'> & { readonly delivery: HelmDelivery }>({
  delivery: ['helm-controller', 'argo-cd', 'flux', 'k0s'], // with 'pulumi' no API server gets an object
  repository: ['https://charts.example.org', 'oci://registry.example.org/charts'],
  namespace: [undefined, 'kube-system'],
  releaseName: [undefined, 'other'],
  values: [undefined, { replicas: 2, nested: { list: [1, 'two'], none: null } }],
  createNamespace: [undefined, true],
  failurePolicy: [undefined, 'abort'],
});

/** Where the objects of each delivery lie; whatever installs charts makes these. */
const NAMESPACES: Partial<Record<HelmDelivery, readonly string[]>> = {
  'argo-cd': ['argocd'],
  flux: ['flux-system'],
};

const ARGO_FINALIZER = {
  warning: /"resources-finalizer\.argocd\.argoproj\.io": prefer a domain-qualified finalizer/,
  reason: 'Argo CD knows its finalizer by this name',
};

export const cases: readonly ApiCase[] = [
  ...namespaces.map((props): ApiCase => ({
    name: `Namespace ${describePair(props)}`,
    build: (cluster) => {
      const namespace = new Namespace(cluster, 'shop', props);
      if (props.quota === undefined || props.limits !== undefined) plainPod(namespace);
    },
  })),
  ...charts.map(({ delivery, ...props }): ApiCase => ({
    name: `HelmChart ${describePair({ delivery, ...props })}`,
    namespaces: NAMESPACES[delivery] ?? [],
    allowedWarnings: [ARGO_FINALIZER],
    ...(delivery === 'k0s' && { needs: 'k0s' }),
    cluster: (environment) =>
      new ExistingCluster(environment, 'laptop', {
        kubeconfig: { context: 'laptop' },
        kubernetesVersion: '1.36',
        helm: delivery,
      }),
    build: (cluster) => void new HelmChart(cluster, 'app', { chart: 'app', version: '1.2.3', ...props }),
  })),
];

/** A pod that every level, quota and limit has to let in. */
function plainPod(scope: Namespace): void {
  new ApiObject(scope, 'pod', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'plain' },
    spec: {
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'app',
          image: 'registry.example.org/app:1.0.0',
          resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '64Mi' } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    },
  });
}
