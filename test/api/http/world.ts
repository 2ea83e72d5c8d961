import { describe } from '@jest/globals';
import { environments } from '../../../constructs/environments';
import type { Environment } from '../../../constructs/environment';
import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import { type ControlPlane, startControlPlane, whyNoControlPlane } from '../control-plane';
import { objectsOfCluster, synthesisOf } from '../synthesized-objects';
import type { BackendOptions } from './backend';
import type { Answer, RequestOptions } from './client';
import { endpointSlice } from './endpoint-slices';
import { whyNoSandbox } from './sandbox';
import { BACKENDS, TraefikProxy } from './traefik';

/** Tests that make requests; where that cannot be they are skipped, and the title says why. */
export function httpSuite(title: string, define: () => void): void {
  const reason = whyNoControlPlane() ?? whyNoSandbox();
  if (reason === undefined) describe(title, define);
  else describe.skip(`${title} [${reason}]`, define);
}

/** A backend behind a Service. */
export interface Endpoint {
  /** Last number of its address. */
  readonly host: number;

  /** @default true */
  readonly ready?: boolean;
}

/** An API server, a Traefik that reads it, and backends: what a cluster does with a request, without its pods. */
export class HttpWorld {
  private constructor(
    private readonly plane: ControlPlane,
    readonly traefik: TraefikProxy,
  ) {}

  static async start(): Promise<HttpWorld> {
    const plane = await startControlPlane();
    try {
      await plane.api.apply(INGRESS_CLASS);
      return new HttpWorld(plane, await TraefikProxy.start(plane));
    } catch (error) {
      await plane.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.traefik.stop();
    await this.plane.stop();
  }

  /**
   * Applies what a program makes for its cluster `k3s`, with these values of Secrets' keys, by `namespace/name key`.
   *
   * @throws ApiError when the API server refuses an object.
   */
  async apply(
    define: (env: Environment) => void,
    values: Readonly<Record<string, string>> = {},
  ): Promise<KubernetesObject[]> {
    const synthesis = synthesisOf(environments({ test: {} }, define), 'test');
    const objects = objectsOfCluster(synthesis, 'k3s').map((object) => withValues(object, values));
    // What the distribution's own controllers read is of no use here.
    const applied = objects.filter(({ apiVersion }) => apiVersion !== 'helm.cattle.io/v1');
    for (const object of applied) await this.applyObject(object);
    return applied;
  }

  async applyObject(object: KubernetesObject): Promise<void> {
    await this.plane.api.apply(object);
  }

  async remove(object: KubernetesObject): Promise<void> {
    await this.plane.api.delete(object);
  }

  /** Starts backends, by name and the last number of their addresses. */
  async backends(
    hosts: Readonly<Record<string, number>>,
    kind: BackendOptions['kind'] = 'echo',
  ): Promise<void> {
    for (const [name, host] of Object.entries(hosts))
      await this.traefik.sandbox.backend({ name, address: addressOf(host), port: PORT, kind });
  }

  /** Puts backends behind a Service, as the endpoint controller would put its pods. */
  async endpoints(service: KubernetesObject, endpoints: readonly Endpoint[]): Promise<void> {
    const addresses = endpoints.map(({ host, ready }) => ({ address: addressOf(host), ready }));
    await this.applyObject(endpointSlice(service, addresses, PORT));
  }

  /** The answer with this status, as soon as Traefik gives it. */
  answers(url: string, status: number, options: RequestOptions = {}): Promise<Answer> {
    return this.traefik.eventually(
      () => this.traefik.client.get(url, options),
      (answer) => answer.status === status,
    );
  }
}

/** Address of a backend. */
function addressOf(host: number): string {
  return BACKENDS.replace('0/24', String(host));
}

/** The object of a kind and name among others. @throws Error when there is none. */
export function objectNamed(
  objects: readonly KubernetesObject[],
  kind: string,
  name: string,
): KubernetesObject {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
}

function withValues(object: KubernetesObject, values: Readonly<Record<string, string>>): KubernetesObject {
  if (object.kind !== 'Secret') return object;
  const { namespace, name } = object.metadata;
  const data = Object.entries((object['stringData'] ?? {}) as Readonly<Record<string, string>>).map(
    ([key, text]) => [key, values[`${namespace}/${name} ${key}`] ?? text] as const,
  );
  return { ...object, stringData: Object.fromEntries(data) };
}

/** Port of the containers of a WebService. */
const PORT = 8080;

/** As the chart of Traefik makes it (traefik/traefik-helm-chart@v39.0.7:traefik/templates/ingressclass.yaml). */
const INGRESS_CLASS = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'traefik', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
  spec: { controller: 'traefik.io/ingress-controller' },
};
