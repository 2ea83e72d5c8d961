import { ApiObject, Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import { toYaml } from '../../lib/yaml';
import { isOci, type HelmRelease } from './helm-release';

/**
 * A release as a `Chart` of k0s (k0sproject/k0s@v1.36.3+k0s.2:pkg/apis/helm/v1beta1/chart_types.go), which is what k0s makes of each entry of
 * `spec.extensions.helm` in its configuration; as an object it needs no restart. `repository` is there from k0s 1.35 on (e6b0222617).
 */
export function k0sChart(scope: Construct, release: HelmRelease): void {
  const { name, chart, repository, version, namespace, values } = release;
  new ApiObject(scope, 'release', {
    apiVersion: 'helm.k0sproject.io/v1beta1',
    kind: 'Chart',
    metadata: { name, namespace: 'kube-system' }, // k0s looks nowhere else
    spec: {
      ...(isOci(release)
        ? { chartName: `${repository}/${chart}` }
        : { chartName: `${name}/${chart}`, repository: { url: repository, insecure: false } }),
      releaseName: name,
      version,
      namespace,
      ...(Object.keys(values).length > 0 && {
        values: Lazy.any({ produce: () => toYaml(values) }) as unknown,
      }),
    },
  });
}

/** First minor of Kubernetes whose k0s takes a repository with the chart. */
export const FIRST_K0S_MINOR = 35;
