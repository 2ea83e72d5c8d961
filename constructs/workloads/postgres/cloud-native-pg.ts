import { ApiObject } from 'cdk8s';
import { bytesOf } from '../../../lib/cluster/quantity';
import { ExistingSecret } from '../../../lib/existing-secret';
import { CLOUD_NATIVE_PG_IMAGES } from '../../../lib/workloads/postgres/images';
import { addCheck } from '../../violations';
import { imageViolations } from '../pod';
import { resourceViolations, type ContainerResources } from '../resources';
import { tolerationOf } from '../toleration';
import type { Workload } from '../workload';
import { WorkloadNetwork } from '../workload-network';
import { onOff, PORT, serverResources, serverSettings, type Server } from './server';

/** The objects of a database that CloudNativePG runs. */
export interface CloudNativePgParts {
  readonly cluster: ApiObject;
  readonly network: WorkloadNetwork;

  /** Where the operator, or somebody else, keeps name and password of the owner. */
  readonly secret: string;
}

/**
 * A `Cluster` of CloudNativePG. Fields: cloudnative-pg/cloudnative-pg@v1.30.0:config/crd/bases/postgresql.cnpg.io_clusters.yaml; Services and Secrets that the
 * operator makes: docs/src/applications.md there.
 */
export function makeCloudNativePg(workload: Workload, server: Server): CloudNativePgParts {
  const { props, version, size, database, owner } = server;
  const { defaults, name, namespace } = workload;
  const { imagePullSecrets = [], priorityClassName } = defaults;
  const { replicas = 1, storageClass, password, image } = props;
  const imageName = image ?? CLOUD_NATIVE_PG_IMAGES[version] ?? 'none:0';
  const resources = serverResources(props.resources);
  const given = password instanceof ExistingSecret ? password.name : undefined;
  addCheck(workload, () => [...imageViolations(imageName, 'image'), ...resourceViolations({ resources })]);
  const affinity = affinityOf(workload, props);
  const cluster = new ApiObject(workload, 'cluster', {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'Cluster',
    metadata: workload.metadata,
    spec: {
      instances: replicas,
      imageName,
      imagePullPolicy: defaults.imagePullPolicy ?? 'IfNotPresent',
      ...(defaults.labels && { inheritedMetadata: { labels: defaults.labels } }),
      ...(imagePullSecrets.length > 0 && { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
      ...(priorityClassName !== undefined && { priorityClassName }),
      bootstrap: {
        initdb: { database, owner, dataChecksums: true, ...(given && { secret: { name: given } }) },
      },
      postgresql: { parameters: parametersOf(server, resources) },
      storage: { size, ...(storageClass !== undefined && { storageClass }) },
      resources,
      enablePDB: replicas > 1, // one server alone would stop every drain
      smartShutdownTimeout: 10, // sessions of pools never end by themselves
      stopDelay: props.terminationGracePeriodSeconds ?? 120,
      ...(Object.keys(affinity).length > 0 && { affinity }),
    },
  });
  const network = networkOf(workload, { name, namespace });
  return { cluster, network, secret: given ?? `${name}-app` };
}

function affinityOf({ defaults }: Workload, props: Server['props']): object {
  const nodeSelector = { ...defaults.nodeSelector, ...props.nodeSelector };
  const tolerations = props.tolerations ?? defaults.tolerations ?? [];
  return {
    ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
    ...(tolerations.length > 0 && { tolerations: tolerations.map(tolerationOf) }),
  };
}

/** The operator refuses `shared_buffers`, a quarter of the memory counted with, above the requested memory (internal/webhook/v1/cluster_webhook.go there). */
function parametersOf(server: Server, { requests, limits }: ContainerResources): Record<string, string> {
  const memory = Math.min(bytesOf(limits?.memory ?? '256Mi'), bytesOf(requests?.memory ?? '128Mi') * 4);
  const settings = Object.entries(serverSettings(server, memory));
  return Object.fromEntries(settings.map(([name, value]) => [name, onOff(value)]));
}

/**
 * The operator asks each server for its state, servers copy from each other, and each asks the Kubernetes API what it is:
 * cloudnative-pg/cloudnative-pg@v1.30.0:docs/src/samples/networkpolicy-example.yaml, docs/src/networking.md.
 */
function networkOf(
  workload: Workload,
  { name, namespace }: { name: string; namespace: string },
): WorkloadNetwork {
  const selector = { 'cnpg.io/cluster': name };
  const enabled = workload.defaults.networkPolicy ?? true;
  const network = new WorkloadNetwork(workload, { name, namespace, selector }, workload.metadata, enabled);
  const operator = { namespace: 'cnpg-system', labels: { 'app.kubernetes.io/name': 'cloudnative-pg' } };
  for (const port of [PORT, STATUS_PORT]) {
    network.admit(operator, port);
    network.connect(network, port);
  }
  for (const cidr of ['0.0.0.0/0', '::/0']) network.reach({ cidr, ports: [443, 6443] });
  return network;
}

/** Of the program that runs beside each server. */
const STATUS_PORT = 8000;
