import { type ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { toYaml } from '../../../lib/yaml';
import { type ContainerResources } from '../../workloads/resources';
import { Workload } from '../../workloads/workload';
import type { WorkloadNetwork } from '../../workloads/workload-network';
import { serviceAccount } from './api-access';
import { makeDatabase } from './database';
import { IMAGES } from './images';
import { scrapeConfig, type ScrapeSettings } from './scrape-config';
import type { StoreSettings } from './store-settings';

export const METRICS_PORT = 8428;

/** VictoriaMetrics in one process, which collects, keeps and answers. */
export class MetricsStore extends Workload {
  readonly statefulSet: ApiObject;
  readonly network: WorkloadNetwork;

  /** Inside of the cluster. */
  readonly url: string;

  constructor(scope: Construct, id: string, settings: StoreSettings, scrape: ScrapeSettings) {
    super(scope, id, 'database', 52);
    const account = serviceAccount(this, RULES);
    const { statefulSet, network } = makeDatabase(this, settings, {
      image: IMAGES.victoriaMetrics,
      port: METRICS_PORT,
      args: [
        `-retentionPeriod=${settings.retention}`,
        `-promscrape.config=${FOLDER}/scrape.yaml`,
        '-memory.allowedPercent=50',
        '-selfScrapeInterval=0', // collected as everything else here
      ],
      files: { [FOLDER]: { files: { 'scrape.yaml': toYaml(scrapeConfig(scrape)) } } },
      account,
      resources: RESOURCES,
      egress: ['anything'], // it asks any pod, on the port that its annotation says, and kubelets
    });
    this.statefulSet = statefulSet;
    this.network = network;
    this.url = `http://${this.name}.${this.namespace}:${METRICS_PORT}`;
  }
}

const FOLDER = '/etc/metrics';

/** `nodes/metrics` is enough for kubelets; `nodes/proxy`, which charts often grant, lets one run commands in pods. */
const RULES = [
  {
    apiGroups: [''],
    resources: ['nodes', 'pods', 'services', 'namespaces'],
    verbs: ['get', 'list', 'watch'],
  },
  { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
];

/** Measured: docs/observability.md. */
const RESOURCES: ContainerResources = {
  requests: { cpu: '50m', memory: '128Mi' },
  limits: { memory: '384Mi' },
};
