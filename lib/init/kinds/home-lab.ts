import type { Starter } from '../kinds';
import { WEB_APP } from './web-app';

const PROGRAM = `import {
  Datastore,
  environments,
  K3sCluster,
  LocalPathStorage,
  MetricsServer,
  Namespace,
  ServiceLb,
  Traefik,
} from 'k3stack';
import { webApp } from './workloads/web-app';

interface Settings {
  readonly domain: string;

  /** First three bytes of the home network. */
  readonly network: string;
}

const settings: Record<string, Settings> = {
  home: { domain: 'home.arpa', network: '192.0.2' }, // put your own network here
};

export default environments(settings, (env, { domain, network }) => {
  const pi = (lastByte: number) => ({
    ssh: { host: \`\${network}.\${lastByte}\`, user: 'pi' },
    nodeIp: \`\${network}.\${lastByte}\`,
  });
  const cluster = new K3sCluster(env, 'k3s', {
    version: 'K3S_RELEASE',
    datastore: Datastore.sqlite(),
    nodes: {
      architecture: 'arm64',
      capacity: { cpu: 4, memory: '8Gi', disk: '110Gi' },
      reserved: { cpu: '250m', memory: '512Mi' },
      containerLog: { maxSize: '5Mi', maxFiles: 2 }, // SD cards wear out
    },
    servers: { 'pi-1': pi(11) },
    agents: { 'pi-2': pi(12), 'pi-3': pi(13) },
  });
  new ServiceLb(cluster, 'servicelb');
  new Traefik(cluster, 'traefik');
  new LocalPathStorage(cluster, 'local-path');
  new MetricsServer(cluster, 'metrics-server');

  webApp(new Namespace(cluster, 'apps', { podSecurity: 'restricted' }), { host: \`app.\${domain}\` });
});
`;

/** A few small boards at home. */
export const HOME_LAB: Starter = {
  description: 'Three Raspberry Pis at home: one server, two agents.',
  environments: ['home'],
  secrets: ['k3s-server-token', 'k3s-agent-token'],
  remote: true,
  program: { 'environments.ts': PROGRAM, 'workloads/web-app.ts': WEB_APP },
  readme: `\`environments.ts\` describes the boards, the cluster and what runs on it. On Raspberry Pi OS, add
\`cgroup_memory=1 cgroup_enable=memory\` to \`/boot/firmware/cmdline.txt\` of each board first: K3s does not start without.
`,
};
