import type { Starter } from '../kinds';
import { WEB_APP } from './web-app';

const PROGRAM = `import { Cni, Datastore, environments, K3sCluster, Namespace } from 'k3stack';
import { webApp } from './workloads/web-app';

/** One node on the machine that runs this, made for a test and thrown away after it. */
export default environments({ test: {} }, (env) => {
  const cluster = new K3sCluster(env, 'k3s', {
    version: 'K3S_RELEASE',
    datastore: Datastore.sqlite(),
    servers: { runner: { local: true } },
    network: { cni: Cni.flannel({ backend: 'host-gw', networkPolicy: false }) },
    secretsEncryption: false, // nothing is kept
    nodes: { maxPods: 30, containerLog: { maxSize: '5Mi', maxFiles: 2 } },
    config: { server: { 'disable-helm-controller': true, 'disable-cloud-controller': true } },
  });
  webApp(new Namespace(cluster, 'smoke', { podSecurity: 'restricted' }));
});
`;

/** A cluster for one run of a pipeline. */
export const DISPOSABLE: Starter = {
  description: 'A cluster on the machine that runs the tests, made and thrown away in one go.',
  environments: ['test'],
  secrets: ['k3s-server-token', 'k3s-agent-token'],
  remote: false,
  program: { 'environments.ts': PROGRAM, 'workloads/web-app.ts': WEB_APP },
  readme: `\`environments.ts\` describes a single node without ingress, storage, Helm or network policy, so that it starts fast.
`,
};
