import { request } from 'node:https';
import { parse } from 'yaml';

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: { readonly 'certificate-authority-data': string } }[];
  readonly users: readonly {
    readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string };
  }[];
}

/** An answer of the API server. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

/** The Kubernetes API of a lab's cluster as an administrator sees it, one server at a time. */
export class Api {
  private readonly tls: { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer };

  /** @param kubeconfig Of an administrator, with everything embedded. */
  constructor(kubeconfig: string) {
    const { clusters, users } = parse(kubeconfig) as Kubeconfig;
    const decode = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64');
    this.tls = {
      ca: decode(clusters[0]?.cluster['certificate-authority-data']),
      cert: decode(users[0]?.user['client-certificate-data']),
      key: decode(users[0]?.user['client-key-data']),
    };
  }

  /** Asks the server at an address. Rejects when it does not answer within `timeout` milliseconds. */
  ask(
    address: string,
    path: string,
    options: {
      readonly method?: string;
      readonly body?: unknown;
      readonly timeout?: number;
      readonly type?: string;
    } = {},
  ): Promise<ApiAnswer> {
    const { method = 'GET', body, timeout = 5000, type = 'application/json' } = options;
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: address,
          port: 6443,
          path,
          method,
          timeout,
          agent: false,
          ...this.tls,
          headers: { 'content-type': type },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
          );
        },
      );
      sent.on('timeout', () => sent.destroy(new Error(`${address} did not answer within ${timeout} ms`)));
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** The object or list at a path, from the first server that answers 200. */
  async read<T>(addresses: readonly string[], path: string): Promise<T> {
    const failures: string[] = [];
    for (const address of addresses) {
      try {
        const { status, body } = await this.ask(address, path);
        if (status === 200) return JSON.parse(body) as T;
        failures.push(`${address}: ${status}`);
      } catch (error) {
        failures.push(`${address}: ${(error as Error).message}`);
      }
    }
    throw new Error(`no server answers ${path}: ${failures.join('; ')}`);
  }
}
