import { ApiObject, Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import { toYaml } from '../../lib/yaml';
import { isOci, type HelmRelease } from './helm-release';

/**
 * A release as a `HelmChart` of K3s's own controller (k3s-io/helm-controller@v0.17.7:pkg/apis/helm.cattle.io/v1/types.go). Only fields that
 * the controller of every K3s from 1.32 on has: a field that the CRD does not know is dropped silently.
 */
export function helmControllerChart(scope: Construct, release: HelmRelease): void {
  const { name, chart, repository, version, namespace, createNamespace, values } = release;
  new ApiObject(scope, 'release', {
    apiVersion: 'helm.cattle.io/v1',
    kind: 'HelmChart',
    metadata: { name, namespace: 'kube-system' },
    spec: {
      ...(isOci(release) ? { chart: `${repository}/${chart}` } : { repo: repository, chart }),
      version,
      targetNamespace: namespace,
      ...(createNamespace && { createNamespace }),
      // `values` would be clearer, but 1.32 and older patches of 1.33 to 1.35 drop it.
      ...(Object.keys(values).length > 0 && {
        valuesContent: Lazy.any({ produce: () => toYaml(values) }) as unknown,
      }),
    },
  });
}
