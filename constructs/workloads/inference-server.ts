import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Accelerator } from '../../lib/cluster/node';
import { anyText, checkProps, either, flag, list, object, text, wholeNumber } from '../../lib/rules/shape';
import { addCheck, type ConstructViolation } from '../violations';
import type { Connection } from './connection';
import { makeDeployment, type DeploymentParts } from './deployment';
import { imageOf, InferenceRuntime, runtimeShape, type Runtime } from './inference-runtime';
import { ingressShape, middlewareShape, type IngressChoice } from './ingress';
import { podShapes, type PodSettings } from './pod';
import type { ContainerResources } from './resources';
import { makeRoute } from './route';
import { tlsShape, type Tls } from './tls';
import { sizeShape, volumeShape, type Volume } from './volumes';
import { Workload } from './workload';
import { ingressFromShape, type Egress, type IngressFrom, type WorkloadNetwork } from './workload-network';

export interface InferenceServerProps extends Pick<
  PodSettings,
  | 'env'
  | 'resources'
  | 'nodeSelector'
  | 'tolerations'
  | 'architectures'
  | 'volumes'
  | 'connections'
  | 'egress'
> {
  /** What answers, and with which models. */
  readonly runtime: Runtime;

  /** Device it runs on; nodes that have it say so in the same words. @default - processors */
  readonly accelerator?: Accelerator;

  /** Where models are kept: the size of a claim of its own, or a volume. @default '50Gi' */
  readonly models?: string | Volume;

  /** Shared memory of its processes, as a quantity; counts as the container's memory. @default '1Gi' */
  readonly sharedMemory?: string;

  /** Seconds until it must answer for the first time, downloads included. @default 3600 */
  readonly startupSeconds?: number;

  /** Models are on the volume already, and nothing is downloaded. @default false */
  readonly offline?: boolean;

  /** Merged with the default. @default - requests of 500m and 4Gi, a memory limit of 6Gi; 16Mi of disk, limited to what scratch volumes hold and 100Mi */
  readonly resources?: ContainerResources;

  /** Where it may connect to besides its connections and DNS. @default - the public internet, where models come from; nowhere with `offline` */
  readonly egress?: readonly Egress[];

  /** Node label to value, merged with the default. @default - label of the accelerator's nodes, and the defaults around it */
  readonly nodeSelector?: Readonly<Record<string, string>>;

  /** Names it is served under from outside of the cluster. @default - only reached inside of it */
  readonly host?: string | readonly string[];

  /** @default - of the defaults around it, else none, which is refused in production */
  readonly tls?: Tls;

  /** @default - of the defaults around it, else an Ingress of the cluster's first ingress class */
  readonly ingress?: IngressChoice;

  /** What requests go through first, in this order; Traefik only. @default - nothing */
  readonly middlewares?: readonly { readonly reference: string }[];

  /** Who may connect besides consumers of `connection` and the ingress controller. @default - nobody */
  readonly allowFrom?: readonly IngressFrom[];
}

/** A server for language models and the like: one pod on the device it needs, with its models on a volume that outlives it. */
export class InferenceServer extends Workload {
  readonly deployment: ApiObject;
  readonly service: ApiObject;

  /** Ingress, or HTTPRoute; `undefined` without a host. */
  readonly route: ApiObject | undefined;

  /** What may connect to it, and where it may connect to. */
  readonly network: WorkloadNetwork;

  /** Gives consumers `HOST`, `PORT` and `URL`. */
  readonly connection: Connection;

  constructor(scope: Construct, id: string, props: InferenceServerProps) {
    super(scope, id, 'inference');
    const { problems, sound } = checkProps(props, inferenceShape);
    const { runtime = InferenceRuntime.ollama({ models: [] }), accelerator, allowFrom = [] } = sound;
    addCheck(this, () => [
      ...problems,
      ...(sound.runtime === undefined ? [] : runtimeViolations(sound.runtime, accelerator)),
    ]);

    const made = this.deploy(sound, runtime);
    this.deployment = made.deployment;
    this.network = made.pod.network;
    for (const from of allowFrom) this.network.admit(from, runtime.port);
    this.service = new ApiObject(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: this.metadata,
      spec: { selector: this.selector, ports: [{ name: 'http', port: runtime.port, targetPort: 'http' }] },
    });
    this.route = this.routeTo(sound, runtime.port);
    const host = `${this.name}.${this.namespace}`;
    this.connection = {
      host,
      port: runtime.port,
      variables: { URL: `http://${host}:${runtime.port}` },
      target: { construct: this, network: this.network, port: runtime.port },
    };
  }

  private deploy(props: Partial<InferenceServerProps>, runtime: Runtime): DeploymentParts {
    const {
      accelerator,
      models = '50Gi',
      sharedMemory = '1Gi',
      offline = false,
      startupSeconds = 3600,
    } = props;
    const image = imageOf(runtime, accelerator?.resource) ?? Object.values(runtime.images)[0];
    const { command, args, env, prepare, port, user } = runtime;
    const volumes: Record<string, Volume> = {
      '/models': typeof models === 'string' ? { persistent: models } : models,
      '/dev/shm': { memory: sharedMemory },
      '/tmp': { scratch: '2Gi' },
      ...props.volumes,
    };
    const [label, value] = accelerator?.label?.split('=') ?? [];
    return makeDeployment(
      this,
      {
        ...props,
        image,
        command,
        args,
        user,
        volumes,
        env: { ...env, ...props.env },
        egress: props.egress ?? (offline ? [] : ['internet']),
        nodeSelector: { ...(label !== undefined && { [label]: value ?? '' }), ...props.nodeSelector },
        terminationGracePeriodSeconds: 60,
      },
      { replicas: 1, usual: 1, recreate: true, progressDeadlineSeconds: startupSeconds + 600 },
      {
        resources: LARGE,
        devices: accelerator === undefined ? {} : { [accelerator.resource]: accelerator.count ?? 1 },
        container: { ports: [{ name: 'http', containerPort: port }], ...probes(runtime, startupSeconds) },
        spec: accelerator?.runtimeClass === undefined ? {} : { runtimeClassName: accelerator.runtimeClass },
        ...(prepare !== undefined && !offline && { prepare: { command: prepare } }),
      },
    );
  }

  private routeTo(props: Partial<InferenceServerProps>, podPort: number): ApiObject | undefined {
    const { host, tls = this.defaults.tls, ingress = this.defaults.ingress, middlewares = [] } = props;
    const hosts = typeof host === 'string' ? [host] : (host ?? []);
    if (hosts.length === 0) return undefined;
    return makeRoute(
      this,
      { hosts, path: '/', tls, ingress, middlewares },
      { servicePort: { name: 'http', number: podPort }, podPort, network: this.network },
    );
  }
}

/** Long answers keep a server busy: it is restarted only when its port is gone for five minutes. */
function probes({ healthPath }: Runtime, startupSeconds: number): Record<string, unknown> {
  const http = { httpGet: { path: healthPath, port: 'http' } };
  return {
    startupProbe: {
      ...http,
      periodSeconds: 10,
      failureThreshold: Math.max(1, Math.ceil(startupSeconds / 10)),
    },
    readinessProbe: { ...http, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    livenessProbe: {
      tcpSocket: { port: 'http' },
      periodSeconds: 30,
      timeoutSeconds: 10,
      failureThreshold: 10,
    },
  };
}

function runtimeViolations(runtime: Runtime, accelerator: Accelerator | undefined): ConstructViolation[] {
  if (imageOf(runtime, accelerator?.resource) !== undefined) return [];
  const wanted = accelerator?.resource ?? 'processors alone';
  const known = Object.keys(runtime.images).join(', ');
  return [
    {
      rule: 'inference-image',
      property: 'runtime',
      problem: `has no image for ${wanted}, only for ${known}`,
      fix: 'give the runtime an image that is made for it: image: …',
    },
  ];
}

/** A model of three billion parameters at four bits needs about 3 GB. */
const LARGE: ContainerResources = { requests: { cpu: '500m', memory: '4Gi' }, limits: { memory: '6Gi' } };

const accelerator = object(
  { resource: text, runtimeClass: text, label: anyText, count: wholeNumber(1, 64) },
  'resource',
);
const models: typeof sizeShape = (value, at) =>
  typeof value === 'string' ? sizeShape(value, at) : volumeShape(value, at);

const inferenceShape = object(
  {
    runtime: runtimeShape,
    accelerator,
    models,
    sharedMemory: sizeShape,
    startupSeconds: wholeNumber(1, 86_400),
    offline: flag,
    env: podShapes.env,
    resources: podShapes.resources,
    nodeSelector: podShapes.nodeSelector,
    tolerations: podShapes.tolerations,
    architectures: podShapes.architectures,
    volumes: podShapes.volumes,
    connections: podShapes.connections,
    egress: podShapes.egress,
    host: either(text, list(text)),
    tls: tlsShape,
    ingress: ingressShape,
    middlewares: middlewareShape,
    allowFrom: list(ingressFromShape),
  },
  'runtime',
);
