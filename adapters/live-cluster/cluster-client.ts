import { Agent, request, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { connectionProblem } from '../api-probe';
import type { ClusterAccess } from './cluster-access';

/** An answer of the API server. */
export interface ClusterAnswer {
  readonly status: number;

  /** What the body holds; `undefined` where it is no JSON. */
  readonly body: unknown;

  /** Texts of its `Warning` headers. */
  readonly warnings: readonly string[];
}

/** There is no answer, and there will be none to what is asked next. */
export class ClusterDown extends Error {
  override readonly name = 'ClusterDown';
}

/**
 * Asks an API server, a few things at a time. Node's own client: what is needed are two methods of HTTP, and `@kubernetes/client-node` 2 is an
 * ES module with some dozens of dependencies.
 */
export class ClusterClient {
  readonly #options: RequestOptions;
  readonly #agent: Agent;
  readonly #headers: Readonly<Record<string, string>>;
  #down: ClusterDown | undefined;

  constructor(
    private readonly access: ClusterAccess,
    private readonly timeout = 15_000,
  ) {
    const { server, ca, insecure = false, serverName, certificate, token } = access;
    const host = server.hostname.replace(/^\[|\]$/g, '');
    this.#agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    this.#options = {
      host,
      port: server.port === '' ? 443 : Number(server.port),
      agent: this.#agent,
      minVersion: 'TLSv1.2',
      rejectUnauthorized: !insecure,
      ...(ca !== undefined && { ca }),
      ...certificate,
      ...nameOf(host, serverName),
    };
  }

  /** Namespace of objects that name none. */
  get namespace(): string {
    return this.access.namespace;
  }

  /** @throws ClusterDown when there is no answer, and from then on for everything. */
  async ask(method: 'GET' | 'PATCH', path: string, body?: unknown): Promise<ClusterAnswer> {
    if (this.#down !== undefined) throw this.#down;
    try {
      return await this.#send(method, path, body);
    } catch (error) {
      this.#down ??= new ClusterDown(connectionProblem(error as Error));
      this.#agent.destroy();
      throw this.#down;
    }
  }

  /** Lets go of its connections. */
  close(): void {
    this.#agent.destroy();
  }

  #send(method: string, path: string, body: unknown): Promise<ClusterAnswer> {
    // JSON is YAML.
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = {
      ...this.#headers,
      accept: 'application/json',
      'user-agent': 'k3stack',
      ...(text !== '' && {
        'content-type': 'application/apply-patch+yaml',
        'content-length': Buffer.byteLength(text),
      }),
    };
    const prefix = this.access.server.pathname.replace(/\/$/, '');
    return new Promise((resolve, reject) => {
      const options = { ...this.#options, method, path: prefix + path, headers, timeout: this.timeout };
      const sent = request(options, (response) => {
        void answerOf(response).then(resolve, reject);
      });
      sent.on('timeout', () => sent.destroy(new Error('does not answer')));
      sent.on('error', reject);
      sent.end(text);
    });
  }
}

/** Requests at one time. */
export const AT_ONCE = 8;

async function answerOf(response: IncomingMessage): Promise<ClusterAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LIMIT) throw new Error('answers with more than 20 MB');
    chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    body: json(Buffer.concat(chunks).toString('utf8')),
    warnings: warningsIn(response.headers['warning']),
  };
}

/** A certificate that is made out to another name than the address is checked against that one. */
function nameOf(host: string, serverName: string | undefined): RequestOptions {
  if (serverName !== undefined) return { servername: serverName };
  return isIP(host) === 0 ? { servername: host } : {};
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** `299 - "text", 299 - "text"` (k8s.io/apimachinery@v0.36.3:pkg/util/net/http.go, NewWarningHeader). */
function warningsIn(header: string | undefined): string[] {
  return [...(header ?? '').matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) =>
    text.replace(/\\(.)/g, '$1'),
  );
}

/** Bytes; etcd holds no object of more than some MB. */
const LIMIT = 20_000_000;
