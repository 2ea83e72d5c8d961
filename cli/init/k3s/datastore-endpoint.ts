/** A connection string of K3s taken apart. */
export type Endpoint =
  | {
      readonly kind: 'postgres' | 'mysql';
      readonly host: string;
      readonly port: number;
      readonly database: string;
      readonly user: string;
      readonly password: string;
    }
  | { readonly kind: 'etcd'; readonly endpoints: readonly string[] };

/** Ports that are meant where none is written. */
export const SQL_PORTS = { postgres: 5432, mysql: 3306 } as const;

/** Parts of a connection string; `undefined` for one that has parameters, or more that could not be written from its parts again. */
export function parseEndpoint(text: string): Endpoint | undefined {
  return postgres(text) ?? mysql(text) ?? etcd(text);
}

function postgres(text: string): Endpoint | undefined {
  const [, user, password, host, port, database] = POSTGRES.exec(text) ?? [];
  if (user === undefined || password === undefined || host === undefined || database === undefined)
    return undefined;
  const [plainUser, plainPassword] = [decoded(user), decoded(password)];
  if (
    plainUser === undefined ||
    plainPassword === undefined ||
    /[:/@?#\s]/.test(plainUser) ||
    database !== database.toLowerCase()
  )
    return undefined;
  return {
    kind: 'postgres',
    host: bare(host),
    port: Number(port ?? SQL_PORTS.postgres),
    database,
    user: plainUser,
    password: plainPassword,
  };
}

function mysql(text: string): Endpoint | undefined {
  const [, user, password, host, port, database] = MYSQL.exec(text) ?? [];
  if (user === undefined || password === undefined || host === undefined || database === undefined)
    return undefined;
  return { kind: 'mysql', host: bare(host), port: Number(port ?? SQL_PORTS.mysql), database, user, password };
}

function etcd(text: string): Endpoint | undefined {
  const endpoints = text.split(',');
  return endpoints.every((endpoint) => ETCD.test(endpoint)) ? { kind: 'etcd', endpoints } : undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

const HOST = String.raw`(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(?::(\d{1,5}))?`;
const DATABASE = '([A-Za-z0-9_$-]{1,63})';
const POSTGRES = new RegExp(String.raw`^postgres(?:ql)?://([^:/@?#\s]+):([^:/@?#\s]+)@${HOST}/${DATABASE}$`);
const MYSQL = new RegExp(String.raw`^mysql://([^:/@?#\s]+):([^:/@\s]+)@tcp\(${HOST}\)/${DATABASE}$`);
const ETCD = /^https?:\/\/(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/;

/** Equal for what names the same database by the same account. */
export function canonicalEndpoint(text: string | undefined): string {
  return text === undefined ? '' : JSON.stringify(parseEndpoint(text) ?? text);
}
