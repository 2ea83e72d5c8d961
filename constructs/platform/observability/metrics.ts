import type { ApiObject } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import {
  checkProps,
  anyText,
  dataMap,
  either,
  flag,
  list,
  mapOf,
  object,
  oneOf,
  text,
} from '../../../lib/rules/shape';
import { isInstance } from '../../instance-of';
import type { AddOnRequests } from '../../helm/requests';
import { addCheck, type ConstructViolation } from '../../violations';
import { resourcesShape } from '../../workloads/resources';
import { sizeShape } from '../../workloads/volumes';
import type { PodPeer } from '../../workloads/workload-network';
import { k3sClusterOf } from '../k3s-cluster-of';
import { AlertDelivery, DELIVERY_PORT, EVALUATION_PORT, RuleEvaluation } from './alerting';
import { kpiRules, type RuleFile } from './alert-rules';
import { dashboardConfigMap, kpiDashboard } from './dashboards';
import { Grafana, GRAFANA_PORT, grafanaShape } from './grafana';
import { completeThresholds, thresholdsShape, type CompleteThresholds } from './kpi-thresholds';
import { KubeStateMetrics, STATE_PORT } from './kube-state-metrics';
import { metricsViolations, metricsWarnings } from './metrics-rules';
import type { MetricsProps } from './metrics-settings';
import { MetricsStore } from './metrics-store';
import { CENTRAL_NAMESPACE, homeOf, NODE_NAMESPACE, sharedNamespace } from './namespaces';
import { NODE_EXPORTER_PORT, NodeExporter } from './node-exporter';
import { requestsOf } from './pod-requests';
import { receiverShape } from './receiver';
import type { Namespace } from '../../cluster/namespace';

/**
 * Metrics of a small cluster: one VictoriaMetrics that collects and keeps them, node-exporter on every node, kube-state-metrics, and the rules of the
 * KPIs. Alerts are delivered by an Alertmanager when there is a `receiver`; a Grafana shows them when it is asked for. Once in a cluster.
 */
export class Metrics extends Construct {
  /** Namespaces of what runs once, and of the agents on every node. */
  readonly namespaces = { central: CENTRAL_NAMESPACE, nodes: NODE_NAMESPACE };

  /** What its pods ask for, summed. */
  readonly requests: AddOnRequests;

  /** Who asks for metrics: to be let in by workloads that have a NetworkPolicy of their own. */
  readonly scraper: PodPeer = {
    namespace: CENTRAL_NAMESPACE,
    labels: { 'app.kubernetes.io/name': STORE },
  };

  /** Address of the store inside of the cluster, for queries in PromQL; `undefined` where nothing is made. */
  readonly url: string | undefined;

  /** Rules of the KPIs. */
  readonly rules: RuleFile;

  readonly store: ApiObject | undefined;
  readonly nodeExporter: ApiObject | undefined;
  readonly kubeStateMetrics: ApiObject | undefined;
  readonly ruleEvaluation: ApiObject | undefined;

  /** Alertmanager; `undefined` without a receiver. */
  readonly alertDelivery: ApiObject | undefined;

  /** `undefined` unless asked for. */
  readonly grafana: ApiObject | undefined;

  /** ConfigMap with the dashboard of the KPIs. */
  readonly dashboard: ApiObject | undefined;

  constructor(scope: Construct, id: string, props: MetricsProps = {}) {
    super(scope, id);
    const { problems, sound } = checkProps(props, metricsShape);
    const thresholds = completeThresholds(sound.thresholds);
    const other = rememberIn(this);
    const wrong = [...problems, ...metricsViolations(sound), ...(other ? [second(other)] : [])];
    const isMade = wrong.length === 0;
    addCheck(this, () => (isMade ? metricsWarnings(this, props) : wrong));
    this.rules = kpiRules(isMade ? thresholds : completeThresholds(), NODE_NAMESPACE);
    this.requests = requestsOf([]);
    if (!isMade) return;

    const central = sharedNamespace(this, CENTRAL_NAMESPACE);
    const store = this.makeStore(central, props);
    this.store = store.statefulSet;
    this.url = store.url;
    const state = new KubeStateMetrics(central, 'kube-state-metrics', this.placed(props));
    state.network.admit(this.scraper, STATE_PORT);
    this.kubeStateMetrics = state.deployment;
    const exporter = new NodeExporter(sharedNamespace(this, NODE_NAMESPACE), 'node-exporter');
    exporter.network.admit(this.scraper, NODE_EXPORTER_PORT);
    this.nodeExporter = exporter.daemonSet;
    const alerts = this.makeAlerts(central, props, store);
    this.ruleEvaluation = alerts.evaluation.deployment;
    this.alertDelivery = alerts.delivery?.deployment;
    const board = this.makeDashboards(central, props, store, thresholds);
    this.dashboard = board.configMap;
    this.grafana = board.grafana?.deployment;
    this.requests = requestsOf(
      [
        this.store,
        this.kubeStateMetrics,
        this.nodeExporter,
        this.ruleEvaluation,
        this.alertDelivery,
        this.grafana,
      ].filter((made) => made !== undefined),
    );
  }

  static override [Symbol.hasInstance](value: unknown): value is Metrics {
    return isInstance(value, Metrics);
  }

  private makeStore(central: Namespace, props: MetricsProps): MetricsStore {
    const { retention = DEFAULT_RETENTION, volume = {}, interval = DEFAULT_INTERVAL, resources } = props;
    return new MetricsStore(
      central,
      STORE,
      {
        retention,
        volume: volume === 'scratch' ? volume : { ...volume, size: volume.size ?? DEFAULT_SIZE },
        ...(resources && { resources }),
        ...this.placed(props),
      },
      {
        interval,
        centralNamespace: CENTRAL_NAMESPACE,
        nodeNamespace: NODE_NAMESPACE,
        verifyKubelets: props.verifyKubelets ?? k3sClusterOf(this) !== undefined,
        more: props.scrape ?? [],
      },
    );
  }

  private makeAlerts(central: Namespace, { receiver, nodeSelector }: MetricsProps, store: MetricsStore) {
    const placed = { ...(nodeSelector && { nodeSelector }) };
    const delivery =
      receiver === undefined
        ? undefined
        : new AlertDelivery(central, 'alert-delivery', { receiver, ...placed });
    const parts = { store, rules: this.rules, delivery, ...placed };
    const evaluation = new RuleEvaluation(central, 'alert-rules', parts);
    delivery?.network.admit(this.scraper, DELIVERY_PORT);
    evaluation.network.admit(this.scraper, EVALUATION_PORT);
    return { delivery, evaluation };
  }

  private makeDashboards(
    central: Namespace,
    props: MetricsProps,
    store: MetricsStore,
    thresholds: CompleteThresholds,
  ) {
    const dashboard = kpiDashboard(thresholds);
    const configMap = dashboardConfigMap(central, 'kpi-dashboard', dashboard);
    const { grafana: settings } = props;
    if (settings === undefined) return { configMap };
    const grafana = new Grafana(central, 'grafana', { settings, store, dashboard, ...this.placed(props) });
    grafana.network.admit(this.scraper, GRAFANA_PORT);
    return { configMap, grafana };
  }

  private placed({ nodeSelector }: MetricsProps) {
    return { ...(nodeSelector && { nodeSelector }) };
  }
}

/** Remembers it. @returns The one that was there already */
function rememberIn(metrics: Metrics): Metrics | undefined {
  const home = homeOf(metrics);
  const other = made.get(home);
  if (other === undefined) made.set(home, metrics);
  return other;
}

function second(other: Metrics): ConstructViolation {
  return {
    rule: 'metrics-twice',
    property: 'scope',
    problem: `is a second one beside ${other.node.path}: every number would be asked for and kept twice`,
    fix: 'remove one of the two',
  };
}

const made = new WeakMap<IConstruct, Metrics>();

const STORE = 'metrics-store';

export const DEFAULT_RETENTION = '35d';
export const DEFAULT_SIZE = '5Gi';
export const DEFAULT_INTERVAL = '30s';

/** Form of {@link MetricsProps}, for programs without types. */
const metricsShape = object({
  retention: text,
  volume: either(oneOf('scratch'), object({ size: sizeShape, storageClass: text })),
  interval: text,
  thresholds: thresholdsShape,
  receiver: receiverShape,
  grafana: grafanaShape,
  scrape: list(dataMap),
  verifyKubelets: flag,
  resources: resourcesShape,
  nodeSelector: mapOf(anyText),
});
