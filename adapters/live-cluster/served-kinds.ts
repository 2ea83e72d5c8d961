import { isPlainObject } from '../../lib/plain-object';
import type { ClusterClient } from './cluster-client';

/** How a cluster serves a kind. */
export interface ServedKind {
  /** Path of its collection, without namespace: `/apis/apps/v1`. */
  readonly base: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Which kinds there are cannot be found out now. */
export class KindsUnknown extends Error {
  override readonly name = 'KindsUnknown';
}

/** Asks a cluster for the kinds of an API version, once. */
export class ServedKinds {
  readonly #known = new Map<string, Promise<ReadonlyMap<string, ServedKind>>>();

  constructor(private readonly client: ClusterClient) {}

  /** `undefined` when the cluster does not serve the kind. @throws ClusterDown, KindsUnknown */
  async find(apiVersion: string, kind: string): Promise<ServedKind | undefined> {
    const known = this.#known.get(apiVersion) ?? this.#discover(apiVersion);
    this.#known.set(apiVersion, known);
    return (await known).get(kind);
  }

  /** An APIResourceList (k8s.io/apimachinery@v0.36.3:pkg/apis/meta/v1/types.go). */
  async #discover(apiVersion: string): Promise<ReadonlyMap<string, ServedKind>> {
    const [group = '', version] = apiVersion.split('/').map(encodeURIComponent);
    const base = version === undefined ? `/api/${group}` : `/apis/${group}/${version}`;
    const { status, body } = await this.client.ask('GET', base);
    if (status !== 200 && status !== 404)
      throw new KindsUnknown(
        `the cluster does not say which kinds of ${apiVersion} it serves: HTTP ${status}`,
      );
    const resources = isPlainObject(body) && Array.isArray(body['resources']) ? body['resources'] : [];
    const kinds = new Map<string, ServedKind>();
    for (const resource of resources as unknown[]) {
      if (!isPlainObject(resource)) continue;
      const { name, kind, namespaced } = resource;
      // `deployments/scale` and the like are parts of another kind.
      if (typeof name !== 'string' || typeof kind !== 'string' || name.includes('/')) continue;
      kinds.set(kind, { base, plural: name, namespaced: namespaced === true });
    }
    return kinds;
  }
}
