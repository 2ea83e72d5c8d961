import { Cni, Datastore, environments, Job, K3sCluster, Namespace } from 'k3stack';

interface Settings {
  /** Cluster DNS; without it a node runs no pod of K3s's own. */
  readonly dns: boolean;
}

const settings: Record<string, Settings> = {
  api: { dns: false },
  pods: { dns: true },
};

/** One node on the machine that runs the pipeline. Nothing is packaged with it, and nothing of it is kept. */
export default environments(settings, (env, { dns }) => {
  const cluster = new K3sCluster(env, 'ci', {
    version: 'v1.34.1+k3s1',
    datastore: Datastore.sqlite(),
    servers: { runner: { local: true } },
    coreDns: dns,
    network: { cni: Cni.flannel({ backend: 'host-gw', networkPolicy: false }) },
    secretsEncryption: false,
    nodes: { maxPods: 30, containerLog: { maxSize: '5Mi', maxFiles: 2 } },
    config: {
      server: {
        'disable-helm-controller': true,
        'disable-cloud-controller': true,
        'kubelet-arg': { 'image-gc-high-threshold': 100, 'image-gc-low-threshold': 99 },
      },
    },
  });
  // Succeeds as soon as a pod was scheduled, started and could resolve a name.
  if (dns)
    new Job(new Namespace(cluster, 'smoke', { podSecurity: 'restricted' }), 'resolve', {
      image: 'docker.io/library/busybox:1.37.0',
      command: ['nslookup', 'kubernetes.default.svc.cluster.local'],
      user: 65534,
      networkPolicy: false, // the cluster has nothing that would enforce one
      resources: { requests: { cpu: '10m', memory: '8Mi' }, limits: { memory: '16Mi' } },
      activeDeadlineSeconds: 120,
    });
});
