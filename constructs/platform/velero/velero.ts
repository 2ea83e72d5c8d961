import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { restoreRunbook } from '../../../lib/report/restore-runbook';
import { checkProps } from '../../../lib/rules/shape';
import { Cluster } from '../../cluster/cluster';
import { CHARTS, chartSource } from '../../helm/chart-catalogue';
import { environmentName } from '../../environment-of';
import { HelmChart } from '../../helm/helm-chart';
import type { AddOnRequests } from '../../helm/requests';
import { addCheck } from '../../violations';
import { k3sClusterOf } from '../k3s-cluster-of';
import { credentialsSecret } from './credentials';
import { veleroViolations } from './velero-rules';
import {
  DEFAULT_RETENTION_DAYS,
  DEFAULT_SCHEDULE,
  type VeleroBucket,
  type VeleroProps,
} from './velero-settings';
import { veleroShape } from './velero-shape';
import { SCHEDULE, veleroRequests, veleroValues } from './velero-values';

/**
 * Backups of the cluster's objects and of the files in its volumes, every day into a bucket, and the page that says how to get them back.
 */
export class Velero extends Construct {
  /** Namespace Velero runs in. */
  readonly namespace = 'velero';

  /** Name of the Schedule; backups are named after it. */
  readonly scheduleName = `velero-${SCHEDULE}`;

  /** Where backups go, such as `s3://backups/production`. */
  readonly location: string;

  /** What its pods ask for, summed. */
  readonly requests: AddOnRequests;

  private readonly props: VeleroProps;

  constructor(scope: Construct, id: string, props: VeleroProps) {
    super(scope, id);
    const { problems, sound } = checkProps(props, veleroShape);
    this.props = { bucket: NO_BUCKET, ...sound };
    this.location = locationOf(this.props.bucket);
    this.requests = veleroRequests(sound);
    if (problems.length > 0) addCheck(this, () => problems);
    else this.install();
  }

  /** How to restore, as Markdown, with the names of this cluster; complete when everything is declared. */
  get runbook(): string {
    const { bucket, schedule = DEFAULT_SCHEDULE, retentionDays = DEFAULT_RETENTION_DAYS } = this.props;
    const { volumes = true, includedNamespaces = [], excludedNamespaces = [] } = this.props;
    const cluster = Cluster.tryOf(this);
    return restoreRunbook({
      cluster: cluster?.name,
      environment: environmentName(this),
      isK3s: k3sClusterOf(this) !== undefined,
      isArgoCd: cluster?.helm === 'argo-cd',
      version: VELERO_VERSION,
      location: this.location,
      endpoint: bucket.publicEndpoint ?? bucket.endpoint,
      credentialsSecret: credentialsSecret(bucket.credentials)?.name ?? '',
      scheduleName: this.scheduleName,
      schedule,
      retentionDays,
      volumes,
      includedNamespaces,
      excludedNamespaces,
      namespaces: this.namespacesOf(cluster),
      storageClasses: cluster?.description.storage.map(({ name }) => name) ?? [],
    });
  }

  private install(): void {
    const { props } = this;
    const { bucket, volumes = true } = props;
    const cluster = Cluster.tryOf(this);

    new ApiObject(this, 'namespace', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: this.namespace,
        // The agent reads the volumes of other pods from the host, as root.
        labels: { 'pod-security.kubernetes.io/enforce': volumes ? 'privileged' : 'baseline' },
      },
    });
    const secret = credentialsSecret(bucket.credentials);
    if (secret?.data !== undefined) {
      cluster?.addSecret(this, { namespace: this.namespace, name: secret.name, data: secret.data });
    }
    new HelmChart(this, 'chart', {
      ...chartSource(CHARTS.velero),
      releaseName: 'velero', // the chart names its objects after it
      namespace: this.namespace,
      values: veleroValues(props, secret?.name ?? ''),
    });
    cluster?.addBackupTarget(this.location);
    cluster?.addDocument('velero-restore.md', () => this.runbook);
    addCheck(this, () => veleroViolations(props, cluster));
  }

  /** Namespaces that the program makes in the cluster, Velero's own excepted. */
  private namespacesOf(cluster: Cluster | undefined): string[] {
    const objects = this.node.root.node.findAll().filter((construct) => ApiObject.isApiObject(construct));
    return objects
      .filter((object) => object.kind === 'Namespace' && Cluster.tryOf(object) === cluster)
      .map(({ name }) => name)
      .filter((name) => name !== this.namespace);
  }
}

function locationOf({ name, prefix }: VeleroBucket): string {
  return ['s3:/', name, ...(prefix === undefined ? [] : [prefix])].join('/');
}

/** Stands where the program gives no bucket that can be read; nothing is made of it. */
const NO_BUCKET: VeleroBucket = { name: '', credentials: { existingSecret: '' } };

const VELERO_VERSION = `v${CHARTS.velero.appVersion}`;
