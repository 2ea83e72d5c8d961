import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/**
 * Modules that hold CustomResourceDefinitions of what this package ships, and of what its Helm charts are delivered as. An API server of a
 * test gets all of them; `shipped` are the kinds whose schemas the package has, where those are not all.
 */
export const CUSTOM_RESOURCES = [
  { module: 'github.com/k3s-io/api', version: 'v0.1.4', paths: ['pkg/crds/yaml/generated'] },
  { module: 'github.com/k3s-io/helm-controller', version: 'v0.17.7', paths: ['pkg/crds/yaml/generated'] },
  {
    module: 'github.com/traefik/traefik/v3',
    version: 'v3.7.13',
    paths: ['docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml'],
  },
  {
    module: 'github.com/vmware-tanzu/velero',
    version: 'v1.18.3',
    paths: ['config/crd/v1/bases', 'config/crd/v2alpha1/bases'],
  },
  {
    module: 'github.com/argoproj/argo-cd/v3',
    version: 'v3.5.7',
    paths: ['manifests/crds/application-crd.yaml', 'manifests/crds/appproject-crd.yaml'],
  },
  { module: 'github.com/fluxcd/helm-controller', version: 'v1.6.4', paths: ['config/crd/bases'] },
  { module: 'github.com/fluxcd/source-controller', version: 'v1.9.6', paths: ['config/crd/bases'] },
  // v1.10.0 and later need Go 1.27.
  { module: 'github.com/fluxcd/kustomize-controller', version: 'v1.9.6', paths: ['config/crd/bases'] },
  {
    module: 'github.com/cert-manager/cert-manager',
    version: 'v1.21.2',
    paths: ['deploy/crds'],
    shipped: ['Certificate', 'ClusterIssuer', 'Issuer'],
  },
  {
    module: 'github.com/prometheus-operator/prometheus-operator',
    version: 'v0.85.0',
    paths: ['example/prometheus-operator-crd'],
    shipped: ['PodMonitor', 'PrometheusRule', 'ServiceMonitor'],
  },
  {
    module: 'go.universe.tf/metallb',
    version: 'v0.16.2',
    paths: ['config/crd/bases'],
    shipped: ['BFDProfile', 'BGPAdvertisement', 'BGPPeer', 'Community', 'IPAddressPool', 'L2Advertisement'],
  },
  {
    module: 'github.com/cilium/cilium',
    version: 'v1.20.2',
    paths: ['pkg/k8s/apis/cilium.io/client/crds/v2', 'pkg/k8s/apis/cilium.io/client/crds/v2alpha1'],
    shipped: [
      'CiliumClusterwideNetworkPolicy',
      'CiliumL2AnnouncementPolicy',
      'CiliumLoadBalancerIPPool',
      'CiliumNetworkPolicy',
    ],
  },
  {
    // The module has no tags of its own releases; this commit is what the registry calls its newest.
    module: 'github.com/projectcalico/calico',
    version: 'v1.11.0-cni-plugin.0.20250813170300-a0db560f0520',
    paths: ['charts/tigera-operator/crds', 'libcalico-go/config/crd'],
    shipped: ['APIServer', 'Installation'],
  },
  {
    // v1.7.0 needs Go 1.27.
    module: 'sigs.k8s.io/gateway-api',
    version: 'v1.6.3',
    paths: ['config/crd/standard'],
    shipped: ['GRPCRoute', 'Gateway', 'GatewayClass', 'HTTPRoute', 'ReferenceGrant'],
  },
  {
    module: 'github.com/external-secrets/external-secrets',
    version: 'v1.3.2',
    paths: ['config/crds/bases'],
    shipped: ['ClusterSecretStore', 'ExternalSecret', 'SecretStore'],
  },
  {
    module: 'github.com/bitnami-labs/sealed-secrets',
    version: 'v0.40.0',
    paths: ['helm/sealed-secrets/crds'],
  },
];

/** Files of a module that hold CustomResourceDefinitions, sorted. */
export function customResourceFiles(directory, { paths }) {
  return paths.flatMap((path) => {
    if (/\.ya?ml$/.test(path)) return [path];
    return readdirSync(join(directory, path))
      .filter((file) => /\.ya?ml$/.test(file))
      .sort()
      .map((file) => `${path}/${file}`);
  });
}

/** CustomResourceDefinitions that a file holds. */
export function readDefinitions(directory, file) {
  return parseAllDocuments(readFileSync(join(directory, file), 'utf8'))
    .map((document) => document.toJS())
    .filter((object) => object?.kind === 'CustomResourceDefinition');
}

/** Whether the package has the schema of what a definition makes. */
export function isShipped({ shipped }, { spec }) {
  return shipped === undefined || shipped.includes(spec.names.kind);
}

/** The kind that a definition makes, its schemas passed through `clean`. */
export function customKind({ spec: { group, names, scope, versions } }, clean) {
  return {
    group,
    kind: names.kind,
    plural: names.plural,
    namespaced: scope === 'Namespaced',
    versions: versions.map(({ name, served, schema, subresources }) => ({
      name,
      served,
      statusSubresource: subresources?.status !== undefined,
      schema: clean(schema.openAPIV3Schema),
    })),
  };
}
