import { withExamples } from '../../../late';
import { secretHole } from '../../../secret';
import type { HostFile } from '../../../synthesis/synthesis';
import type { EtcdDatastore, ExternalDatastore, SqlDatastore } from '../datastore';
import { unitPaths } from '../host-paths';
import type { K3sModel, K3sNode } from '../model';
import { rootFile } from './root-file';
import { environmentLine } from './systemd-syntax';

/** What K3s is told by variables, because it is or holds a secret: the external datastore, and the credentials of snapshots in S3. */
export function environmentFiles(model: K3sModel, node: K3sNode): HostFile[] {
  const variables = node.role === 'server' ? serverVariables(model) : [];
  if (variables.length === 0) return [];
  const content = variables.map(([name, value]) => environmentLine(name, value)).join('');
  return [rootFile(unitPaths(node.role).environment, content, { encoding: 'environment' })];
}

/** Whether the unit has an environment file. */
export function hasEnvironment(model: K3sModel, node: K3sNode): boolean {
  return node.role === 'server' && serverVariables(model).length > 0;
}

function serverVariables({ datastore }: K3sModel): [string, string][] {
  if (datastore.kind === 'external')
    return [['K3S_DATASTORE_ENDPOINT', datastoreEndpoint(datastore.external)]];
  const credentials = datastore.kind === 'embedded-etcd' ? datastore.s3?.credentials : undefined;
  if (credentials === undefined) return [];
  return [
    ['AWS_ACCESS_KEY_ID', secretHole(credentials.accessKey)],
    ['AWS_SECRET_ACCESS_KEY', secretHole(credentials.secretKey)],
  ];
}

function datastoreEndpoint(external: ExternalDatastore): string {
  if ('postgres' in external) return postgresEndpoint(external.postgres);
  if ('mysql' in external) return mysqlEndpoint(external.mysql);
  if ('etcd' in external) return etcdEndpoint(external.etcd);
  return secretHole(external.endpoint);
}

/** A URL: kine parses it with `net/url` (pkg/drivers/pgsql, prepareConfig). */
function postgresEndpoint({ host, port = 5432, database = 'k3s', user, password }: SqlDatastore): string {
  const account = `${encodeURIComponent(user)}:${secretHole(password, 'url')}`;
  return `postgres://${account}@${bracketed(host)}:${port}/${encodeURIComponent(database)}`;
}

/** No URL but the data source name of go-sql-driver, which takes the password as it is (pkg/drivers/mysql, prepareConfig). */
function mysqlEndpoint({ host, port = 3306, database = 'k3s', user, password }: SqlDatastore): string {
  return `mysql://${user}:${secretHole(password)}@tcp(${bracketed(host)}:${port})/${encodeURIComponent(database)}`;
}

function etcdEndpoint({ endpoints }: EtcdDatastore): string {
  return endpoints.join(',');
}

function bracketed(host: string): string {
  return withExamples(host).includes(':') ? `[${host}]` : host;
}
