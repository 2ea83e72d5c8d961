import type { GoModule } from './go-module';

/** Two releases of a project, as their modules ship them. */
export interface ReleasePair {
  /** Names the reviewed summary in test/fixtures/releases. */
  readonly name: string;
  readonly before: GoModule;
  readonly after: GoModule;

  /** Files and folders with manifests that need no rendering. */
  readonly paths: readonly string[];

  /** What a reader of both releases says of the report. */
  readonly review: string;
}

/** Pairs whose reports were read beside the files; hashes are those of sum.golang.org. */
export const RELEASE_PAIRS: readonly ReleasePair[] = [
  {
    name: 'argo-cd',
    before: {
      module: 'github.com/argoproj/argo-cd/v3@v3.5.7',
      sum: 'h1:Xm1BF+I5OgDKUG3SDK49vn2/Y5AMyaNVko+/JT08gj0=',
    },
    after: {
      module: 'github.com/argoproj/argo-cd/v3@v3.6.1',
      sum: 'h1:OmhqeKiR3C//awbFrhQqFdtRI+Qiv17j8vqm3UkMj/g=',
    },
    paths: ['manifests/install.yaml'],
    review:
      'Right: the new right of argocd-server on finalizers of every kind is the one thing to ask about; the controller and the notifications are away for a moment. The 90 new fields of definitions are additions only.',
  },
  {
    name: 'argo-rollouts',
    before: {
      module: 'github.com/argoproj/argo-rollouts@v1.8.5',
      sum: 'h1:x+WjkwgjV89sc/QJ0c0cBrz5HAcriWCoQn6ptOxoElU=',
    },
    after: {
      module: 'github.com/argoproj/argo-rollouts@v1.10.2',
      sum: 'h1:sEPWsY+HUvnXj3Vh0ejb+GDTceQ/palqhFo2FVQJMk0=',
    },
    paths: ['manifests/install.yaml'],
    review:
      'Right: the readiness probe of the controller is gone, and it may list one more kind of AWS. Pod templates are those of Kubernetes 1.34 instead of 1.29, so that resourceClaims[].source is gone, which the changelog does not say. 5,000 descriptions that came back into the definitions would hide all that; they are folded. The image is :latest on both sides, so none is named.',
  },
  {
    name: 'metallb-frr',
    before: {
      module: 'go.universe.tf/metallb@v0.13.5',
      sum: 'h1:SYaiJDn5tNRUeM7VFwA6zdb8KvYaTf7pGFwdq2lhuGs=',
    },
    after: {
      module: 'go.universe.tf/metallb@v0.15.2',
      sum: 'h1:r7KDgJtk3KZe3qb36zRVrVCYHxLR03nPGT+qFXOomJM=',
    },
    paths: ['config/manifests/metallb-frr.yaml'],
    review:
      'Right: the definition of AddressPool goes, as the release notes of 0.14 say, and its objects with it. FRR changes registry and major. The webhook Service is the same under a new name; its empty Secret is not called a rename, as nothing in it says so.',
  },
  {
    name: 'metallb-native',
    before: {
      module: 'go.universe.tf/metallb@v0.15.2',
      sum: 'h1:r7KDgJtk3KZe3qb36zRVrVCYHxLR03nPGT+qFXOomJM=',
    },
    after: {
      module: 'go.universe.tf/metallb@v0.16.2',
      sum: 'h1:RCSAGoZmqcvTg0e56+Okbwz8iTuQVX30JpKX5mYEPUM=',
    },
    paths: ['config/manifests/metallb-native.yaml'],
    review:
      'Right: one more subject of a RoleBinding gives the controller six rights of the speaker, which the text of the Role does not show. The metrics port moves behind TLS; probes change and stay.',
  },
  {
    name: 'flannel',
    before: {
      module: 'github.com/flannel-io/flannel@v0.28.4',
      sum: 'h1:6O4wGCrCTl0Gf5BBpxfOJgOstkxZhEx3ZXzcKRopH8Q=',
    },
    after: {
      module: 'github.com/flannel-io/flannel@v0.28.10',
      sum: 'h1:jt+uW6XVV01MBb3YFahG7Ue9UE3W6zlNlJMf3JtdcXI=',
    },
    paths: ['Documentation/kube-flannel.yml'],
    review:
      'Right: probes and a port for them come, the image is a patch newer. The version of the CNI configuration in the ConfigMap is for its reader to judge. Nothing is missed.',
  },
  {
    name: 'external-snapshotter',
    before: {
      module: 'github.com/kubernetes-csi/external-snapshotter/v8@v8.6.0',
      sum: 'h1:PY0WimDZEra5nlQfg9XliMh0kXoZAaE92z4WSrTutdQ=',
    },
    after: {
      module: 'github.com/kubernetes-csi/external-snapshotter/v8@v8.7.0',
      sum: 'h1:sYxyBXffG+pc2QfvFkP6uJqtYVFVRvkrxAHi8WjD5fU=',
    },
    paths: ['deploy/kubernetes/csi-snapshotter', 'deploy/kubernetes/snapshot-controller'],
    review:
      'Right: three images a minor newer, and a StatefulSet of one replica that is away while it rolls; the Deployment of two is not.',
  },
  {
    name: 'vertical-pod-autoscaler',
    before: {
      module: 'k8s.io/autoscaler/vertical-pod-autoscaler@v1.7.0',
      sum: 'h1:idgPUJWu1BWi8zWArBfulkQPwE6CEzhPP1yt2PGa7Zw=',
    },
    after: {
      module: 'k8s.io/autoscaler/vertical-pod-autoscaler@v1.8.1',
      sum: 'h1:Pe8bV1wozN4gOKO1rleiIY5alIyAXN+DnXDbXQcL4fI=',
    },
    paths: [
      'deploy/vpa-rbac.yaml',
      'deploy/vpa-v1-crd-gen.yaml',
      'deploy/admission-controller-deployment.yaml',
      'deploy/admission-controller-service.yaml',
      'deploy/recommender-deployment.yaml',
      'deploy/updater-deployment.yaml',
    ],
    review:
      'Right: three images a minor newer and one right less. A definition of which only the generator is newer is not listed.',
  },
  {
    name: 'keda',
    before: {
      module: 'github.com/kedacore/keda/v2@v2.16.1',
      sum: 'h1:LfYsxfSX8DjetLW8q9qnriImH936POrQJvE+caRoScI=',
    },
    after: {
      module: 'github.com/kedacore/keda/v2@v2.21.0',
      sum: 'h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps=',
    },
    paths: [
      'config/crd/bases',
      'config/general',
      'config/manager',
      'config/metrics-server',
      'config/rbac',
      'config/service_account',
      'config/webhooks',
    ],
    review:
      'Right: the operator may write events of the new API and watch two more kinds, and the definitions now refuse negative counts, empty lists and unknown kinds. 137 of the 167 changes of ScaledJob are descriptions. What the new roles for edit and view add to people of the cluster is not said: no binding names them.',
  },
  {
    name: 'flux-source-controller',
    before: {
      module: 'github.com/fluxcd/source-controller@v1.9.6',
      sum: 'h1:nG534/bI6nVpyHra7ONAk6xDB3xPsVT+EOLHZHXPrrc=',
    },
    after: {
      module: 'github.com/fluxcd/source-controller@v1.10.1',
      sum: 'h1:vkYpgpLZu20LQ2UN4lPBdWH7sqTNdQ8FjcZD/HogN2E=',
    },
    paths: ['config/crd', 'config/default', 'config/manager', 'config/rbac', 'config/samples'],
    review:
      'Right: Recreate with one replica is a short outage; the probe goes elsewhere and stays. Fields that are no longer required widen the definition. The image is set by a Kustomization, which is not rendered here.',
  },
  {
    name: 'flux-kustomize-controller',
    before: {
      module: 'github.com/fluxcd/kustomize-controller@v1.7.3',
      sum: 'h1:SzNnGn/4ObAPEHHleM5U7y/AKxKXph3Vj6ZhteeXw8M=',
    },
    after: {
      module: 'github.com/fluxcd/kustomize-controller@v1.10.1',
      sum: 'h1:IjTnrkIy0ULJoTNC2ZKuMb32vkqj7dJ6zt6UqbTFxKA=',
    },
    paths: ['config/crd', 'config/default', 'config/manager', 'config/rbac', 'config/samples'],
    review:
      'Right: v1beta2 goes, and the changelog asks to migrate stored objects before the definition is applied. Nothing said so before the rule for it was written from this pair.',
  },
  {
    name: 'velero',
    before: {
      module: 'github.com/vmware-tanzu/velero@v1.14.0',
      sum: 'h1:ZYy9TLtokdHInIdWTfwHYIZhRr+xLd0nGzHyQrXMCIM=',
    },
    after: {
      module: 'github.com/vmware-tanzu/velero@v1.18.3',
      sum: 'h1:9uwN5yxTWQl9PsF5ljX4xiG+7VIq3I9mxOQ0DyyZ31A=',
    },
    paths: ['config', 'examples'],
    review:
      'Right: the command of a Job of the examples changes, which the API server refuses. The ClusterRole has no binding in the set, so nobody gains; its rules are shown by position, 67 lines that one would rather read as rights.',
  },
  {
    name: 'traefik',
    before: {
      module: 'github.com/traefik/traefik/v3@v3.6.12',
      sum: 'h1:6pe4s7aaDTQs+AsF7KP3sM/xnq7zOVvibRQe5tw9eFo=',
    },
    after: {
      module: 'github.com/traefik/traefik/v3@v3.7.13',
      sum: 'h1:T8wy9KuaFzCkmXCqAzDy7t73pBDR1DHrJe3pqXpNXTw=',
    },
    paths: ['docs/content/reference/dynamic-configuration'],
    review:
      'Right: one more right for the ingress-nginx provider, one image a minor newer; 77 descriptions of the definitions are folded, 42 additions stay.',
  },
  {
    name: 'gateway-api',
    before: {
      module: 'sigs.k8s.io/gateway-api@v1.5.1',
      sum: 'h1:RqVRIlkhLhUO8wOHKTLnTJA6o/1un4po4/6M1nRzdd0=',
    },
    after: {
      module: 'sigs.k8s.io/gateway-api@v1.7.0',
      sum: 'h1:duVnm7nO6oXfMMUWfcDoBph47CYR/ME3NGxccOVglaY=',
    },
    paths: ['config/crd/standard'],
    review:
      'Right: limits become wider, two kinds come, a ReferenceGrant without spec is refused. The guard against older definitions asks for 1.7 from now on, so that a way back is closed: shown, but not a risk that any rule knows.',
  },
  {
    name: 'kubernetes-addons',
    before: { module: 'k8s.io/kubernetes@v1.30.14', sum: 'h1:MrlKXh9uhLIJpyxOeXhcndzRVSvwiV9iJ8NgH8nqPsg=' },
    after: { module: 'k8s.io/kubernetes@v1.36.3', sum: 'h1:qDQdoMiluAE2Eab6Fa52YV+WjiGz9mZFFoagEA6cI+o=' },
    paths: addons('cloud-controller-manager', 'kube-network-policies'),
    review:
      'Right, and it finds a fault of the release: npd.yaml has nodeSelectors, which no Pod has. Its selector holds the version, so that the API server refuses each upgrade. metrics-server of another version in its name is a rename; its Role names another version than its Deployment does.',
  },
  {
    name: 'kubernetes-addons-over-ten-minors',
    before: { module: 'k8s.io/kubernetes@v1.20.15', sum: 'h1:eGwdo4cRbRbi3AuFxQxzKz/uObB8nFt7eNhc3/KN4r0=' },
    after: { module: 'k8s.io/kubernetes@v1.30.14', sum: 'h1:MrlKXh9uhLIJpyxOeXhcndzRVSvwiV9iJ8NgH8nqPsg=' },
    paths: addons('cloud-controller-manager', 'dashboard', 'fluentd-elasticsearch'),
    review:
      'Right: the dashboard goes with its namespace, v1beta1 of snapshots is no longer served, node-local-dns gains NET_ADMIN. That k8s.gcr.io became registry.k8s.io is said once for each container. metrics-server changed too much to be a rename, and the Service that finds the new one is no risk.',
  },
];

/** Add-ons of Kubernetes that go together, as storage classes of several clouds do not. */
function addons(...folders: readonly string[]): string[] {
  return [
    'calico-policy-controller',
    'dns-horizontal-autoscaler',
    'dns/nodelocaldns',
    'fluentd-gcp',
    'ip-masq-agent',
    'metadata-proxy',
    'metrics-server',
    'node-problem-detector',
    'rbac',
    'storage-class/gce',
    'volumesnapshots',
    ...folders,
  ].map((folder) => `cluster/addons/${folder}`);
}
