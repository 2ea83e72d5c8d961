import { isHost, isPort } from '../../../cluster/names';
import type { Finding } from '../../../rules/rule';
import type { Datastore, SqlDatastore } from '../datastore';
import type { K3sModel } from '../model';
import { externalTls } from '../settings/datastore';
import { k3sRule } from './k3s-rule';
import { quoted } from './quoted';

/** Rules about a datastore that something else runs. */
export const externalDatastoreRules = [
  k3sRule({
    id: 'k3s-datastore-endpoint',
    title: 'Parts of an external datastore stay parts',
    reason:
      'They are put together to one connection string, where a stray character would name another host or database.',
    source: 'https://docs.k3s.io/datastore; kine pkg/drivers',
    check: (model) => (model.datastore.kind === 'external' ? endpointFindings(model, model.datastore) : []),
  }),
  k3sRule({
    id: 'k3s-datastore-tls',
    title: 'A client certificate comes with its key, and all files by absolute path',
    reason: 'K3s stops, or connects without the certificate.',
    source: 'https://docs.k3s.io/datastore#datastore-endpoint-format-and-functionality',
    check: (model) => (model.datastore.kind === 'external' ? tlsFindings(model, model.datastore) : []),
  }),
];

type External = Datastore & { readonly kind: 'external' };

function endpointFindings({ path }: K3sModel, { external }: External): Finding[] {
  if ('postgres' in external) return sqlFindings(path, 'postgres', external.postgres);
  if ('mysql' in external) return sqlFindings(path, 'mysql', external.mysql);
  if (!('etcd' in external)) return [];
  const { endpoints } = external.etcd;
  const property = 'datastore.etcd.endpoints';
  const fix = "write ['https://10.0.0.31:2379']";
  if (endpoints.length === 0) return [{ path, property, problem: 'names no endpoint', fix }];
  return endpoints
    .filter((endpoint) => !isUrl(endpoint))
    .map((endpoint) => ({
      path,
      property,
      problem: `must be http:// or https:// URLs with a port, got ${quoted(endpoint)}`,
      fix,
    }));
}

function sqlFindings(
  path: string,
  kind: 'postgres' | 'mysql',
  { host, port, user, database }: SqlDatastore,
): Finding[] {
  const findings: Finding[] = [];
  const report = (key: string, problem: string, fix: string) =>
    findings.push({ path, property: `datastore.${kind}.${key}`, problem, fix });
  if (!isHost(host))
    report(
      'host',
      `must be an address or a DNS name, got ${quoted(host)}`,
      "write host: 'db.example.org', and port beside it",
    );
  if (port !== undefined && !isPort(port))
    report('port', `must be 1 to 65535, got ${port}`, `write port: ${kind === 'mysql' ? 3306 : 5432}`);
  // Both drivers take the account apart at these; in MySQL's data source name nothing can be escaped.
  if (/[:/@?#\s\p{Cc}]/u.test(user))
    report('user', `must hold none of : / @ ? # and spaces, got ${quoted(user)}`, "write user: 'k3s'");
  if (database !== undefined && !/^[A-Za-z0-9_$-]{1,63}$/.test(database)) {
    report(
      'database',
      `must be letters, digits, '_', '$' and '-', got ${quoted(database)}`,
      "write database: 'k3s'",
    );
  } else if (kind === 'postgres' && database !== undefined && database !== database.toLowerCase()) {
    report(
      'database',
      `K3s asks for it in lower case, got ${quoted(database)}`,
      `write database: ${quoted(database.toLowerCase())}`,
    );
  }
  return findings;
}

function tlsFindings({ path }: K3sModel, datastore: External): Finding[] {
  const tls = externalTls(datastore) ?? {};
  const property = 'datastore.tls';
  const files = Object.entries(tls) as [string, string][];
  const findings: Finding[] = files
    .filter(([, file]) => (file as string | undefined) !== undefined && !isPlainPath(file))
    .map(([key, file]) => ({
      path,
      property: `${property}.${key}`,
      problem: `must be an absolute path, got ${quoted(file)}`,
      fix: `write ${key}: '/etc/rancher/k3s/datastore/…'`,
    }));
  if ((tls.certFile === undefined) === (tls.keyFile === undefined)) return findings;
  const [given, missing] = tls.certFile === undefined ? ['keyFile', 'certFile'] : ['certFile', 'keyFile'];
  return [
    ...findings,
    {
      path,
      property,
      problem: `${given} needs ${missing}`,
      fix: `write ${missing}: '…' beside it, or remove ${given}`,
    },
  ];
}

function isUrl(endpoint: string): boolean {
  const match = /^https?:\/\/(\[[^\]]+\]|[^:/@?#,\s]+):(\d+)$/.exec(endpoint);
  return match !== null && isHost((match[1] ?? '').replace(/^\[|\]$/g, '')) && isPort(Number(match[2]));
}

function isPlainPath(file: string): boolean {
  return file.startsWith('/') && !/\p{Cc}/u.test(file);
}
