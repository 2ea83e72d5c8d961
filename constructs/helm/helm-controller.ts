import { ApiObject, Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import { toYaml } from '../../lib/yaml';
import { isOci, type HelmRelease } from './helm-release';
import type { HelmValues } from './helm-values';

/**
 * A release as a `HelmChart` of K3s's own controller (k3s-io/helm-controller@v0.17.7:pkg/apis/helm.cattle.io/v1/types.go). Only fields that
 * the controller of every K3s from 1.32 on has: a field that the CRD does not know is dropped silently.
 */
export function helmControllerChart(scope: Construct, release: HelmRelease): void {
  chartObject(scope, 'release', release, () => release.values);
}

/**
 * A release that K3s installs before the cluster has a network: its job runs on a server, on the host's own network, and goes by 127.0.0.1 to the API
 * (k3s-io/helm-controller@v0.17.7:pkg/controllers/chart/chart.go, `Spec.Bootstrap`).
 *
 * @param values Asked for at synth, when everything is declared.
 */
export function bootstrapChart(
  scope: Construct,
  id: string,
  release: Omit<HelmRelease, 'values'>,
  values: () => HelmValues,
): ApiObject {
  return chartObject(scope, id, release, values, { bootstrap: true });
}

function chartObject(
  scope: Construct,
  id: string,
  release: Omit<HelmRelease, 'values'>,
  values: () => HelmValues,
  spec: Readonly<Record<string, unknown>> = {},
): ApiObject {
  const { name, chart, repository, version, namespace, createNamespace, failurePolicy } = release;
  return new ApiObject(scope, id, {
    apiVersion: 'helm.cattle.io/v1',
    kind: 'HelmChart',
    metadata: { name, namespace: 'kube-system' },
    spec: {
      ...(isOci(release) ? { chart: `${repository}/${chart}` } : { repo: repository, chart }),
      version,
      targetNamespace: namespace,
      ...(createNamespace && { createNamespace }),
      ...(failurePolicy && { failurePolicy }),
      ...spec,
      // `values` would be clearer, but 1.32 and older patches of 1.33 to 1.35 drop it.
      valuesContent: Lazy.any({ produce: () => valuesText(values()) }) as unknown,
    },
  });
}

function valuesText(values: HelmValues): string | undefined {
  return Object.keys(values).length > 0 ? toYaml(values) : undefined;
}
