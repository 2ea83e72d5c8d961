import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** Modules that hold CustomResourceDefinitions of what this package ships, and of what its Helm charts are delivered as. */
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

/** The kinds that the files define, their schemas passed through `clean`. */
export function readCustomKinds(directory, files, clean) {
  return files
    .flatMap((file) => parseAllDocuments(readFileSync(join(directory, file), 'utf8')))
    .map((document) => document.toJS())
    .filter((object) => object?.kind === 'CustomResourceDefinition')
    .map(({ spec: { group, names, scope, versions } }) => ({
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
    }));
}
