import type { ApiObject } from 'cdk8s';
import { describe, expect, test } from '@jest/globals';
import { Namespace, type NamespaceProps } from '../../../constructs/cluster/namespace';
import { Gitea } from '../../../constructs/platform/gitea/gitea';
import type { GiteaProps } from '../../../constructs/platform/gitea/gitea-settings';
import { LocalRegistry } from '../../../constructs/platform/registry/local-registry';
import { PostgresDatabase } from '../../../constructs/workloads/postgres-database';
import { k3sCluster, objectsOf, schemaProblems, synthesisOfCluster } from '../../support/synth';
import { data, podSpecOf, refusals, shop } from '../../support/workloads';

interface World {
  readonly namespace: Namespace;
  readonly registry: LocalRegistry;
  readonly git: Gitea;
}

interface Container {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: readonly { name: string; value?: string; valueFrom?: unknown }[];
  readonly volumeMounts: readonly { readonly mountPath: string }[];
  readonly securityContext: object;
}

interface Role {
  readonly metadata: { readonly namespace: string };
  readonly rules: readonly object[];
  readonly subjects: readonly object[];
}

interface NamespaceObject {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
}

interface ConfigMap {
  readonly data: Readonly<Record<string, string>>;
}

interface Pod {
  readonly containers: readonly [Container];
  readonly initContainers: readonly Container[];
  readonly automountServiceAccountToken: boolean;
  readonly securityContext: object;
}

/** A Gitea in namespace `git` beside a registry and a shop; `chain` adds both to the props. */
function world(
  props: GiteaProps = {},
  { chain = true, ...namespaceProps }: { chain?: boolean } & NamespaceProps = {},
): World {
  const cluster = k3sCluster();
  const namespace = shop({}, cluster);
  const registry = new LocalRegistry(
    new Namespace(cluster, 'registry', { podSecurity: 'restricted' }),
    'registry',
  );
  const own = new Namespace(cluster, 'git', { podSecurity: 'restricted', ...namespaceProps });
  const git = new Gitea(own, 'git', { ...(chain && { registry, deployTo: [namespace] }), ...props });
  return { namespace, registry, git };
}

const podOf = (object: ApiObject | undefined) => podSpecOf(object as ApiObject) as Pod;
const environmentOf = ({ env }: Container) =>
  Object.fromEntries(env.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]));
const serverOf = (props: GiteaProps = {}) =>
  environmentOf(podOf(world(props, { chain: false }).git.statefulSet).containers[0]);
const runnerPod = ({ git }: World) => podOf(git.runner?.deployment);
const initContainer = ({ initContainers }: Pod, wanted: string) =>
  initContainers.find(({ name }) => name === wanted) as Container;
const secretsOf = ({ namespace }: World) =>
  synthesisOfCluster(namespace.node.scope as never).kubernetesSecrets;

describe('the server', () => {
  test('one pod on one volume, with all of its configuration in variables', () => {
    const { git } = world({}, { chain: false });
    const { spec } = data(git.statefulSet);
    expect(spec).toMatchObject({ replicas: 1, serviceName: 'git' });
    expect(spec.volumeClaimTemplates[0].spec.resources.requests.storage).toBe('20Gi');
    expect(serverOf()).toMatchObject({
      GITEA__server__ROOT_URL: 'http://git.git/',
      GITEA__server__DISABLE_SSH: 'true',
      GITEA__database__DB_TYPE: 'sqlite3',
      GITEA__security__INSTALL_LOCK: 'true',
      GITEA__security__SECRET_KEY: { secretKeyRef: { name: 'git', key: 'GITEA__security__SECRET_KEY' } },
      GITEA__service__DISABLE_REGISTRATION: 'true',
      GITEA__actions__ENABLED: 'true',
      GITEA_RUNNER_REGISTRATION_TOKEN: { secretKeyRef: { name: 'git-registration', key: 'token' } },
    });
  });

  test('is as restricted as any other pod, and can write to its volume, /tmp and the configuration in memory only', () => {
    const spec = podOf(world().git.statefulSet);
    for (const container of [...spec.initContainers, ...spec.containers]) {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.volumeMounts.map(({ mountPath }) => mountPath)).toEqual([
        '/var/lib/gitea',
        '/etc/gitea',
        '/tmp',
      ]);
    }
    expect(spec.automountServiceAccountToken).toBe(false);
  });

  test('the administrator is made before it starts, and only the container that does it knows the password', () => {
    const spec = podOf(world({ admin: { user: 'maria' } }).git.statefulSet);
    const administrator = initContainer(spec, 'administrator');
    expect(environmentOf(administrator)).toMatchObject({
      ADMIN_USER: 'maria',
      ADMIN_EMAIL: 'maria@gitea.local',
      ADMIN_PASSWORD: { secretKeyRef: { name: 'git-admin', key: 'password' } },
      GITEA__database__DB_TYPE: 'sqlite3',
    });
    expect(administrator.command[3]).toContain('--password "$ADMIN_PASSWORD"');
    expect(environmentOf(administrator)).not.toHaveProperty('GITEA_RUNNER_REGISTRATION_TOKEN');
    expect(environmentOf(spec.containers[0])).not.toHaveProperty('ADMIN_PASSWORD');
  });

  test('is served under its host, and tells its users that address', () => {
    const props: GiteaProps = { host: 'git.example.org', tls: { issuer: 'letsencrypt' } };
    const { git } = world(props);
    expect(data(git.route)).toMatchObject({
      kind: 'Ingress',
      spec: { rules: [{ host: 'git.example.org' }], tls: [{ secretName: 'git-tls' }] },
    });
    expect(serverOf(props)).toMatchObject({
      GITEA__server__ROOT_URL: 'https://git.example.org/',
      GITEA__server__DOMAIN: 'git.example.org',
    });
    expect(serverOf({ host: 'git.home' })).toMatchObject({ GITEA__server__ROOT_URL: 'http://git.home/' });
  });

  test('listens to SSH on a port of every node when asked to', () => {
    const { git } = world({ ssh: { nodePort: 30_022 } });
    expect(data(git.sshService).spec).toMatchObject({
      type: 'NodePort',
      ports: [{ port: 22, nodePort: 30_022 }],
    });
    expect(data(git.network.policy).spec.ingress).toContainEqual({
      ports: [{ port: 2222, protocol: 'TCP' }],
    });
    expect(serverOf({ ssh: { nodePort: 30_022 } })).toMatchObject({
      GITEA__server__START_SSH_SERVER: 'true',
      GITEA__server__SSH_PORT: '30022',
      GITEA__server__SSH_LISTEN_PORT: '2222',
    });
  });

  test('keeps what is no repository in a Postgres, whose password it gets by reference', () => {
    const { namespace } = world();
    const database = new PostgresDatabase(namespace, 'db', { version: '17', size: '1Gi' });
    const git = new Gitea(namespace, 'git', { database: database.connection });
    expect(environmentOf(podOf(git.statefulSet).containers[0])).toMatchObject({
      DATABASE_PASSWORD: { secretKeyRef: { name: 'db', key: 'password' } },
      GITEA__database__DB_TYPE: 'postgres',
      GITEA__database__HOST: '$(DATABASE_HOST):$(DATABASE_PORT)',
      GITEA__database__PASSWD: '$(DATABASE_PASSWORD)',
    });
    expect(refusals(namespace)).toEqual([]);
  });

  test('what the program says of a setting wins', () => {
    expect(serverOf({ registration: true, env: { GITEA__server__OFFLINE_MODE: false } })).toMatchObject({
      GITEA__service__DISABLE_REGISTRATION: 'false',
      GITEA__server__OFFLINE_MODE: 'false',
    });
  });

  test('without a runner there are no Actions', () => {
    const { git } = world({ runner: false }, { chain: false });
    expect(git.runner).toBeUndefined();
    expect(serverOf({ runner: false })['GITEA__actions__ENABLED']).toBe('false');
    expect(serverOf({ runner: false })).not.toHaveProperty('GITEA_RUNNER_REGISTRATION_TOKEN');
  });
});

describe('the runner', () => {
  test('registers itself by the token that the server was given, and forgets it', () => {
    const chain = world();
    const register = initContainer(runnerPod(chain), 'register');
    expect(environmentOf(register)).toMatchObject({
      GITEA_URL: 'http://git.git',
      REGISTRATION_TOKEN: { secretKeyRef: { name: 'git-runner-registration', key: 'token' } },
    });
    expect(JSON.stringify(runnerPod(chain).containers)).not.toContain('secretKeyRef');
    const token = (namespace: string, name: string) =>
      secretsOf(chain).find((secret) => secret.namespace === namespace && secret.name === name)?.data[
        'token'
      ];
    expect(token('git', 'git-registration')).toMatch(/^«secret:generated-secrets/);
    expect(token('git-runner', 'git-runner-registration')).toBe(token('git', 'git-registration'));
  });

  test('has a namespace for itself, as only the builder breaks the rules, and Gitea keeps to them', () => {
    const { git, namespace } = world();
    expect(git.runner?.namespace).toBe('git-runner');
    const levels = objectsOf<NamespaceObject>(namespace.node.scope as never, 'Namespace').map(
      ({ metadata }) => [metadata.name, metadata.labels['pod-security.kubernetes.io/enforce']],
    );
    expect(levels).toEqual(
      expect.arrayContaining([
        ['git', 'restricted'],
        ['git-runner', 'privileged'],
      ]),
    );
  });

  test('only the builder has what rootless BuildKit needs, and no token', () => {
    const spec = runnerPod(world());
    const builder = initContainer(spec, 'builder');
    expect(builder).toMatchObject({
      restartPolicy: 'Always',
      securityContext: {
        runAsUser: 1000,
        seccompProfile: { type: 'Unconfined' },
        appArmorProfile: { type: 'Unconfined' },
        allowPrivilegeEscalation: true,
        privileged: false,
      },
    });
    const mounted = JSON.stringify(builder.volumeMounts);
    expect(mounted).not.toContain('token');
    expect(mounted).not.toContain('docker');
    const others = [...spec.initContainers.filter((each) => each !== builder), ...spec.containers];
    for (const { securityContext } of others)
      expect(securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
      });
    expect(spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  test('may read and patch Deployments where it deploys to, and nothing else anywhere', () => {
    const { git, namespace } = world();
    const scope = namespace.node.scope as never;
    expect(objectsOf<Role>(scope, 'Role').map(({ metadata, rules }) => [metadata.namespace, rules])).toEqual([
      ['shop', [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch'] }]],
    ]);
    expect(objectsOf<Role>(scope, 'RoleBinding')[0]?.subjects).toEqual([
      { kind: 'ServiceAccount', name: 'git-runner', namespace: 'git-runner' },
    ]);
    expect(data(git.runner?.serviceAccount)).toMatchObject({ automountServiceAccountToken: false });
    expect(runnerPod(world({}, { chain: false }))).not.toHaveProperty('serviceAccountName');
  });

  test('connects to Gitea, the registry, the API server and the internet, and nobody to it', () => {
    const { git, registry } = world();
    const { spec } = data(git.runner?.network.policy);
    expect(spec.ingress).toBeUndefined();
    const to = (namespace: string, name: string, port: number) => ({
      to: [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
          podSelector: { matchLabels: { 'app.kubernetes.io/name': name } },
        },
      ],
      ports: [{ port, protocol: 'TCP' }],
    });
    expect(spec.egress).toEqual(
      expect.arrayContaining([to('git', 'git', 3000), to('registry', 'registry', 5000)]),
    );
    expect(data(git.network.policy).spec.ingress).toContainEqual({
      from: to('git-runner', 'git-runner', 0).to,
      ports: [{ port: 3000, protocol: 'TCP' }],
    });
    expect(git.runner?.node.dependencies).toEqual(expect.arrayContaining([git, registry]));
  });

  test('the builder pulls and pushes by the address of pods what nodes call by another name, and keeps its cache below the size of its volume', () => {
    const { git, namespace } = world({ runner: { cacheSize: '10Gi' } });
    const files = objectsOf<ConfigMap>(namespace.node.scope as never, 'ConfigMap').find(
      ({ data: { 'buildkitd.toml': toml } }) => toml,
    );
    expect(files?.data['buildkitd.toml']).toMatchInlineSnapshot(`
     "[worker.oci]
       gc = true
       reservedSpace = 1073741824
       maxUsedSpace = 8589934592

     [registry."registry.registry:5000"]
       http = true

     [registry."registry.local"]
       mirrors = ["registry.registry:5000"]
     "
    `);
    expect(files?.data['runner.yaml']).toMatchInlineSnapshot(`
     "runner:
       file: /data/.runner
       capacity: 1
       timeout: 1h
       shutdown_timeout: 50s
       labels: ["cluster:host"]
     cache:
       enabled: false
     host:
       workdir_parent: /work/jobs
     metrics:
       enabled: true
       addr: ":9101"
     "
    `);
    expect(environmentOf(podOf(git.runner?.deployment).containers[0])).toMatchInlineSnapshot(`
     {
       "BUILDKIT_HOST": "unix:///run/buildkit/buildkitd.sock",
       "DOCKER_CONFIG": "/docker",
       "GITEA_URL": "http://git.git",
       "HOME": "/work",
       "PATH": "/opt/k3stack:/tools:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
       "REGISTRY_HOST": "registry.local",
       "REGISTRY_PUSH": "registry.registry:5000",
     }
    `);
  });

  test('without a registry it builds no images, and is as restricted as Gitea', () => {
    const chain = world({}, { chain: false });
    const names = runnerPod(chain).initContainers.map(({ name }) => name);
    expect(names).toEqual(['runner', 'register']);
    const [own] = objectsOf<NamespaceObject>(chain.namespace.node.scope as never, 'Namespace').filter(
      ({ metadata }) => metadata.name === 'git-runner',
    );
    expect(own?.metadata.labels['pod-security.kubernetes.io/enforce']).toBe('restricted');
  });

  test('goes into a namespace that the program makes', () => {
    const cluster = k3sCluster();
    const namespace = shop({}, cluster);
    const ci = new Namespace(cluster, 'ci', { podSecurity: 'restricted' });
    const git = new Gitea(namespace, 'git', { runner: { namespace: ci, labels: ['small'], capacity: 3 } });
    expect(git.runner?.namespace).toBe('ci');
    expect(git.workflow({ image: 'shop' })).toContain('runs-on: small');
    expect(refusals(namespace)).toEqual([]);
  });
});

test('the workflow builds what was pushed, pushes the image by its commit, and gives it to the Deployment', () => {
  const { git } = world();
  expect(git.workflow({ image: 'acme/shop', deployment: { namespace: 'shop', name: 'web' } }))
    .toMatchInlineSnapshot(`
   "name: build
   on:
     push:
       branches: [main]
   jobs:
     build:
       runs-on: cluster
       steps:
         - run: checkout
           env:
             TOKEN: \${{ github.token }}
         - run: build-image acme/shop:\${{ github.sha }} .
         - run: deploy shop web acme/shop:\${{ github.sha }}
   "
  `);
  expect(git.workflow({ image: 'shop', branch: 'trunk', folder: 'web' })).not.toContain('deploy');
});

test('the whole chain is accepted by the schemas, with every option', () => {
  const { namespace } = world({
    host: 'git.example.org',
    tls: { secretName: 'own' },
    ssh: { nodePort: 30_022 },
  });
  expect(refusals(namespace)).toEqual([]);
  expect(schemaProblems(namespace.node.scope as never)).toEqual([]);
});

test.each<[string, GiteaProps, string]>([
  [
    'an administrator that Gitea has no room for',
    { admin: { user: 'api' } },
    "admin.user: 'api' is a part of Gitea's own addresses",
  ],
  ['a name with a space', { admin: { user: 'my name' } }, "write user: 'owner'"],
  ['an e-mail address that is none', { admin: { email: 'maria' } }, "write email: 'me@example.org'"],
  [
    'a password as text',
    { admin: { password: 'x' as never } },
    "SecretRef.fromConfig('gitea-admin-password')",
  ],
  ['labels with a scheme', { runner: { labels: ['ubuntu:docker://x'] } }, "write labels: ['cluster']"],
  ['no label', { runner: { labels: [] } }, 'no job would reach the runner'],
  [
    'a limit of the builder below what it asks for',
    { runner: { builderResources: { limits: { memory: '64Mi' } } } },
    'runner.builderResources.limits.memory',
  ],
  ['days', { runner: { timeout: '1d' } }, "write timeout: '90m'"],
  [
    'an image of the runner that may be another tomorrow',
    { runner: { image: 'gitea/runner' } },
    'runner.image',
  ],
  ['a port that is no NodePort', { ssh: { nodePort: 22 } }, 'from 30000 to 32767'],
  [
    'a registry by its name',
    { registry: 'registry.local' as never },
    "pass what new LocalRegistry(namespace, 'registry') returned",
  ],
  [
    'a namespace by its name',
    { deployTo: ['shop' as never] },
    "pass what new Namespace(cluster, 'shop') returned",
  ],
])('refuses %s', (_, props, message) => {
  expect(refusals(world(props).namespace).join('\n')).toContain(message);
});

test('refuses a registry for a runner that there is not', () => {
  const { registry } = world();
  const { namespace } = world({ runner: false, registry, deployTo: [] }, { chain: false });
  expect(refusals(namespace).join('\n')).toContain('remove registry, or runner: false');
});

test('refuses a namespace for the builder whose level keeps it out', () => {
  const cluster = k3sCluster();
  const namespace = shop({}, cluster);
  const ci = new Namespace(cluster, 'ci', { podSecurity: 'baseline' });
  const registry = new LocalRegistry(namespace, 'registry');
  new Gitea(namespace, 'git', { registry, runner: { namespace: ci } });
  expect(refusals(namespace).join('\n')).toContain("write podSecurity: 'privileged' for namespace ci");
});

test('refuses to deploy to another cluster', () => {
  const { namespace: other } = world();
  const { namespace } = world({ deployTo: [other] });
  expect(refusals(namespace).join('\n')).toContain('of another cluster');
});
