import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { K3stackError } from '../../lib/errors';
import { isPlainObject } from '../../lib/plain-object';
import { readTextFile } from '../text-file';

/** How an API server is reached, and as whom. */
export interface ClusterAccess {
  readonly server: URL;

  /** Namespace of objects that name none. */
  readonly namespace: string;

  /** PEM. @default - authorities that Node knows */
  readonly ca?: string;

  /** @default false */
  readonly insecure?: boolean;

  /** Name that the certificate of the server has to have. @default - that of the address */
  readonly serverName?: string;

  /** PEM. @default - no client certificate */
  readonly certificate?: { readonly cert: string; readonly key: string };

  /** @default - no token */
  readonly token?: string;
}

/**
 * Reads a context of a kubeconfig (k8s.io/client-go@v0.36.3:tools/clientcmd/api/v1/types.go). Programs that it names are never run.
 *
 * @param file Its path.
 * @param name What errors call it.
 * @param context Default: the current one.
 * @throws K3stackError `UNUSABLE_KUBECONFIG`
 */
export function clusterAccess(file: string, name: string, context?: string): ClusterAccess {
  const config = new Kubeconfig(file, name);
  const chosen = context ?? config.text(config.root, 'current-context');
  if (chosen === undefined) throw config.unusable('has no current-context; write --context NAME');
  const { cluster = '', user = '', namespace = '' } = config.entry('contexts', 'context', chosen);
  return {
    namespace: String(namespace) || 'default',
    ...serverOf(config, String(cluster)),
    ...userOf(config, String(user)),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function serverOf(config: Kubeconfig, name: string): Omit<ClusterAccess, 'namespace'> {
  const cluster = config.entry('clusters', 'cluster', name);
  if (config.text(cluster, 'proxy-url') !== undefined)
    throw config.unusable(
      `has a proxy-url for the cluster '${name}', which is not supported; reach it without a proxy`,
    );
  const address = config.text(cluster, 'server') ?? '';
  const server = URL.canParse(address) ? new URL(address) : undefined;
  if (server?.protocol !== 'https:')
    throw config.unusable(`has no https address as the server of the cluster '${name}'`);
  const ca = config.content(cluster, 'certificate-authority');
  const serverName = config.text(cluster, 'tls-server-name');
  return {
    server,
    ...(ca !== undefined && { ca }),
    ...(cluster['insecure-skip-tls-verify'] === true && { insecure: true }),
    ...(serverName !== undefined && { serverName }),
  };
}

function userOf(config: Kubeconfig, name: string): Pick<ClusterAccess, 'certificate' | 'token'> {
  const user = config.entry('users', 'user', name);
  const other = UNSUPPORTED.find((key) => user[key] !== undefined);
  if (other !== undefined)
    throw config.unusable(
      `has '${other}' for the user '${name}', which is not supported; give it a token, such as of kubectl create token, or a client certificate`,
    );
  const [cert, key] = [config.content(user, 'client-certificate'), config.content(user, 'client-key')];
  if ((cert === undefined) !== (key === undefined))
    throw config.unusable(
      `has only one of client-certificate and client-key for the user '${name}'; write both`,
    );
  const token = config.file(user, 'tokenFile')?.trim() ?? config.text(user, 'token');
  if (cert === undefined && token === undefined)
    throw config.unusable(`has neither a token nor a client certificate for the user '${name}'`);
  return {
    ...(cert !== undefined && key !== undefined && { certificate: { cert, key } }),
    ...(token !== undefined && { token }),
  };
}

class Kubeconfig {
  readonly root: Fields;

  constructor(
    private readonly path: string,
    private readonly name: string,
  ) {
    const text = this.read();
    if (text === undefined) throw this.unusable('is not there; name a kubeconfig');
    this.root = this.parsed(text);
  }

  private read(): string | undefined {
    try {
      return readTextFile(this.path, {
        folder: (problem) => this.unusable(`${problem}; name the file`),
        size: { limit: LIMIT, refusal: () => this.unusable('is larger than 1 MiB, which no kubeconfig is') },
      });
    } catch (error) {
      if (error instanceof K3stackError) throw error;
      throw this.unusable(
        `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}); check its rights`,
      );
    }
  }

  private parsed(text: string): Fields {
    let root: unknown;
    try {
      root = parse(text);
    } catch {
      // The error would quote the line, which may be a token.
      throw this.unusable('is not YAML; write it again, such as with k3stack kubeconfig');
    }
    if (!isPlainObject(root)) throw this.unusable('is no kubeconfig: it is empty, or no map');
    return root;
  }

  entry(list: string, part: string, name: string): Fields {
    const entries = this.root[list];
    const all: unknown[] = Array.isArray(entries) ? entries : [];
    const found = all.filter(isPlainObject).find((entry) => entry['name'] === name)?.[part];
    if (!isPlainObject(found))
      throw this.unusable(`has no entry '${name}' in ${list}; write one that it has`);
    return found;
  }

  text(fields: Fields, key: string): string | undefined {
    const value = fields[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  /** PEM that stands in the file as base64, or in a file of its own. */
  content(fields: Fields, key: string): string | undefined {
    const data = this.text(fields, `${key}-data`);
    return data === undefined ? this.file(fields, key) : Buffer.from(data, 'base64').toString('utf8');
  }

  /** Text of a file that is named relative to this one. */
  file(fields: Fields, key: string): string | undefined {
    const path = this.text(fields, key);
    if (path === undefined) return undefined;
    try {
      return readFileSync(resolve(dirname(this.path), path), 'utf8');
    } catch {
      throw this.unusable(`names '${path}' as ${key}, which cannot be read`);
    }
  }

  unusable(problem: string): K3stackError {
    return new K3stackError('UNUSABLE_KUBECONFIG', `${this.name} ${problem}`);
  }
}

/** Ways to be somebody that need a program, another account, or what no API server takes any more. */
const UNSUPPORTED = ['exec', 'auth-provider', 'username', 'as', 'as-groups', 'as-uid', 'as-user-extra'];

/** Bytes. */
const LIMIT = 1_048_576;
