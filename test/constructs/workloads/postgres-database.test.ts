import { describe, expect, test } from '@jest/globals';
import { Namespace } from '../../../constructs/cluster/namespace';
import { patch } from '../../../constructs/patch';
import { PostgresDatabase } from '../../../constructs/workloads/postgres-database';
import type { PostgresDatabaseProps } from '../../../constructs/workloads/postgres/postgres-settings';
import { WebService } from '../../../constructs/workloads/web-service';
import { setWorkloadDefaults } from '../../../constructs/workloads/workload-defaults';
import { SecretRef } from '../../../lib/secret';
import { k3sCluster, synthesisOfCluster } from '../../support/synth';
import { mainOf, podOf, specOf, variablesOf } from '../../support/postgres';
import { refusals, shop } from '../../support/workloads';

const IMAGE = 'ghcr.io/acme/web:1.4.2';
const make = (props: Partial<PostgresDatabaseProps> = {}, namespace = shop()) =>
  new PostgresDatabase(namespace, 'db', { version: '17', size: '1Gi', ...props });
const synthesisOf = (namespace: Namespace) => synthesisOfCluster(namespace.node.scope as never);
const argsOf = (db: PostgresDatabase): readonly string[] => mainOf(db.statefulSet).args;

describe('a database without props of its own', () => {
  test('is a StatefulSet, a Service, a NetworkPolicy and a Secret that is only described', () => {
    const namespace = shop();
    const db = make({}, namespace);
    const { manifests, kubernetesSecrets } = synthesisOf(namespace);
    const objects = manifests.flatMap(({ objects }) => objects).filter(({ path }) => path.includes('/db/'));
    expect(objects.map(({ object }) => `${object.kind} ${object.metadata.name}`).sort()).toEqual([
      'NetworkPolicy db',
      'Service db',
      'StatefulSet db',
    ]);
    expect([db.dumpJob, db.restoreJob, db.cluster]).toEqual([undefined, undefined, undefined]);
    const hole = '«secret:generated-secrets|generated:test/k3s/shop/db/password#0:32:alphanumeric';
    expect(kubernetesSecrets).toMatchObject([
      {
        namespace: 'shop',
        name: 'db',
        data: { password: `${hole}»`, url: `postgres://app:${hole}|url»@db.shop:5432/app` },
      },
    ]);
  });

  test('keeps its volume whatever happens to it', () => {
    expect(specOf<object>(make().statefulSet)).toMatchObject({
      replicas: 1,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    });
  });

  test('runs as the user of the image, on a root that cannot be written to, with memory to share', () => {
    const { statefulSet } = make();
    const { securityContext, volumes, terminationGracePeriodSeconds } = podOf(statefulSet);
    expect(securityContext).toMatchObject({ runAsUser: 999, fsGroup: 999, runAsNonRoot: true });
    expect(terminationGracePeriodSeconds).toBe(120);
    expect(volumes).toEqual([
      { name: 'var-run-postgresql', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
      { name: 'dev-shm', emptyDir: { medium: 'Memory', sizeLimit: String(64 * 2 ** 20) } },
      { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
    ]);
    const container = mainOf(statefulSet);
    expect(container.image).toBe('postgres:17.11-trixie');
    expect(container.securityContext.readOnlyRootFilesystem).toBe(true);
    expect(container.resources).toMatchObject({
      requests: { cpu: '50m', memory: '128Mi' },
      limits: { memory: '256Mi' },
    });
    expect(container.volumeMounts[0]).toEqual({ name: 'data', mountPath: '/var/lib/postgresql/data' });
    expect(container.lifecycle.preStop.exec.command.slice(0, 3)).toEqual(['pg_ctl', '-m', 'fast']);
  });

  test('is asked on the port of consumers, may start for half an hour, and is not killed while it recovers', () => {
    const { startupProbe, readinessProbe, livenessProbe } = mainOf(make().statefulSet);
    const ready = ['pg_isready', '-q', '-h', '127.0.0.1', '-p', '5432', '-U', 'app', '-d', 'app'];
    expect(readinessProbe.exec.command).toEqual(ready);
    expect(startupProbe).toMatchObject({ exec: { command: ready }, periodSeconds: 2, failureThreshold: 900 });
    expect(livenessProbe.exec.command.at(-1)).toBe(`${ready.join(' ')} || [ "$?" -eq 1 ]`);
  });

  test('has settings that fit the memory limit', () => {
    expect(argsOf(make())).toEqual(
      expect.arrayContaining(['listen_addresses=*', 'shared_buffers=64MB', 'max_connections=32']),
    );
  });
});

describe('what consumers of a database get', () => {
  const namesOf = (consumer: WebService) => variablesOf(mainOf(consumer.deployment));

  test('are variables, an opening in both policies, and their turn after it', () => {
    const namespace = shop();
    const db = make({}, namespace);
    const web = new WebService(namespace, 'web', { image: IMAGE, connections: { db: db.connection } });
    expect(namesOf(web)).toEqual({
      DB_HOST: 'db.shop',
      DB_PORT: '5432',
      DB_NAME: 'app',
      DB_USER: 'app',
      DB_PASSWORD: { secretKeyRef: { name: 'db', key: 'password' } },
      DB_URL: { secretKeyRef: { name: 'db', key: 'url' } },
    });
    expect(specOf<{ ingress: object[] }>(db.network.policy).ingress).toEqual([
      {
        from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'web' } } }],
        ports: [{ port: 5432, protocol: 'TCP' }],
      },
    ]);
    expect(web.node.dependencies).toContain(db);
    expect(refusals(namespace)).toEqual([]);
  });

  test('in another namespace come with a copy of the Secret, of the same value', () => {
    const namespace = shop();
    const db = make({}, namespace);
    const front = new Namespace(namespace.node.scope as never, 'front');
    new WebService(front, 'web', { image: IMAGE, connections: { db: db.connection } });
    const [own, copy] = synthesisOf(namespace).kubernetesSecrets;
    expect(copy).toMatchObject({ namespace: 'front', name: 'web-db', data: own!.data });
  });

  test('of an existing password have no URL, as its value is not known here', () => {
    const namespace = shop();
    const password = SecretRef.existing({ name: 'login', key: 'pass' });
    const db = make({ password, database: 'orders', owner: 'shop' }, namespace);
    const web = new WebService(namespace, 'web', { image: IMAGE, connections: { db: db.connection } });
    expect(namesOf(web)).toEqual({
      DB_HOST: 'db.shop',
      DB_PORT: '5432',
      DB_NAME: 'orders',
      DB_USER: 'shop',
      DB_PASSWORD: { secretKeyRef: { name: 'login', key: 'pass' } },
    });
    expect(mainOf(db.statefulSet).env).toContainEqual({
      name: 'DB_PASSWORD',
      valueFrom: { secretKeyRef: { name: 'login', key: 'pass' } },
    });
    expect(synthesisOf(namespace).kubernetesSecrets).toEqual([]);
  });
});

describe('props of a database', () => {
  test.each([
    ['15', 'postgres:15.19-trixie', '/var/lib/postgresql/data', false],
    ['16', 'postgres:16.15-trixie', '/var/lib/postgresql/data', false],
    ['17', 'postgres:17.11-trixie', '/var/lib/postgresql/data', true],
    ['18', 'postgres:18.6-trixie', '/var/lib/postgresql', true],
  ] as const)(
    'version %s: %s, its volume where the image has one',
    (version, image, mountPath, isBuiltin) => {
      const container = mainOf(make({ version }).statefulSet);
      const env = variablesOf(container);
      expect(container.image).toBe(image);
      expect(container.volumeMounts[0]?.mountPath).toBe(mountPath);
      expect(env['PGDATA']).toBe(`${mountPath}/pgdata`);
      expect(JSON.stringify(env).includes('--locale-provider=builtin')).toBe(isBuiltin);
    },
  );

  test('resources: the settings follow the memory limit', () => {
    const db = make({ resources: { limits: { memory: '1Gi' } } });
    expect(argsOf(db)).toEqual(expect.arrayContaining(['shared_buffers=256MB', 'max_connections=100']));
    expect(podOf(db.statefulSet).volumes[1]?.emptyDir.sizeLimit).toBe(String(256 * 2 ** 20));
  });

  test('parameters: win over what is computed, written as postgresql.conf has them', () => {
    const args = argsOf(
      make({ parameters: { max_connections: 50, jit: false, 'auto_explain.log_min_duration': '1s' } }),
    );
    expect(args).toEqual(
      expect.arrayContaining(['max_connections=50', 'jit=off', 'auto_explain.log_min_duration=1s']),
    );
    expect(args).not.toContain('max_connections=32');
  });

  test('image, storageClass, nodeSelector, tolerations, terminationGracePeriodSeconds, allowFrom', () => {
    const db = make({
      image: 'ghcr.io/acme/postgis:17-3.5',
      storageClass: 'fast',
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'disk', effect: 'NoSchedule' }],
      terminationGracePeriodSeconds: 600,
      allowFrom: ['namespace'],
    });
    expect(mainOf(db.statefulSet).image).toBe('ghcr.io/acme/postgis:17-3.5');
    expect(
      specOf<{ volumeClaimTemplates: [{ spec: { storageClassName: string } }] }>(db.statefulSet)
        .volumeClaimTemplates[0].spec.storageClassName,
    ).toBe('fast');
    expect(podOf(db.statefulSet)).toMatchObject({
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'disk', effect: 'NoSchedule' }],
      terminationGracePeriodSeconds: 600,
    });
    expect(specOf<{ ingress: object[] }>(db.network.policy).ingress).toEqual([
      { from: [{ podSelector: {} }], ports: [{ port: 5432, protocol: 'TCP' }] },
    ]);
  });

  test('a password that was rotated starts the server anew, which takes it over', () => {
    const annotations = (rotation: number) => {
      const db = make({ password: SecretRef.generated({ rotation }) });
      return specOf<{ template: { metadata: { annotations?: object } } }>(db.statefulSet).template.metadata
        .annotations;
    };
    expect(annotations(0)).toBeUndefined();
    expect(annotations(2)).toEqual({ 'k3stack.dev/password-rotation': '2' });
  });

  test('settings follow the memory limit that the pod has, whatever the defaults around it say', () => {
    const namespace = shop();
    setWorkloadDefaults(namespace, { resources: { limits: { memory: '4Gi' } } });
    const db = make({}, namespace);
    expect(mainOf(db.statefulSet)).toMatchObject({ resources: { limits: { memory: '256Mi' } } });
    expect(argsOf(db)).toEqual(argsOf(make()));
  });

  test('defaults of the namespace hold for the server and its jobs', () => {
    const namespace = shop();
    setWorkloadDefaults(namespace, { nodeSelector: { pool: 'data' }, imagePullPolicy: 'Always' });
    const bucket = {
      name: 'backups',
      region: 'eu-central-1',
      credentials: { accessKey: SecretRef.fromConfig('a'), secretKey: SecretRef.fromConfig('b') },
    };
    const db = make({ dumps: { bucket } }, namespace);
    for (const object of [db.statefulSet, db.dumpJob, db.restoreJob]) {
      expect(podOf(object).nodeSelector).toEqual({ pool: 'data' });
      expect(mainOf(object).imagePullPolicy).toBe('Always');
    }
  });

  test('any field can be patched', () => {
    const db = make();
    patch(db.statefulSet!, 'spec.template.spec.containers[name=db].env[name=DB_NAME].value', 'other');
    expect(mainOf(db.statefulSet).env).toContainEqual({ name: 'DB_NAME', value: 'other' });
  });
});

describe('a database is refused', () => {
  const said = (props: object): string => {
    const namespace = shop();
    make(props, namespace);
    return refusals(namespace).join('\n');
  };

  test.each<[string, object, string]>([
    ['an unknown version', { version: '13' }, `version: must be one of '15', '16', '17', '18', got "13"`],
    ['no version', { version: undefined }, 'version: is missing'],
    ['a size that is none', { size: 'big' }, `size: must be a size in whole bytes, got "big"; write '10Gi'`],
    [
      'a database that needs quotes',
      { database: 'My-Shop' },
      `database: must be lower case letters, digits and '_', not starting with a digit, at most 63, got "My-Shop"; write database: 'my_shop'`,
    ],
    [
      'a reserved word',
      { owner: 'user' },
      `owner: is a reserved word of SQL, got "user"; write owner: 'app'`,
    ],
    ['the superuser as owner', { owner: 'postgres' }, 'owner: is there in every Postgres, got "postgres"'],
    ['a database that is always there', { database: 'template1' }, 'database: is there in every Postgres'],
    [
      'servers that nothing would copy to',
      { replicas: 3 },
      "replicas: is 3, and a StatefulSet of its own has one server: nothing would copy the data; write replicas: 1, or operator: 'cloudnative-pg'",
    ],
    [
      'a password as text',
      { password: 'hunter2' },
      "password: must be a secret, got text; write password: SecretRef.fromConfig('name')",
    ],
    [
      'a setting that the preset holds',
      { parameters: { port: 5433 } },
      'parameters["port"]: is set by the preset',
    ],
    [
      'a setting that is none',
      { parameters: { 'a b': 1 } },
      'parameters["a b"]: must be the name of a setting',
    ],
    ['an image that moves', { image: 'postgis/postgis' }, 'image: "postgis/postgis" has no tag'],
    ['a prop that is not known', { replica: 2 }, 'replica: is not known; write replicas'],
    ['dumps without a bucket', { dumps: {} }, 'dumps.bucket: is missing'],
  ])('for %s', (_, props, message) => {
    const text = said(props);
    expect(text).toContain(message);
    expect(text).not.toContain('hunter2');
  });

  test('where no storage class is the default', () => {
    const cluster = k3sCluster();
    const namespace = new Namespace(cluster, 'shop');
    make({}, namespace);
    expect(refusals(namespace).join('\n')).toContain('spec.volumeClaimTemplates[0].spec.storageClassName');
  });

  test('with a name too long for its jobs', () => {
    const namespace = shop();
    new PostgresDatabase(namespace, 'd'.repeat(45), { version: '17', size: '1Gi' });
    expect(refusals(namespace).join('\n')).toContain('at most 44');
  });
});

describe('settings that Kubernetes or a shell would read', () => {
  test('a dollar stays one: Kubernetes takes $$ for $ and $(DB_PASSWORD) for the password', () => {
    const args = argsOf(make({ parameters: { log_line_prefix: '$(DB_PASSWORD) $$ $1' } }));
    expect(args).toContain('log_line_prefix=$$(DB_PASSWORD) $$$$ $$1');
  });

  test.each([['a\nb'], ['\u0000'], ['\u007f']])('refuses a value with a control character: %j', (value) => {
    const namespace = shop();
    make({ parameters: { log_line_prefix: value } }, namespace);
    expect(refusals(namespace).join('\n')).toContain('control character, which no setting takes');
  });
});
