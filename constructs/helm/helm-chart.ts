import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { withExamples } from '../../lib/late';
import { checkProps, dataMap, describeValue, flag, object, oneOf, text } from '../../lib/rules/shape';
import { Cluster, type HelmDelivery } from '../cluster/cluster';
import { k3sClusterOf } from '../platform/k3s-cluster-of';
import { addCheck, type ConstructViolation } from '../violations';
import { argoCdApplication } from './argo-cd';
import { fluxRelease } from './flux';
import { helmControllerChart } from './helm-controller';
import { isOci, type HelmRelease } from './helm-release';
import { FIRST_K0S_MINOR, k0sChart } from './k0s';
import { pulumiRelease } from './pulumi';
import { secretsInValues } from './secrets-in-values';
import type { HelmValues } from './helm-values';

export interface HelmChartProps {
  /** Name of the chart in its repository. */
  readonly chart: string;

  /** `https://…`, or `oci://…` for a registry of container images. */
  readonly repository: string;

  /** One exact version, such as `12.1.0`. */
  readonly version: string;

  /** Namespace that the release is installed into. @default - that of the chart around it, else 'default' */
  readonly namespace?: string;

  /** @default - the id of the construct */
  readonly releaseName?: string;

  /** As the chart's `values.yaml` spells them; never secrets. @default - the chart's own */
  readonly values?: HelmValues;

  /** Whether Helm makes the namespace; not when the program makes it. @default false */
  readonly createNamespace?: boolean;

  /**
   * What K3s's controller does when an install or upgrade failed: `reinstall` uninstalls the release first, `abort` leaves it for people to mend.
   * Argo CD and Flux never uninstall for it.
   *
   * @default 'reinstall'
   */
  readonly failurePolicy?: 'reinstall' | 'abort';
}

/**
 * An add-on that comes as a Helm chart. One description, put in the way the cluster takes charts (`helm` of the cluster): by the controller of
 * K3s, which is also what a plain chart without a cluster gets, as a Chart of k0s, an Argo CD Application, a Flux HelmRelease, or a release of Pulumi's.
 */
export class HelmChart extends Construct {
  readonly releaseName: string;
  readonly namespace: string;

  constructor(scope: Construct, id: string, props: HelmChartProps) {
    super(scope, id);
    const { problems, sound } = checkProps(props, helmChartShape);
    const { namespace = Chart.of(this).namespace ?? 'default', releaseName = id } = sound;
    this.releaseName = releaseName;
    this.namespace = namespace;
    if (problems.length > 0) {
      addCheck(this, () => problems);
      return;
    }
    const { values = {}, createNamespace = false, chart, version, failurePolicy } = props;
    const repository = props.repository.replace(/\/+$/, '');
    const release = {
      name: releaseName,
      chart,
      repository,
      version,
      namespace,
      createNamespace,
      values,
      failurePolicy,
    };
    const cluster = Cluster.tryOf(this);
    const delivery = cluster === undefined ? 'helm-controller' : cluster.helm;
    if (delivery !== undefined) RENDERERS[delivery](this, release);
    addCheck(this, () => [
      ...(delivery === undefined ? [noDelivery(cluster, k3sClusterOf(this) !== undefined)] : []),
      ...(delivery === 'k0s' ? oldK0s(cluster, release) : []),
      ...releaseViolations(release),
    ]);
  }
}

const RENDERERS: Readonly<Record<HelmDelivery, (scope: Construct, release: HelmRelease) => void>> = {
  'helm-controller': helmControllerChart,
  'argo-cd': argoCdApplication,
  flux: fluxRelease,
  k0s: k0sChart,
  pulumi: pulumiRelease,
};

function noDelivery(cluster: Cluster | undefined, isK3s: boolean): ConstructViolation {
  return {
    rule: 'helm-delivery',
    property: 'scope',
    problem: `is a Helm chart, and nothing in cluster ${cluster?.name ?? ''} installs charts`,
    fix: isK3s
      ? "remove config.server['disable-helm-controller'] from the cluster"
      : "write helm: 'helm-controller', 'k0s', 'argo-cd', 'flux' or 'pulumi' in the cluster's props, whichever installs them",
  };
}

/** An older k0s drops the repository without a word, and finds no chart. */
function oldK0s(cluster: Cluster | undefined, release: HelmRelease): ConstructViolation[] {
  const minor = Number(cluster?.kubernetesVersion?.split('.')[1]);
  if (isOci(release) || !(minor < FIRST_K0S_MINOR)) return [];
  return [
    {
      rule: 'helm-delivery',
      property: 'repository',
      problem: `is no registry of images, and k0s takes others with the chart from 1.${FIRST_K0S_MINOR} on; cluster ${cluster?.name ?? ''} runs 1.${minor}`,
      fix: "upgrade k0s, or write helm: 'pulumi' in the cluster's props",
    },
  ];
}

function releaseViolations(release: HelmRelease): ConstructViolation[] {
  const wrong = FORMATS.filter(({ property, format }) => !format.test(withExamples(release[property])));
  return [
    ...wrong.map(({ property, must, fix }) =>
      property === 'repository' && release.repository.includes('@')
        ? credentialsInAddress()
        : {
            rule: 'helm-chart',
            property: property === 'name' ? 'releaseName' : property,
            problem: `must be ${must}, got ${describeValue(release[property])}`,
            fix,
          },
    ),
    ...secretsInValues(release.values),
  ];
}

/** Does not repeat the address: it may hold a password. */
function credentialsInAddress(): ConstructViolation {
  return {
    rule: 'secret-in-manifest',
    property: 'repository',
    problem: "holds '@': a user name or password in it would be written into the manifest",
    fix: 'write the address alone, and let what installs charts (K3s, Argo CD, Flux) read them from a Kubernetes Secret',
  };
}

/** Form of the props, for programs without types. */
const helmChartShape = object(
  {
    chart: text,
    repository: text,
    version: text,
    namespace: text,
    releaseName: text,
    values: dataMap,
    createNamespace: flag,
    failurePolicy: oneOf('reinstall', 'abort'),
  },
  'chart',
  'repository',
  'version',
);

const FORMATS: readonly {
  readonly property: 'name' | 'chart' | 'repository' | 'version' | 'namespace';
  readonly format: RegExp;
  readonly must: string;
  readonly fix: string;
}[] = [
  {
    property: 'chart',
    format: /^[A-Za-z0-9][\w.-]*$/,
    must: 'the name of a chart in its repository',
    fix: "write chart: 'velero', and where it lies in repository",
  },
  {
    property: 'repository',
    format: /^(https|oci):\/\/(\[[0-9a-f:.]+\]|[\w.-]+)(:\d+)?(\/\S*)?$/i,
    must: 'an https:// or oci:// address',
    fix: "write repository: 'https://…' or 'oci://…'",
  },
  {
    // A range would make the same program install different software on another day.
    property: 'version',
    format: /^v?\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?$/,
    must: 'one exact version',
    fix: "write all three numbers: version: '12.1.0'",
  },
  {
    property: 'namespace',
    format: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    must: "lower case letters, digits and '-', at most 63",
    fix: "write namespace: 'velero'",
  },
  {
    property: 'name',
    format: /^[a-z0-9]([a-z0-9-]{0,51}[a-z0-9])?$/,
    must: "lower case letters, digits and '-', at most 53",
    fix: "write releaseName: 'velero'",
  },
];
