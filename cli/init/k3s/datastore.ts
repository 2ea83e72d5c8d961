import { posix } from 'node:path';
import type { OptionName } from '../../../lib/distributions/k3s/options';
import { Call, type Members } from '../../../lib/init/expression';
import { parseEndpoint, SQL_PORTS, type Endpoint } from './datastore-endpoint';
import type { ImportDraft } from './draft';

/** `datastore` of the cluster. */
export function datastoreProp(draft: ImportDraft): Call | undefined {
  const makesCluster = draft.hosts.servers
    .map((host) => draft.take<boolean>(host, 'cluster-init'))
    .some((value) => value === true);
  const endpoint = draft.hosts.servers
    .map((host) => host.secrets.get('datastore-endpoint'))
    .find((text) => text !== undefined);
  if (endpoint !== undefined) {
    withoutEffect(draft, SNAPSHOT_OPTIONS, 'it has no effect: only embedded etcd is snapshotted');
    return external(draft, endpoint);
  }
  withoutEffect(draft, TLS_OPTIONS, 'it has no effect without datastore-endpoint');
  if (draft.first.settings.has('server')) tellMissingServers(draft);
  if (makesCluster || draft.first.settings.has('server') || draft.hosts.servers.length > 1)
    return embeddedEtcd(draft);
  withoutEffect(
    draft,
    SNAPSHOT_OPTIONS,
    'it has no effect: sqlite is not snapshotted, only embedded etcd is',
  );
  return new Call('Datastore.sqlite');
}

/** The first server joins another one, too: only an address in front of several of those given would explain it. */
function tellMissingServers({ hosts: { servers }, findings }: ImportDraft): void {
  if (servers.length > 1) return;
  const problem = 'it joins another server, which was not given';
  const fix = 'give the files of all servers: the program describes the whole cluster';
  findings.push({
    hosts: servers.map((host) => host.name),
    level: 'warning',
    subject: 'server',
    problem,
    fix,
  });
}

function withoutEffect(draft: ImportDraft, names: readonly OptionName[], problem: string): void {
  for (const name of names) draft.drop(name, problem);
}

function external(draft: ImportDraft, text: string): Call {
  const endpoint = parseEndpoint(text);
  const files: Members = {
    caFile: draft.agreed<string>('datastore-cafile'),
    certFile: draft.agreed<string>('datastore-certfile'),
    keyFile: draft.agreed<string>('datastore-keyfile'),
  };
  const tls = Object.values(files).some((file) => file !== undefined) ? files : undefined;
  if (endpoint === undefined) {
    const secret = draft.secret(
      'datastore-endpoint',
      `the whole datastore-endpoint of ${draft.first.name}`,
      text,
    );
    return new Call('Datastore.external', [{ endpoint: secret, tls }]);
  }
  return new Call('Datastore.external', [externalProps(draft, endpoint, tls)]);
}

function externalProps(draft: ImportDraft, endpoint: Endpoint, tls: Members | undefined): Members {
  if (endpoint.kind === 'etcd') return { etcd: { endpoints: endpoint.endpoints, tls } };
  const { kind, host, port, database, user, password } = endpoint;
  const secret = draft.secret(
    'datastore-password',
    `the password inside datastore-endpoint of ${draft.first.name}`,
    password,
  );
  return {
    [kind]: {
      host,
      port: port === SQL_PORTS[kind] ? undefined : port,
      database,
      user,
      password: secret,
      tls,
    },
  };
}

function embeddedEtcd(draft: ImportDraft): Call {
  const props: Members = { snapshots: snapshotsProp(draft), s3: s3Prop(draft) };
  return new Call(
    'Datastore.embeddedEtcd',
    Object.values(props).some((value) => value !== undefined) ? [props] : [],
  );
}

function snapshotsProp(draft: ImportDraft): Members | false | undefined {
  if (draft.agreed<boolean>('etcd-disable-snapshots') === true) {
    withoutEffect(draft, SCHEDULE_OPTIONS, 'it has no effect beside etcd-disable-snapshots');
    return false;
  }
  const members: Members = {
    schedule: draft.agreed<string>('etcd-snapshot-schedule-cron'),
    retention: draft.agreed<number>('etcd-snapshot-retention'),
    dir: draft.agreed<string>('etcd-snapshot-dir'),
    compress: draft.agreed<boolean>('etcd-snapshot-compress'),
  };
  return Object.values(members).some((value) => value !== undefined) ? members : undefined;
}

/** `s3` where a bucket is named; what S3 is told by a Secret in the cluster stays in `config`. */
function s3Prop(draft: ImportDraft): Members | undefined {
  const { servers } = draft.hosts;
  if (!servers.some((host) => host.settings.get('etcd-s3') === true)) {
    withoutEffect(draft, [...S3_OPTIONS, 'etcd-s3-config-secret'], 'it has no effect without etcd-s3');
    return undefined;
  }
  const bucket = draft.agreed<string>('etcd-s3-bucket');
  if (bucket === undefined) {
    const reason = 'k3stack wants a bucket beside it';
    for (const name of S3_TYPED) if (draft.agreed(name) !== undefined) draft.reasons.set(name, reason);
    return undefined;
  }
  draft.agreed('etcd-s3');
  return {
    bucket,
    endpoint: draft.agreed<string>('etcd-s3-endpoint'),
    region: draft.agreed<string>('etcd-s3-region'),
    folder: draft.agreed<string>('etcd-s3-folder'),
    retention: draft.agreed<number>('etcd-s3-retention'),
    endpointCa: endpointCa(draft),
    insecure: draft.agreed<boolean>('etcd-s3-insecure'),
    credentials: credentials(draft),
  };
}

/** K3s takes a path, or a certificate in base64. */
function endpointCa(draft: ImportDraft): string | undefined {
  const given = draft.agreed<string>('etcd-s3-endpoint-ca');
  if (given === undefined || posix.isAbsolute(given)) return given;
  const pem = Buffer.from(given, 'base64').toString('utf8');
  if (pem.startsWith('-----BEGIN ')) {
    draft.reasons.set('etcd-s3-endpoint-ca', 'the same certificate, in a file of its own');
    return pem;
  }
  draft.reasons.set('etcd-s3-endpoint-ca', 'it is neither an absolute path nor a certificate in base64');
  return undefined;
}

function credentials(draft: ImportDraft): Members | undefined {
  const [accessKey, secretKey] = (['etcd-s3-access-key', 'etcd-s3-secret-key'] as const).map((name) => {
    const host = draft.hosts.servers.find((server) => server.secrets.has(name));
    return (
      host &&
      draft.secret(
        `snapshots-${name.slice('etcd-'.length)}`,
        `${name} of ${host.name}`,
        host.secrets.get(name),
      )
    );
  });
  return accessKey && secretKey && { accessKey, secretKey };
}

const TLS_OPTIONS: readonly OptionName[] = ['datastore-cafile', 'datastore-certfile', 'datastore-keyfile'];
const SCHEDULE_OPTIONS: readonly OptionName[] = [
  'etcd-snapshot-schedule-cron',
  'etcd-snapshot-retention',
  'etcd-snapshot-dir',
  'etcd-snapshot-compress',
];
const S3_TYPED: readonly OptionName[] = [
  'etcd-s3-endpoint',
  'etcd-s3-region',
  'etcd-s3-folder',
  'etcd-s3-retention',
  'etcd-s3-endpoint-ca',
  'etcd-s3-insecure',
];
const S3_OPTIONS: readonly OptionName[] = [
  ...S3_TYPED,
  'etcd-s3-bucket',
  'etcd-s3-bucket-lookup-type',
  'etcd-s3-skip-ssl-verify',
  'etcd-s3-proxy',
  'etcd-s3-timeout',
];
const SNAPSHOT_OPTIONS: readonly OptionName[] = [
  'etcd-disable-snapshots',
  ...SCHEDULE_OPTIONS,
  'etcd-snapshot-name',
  'etcd-snapshot-reconcile-interval',
  'etcd-s3',
  ...S3_OPTIONS,
  'etcd-s3-config-secret',
];
