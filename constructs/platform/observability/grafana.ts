import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { object, text } from '../../../lib/rules/shape';
import type { SecretSource } from '../../../lib/secret';
import { toYaml } from '../../../lib/yaml';
import { makeDeployment } from '../../workloads/deployment';
import { ingressShape, type IngressChoice } from '../../workloads/ingress';
import { resourcesShape, type ContainerResources } from '../../workloads/resources';
import { makeRoute } from '../../workloads/route';
import { tlsShape, type Tls } from '../../workloads/tls';
import type { Volumes } from '../../workloads/volumes';
import { Workload } from '../../workloads/workload';
import type { WorkloadNetwork } from '../../workloads/workload-network';
import { DASHBOARD_FILE, DATA_SOURCE } from './dashboards';
import { serviceOf } from './database';
import { IMAGES } from './images';
import { METRICS_PORT, type MetricsStore } from './metrics-store';
import { anySecret } from './receiver';

/** Dashboards in a browser. */
export interface GrafanaSettings {
  /** Password of the user `admin`. */
  readonly password: SecretSource;

  /** Name it is served under. @default - reached by `kubectl port-forward` only */
  readonly host?: string;

  /** @default - of the defaults around it, else none, which is refused in production */
  readonly tls?: Tls;

  /** @default - of the defaults around it, else an Ingress of the cluster's first ingress class */
  readonly ingress?: IngressChoice;

  /** @default - requests of 25m and 96Mi, a memory limit of 256Mi */
  readonly resources?: ContainerResources;
}

/** One Grafana that has everything from the program: what people change in it is gone with its pod. */
export class Grafana extends Workload {
  readonly deployment: ApiObject;
  readonly network: WorkloadNetwork;

  constructor(
    scope: Construct,
    id: string,
    parts: {
      readonly settings: GrafanaSettings;
      readonly store: MetricsStore;
      readonly dashboard: object;
      readonly nodeSelector?: Readonly<Record<string, string>>;
    },
  ) {
    super(scope, id, 'dashboards');
    const { settings, store, dashboard, nodeSelector } = parts;
    const { password, host, tls = this.defaults.tls, ingress = this.defaults.ingress, resources } = settings;
    const { deployment, pod } = makeDeployment(
      this,
      {
        image: IMAGES.grafana,
        user: 472, // grafana-community/helm-charts@3386a115:charts/grafana/values.yaml, securityContext
        env: { ...ENVIRONMENT, GF_SECURITY_ADMIN_PASSWORD: password },
        volumes: volumesOf(store, dashboard),
        ...(resources && { resources }),
        ...(nodeSelector && { nodeSelector }),
      },
      { replicas: 1, usual: 1, recreate: true },
      {
        resources: RESOURCES,
        container: { ports: [{ name: 'http', containerPort: GRAFANA_PORT }], ...PROBES },
      },
    );
    this.deployment = deployment;
    this.network = pod.network;
    this.network.connect(store.network, METRICS_PORT);
    this.node.addDependency(store);
    serviceOf(this, GRAFANA_PORT);
    if (host === undefined) return;
    const route = { hosts: [host], path: '/', tls, ingress, middlewares: [] };
    makeRoute(this, route, {
      servicePort: { name: 'http', number: GRAFANA_PORT },
      podPort: GRAFANA_PORT,
      network: this.network,
    });
  }
}

function volumesOf(store: MetricsStore, dashboard: object): Volumes {
  return {
    [`${PROVISIONING}/datasources`]: { files: { 'metrics.yaml': toYaml(dataSources(store.url)) } },
    [`${PROVISIONING}/dashboards`]: { files: { 'files.yaml': toYaml(PROVIDERS) } },
    [DASHBOARDS]: { files: { [DASHBOARD_FILE]: JSON.stringify(dashboard) } },
    '/var/lib/grafana': { scratch: '256Mi' },
  };
}

function dataSources(url: string): object {
  const source = { name: DATA_SOURCE, uid: DATA_SOURCE, type: 'prometheus', access: 'proxy', url };
  return { apiVersion: 1, datasources: [{ ...source, isDefault: true }] };
}

export const GRAFANA_PORT = 3000;
const PROVISIONING = '/etc/grafana/provisioning';
const DASHBOARDS = '/etc/grafana/dashboards';
const PROVIDERS = {
  apiVersion: 1,
  providers: [{ name: 'k3stack', type: 'file', options: { path: DASHBOARDS } }],
};

/** No calls to its makers, and nobody can sign up. */
const ENVIRONMENT = {
  GF_ANALYTICS_REPORTING_ENABLED: 'false',
  GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
  GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
  GF_PLUGINS_PREINSTALL_DISABLED: 'true',
  GF_USERS_ALLOW_SIGN_UP: 'false',
};

/** grafana-community/helm-charts@3386a115:charts/grafana/values.yaml, readinessProbe. */
const PROBES = {
  startupProbe: { httpGet: { path: '/api/health', port: 'http' }, periodSeconds: 2, failureThreshold: 150 },
  readinessProbe: { httpGet: { path: '/api/health', port: 'http' }, periodSeconds: 10, timeoutSeconds: 5 },
  livenessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 20, failureThreshold: 6 },
};

/** Chosen, not measured: Grafana cannot be built here. */
const RESOURCES: ContainerResources = {
  requests: { cpu: '25m', memory: '96Mi' },
  limits: { memory: '256Mi' },
};

/** Form of {@link GrafanaSettings}. */
export const grafanaShape = object(
  { password: anySecret, host: text, tls: tlsShape, ingress: ingressShape, resources: resourcesShape },
  'password',
);
