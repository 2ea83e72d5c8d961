import { k8s } from 'cdk8s-plus-28';
import { Cluster, type Namespace, secret, secretHole } from 'k3stack';
import { container, fromSecret, podDefaults } from './container';

/** Gitea with its repositories on one disk, and a runner for its pipelines. */
export function gitea(cluster: Cluster, namespace: Namespace, host: string): void {
  server(namespace, host);
  runner(cluster, namespace);
}

/** Repositories and an sqlite database in one volume: one replica, never two at a time. */
function server(namespace: Namespace, host: string): void {
  const name = 'gitea';
  const labels = { 'app.kubernetes.io/name': name };
  const http = k8s.IntOrString.fromString('http');
  new k8s.KubeStatefulSet(namespace, name, {
    metadata: { name, labels },
    spec: {
      serviceName: name,
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          ...podDefaults(1000),
          containers: [
            container({
              name,
              image: 'docker.io/gitea/gitea:1.24.6-rootless',
              env: [
                { name: 'GITEA__server__ROOT_URL', value: `http://${host}/` },
                { name: 'GITEA__server__DISABLE_SSH', value: 'true' },
                { name: 'GITEA__actions__ENABLED', value: 'true' },
                { name: 'GITEA__database__DB_TYPE', value: 'sqlite3' },
              ],
              ports: [{ name: 'http', containerPort: 3000 }],
              readinessProbe: { httpGet: { path: '/api/healthz', port: http } },
              volumeMounts: [
                { name: 'data', mountPath: '/var/lib/gitea' },
                { name: 'data', mountPath: '/etc/gitea', subPath: 'config' },
                { name: 'tmp', mountPath: '/tmp' },
              ],
              cpu: '100m',
              memory: '512Mi',
            }),
          ],
          volumes: [{ name: 'tmp', emptyDir: {} }],
        },
      },
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: volume('20Gi') }],
    },
  });
  new k8s.KubeService(namespace, `${name}-service`, {
    metadata: { name, labels },
    spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: http }] },
  });
  new k8s.KubeIngress(namespace, `${name}-ingress`, {
    metadata: { name, labels },
    spec: {
      ingressClassName: Cluster.of(namespace).ingressClass,
      rules: [
        {
          host,
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name, port: { name: 'http' } } } },
            ],
          },
        },
      ],
    },
  });
}

/** Jobs run inside the runner's own container, without a Docker daemon and without privileges. */
function runner(cluster: Cluster, namespace: Namespace): void {
  const name = 'runner';
  const labels = { 'app.kubernetes.io/name': name };
  cluster.addSecret(namespace, {
    namespace: namespace.name,
    name,
    data: { token: secretHole(secret('gitea-runner-token')) },
  });
  new k8s.KubePersistentVolumeClaim(namespace, `${name}-data`, { metadata: { name }, spec: volume('10Gi') });
  new k8s.KubeDeployment(namespace, name, {
    metadata: { name, labels },
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          ...podDefaults(1000),
          nodeSelector: { 'example.org/ci': 'true' },
          containers: [
            container({
              name,
              image: 'docker.io/gitea/act_runner:0.2.13',
              env: [
                { name: 'GITEA_INSTANCE_URL', value: 'http://gitea' },
                { name: 'GITEA_RUNNER_NAME', value: 'rack' },
                { name: 'GITEA_RUNNER_LABELS', value: 'linux-arm64:host' },
                { name: 'HOME', value: '/data' },
                fromSecret('GITEA_RUNNER_REGISTRATION_TOKEN', name, 'token'),
              ],
              volumeMounts: [
                { name: 'data', mountPath: '/data' },
                { name: 'tmp', mountPath: '/tmp' },
              ],
              cpu: '500m',
              memory: '1Gi',
            }),
          ],
          volumes: [
            { name: 'data', persistentVolumeClaim: { claimName: name } },
            { name: 'tmp', emptyDir: {} },
          ],
        },
      },
    },
  });
}

function volume(size: string): k8s.PersistentVolumeClaimSpec {
  return {
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'local-path',
    resources: { requests: { storage: k8s.Quantity.fromString(size) } },
  };
}
