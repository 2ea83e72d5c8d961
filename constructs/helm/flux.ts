import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { isOci, type HelmRelease } from './helm-release';

/**
 * A release as Flux's `HelmRepository` and `HelmRelease`, in the versions that are served and stored
 * (fluxcd/source-controller@39b711b:config/crd/bases/source.toolkit.fluxcd.io_helmrepositories.yaml,
 * fluxcd/helm-controller@0f61a86:config/crd/bases/helm.toolkit.fluxcd.io_helmreleases.yaml).
 */
export function fluxRelease(scope: Construct, release: HelmRelease): void {
  const { name, chart, repository, version, namespace, createNamespace, values } = release;
  const source = { kind: 'HelmRepository', name, namespace: FLUX_NAMESPACE };
  new ApiObject(scope, 'repository', {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: source.kind,
    metadata: { name, namespace: FLUX_NAMESPACE },
    spec: { url: repository, interval: '24h', ...(isOci(release) && { type: 'oci' }) },
  });
  new ApiObject(scope, 'release', {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name, namespace: FLUX_NAMESPACE },
    spec: {
      interval: '1h',
      releaseName: name,
      targetNamespace: namespace,
      storageNamespace: namespace, // where `helm list` and the other deliveries look
      chart: { spec: { chart, version, sourceRef: source } },
      ...(createNamespace && { install: { createNamespace } }),
      ...(Object.keys(values).length > 0 && { values }),
    },
  });
}

/** Beside the controllers, because a namespace that the release makes does not exist before it. */
const FLUX_NAMESPACE = 'flux-system';
