import { Agent, request } from 'node:https';
import { parse } from 'yaml';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';

/** An answer of the API server. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: string;

  /** Texts of its `Warning` headers. */
  readonly warnings: readonly string[];
}

/** What the API server says about a kind. */
export interface Resource {
  /** Such as `/apis/apps/v1`. */
  readonly base: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly hasStatus: boolean;
}

/** An object as the API server gives it. */
export interface LiveObject extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation?: number;
    readonly finalizers?: readonly string[];
    readonly deletionTimestamp?: string;
  };
}

/** What names an object. */
export type ObjectRef = Pick<KubernetesObject, 'apiVersion' | 'kind' | 'metadata'>;

/** How an object was applied. */
export interface Applied {
  readonly object: LiveObject;

  /** Whether it was not there before. */
  readonly created: boolean;
}

export interface CallOptions {
  /** Warnings that are not a failure, each with its reason. @default - every warning is a failure */
  readonly allowedWarnings?: readonly AllowedWarning[];

  /** @default false */
  readonly dryRun?: boolean;
}

/** A warning of the API server that a test accepts. */
export interface AllowedWarning {
  readonly warning: RegExp;
  readonly reason: string;
}

/** The API server refused something, or warned of it: the message names the object and has the server's own words. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly doing: string,
    readonly status: number,
    readonly problem: string,
  ) {
    super(`${doing}: ${problem}`);
  }
}

/** The Kubernetes API with an administrator's certificate. */
export class ApiClient {
  private readonly url: URL;
  private readonly tls: { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer };
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 16 });
  private resources = new Map<string, Resource>();

  /** @param kubeconfig Text of one with everything embedded. */
  constructor(kubeconfig: string) {
    const { clusters, users } = parse(kubeconfig) as Kubeconfig;
    const [cluster, user] = [clusters[0]?.cluster, users[0]?.user];
    if (cluster === undefined || user === undefined)
      throw new Error('a kubeconfig without a cluster or a user');
    const decode = (text: string): Buffer => Buffer.from(text, 'base64');
    this.url = new URL(cluster.server);
    this.tls = {
      ca: decode(cluster['certificate-authority-data']),
      cert: decode(user['client-certificate-data']),
      key: decode(user['client-key-data']),
    };
  }

  /** Server-side apply, strict about unknown and repeated fields. */
  async apply(
    object: KubernetesObject,
    options: CallOptions & { readonly manager?: string } = {},
  ): Promise<Applied> {
    const { manager = FIELD_MANAGER } = options;
    const query = `fieldManager=${manager}&force=true&fieldValidation=Strict${dryRun(options)}`;
    const path = `${await this.pathOf(object)}?${query}`;
    const answer = await this.ask('PATCH', path, object, 'application/apply-patch+yaml');
    return {
      object: this.object(`apply ${nameOf(object)}`, answer, options),
      created: answer.status === 201,
    };
  }

  async create(object: KubernetesObject, options: CallOptions = {}): Promise<LiveObject> {
    const path = `${await this.collectionOf(object)}?fieldValidation=Strict${dryRun(options)}`;
    return this.object(`create ${nameOf(object)}`, await this.ask('POST', path, object), options);
  }

  /** The object, or `undefined` when there is none. */
  async find<Shape extends LiveObject = LiveObject>(ref: ObjectRef): Promise<Shape | undefined> {
    const answer = await this.ask('GET', await this.pathOf(ref));
    return answer.status === 404 ? undefined : (this.object(`get ${nameOf(ref)}`, answer) as Shape);
  }

  /** @throws ApiError when there is no such object. */
  async get<Shape extends LiveObject = LiveObject>(ref: ObjectRef): Promise<Shape> {
    return this.object(`get ${nameOf(ref)}`, await this.ask('GET', await this.pathOf(ref))) as Shape;
  }

  /** All objects of a kind, of one namespace or of all. */
  async list<Shape extends LiveObject = LiveObject>(
    { apiVersion, kind }: Pick<ObjectRef, 'apiVersion' | 'kind'>,
    { namespace, labels }: { readonly namespace?: string; readonly labels?: string } = {},
  ): Promise<Shape[]> {
    const { base, plural } = await this.resourceOf({ apiVersion, kind });
    const where = namespace === undefined ? '' : `/namespaces/${namespace}`;
    const query = labels === undefined ? '' : `?labelSelector=${encodeURIComponent(labels)}`;
    const answer = await this.ask('GET', `${base}${where}/${plural}${query}`);
    const list = this.json(`list ${kind}`, answer) as { readonly items: readonly Shape[] };
    return list.items.map((item) => ({ ...item, apiVersion, kind }));
  }

  /** Changes fields of an object, or of its `status`. */
  async patch(ref: ObjectRef, body: unknown, subresource?: 'status'): Promise<LiveObject> {
    const path = `${await this.pathOf(ref)}${subresource === undefined ? '' : `/${subresource}`}`;
    const answer = await this.ask('PATCH', path, body, 'application/merge-patch+json');
    return this.object(`patch ${subresource ?? ''} ${nameOf(ref)}`, answer);
  }

  patchStatus(ref: ObjectRef, status: unknown): Promise<LiveObject> {
    return this.patch(ref, { status }, 'status');
  }

  /** Deletes at once; an object that is gone already is no failure. */
  async delete(ref: ObjectRef): Promise<void> {
    const options = { gracePeriodSeconds: 0, propagationPolicy: 'Background' };
    const answer = await this.ask('DELETE', await this.pathOf(ref), options);
    if (answer.status !== 404) this.json(`delete ${nameOf(ref)}`, answer);
  }

  /** Path of an object. @throws Error when the server does not know the kind. */
  async pathOf(ref: ObjectRef): Promise<string> {
    if (ref.metadata.name === undefined) throw new Error(`${nameOf(ref)} has no name`);
    return `${await this.collectionOf(ref)}/${ref.metadata.name}`;
  }

  private async collectionOf(ref: ObjectRef): Promise<string> {
    const { base, plural, namespaced } = await this.resourceOf(ref);
    if (!namespaced) return `${base}/${plural}`;
    return `${base}/namespaces/${ref.metadata.namespace ?? 'default'}/${plural}`;
  }

  /** How the API server serves a kind. @throws Error when it does not. */
  async resourceOf({ apiVersion, kind }: Pick<ObjectRef, 'apiVersion' | 'kind'>): Promise<Resource> {
    const key = `${apiVersion} ${kind}`;
    const known = this.resources.get(key);
    if (known !== undefined) return known;
    this.resources = await this.discover();
    const found = this.resources.get(key);
    if (found === undefined) throw new Error(`the API server serves no ${kind} of ${apiVersion}`);
    return found;
  }

  private async discover(): Promise<Map<string, Resource>> {
    const lists = await Promise.all(
      ['/api', '/apis'].map((path) => this.ask('GET', path, undefined, DISCOVERY)),
    );
    return new Map(lists.flatMap(({ body }) => (JSON.parse(body) as Discovery).items.flatMap(resourcesOf)));
  }

  private object(doing: string, answer: ApiAnswer, options: CallOptions = {}): LiveObject {
    const { allowedWarnings = [] } = options;
    const parsed = this.json(doing, answer) as LiveObject;
    const refused = answer.warnings.filter(
      (text) => !allowedWarnings.some(({ warning }) => warning.test(text)),
    );
    if (refused.length > 0)
      throw new ApiError(doing, answer.status, `the API server warns: ${refused.join('; ')}`);
    return parsed;
  }

  private json(doing: string, { status, body }: ApiAnswer): unknown {
    if (status >= 400) throw new ApiError(doing, status, `${status} ${messageOf(body)}`);
    return JSON.parse(body) as unknown;
  }

  /** Asks for a path. Rejects only when there is no answer. */
  ask(method: string, path: string, body?: unknown, type = 'application/json'): Promise<ApiAnswer> {
    const accept = type === DISCOVERY ? DISCOVERY : 'application/json';
    const text = body === undefined ? '' : JSON.stringify(body);
    // Node sends the body of a DELETE without its length unless told.
    const headers = {
      accept,
      'content-length': Buffer.byteLength(text),
      ...(text !== '' && { 'content-type': type }),
    };
    const { hostname, port } = this.url;
    return new Promise((resolve, reject) => {
      const options = {
        hostname,
        port,
        path,
        method,
        headers,
        agent: this.agent,
        timeout: 60_000,
        ...this.tls,
      };
      const sent = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString(),
            warnings: warningsIn(response.headers['warning']),
          }),
        );
      });
      sent.on('timeout', () => sent.destroy(new Error(`${path} was not answered within a minute`)));
      sent.on('error', reject);
      sent.end(text);
    });
  }

  /** Lets go of its connections. */
  close(): void {
    this.agent.destroy();
  }
}

/** `Kind namespace/name`. */
export function nameOf({ kind, metadata: { namespace, name, generateName } }: ObjectRef): string {
  const own = name ?? (typeof generateName === 'string' ? `${generateName}*` : '(no name)');
  return `${kind} ${namespace === undefined ? own : `${namespace}/${own}`}`;
}

const FIELD_MANAGER = 'k3stack';
const DISCOVERY = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Every kind of an API group, by API version and kind. */
function resourcesOf({ metadata: { name: group = '' }, versions }: DiscoveredGroup): [string, Resource][] {
  return versions.flatMap(({ version, resources = [] }) => {
    const apiVersion = group === '' ? version : `${group}/${version}`;
    const base = group === '' ? `/api/${version}` : `/apis/${apiVersion}`;
    return resources.map(({ resource, scope, responseKind, subresources = [] }): [string, Resource] => [
      `${apiVersion} ${responseKind.kind}`,
      {
        base,
        plural: resource,
        namespaced: scope === 'Namespaced',
        hasStatus: subresources.some(({ subresource }) => subresource === 'status'),
      },
    ]);
  });
}

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
  }[];
  readonly users: readonly {
    readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string };
  }[];
}

interface Discovery {
  readonly items: readonly DiscoveredGroup[];
}

interface DiscoveredGroup {
  readonly metadata: { readonly name?: string };
  readonly versions: readonly {
    readonly version: string;
    readonly resources?: readonly {
      readonly resource: string;
      readonly scope: string;
      readonly responseKind: { readonly kind: string };
      readonly subresources?: readonly { readonly subresource: string }[];
    }[];
  }[];
}

function dryRun({ dryRun: wanted = false }: CallOptions): string {
  return wanted ? '&dryRun=All' : '';
}

function messageOf(body: string): string {
  try {
    return (JSON.parse(body) as { readonly message?: string }).message ?? body;
  } catch {
    return body;
  }
}

/** `299 - "text", 299 - "text"`. */
function warningsIn(header: string | undefined): string[] {
  return [...(header ?? '').matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) =>
    text.replace(/\\(.)/g, '$1'),
  );
}
