import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { packagedTraefik } from '../../../lib/distributions/k3s/traefik-charts';
import { checkProps, describeValue, propertyAt } from '../../../lib/rules/shape';
import { toYaml } from '../../../lib/yaml';
import { AutoDeploy } from '../../cluster/auto-deploy';
import { Cluster } from '../../cluster/cluster';
import type { K3sCluster } from '../../cluster/k3s-cluster';
import { CHARTS, chartSource } from '../../helm/chart-catalogue';
import { HelmChart } from '../../helm/helm-chart';
import { secretPaths, type HelmValues } from '../../helm/helm-values';
import { sumRequests, type AddOnRequests, type Resources } from '../../helm/requests';
import { addCheck, type ConstructViolation } from '../../violations';
import { mergedResources, resourceViolations } from '../../workloads/resources';
import { k3sClusterOf } from '../k3s-cluster-of';
import { traefikValues } from './chart-values';
import { dashboardRoute } from './dashboard-route';
import { registerTraefik } from './in-cluster';
import { traefikViolations } from './traefik-rules';
import type { TraefikProps } from './traefik-settings';
import { traefikShape } from './traefik-shape';
import { ignoredValues, majorOf, OLDEST_CHART_MAJOR } from './value-paths';

/**
 * Traefik as the cluster's way in, by IngressClass `traefik`. In K3s it is the one that K3s packages, configured by a HelmChartConfig, which is only
 * made when the props ask for more than its defaults. Anywhere else it is installed from Traefik's own chart, with the same props.
 */
export class Traefik extends Construct {
  /** IngressClass of what it serves. */
  readonly ingressClass = 'traefik';

  /** Namespace it runs in: where its dashboard's middleware and its default certificate have to be. */
  readonly namespace: string;

  /** What its pods ask for, summed: nothing in K3s unless `resources` says so. */
  readonly requests: AddOnRequests;

  constructor(scope: Construct, id: string, props: TraefikProps = {}) {
    super(scope, id);
    const k3s = k3sClusterOf(this);
    const { problems, sound } = checkProps(props, traefikShape);
    const { namespace = 'traefik' } = sound;
    this.namespace = k3s === undefined ? namespace : 'kube-system';
    const usual = k3s === undefined ? SMALL_NODE : undefined;
    const resources = mergedResources(usual, sound.resources) ?? {};
    this.requests = traefikRequests(sound, resources);

    const cluster = Cluster.tryOf(this);
    if (k3s === undefined && cluster?.description.ingress.includes(this.ingressClass) === true) {
      addCheck(this, () => [alreadyThere(cluster, this.ingressClass)]);
      return;
    }
    const place = cluster?.description.ingress.push(this.ingressClass);
    registerTraefik(this, {
      entryPoints: [...new Set(['web', 'websecure', ...Object.keys(sound.entryPoints ?? {})])],
      allowCrossNamespace: sound.allowCrossNamespace ?? false,
      namespace: this.namespace,
    });
    if (problems.length > 0) {
      addCheck(this, () => problems);
      return;
    }
    addCheck(this, () => {
      const first = (cluster?.description.ingress.indexOf(this.ingressClass) ?? 0) + 1;
      return [
        ...traefikViolations(props, this.namespace),
        ...resourceViolations({ resources }),
        ...(place === undefined || place === first ? [] : [second()]),
      ];
    });
    if (k3s === undefined) this.installChart({ ...props, resources });
    else this.configurePackaged(k3s, props);
    if (props.dashboard !== undefined) dashboardRoute(this, this.namespace, props.dashboard);
  }

  private configurePackaged(k3s: K3sCluster, props: TraefikProps): void {
    const { exposure = 'servicelb' } = props;
    k3s.requireComponent('traefik', this);
    if (exposure === 'servicelb') k3s.requireComponent('servicelb', this);

    const { chart } = packagedTraefik(k3s.version);
    const values = traefikValues(props, chart);
    addCheck(this, () => packagedViolations(k3s.version, values, props.values));
    const { namespace = this.namespace } = props;
    if (namespace !== this.namespace) addCheck(this, () => [elsewhere(namespace)]);
    // Values that hold a secret are refused already, and are not written to be refused once more.
    if (Object.keys(values).length === 0 || secretPaths(props.values).length > 0) return;
    // Not named like the component: K3s deletes every file of the name of a disabled one.
    new ApiObject(new AutoDeploy(this, 'traefik-config'), 'config', {
      apiVersion: 'helm.cattle.io/v1',
      kind: 'HelmChartConfig',
      metadata: { name: 'traefik', namespace: 'kube-system' },
      spec: { valuesContent: Lazy.any({ produce: () => toYaml(values) }) as unknown },
    });
  }

  private installChart(props: TraefikProps): void {
    const values = traefikValues(props, CHARTS.traefik.version);
    new HelmChart(this, 'chart', {
      ...chartSource(CHARTS.traefik),
      releaseName: 'traefik', // also names the IngressClass
      namespace: this.namespace,
      createNamespace: true,
      values,
    });
    addCheck(this, () => ignoredValues(props.values ?? {}, CHARTS.traefik.version));
  }
}

function traefikRequests({ replicas, exposure }: Partial<TraefikProps>, resources: Resources): AddOnRequests {
  const count = replicas ?? (exposure === 'hostPort' ? 'every-node' : 1);
  return sumRequests([{ resources, pods: count === 'every-node' ? 'per-node' : count }]);
}

function packagedViolations(release: string, values: HelmValues, own: HelmValues = {}): ConstructViolation[] {
  const { chart, known } = packagedTraefik(release);
  if (Object.keys(values).length === 0) return [];
  if (majorOf(chart) < OLDEST_CHART_MAJOR) return [tooOld(release, chart)];
  return [
    ...(known ? [] : [unknownChart(release, chart)]),
    ...ignoredValues(own, chart),
    ...secretPaths(own).map(secretInValues),
    ...(own.image === undefined ? [] : imageRegistry(own.image)),
  ];
}

function unknownChart(release: string, chart: string): ConstructViolation {
  return {
    rule: 'traefik-chart',
    property: 'props',
    problem: `are written for Traefik's chart ${chart}; which one K3s ${release} brings is not known yet`,
    fix: 'see after the upgrade that Traefik took the settings, or update k3stack',
    blocks: 'nothing',
  };
}

function tooOld(release: string, chart: string): ConstructViolation {
  return {
    rule: 'traefik-chart',
    property: 'props',
    problem: `cannot be set in K3s ${release}, which brings chart ${chart} (Traefik 2.11)`,
    fix: "write version: 'v1.32.13+k3s1' or newer in the cluster's props, or leave the props out",
  };
}

function secretInValues(path: readonly string[]): ConstructViolation {
  return {
    rule: 'secret-in-manifest',
    property: propertyAt(['values', ...path]),
    problem: 'is a secret, and values are written into the manifest',
    fix: 'make a Kubernetes Secret by cluster.addSecret(…) and refer to it by envFrom or a volume',
  };
}

/** K3s's fork of the chart makes the image's name without it (k3s-io/k3s-charts@2e127a3:packages/traefik). */
function imageRegistry(image: HelmValues[string]): ConstructViolation[] {
  if (typeof image !== 'object' || image === null || !('registry' in image)) return [];
  return [
    {
      rule: 'traefik-values',
      property: 'values.image.registry',
      problem: "is ignored by K3s's chart",
      fix: 'write registries: { systemDefault: … } in the props of the cluster',
    },
  ];
}

function alreadyThere(cluster: Cluster, ingressClass: string): ConstructViolation {
  return {
    rule: 'traefik-twice',
    property: 'scope',
    problem: `makes nothing: cluster ${cluster.name} has ingress class '${ingressClass}' already`,
    fix: `leave Traefik out for this cluster, or ingressClass out of its props`,
    blocks: 'nothing',
  };
}

function elsewhere(namespace: string): ConstructViolation {
  return {
    rule: 'traefik-namespace',
    property: 'namespace',
    problem: `is ignored, got ${describeValue(namespace)}: K3s runs its Traefik in kube-system`,
    fix: 'remove it',
    blocks: 'nothing',
  };
}

function second(): ConstructViolation {
  return {
    rule: 'traefik-twice',
    property: 'scope',
    problem: 'is a second Traefik in one cluster; both would answer for the same routes',
    fix: 'put everything into the props of the first',
  };
}

const SMALL_NODE = { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } };
