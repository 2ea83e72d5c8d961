import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { checkProps, either, list, object, text, wholeNumber } from '../../lib/rules/shape';
import { addCheck } from '../violations';
import { autoscalingShape, type Autoscaling } from './availability';
import type { Connection } from './connection';
import { makeDeployment } from './deployment';
import { ingressShape, middlewareShape, type IngressChoice } from './ingress';
import { podShapes, type PodSettings } from './pod';
import { makeRoute } from './route';
import { tlsShape, type Tls } from './tls';
import { Workload } from './workload';
import { ingressFromShape, type IngressFrom, type WorkloadNetwork } from './workload-network';

export interface WebServiceProps extends PodSettings {
  /** Port the program listens on. @default 8080 */
  readonly port?: number;

  /** @default - of the defaults around it, else 2: one serves while the other is replaced; 1 with a volume that only one pod can have */
  readonly replicas?: number;

  /** Number of pods by how busy they are, instead of `replicas`. @default - a fixed number */
  readonly autoscaling?: Autoscaling;

  /** Path that answers with a status from 200 to 399 when the program can serve. @default - ready when the port is open */
  readonly healthPath?: string;

  /** Seconds until the program must listen for the first time. @default 60 */
  readonly startupSeconds?: number;

  /** Names it is served under from outside of the cluster. @default - only reached inside of it */
  readonly host?: string | readonly string[];

  /** Beginning of the path that requests must have. @default '/' */
  readonly path?: string;

  /** @default - of the defaults around it, else none, which is refused in production */
  readonly tls?: Tls;

  /** @default - of the defaults around it, else an Ingress of the cluster's first ingress class */
  readonly ingress?: IngressChoice;

  /** What requests go through first, in this order; Traefik only. @default - nothing */
  readonly middlewares?: readonly { readonly reference: string }[];

  /** Who may connect besides consumers of `connection` and the ingress controller. @default - nobody */
  readonly allowFrom?: readonly IngressFrom[];
}

/**
 * A program that answers HTTP, WebSocket or gRPC without state of its own: Deployment, Service, and a route when it has a host. Reached inside the
 * cluster on port 80.
 */
export class WebService extends Workload {
  readonly deployment: ApiObject;
  readonly service: ApiObject;

  /** Ingress, or HTTPRoute; `undefined` without a host. */
  readonly route: ApiObject | undefined;

  /** `undefined` for a fixed number of pods. */
  readonly autoscaler: ApiObject | undefined;

  /** `undefined` for a single pod. */
  readonly disruptionBudget: ApiObject | undefined;

  /** What may connect to it, and where it may connect to. */
  readonly network: WorkloadNetwork;

  /** Gives consumers `HOST`, `PORT` and `URL`. */
  readonly connection: Connection;

  constructor(scope: Construct, id: string, props: WebServiceProps) {
    super(scope, id, 'web');
    const { problems, sound } = checkProps(props, webServiceShape);
    addCheck(this, () => problems);
    const { port = 8080, replicas, autoscaling, allowFrom = [] } = sound;

    const made = makeDeployment(
      this,
      sound,
      { replicas, usual: 2, autoscaling },
      {
        container: {
          ports: [{ name: 'http', containerPort: port }],
          ...probes(sound),
          ...drain(this, sound),
        },
      },
    );
    this.deployment = made.deployment;
    this.autoscaler = made.autoscaler;
    this.disruptionBudget = made.disruptionBudget;
    this.network = made.pod.network;
    for (const from of allowFrom) this.network.admit(from, port);

    this.service = new ApiObject(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: this.metadata,
      spec: { selector: this.selector, ports: [{ name: 'http', port: SERVICE_PORT, targetPort: 'http' }] },
    });
    this.route = this.routeTo(sound, port);
    const host = `${this.name}.${this.namespace}`;
    this.connection = {
      host,
      port: SERVICE_PORT,
      variables: { URL: `http://${host}` },
      target: { construct: this, network: this.network, port },
    };
  }

  private routeTo(props: Partial<WebServiceProps>, podPort: number): ApiObject | undefined {
    const {
      host,
      path = '/',
      tls = this.defaults.tls,
      ingress = this.defaults.ingress,
      middlewares = [],
    } = props;
    const hosts = typeof host === 'string' ? [host] : (host ?? []);
    if (hosts.length === 0) return undefined;
    const servicePort = { name: 'http', number: SERVICE_PORT };
    return makeRoute(
      this,
      { hosts, path, tls, ingress, middlewares },
      { servicePort, podPort, network: this.network },
    );
  }
}

/** The port alone says that the program listens; a path says that it can serve, and its failure does not end it. */
function probes({ healthPath, startupSeconds = 60 }: Partial<WebServiceProps>): Record<string, unknown> {
  const tcp = { tcpSocket: { port: 'http' } };
  const ready = healthPath === undefined ? tcp : { httpGet: { path: healthPath, port: 'http' } };
  return {
    startupProbe: { ...tcp, periodSeconds: 2, failureThreshold: Math.max(1, Math.ceil(startupSeconds / 2)) },
    readinessProbe: { ...ready, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 3 },
    ...(healthPath !== undefined && {
      livenessProbe: { ...tcp, periodSeconds: 20, timeoutSeconds: 3, failureThreshold: 6 },
    }),
  };
}

/** Requests still arrive for a moment after a pod was asked to stop (kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle). */
function drain(
  { defaults }: Workload,
  { terminationGracePeriodSeconds: own }: Partial<WebServiceProps>,
): Record<string, unknown> {
  const grace = own ?? defaults.terminationGracePeriodSeconds ?? 30;
  const seconds = Math.min(5, Math.floor(grace / 2)); // the program needs time as well
  return seconds === 0 ? {} : { lifecycle: { preStop: { sleep: { seconds } } } };
}

const SERVICE_PORT = 80;

const port = wholeNumber(1, 65_535);
const webServiceShape = object(
  {
    ...podShapes,
    port,
    replicas: wholeNumber(0, 1000),
    autoscaling: autoscalingShape,
    healthPath: text,
    startupSeconds: wholeNumber(1, 86_400),
    host: either(text, list(text)),
    path: text,
    tls: tlsShape,
    ingress: ingressShape,
    middlewares: middlewareShape,
    allowFrom: list(ingressFromShape),
  },
  'image',
);
