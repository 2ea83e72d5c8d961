import { SECRET_HOLE_SOURCE } from '../secret';
import type { KubernetesObject, KubernetesSecret } from './synthesis';

/** Where External Secrets finds values. */
export interface ExternalStore {
  /** Name of the SecretStore or ClusterSecretStore. */
  readonly store: string;

  /** @default 'ClusterSecretStore' */
  readonly kind?: 'ClusterSecretStore' | 'SecretStore';

  /** Secret of the program to its key in the store, and the property of it. @default - each under its own name */
  readonly keys?: Readonly<Record<string, string | { readonly key: string; readonly property?: string }>>;

  /** How often the store is asked. @default '1h' */
  readonly refreshInterval?: string;
}

/**
 * The ExternalSecret that makes a Kubernetes Secret from a store. Texts with secrets in them are composed in the cluster, by a template. Fields from
 * external-secrets/external-secrets@v1.3.2:config/crds/bases/external-secrets.io_externalsecrets.yaml.
 */
export function externalSecret(
  { namespace, name, data }: Pick<KubernetesSecret, 'namespace' | 'name' | 'data'>,
  { store, kind = 'ClusterSecretStore', keys = {}, refreshInterval = '1h' }: ExternalStore,
): KubernetesObject {
  const names = [...new Set(Object.values(data).flatMap((text) => holesOf(text).map((hole) => hole.name)))];
  const template = Object.fromEntries(Object.entries(data).map(([key, text]) => [key, templateOf(text)]));
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { namespace, name },
    spec: {
      refreshInterval,
      secretStoreRef: { name: store, kind },
      target: { name, template: { engineVersion: 'v2', data: template } },
      data: names.sort().map((secret) => ({
        secretKey: variable(secret),
        remoteRef: remoteRef(Object.hasOwn(keys, secret) ? keys[secret] : secret, secret),
      })),
    },
  };
}

function remoteRef(
  where: string | { readonly key: string; readonly property?: string } | undefined,
  name: string,
): Record<string, string> {
  if (typeof where !== 'object') return { key: where ?? name };
  return { key: where.key, ...(where.property !== undefined && { property: where.property }) };
}

/** A template of Go for a text with holes; what is between the holes stands in it as it is. */
function templateOf(text: string): string {
  let end = 0;
  const parts = holesOf(text).map(({ start, length, name, isUrl }) => {
    const before = literal(text.slice(end, start));
    end = start + length;
    // `urlquery` writes a space as `+`, which is a plus in a password of a URL.
    return `${before}{{ .${variable(name)}${isUrl ? ' | urlquery | replace "+" "%20"' : ''} }}`;
  });
  return `${parts.join('')}${literal(text.slice(end))}`;
}

/** A name that a template can write after a point. No name of a secret has `_`, so two stay two. */
function variable(name: string): string {
  return name.replaceAll('-', '_');
}

/** Text that means nothing to a template. */
function literal(text: string): string {
  return /\{\{|\{$/.test(text) ? `{{ ${JSON.stringify(text)} }}` : text;
}

function holesOf(text: string): { start: number; length: number; name: string; isUrl: boolean }[] {
  return [...text.matchAll(new RegExp(SECRET_HOLE_SOURCE, 'g'))].map((match) => ({
    start: match.index,
    length: match[0].length,
    name: match[1] ?? '',
    isUrl: match[3] !== undefined,
  }));
}
