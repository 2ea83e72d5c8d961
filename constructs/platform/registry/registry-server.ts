import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { buildPod, CONTAINER_SECURITY, type Pod, type PodSettings } from '../../workloads/pod';
import type { ContainerResources } from '../../workloads/resources';
import { claimSpec, volumeName } from '../../workloads/volumes';
import { Workload } from '../../workloads/workload';
import type { WorkloadNetwork } from '../../workloads/workload-network';

/** What a registry of container images is told. */
export interface RegistryServerSettings extends Pick<
  PodSettings,
  'env' | 'egress' | 'nodeSelector' | 'tolerations'
> {
  readonly size: string;
  readonly storageClass?: string;
  readonly resources?: ContainerResources;

  /** Port on every node. */
  readonly nodePort: number;

  /** Writes the file of users before the registry starts. @default - everybody may do everything */
  readonly users?: { readonly name: string; readonly password: object };
}

/**
 * One registry of container images (CNCF Distribution), which keeps them on a volume and answers on the same port of every node, so that the nodes'
 * containerd reaches it without the cluster's DNS.
 */
export abstract class RegistryServer extends Workload {
  readonly statefulSet: ApiObject;
  readonly service: ApiObject;
  readonly network: WorkloadNetwork;

  constructor(scope: Construct, id: string, settings: RegistryServerSettings) {
    super(scope, id, 'registry', 52);
    const { size, storageClass, nodePort } = settings;
    const pod = this.pod(settings);
    this.network = pod.network;
    this.network.admit('anywhere', PORT); // what comes by a port of the node has the node's address
    this.statefulSet = new ApiObject(this, 'stateful-set', {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: this.metadata,
      spec: {
        serviceName: this.name,
        replicas: 1,
        revisionHistoryLimit: 3,
        selector: { matchLabels: this.selector },
        template: pod.template,
        volumeClaimTemplates: [
          {
            metadata: { name: DATA },
            spec: claimSpec({ persistent: size, ...(storageClass && { storageClass }) }),
          },
        ],
      },
    });
    this.service = this.serve(nodePort);
  }

  private pod(settings: RegistryServerSettings): Pod {
    const { users, env, resources, egress, nodeSelector, tolerations } = settings;
    return buildPod(
      this,
      {
        image: IMAGE,
        user: 65_532,
        env: { ...ENVIRONMENT, ...(users && USERS_ENVIRONMENT), ...env },
        volumes: users === undefined ? {} : { [USERS_FOLDER]: { memory: '1Mi' } },
        resources,
        egress,
        nodeSelector,
        tolerations,
      },
      {
        resources: RESOURCES,
        container: { ports: [{ name: 'http', containerPort: PORT }], ...PROBES },
        volumeMounts: [{ name: DATA, mountPath: DATA_FOLDER }], // of the claim of the StatefulSet
        spec: users === undefined ? {} : { initContainers: [usersContainer(users)] },
      },
    );
  }

  private serve(nodePort: number): ApiObject {
    return new ApiObject(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: this.metadata,
      spec: {
        type: 'NodePort',
        selector: this.selector,
        ports: [{ name: 'http', port: PORT, targetPort: 'http', nodePort }],
      },
    });
  }
}

/** Distribution takes bcrypt only; the password goes in by stdin, and is in no argument. */
function usersContainer({ name, password }: { readonly name: string; readonly password: object }): object {
  return {
    name: 'users',
    image: HTPASSWD_IMAGE,
    command: ['sh', '-c', `printf %s "$PASSWORD" | htpasswd -niB '${name}' > ${USERS_FOLDER}/htpasswd`],
    env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: password } }],
    resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '32Mi' } },
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [{ name: volumeName(USERS_FOLDER), mountPath: USERS_FOLDER }],
  };
}

/** Port inside of the cluster. */
export const PORT = 5000;
const DATA = 'data';
const DATA_FOLDER = '/var/lib/registry';
const USERS_FOLDER = '/auth';

/** distribution/distribution@v3.1.1:docs/content/about/configuration.md; a variable for each key of its configuration. */
const ENVIRONMENT = {
  REGISTRY_HTTP_ADDR: `:${PORT}`,
  REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: DATA_FOLDER,
  REGISTRY_STORAGE_DELETE_ENABLED: 'true',
  OTEL_TRACES_EXPORTER: 'none', // else to a collector on localhost (its tracing/tracing.go)
};
const USERS_ENVIRONMENT = {
  REGISTRY_AUTH: 'htpasswd',
  REGISTRY_AUTH_HTPASSWD_REALM: 'registry',
  REGISTRY_AUTH_HTPASSWD_PATH: `${USERS_FOLDER}/htpasswd`,
};

/** `/` answers without a password. */
const PROBES = {
  startupProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 2, failureThreshold: 60 },
  readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 10 },
  livenessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 20, failureThreshold: 6 },
};

const RESOURCES: ContainerResources = {
  requests: { cpu: '25m', memory: '48Mi' },
  limits: { memory: '256Mi' },
};

/** docker-library/official-images@37079fb336:library/registry. */
const IMAGE = 'docker.io/library/registry:3.1.1';

/** docker-library/official-images@37079fb336:library/httpd. */
const HTPASSWD_IMAGE = 'docker.io/library/httpd:2.4.68-alpine';
