import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { HelmRelease } from './helm-release';

/** A release as an Argo CD `Application` (argoproj/argo-cd@v3.5.1:manifests/crds/application-crd.yaml, docs/user-guide/helm.md). */
export function argoCdApplication(scope: Construct, release: HelmRelease): void {
  const { name, chart, repository, version, namespace, createNamespace, values } = release;
  new ApiObject(scope, 'release', {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name,
      namespace: 'argocd',
      // Removing the chart from the program removes what it made, as every other delivery does.
      finalizers: ['resources-finalizer.argocd.argoproj.io'],
    },
    spec: {
      project: 'default',
      source: {
        // Argo CD wants an OCI registry without its scheme.
        repoURL: repository.replace(/^oci:\/\//, ''),
        chart,
        targetRevision: version,
        helm: { releaseName: name, ...(Object.keys(values).length > 0 && { valuesObject: values }) },
      },
      destination: { server: 'https://kubernetes.default.svc', namespace },
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        syncOptions: [
          ...(createNamespace ? ['CreateNamespace=true'] : []),
          // Large CustomResourceDefinitions do not fit into the annotation of a client-side apply.
          'ServerSideApply=true',
        ],
      },
    },
  });
}
