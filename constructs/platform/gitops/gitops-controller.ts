import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { AutoDeploy } from '../../cluster/auto-deploy';
import { Cluster, type HelmDelivery } from '../../cluster/cluster';
import { chartSource, type ChartPin } from '../../helm/chart-catalogue';
import { HelmChart } from '../../helm/helm-chart';
import type { HelmValues } from '../../helm/helm-values';
import type { ConstructViolation } from '../../violations';

/** What a controller that applies objects from Git is installed from. */
export interface GitopsControllerSettings {
  /** Name of the file on the servers of a K3s cluster. */
  readonly file: string;
  readonly chart: ChartPin;
  readonly releaseName: string;
  readonly namespace: string;
  readonly values: HelmValues;

  /** What the controller is told to apply; comes with its own definitions, so K3s tries until they are there. */
  readonly objects: readonly (GitopsObject & { readonly id: string })[];
}

/** An object of the controller's own kinds. */
export interface GitopsObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: Readonly<Record<string, unknown>>;
}

/**
 * Installs the controller with what it applies. In a K3s cluster of this program K3s does, from a file on every server: before it runs there is nothing that
 * could apply it from Git.
 */
export function installGitopsController(
  construct: Construct,
  { file, chart, releaseName, namespace, values, objects }: GitopsControllerSettings,
): ApiObject[] {
  const scope = new AutoDeploy(construct, file);
  new ApiObject(scope, 'namespace', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  });
  new HelmChart(scope, 'chart', { ...chartSource(chart), releaseName, namespace, values });
  return objects.map(({ id, ...object }) => new ApiObject(scope, id, object));
}

/** A controller cannot install itself. */
export function selfDelivery(construct: Construct, itself: HelmDelivery, name: string): ConstructViolation[] {
  const cluster = Cluster.tryOf(construct);
  if (cluster?.helm !== itself) return [];
  return [
    {
      rule: 'gitops-bootstrap',
      property: 'scope',
      problem: `would be installed by ${name} itself: cluster ${cluster.name} has helm: '${itself}'`,
      fix: `leave it out where ${name} runs already, or write another helm in the props of the cluster`,
    },
  ];
}
