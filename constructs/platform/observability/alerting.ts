import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { toYaml } from '../../../lib/yaml';
import { makeDeployment } from '../../workloads/deployment';
import type { ContainerResources } from '../../workloads/resources';
import { workloadSecret, type SecretKey } from '../../workloads/secrets/workload-secret';
import { Workload } from '../../workloads/workload';
import type { WorkloadNetwork } from '../../workloads/workload-network';
import type { RuleFile } from './alert-rules';
import { PROBES, serviceOf } from './database';
import { IMAGES } from './images';
import { METRICS_PORT, type MetricsStore } from './metrics-store';
import { receiverConfig, receiverSecret, type AlertReceiver } from './receiver';

/** Computes the rules once a minute, and tells who delivers alerts. */
export class RuleEvaluation extends Workload {
  readonly deployment: ApiObject;
  readonly network: WorkloadNetwork;

  constructor(
    scope: Construct,
    id: string,
    parts: {
      readonly store: MetricsStore;
      readonly rules: RuleFile;
      readonly delivery: AlertDelivery | undefined;
      readonly nodeSelector?: Readonly<Record<string, string>>;
    },
  ) {
    super(scope, id, 'alerts');
    const { store, rules, delivery, nodeSelector } = parts;
    const { deployment, pod } = makeDeployment(
      this,
      {
        image: IMAGES.vmalert,
        args: evaluationArguments(store.url, delivery?.url),
        user: 65_532,
        volumes: { [RULES_FOLDER]: { files: { 'kpi.yaml': toYaml(rules) } } },
        ...(nodeSelector && { nodeSelector }),
      },
      { replicas: 1, usual: 1, recreate: true }, // two would tell everything twice
      {
        resources: EVALUATION,
        container: { ports: [{ name: 'http', containerPort: EVALUATION_PORT }], ...PROBES },
      },
    );
    this.deployment = deployment;
    this.network = pod.network;
    this.network.connect(store.network, METRICS_PORT);
    this.network.admit({ namespace: this.namespace, labels: store.selector }, EVALUATION_PORT);
    this.node.addDependency(store);
    if (delivery !== undefined) {
      this.network.connect(delivery.network, DELIVERY_PORT);
      this.node.addDependency(delivery);
    }
  }
}

function evaluationArguments(store: string, delivery: string | undefined): string[] {
  return [
    `-rule=${RULES_FOLDER}/kpi.yaml`,
    `-httpListenAddr=:${EVALUATION_PORT}`,
    // How long an alert holds already, and what the KPIs were, is kept with the metrics.
    ...['datasource', 'remoteRead', 'remoteWrite'].map((which) => `-${which}.url=${store}`),
    delivery === undefined ? '-notifier.blackhole' : `-notifier.url=${delivery}`,
  ];
}

/** Alertmanager: groups alerts, and sends them to one receiver. */
export class AlertDelivery extends Workload {
  readonly deployment: ApiObject;
  readonly network: WorkloadNetwork;
  readonly url: string;

  constructor(
    scope: Construct,
    id: string,
    { receiver, nodeSelector }: { receiver: AlertReceiver; nodeSelector?: Readonly<Record<string, string>> },
  ) {
    super(scope, id, 'alerts');
    const key = this.secretKeyOf(receiver);
    const configs = receiverConfig(receiver, `${SECRET_FOLDER}/${key?.key ?? ''}`);
    const { deployment, pod } = makeDeployment(
      this,
      {
        image: IMAGES.alertmanager,
        args: [
          `--config.file=${CONFIG_FOLDER}/alertmanager.yaml`,
          '--storage.path=/alertmanager',
          '--cluster.listen-address=', // there is one
        ],
        user: 65_534,
        egress: ['anything'], // the receiver is known as a secret only
        volumes: {
          [CONFIG_FOLDER]: { files: { 'alertmanager.yaml': toYaml(alertmanagerConfig(configs)) } },
          '/alertmanager': { scratch: '64Mi' },
          ...(key !== undefined && { [SECRET_FOLDER]: { secret: key.name } }),
        },
        ...(nodeSelector && { nodeSelector }),
      },
      { replicas: 1, usual: 1, recreate: true },
      {
        resources: DELIVERY,
        container: { ports: [{ name: 'http', containerPort: DELIVERY_PORT }], ...READY },
      },
    );
    this.deployment = deployment;
    this.network = pod.network;
    this.url = `http://${this.name}.${this.namespace}:${DELIVERY_PORT}`;
    serviceOf(this, DELIVERY_PORT);
  }

  private secretKeyOf(receiver: AlertReceiver): SecretKey | undefined {
    const secret = receiverSecret(receiver);
    if (secret === undefined) return undefined;
    const { namespace, name } = this;
    return workloadSecret(this, { namespace, name, data: { receiver: secret } })['receiver'];
  }
}

/** One receiver gets all, a message for each alert and namespace. */
function alertmanagerConfig(configs: Readonly<Record<string, readonly object[]>>): object {
  return {
    route: {
      receiver: 'all',
      group_by: ['alertname', 'namespace'],
      group_wait: '30s',
      group_interval: '5m',
      repeat_interval: '12h',
    },
    receivers: [{ name: 'all', ...configs }],
  };
}

export const EVALUATION_PORT = 8880;
export const DELIVERY_PORT = 9093;
const RULES_FOLDER = '/etc/rules';
const CONFIG_FOLDER = '/etc/alertmanager';
const SECRET_FOLDER = '/etc/alertmanager-secret';

/** prometheus/alertmanager@v0.34.0:docs/management_api.md. */
const READY = {
  readinessProbe: { httpGet: { path: '/-/ready', port: 'http' }, periodSeconds: 10 },
  livenessProbe: { httpGet: { path: '/-/healthy', port: 'http' }, periodSeconds: 20, failureThreshold: 6 },
};

const EVALUATION: ContainerResources = {
  requests: { cpu: '10m', memory: '32Mi' },
  limits: { memory: '96Mi' },
};
const DELIVERY: ContainerResources = {
  requests: { cpu: '10m', memory: '32Mi' },
  limits: { memory: '96Mi' },
};
