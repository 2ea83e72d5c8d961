import { k8s } from 'cdk8s-plus-28';
import { Cni, Datastore, environments, K3sCluster, Namespace } from 'k3stack';

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
  if (dns) smokeTest(new Namespace(cluster, 'smoke', { podSecurity: 'restricted' }));
});

/** Succeeds as soon as a pod was scheduled, started and could resolve a name. */
function smokeTest(namespace: Namespace): void {
  new k8s.KubeJob(namespace, 'resolve', {
    metadata: { name: 'resolve' },
    spec: {
      backoffLimit: 3,
      activeDeadlineSeconds: 120,
      template: {
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65534,
            runAsGroup: 65534,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [
            {
              name: 'resolve',
              image: 'docker.io/library/busybox:1.37.0',
              command: ['nslookup', 'kubernetes.default.svc.cluster.local'],
              resources: {
                requests: { cpu: k8s.Quantity.fromString('10m'), memory: k8s.Quantity.fromString('8Mi') },
                limits: { memory: k8s.Quantity.fromString('16Mi') },
              },
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ['ALL'] },
                readOnlyRootFilesystem: true,
              },
            },
          ],
        },
      },
    },
  });
}
