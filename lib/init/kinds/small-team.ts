import type { Starter } from '../kinds';
import { WEB_APP } from './web-app';

const PROGRAM = `import {
  Datastore,
  environments,
  K3sCluster,
  LocalPathStorage,
  Namespace,
  ServiceLb,
  Traefik,
} from 'k3stack';
import { webApp } from './workloads/web-app';

interface Settings {
  readonly domain: string;

  /** Node name to address: one, or an odd number. */
  readonly servers: Readonly<Record<string, string>>;
}

const settings: Record<string, Settings> = {
  // Put the addresses of your own machines here.
  staging: { domain: 'staging.example.org', servers: { alfa: '192.0.2.11' } },
  production: {
    domain: 'example.org',
    servers: { alfa: '192.0.2.21', bravo: '192.0.2.22', charlie: '192.0.2.23' },
  },
};

export default environments(settings, (env, { domain, servers }) => {
  const cluster = new K3sCluster(env, 'k3s', {
    version: 'K3S_RELEASE',
    datastore: Datastore.forServers(servers), // sqlite for one, embedded etcd for three
    nodes: { capacity: { cpu: 2, memory: '4Gi', disk: '80Gi' } },
    servers: Object.fromEntries(
      Object.entries(servers).map(([name, address]) => [
        name,
        { ssh: { host: address, user: 'root' }, nodeIp: address },
      ]),
    ),
  });
  new ServiceLb(cluster, 'servicelb');
  new Traefik(cluster, 'traefik');
  new LocalPathStorage(cluster, 'local-path');

  webApp(new Namespace(cluster, 'shop', { podSecurity: 'restricted' }), {
    host: domain,
    replicas: Object.keys(servers).length > 1 ? 2 : 1,
  });
});
`;

/** A few rented machines. */
export const SMALL_TEAM: Starter = {
  description: 'A staging cluster on one machine, a production cluster on three.',
  environments: ['staging', 'production'],
  secrets: ['k3s-server-token', 'k3s-agent-token'],
  remote: true,
  program: { 'environments.ts': PROGRAM, 'workloads/web-app.ts': WEB_APP },
  readme: `\`environments.ts\` describes both environments: what differs between them is at its top, what they share is below.
`,
};
