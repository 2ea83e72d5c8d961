import { Namespace } from '../../../constructs/cluster/namespace';
import { Gitea } from '../../../constructs/platform/gitea/gitea';
import type { GiteaProps, GiteaRunnerSettings } from '../../../constructs/platform/gitea/gitea-settings';
import { LocalPathStorage } from '../../../constructs/platform/local-path/local-path-storage';
import { LocalRegistry } from '../../../constructs/platform/registry/local-registry';
import { Traefik } from '../../../constructs/platform/traefik/traefik';
import { Ingress } from '../../../constructs/workloads/ingress';
import { PostgresDatabase } from '../../../constructs/workloads/postgres-database';
import { SecretRef } from '../../../lib/secret';
import type { ApiCase } from '../api-case';
import { describePair, pairs } from '../pairs';
import type { PolicyException } from '../policy-exceptions';

type Server = Omit<GiteaProps, 'registry' | 'deployTo' | 'runner' | 'database' | 'middlewares'>;
const servers = pairs<Server>({
  host: [undefined, 'git.example.org'],
  tls: [undefined, { secretName: 'own' }, false],
  ingress: [undefined, Ingress.traefik()],
  admin: [undefined, { user: 'maria', email: 'maria@example.org', password: SecretRef.generated() }],
  size: [undefined, '5Gi'],
  storageClass: [undefined, 'local-path'],
  ssh: [undefined, { nodePort: 30_022 }],
  registration: [undefined, true],
  env: [undefined, { GITEA__service__REQUIRE_SIGNIN_VIEW: true }],
  image: [undefined, 'registry.example.org/gitea:1.26.4-rootless'],
  resources: [undefined, { limits: { memory: '1Gi' } }],
  nodeSelector: [undefined, { 'kubernetes.io/os': 'linux' }],
  tolerations: [undefined, [{ key: 'edge' }]],
  podAnnotations: [undefined, { 'backup.velero.io/backup-volumes': 'data' }],
  allowFrom: [undefined, ['cluster' as const]],
});
const runners = pairs<Omit<GiteaRunnerSettings, 'namespace'>>({
  labels: [undefined, ['cluster', 'arm64']],
  capacity: [undefined, 2],
  timeout: [undefined, '90m'],
  workspace: [undefined, '1Gi'],
  cacheSize: [undefined, '5Gi'],
  storageClass: [undefined, 'local-path'],
  image: [undefined, 'registry.example.org/runner:1.0.6'],
  builderImage: [undefined, 'registry.example.org/buildkit:v0.32.2-rootless'],
  resources: [undefined, { limits: { memory: '2Gi' } }],
  builderResources: [undefined, { limits: { memory: '1Gi' } }],
  nodeSelector: [undefined, { 'kubernetes.io/os': 'linux' }],
  tolerations: [undefined, [{ key: 'ci' }]],
  egress: [undefined, []],
});

/** Of the container that builds images; all others of the pod keep to every policy. */
const builder = (name: string): PolicyException => ({
  object: `Deployment ${name}`,
  policies: ['no-privileges', 'read-only-root', 'seccomp'],
  reason:
    'BuildKit without root makes user namespaces, by set-uid programs and calls that the usual profiles deny',
});

export const cases: readonly ApiCase[] = [
  ...servers.map((props): ApiCase => ({
    name: `Gitea ${describePair(props)}`,
    build: (cluster) => {
      new LocalPathStorage(cluster, 'local-path');
      new Traefik(cluster, 'traefik');
      new Gitea(new Namespace(cluster, 'git', { podSecurity: 'restricted' }), 'git', props);
    },
  })),
  ...runners.map((runner): ApiCase => ({
    name: `Gitea with a registry, a database and a runner ${describePair(runner)}`,
    exceptions: [builder('git-runner/git-runner')],
    build: (cluster) => {
      new LocalPathStorage(cluster, 'local-path');
      const git = new Namespace(cluster, 'git', { podSecurity: 'restricted', defaultDeny: true });
      const shop = new Namespace(cluster, 'shop', { podSecurity: 'restricted' });
      const registry = new LocalRegistry(new Namespace(cluster, 'registry'), 'registry');
      const database = new PostgresDatabase(git, 'db', { version: '17', size: '1Gi' });
      new Gitea(git, 'git', { registry, deployTo: [shop], runner, database: database.connection });
    },
  })),
  {
    name: 'Gitea without a runner',
    build: (cluster) => {
      new LocalPathStorage(cluster, 'local-path');
      new Gitea(new Namespace(cluster, 'git', { podSecurity: 'restricted' }), 'git', { runner: false });
    },
  },
];
