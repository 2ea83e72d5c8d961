import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { ExistingSecret } from '../../lib/existing-secret';
import { SecretRef, secretText, urlEncoded, type SecretSource } from '../../lib/secret';
import { checkProps } from '../../lib/rules/shape';
import { POSTGRES_IMAGES, POSTGRES_USER } from '../../lib/workloads/postgres/images';
import { addCheck } from '../violations';
import type { Connection, ConnectionSecret } from './connection';
import { bucketAccess } from './postgres/bucket-access';
import { makeCloudNativePg } from './postgres/cloud-native-pg';
import { makeDumpJob, makeRestoreJob, type DumpedDatabase } from './postgres/dump-jobs';
import { postgresViolations } from './postgres/postgres-rules';
import type { PostgresDatabaseProps } from './postgres/postgres-settings';
import { postgresShape } from './postgres/postgres-shape';
import { makeServer, PORT, type Server } from './postgres/server';
import { boundSecret } from './secrets/bound-secret';
import { workloadSecret, type SecretKey } from './secrets/workload-secret';
import { Workload } from './workload';
import type { WorkloadNetwork } from './workload-network';

/**
 * A Postgres server with one database: a StatefulSet of one pod whose volume is never removed, or a `Cluster` of CloudNativePG. Consumers get `HOST`, `PORT`,
 * `NAME`, `USER`, `PASSWORD` and `URL`.
 */
export class PostgresDatabase extends Workload {
  /** `undefined` with `operator`. */
  readonly statefulSet: ApiObject | undefined;

  /** `undefined` with `operator`, which makes its own. */
  readonly service: ApiObject | undefined;

  /** CloudNativePG's `Cluster`; `undefined` without `operator`. */
  readonly cluster: ApiObject | undefined;

  /** CronJob that dumps into the bucket; `undefined` without `dumps`. */
  readonly dumpJob: ApiObject | undefined;

  /** CronJob that never runs by itself, and restores when it is started; `undefined` without `dumps`. */
  readonly restoreJob: ApiObject | undefined;

  /** Who may connect to it. */
  readonly network: WorkloadNetwork;

  /** Gives consumers `HOST`, `PORT`, `NAME`, `USER`, `PASSWORD`, and `URL` unless the password is an existing Secret's. */
  readonly connection: Connection;

  constructor(scope: Construct, id: string, props: PostgresDatabaseProps) {
    super(scope, id, 'database', LONGEST_NAME);
    const { problems, sound } = checkProps(props, postgresShape);
    addCheck(this, () => [...problems, ...postgresViolations(sound)]);
    const { version = '17', size = '1Gi', database = 'app', owner = 'app', operator } = sound;
    const server: Server = { props: sound, version, size, database, owner };

    let host = `${this.name}.${this.namespace}`;
    let secret: ConnectionSecret;
    if (operator === undefined) {
      secret = this.ownSecret(sound.password ?? SecretRef.generated(), { host, database, owner });
      const made = makeServer(this, server, passwordKey(secret));
      ({ statefulSet: this.statefulSet, service: this.service, network: this.network } = made);
    } else {
      host = `${this.name}-rw.${this.namespace}`;
      const made = makeCloudNativePg(this, server);
      ({ cluster: this.cluster, network: this.network } = made);
      secret = this.operatorSecret(made.secret, sound.password);
    }
    for (const from of sound.allowFrom ?? []) this.network.admit(from, PORT);
    this.connection = {
      host,
      port: PORT,
      variables: { NAME: database, USER: owner },
      secret,
      target: { construct: this, network: this.network, port: PORT },
    };
    const dumped = this.dumped(server, host, passwordKey(secret));
    if (dumped === undefined) return;
    this.dumpJob = makeDumpJob(this, dumped);
    this.restoreJob = makeRestoreJob(this, dumped);
  }

  /** A Kubernetes Secret with password and URL; of an existing one only the password is known. */
  private ownSecret(
    given: SecretSource,
    { host, database, owner }: { host: string; database: string; owner: string },
  ): ConnectionSecret {
    const { name, namespace } = this;
    if (given instanceof ExistingSecret)
      return { namespace, name: given.name, variables: { PASSWORD: { key: given.key, value: given } } };
    const password = boundSecret(this, given, { namespace, name, key: 'password' });
    const url = secretText`postgres://${owner}:${urlEncoded(password)}@${host}:${PORT}/${database}`;
    workloadSecret(this, { namespace, name, data: { password, url } });
    return {
      namespace,
      name,
      variables: { PASSWORD: { key: 'password', value: password }, URL: { key: 'url', value: url } },
    };
  }

  /** The Secret that the operator makes has a URL; one that somebody else made, what that one put there. */
  private operatorSecret(name: string, given: SecretSource | undefined): ConnectionSecret {
    const { namespace } = this;
    const of = (key: string) => ({ key, value: SecretRef.existing({ name, key }) });
    if (given instanceof ExistingSecret) return { namespace, name, variables: { PASSWORD: of(given.key) } };
    return { namespace, name, variables: { PASSWORD: of('password'), URL: of('uri') } };
  }

  private dumped(
    { props, version, size, database, owner }: Server,
    host: string,
    password: SecretKey | undefined,
  ): DumpedDatabase | undefined {
    const { dumps, image, operator, nodeSelector, tolerations } = props;
    if (dumps === undefined) return undefined;
    const isOwn = operator === undefined;
    return {
      name: this.name,
      host,
      database,
      owner,
      password,
      network: this.network,
      image: (isOwn ? image : undefined) ?? POSTGRES_IMAGES[version],
      user: POSTGRES_USER,
      dumps,
      bucket: bucketAccess(this, dumps.bucket),
      scratch: dumps.scratch ?? size,
      ...(nodeSelector && { nodeSelector }),
      ...(tolerations && { tolerations }),
    };
  }
}

function passwordKey({ name, variables }: ConnectionSecret): SecretKey | undefined {
  const key = variables['PASSWORD']?.key;
  return key === undefined ? undefined : { name, key };
}

/** Of `NAME-restore`, a CronJob; those have at most 52 characters. */
const LONGEST_NAME = 44;
