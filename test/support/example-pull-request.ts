import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Branch that the example is to be merged into. */
export const EXAMPLE_BASE = 'main';

/**
 * Makes an empty folder a repository with the pull request that the documentation shows: K3s goes to the next minor, a volume shrinks, a NetworkPolicy opens, and
 * three images change, in two environments. What is to be merged is checked out. Commits have fixed times and authors, so that their names are always the same.
 */
export function writeExamplePullRequest(folder: string): void {
  const write = (state: State): void => writeFileSync(join(folder, 'environments.ts'), program(state));
  write(BEFORE);
  git(folder, 'init', '--quiet', '--initial-branch', EXAMPLE_BASE);
  commit(folder, 'A shop on three servers');
  git(folder, 'switch', '--quiet', '--create', 'next');
  write(AFTER);
  commit(folder, 'K3s 1.35, new images, a smaller database');
}

/** Commits everything in a repository as it is. */
export function commit(folder: string, message: string): void {
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', message);
}

/** Runs git as somebody with no settings of their own. */
export function git(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', args, {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_SYSTEM: '/dev/null',
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@example.org',
      GIT_AUTHOR_DATE: '2026-11-02T09:00:00Z',
      GIT_COMMITTER_NAME: 'Ada',
      GIT_COMMITTER_EMAIL: 'ada@example.org',
      GIT_COMMITTER_DATE: '2026-11-02T09:00:00Z',
    },
  });
}

interface State {
  readonly k3s: string;
  readonly size: string;
  readonly web: string;
  readonly mailer: string;
  readonly report: string;
  readonly allowFrom: string;
}

const BEFORE: State = {
  k3s: 'v1.34.1+k3s1',
  size: '20Gi',
  web: '1.4.2',
  mailer: '2.0.1',
  report: '0.9.0',
  allowFrom: '',
};

const AFTER: State = {
  k3s: 'v1.35.0+k3s1',
  size: '10Gi',
  web: '1.5.0',
  mailer: '2.0.2',
  report: '1.0.0',
  allowFrom: "'anywhere'",
};

function program({ k3s, size, web, mailer, report, allowFrom }: State): string {
  return `import {
  Datastore,
  environments,
  K3sCluster,
  LocalPathStorage,
  Namespace,
  PostgresDatabase,
  ScheduledJob,
  Traefik,
  WebService,
  Worker,
} from 'k3stack';

const settings = {
  staging: { servers: { alfa: '10.0.0.11' }, domain: 'staging.example.org' },
  production: { servers: { alfa: '10.0.1.11', bravo: '10.0.1.12', charlie: '10.0.1.13' }, domain: 'example.org' },
};

export default environments(settings, (env, { servers, domain }) => {
  const cluster = new K3sCluster(env, 'k3s', {
    version: '${k3s}',
    datastore: Object.keys(servers).length === 1 ? Datastore.sqlite() : Datastore.embeddedEtcd(),
    servers: Object.fromEntries(
      Object.entries(servers).map(([name, address]) => [name, { ssh: { host: address }, nodeIp: address }]),
    ),
  });
  new Traefik(cluster, 'traefik', { redirectToHttps: true });
  new LocalPathStorage(cluster, 'local-path');
  const shop = new Namespace(cluster, 'shop', { podSecurity: 'restricted' });
  const database = new PostgresDatabase(shop, 'database', {
    version: '17',
    size: '${size}',
    allowFrom: [${allowFrom}],
  });
  const connections = { database: database.connection };
  new WebService(shop, 'web', { image: 'ghcr.io/acme/shop:${web}', host: domain, tls: 'default', connections });
  new Worker(shop, 'mailer', { image: 'ghcr.io/acme/mailer:${mailer}', connections });
  new ScheduledJob(shop, 'report', { image: 'ghcr.io/acme/report:${report}', schedule: '0 6 * * 1', connections });
});
`;
}
