import { k8s } from 'cdk8s-plus-28';
import { type Cluster, type Namespace, secret, secretHole } from 'k3stack';
import { container, fromSecret, podDefaults } from './container';

/**
 * PostgreSQL with its data on the disk of the node it first runs on.
 *
 * @returns Name of the Secret with the keys `password` and `url`. Its values are never in a manifest.
 */
export function database(cluster: Cluster, namespace: Namespace): string {
  const name = 'database';
  const labels = { 'app.kubernetes.io/name': name };
  const password = secret('database-password');
  cluster.addSecret(namespace, {
    namespace: namespace.name,
    name,
    data: {
      password: secretHole(password),
      url: `postgres://app:${secretHole(password, 'url')}@${name}:5432/app`,
    },
  });
  new k8s.KubeService(namespace, `${name}-service`, {
    metadata: { name, labels },
    spec: { clusterIp: 'None', selector: labels, ports: [{ name: 'postgres', port: 5432 }] },
  });
  new k8s.KubeStatefulSet(namespace, name, {
    metadata: { name, labels },
    spec: {
      serviceName: name,
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          ...podDefaults(999),
          containers: [
            container({
              name: 'postgres',
              image: 'docker.io/library/postgres:17.6-bookworm',
              env: [
                { name: 'POSTGRES_DB', value: 'app' },
                { name: 'PGDATA', value: '/var/lib/postgresql/data/pgdata' },
                { name: 'POSTGRES_USER', value: 'app' },
                fromSecret('POSTGRES_PASSWORD', name, 'password'),
              ],
              ports: [{ name: 'postgres', containerPort: 5432 }],
              readinessProbe: {
                exec: { command: ['pg_isready', '--username=app', '--dbname=app'] },
                periodSeconds: 10,
              },
              volumeMounts: [
                { name: 'data', mountPath: '/var/lib/postgresql/data' },
                { name: 'run', mountPath: '/var/run/postgresql' },
                { name: 'tmp', mountPath: '/tmp' },
              ],
              cpu: '100m',
              memory: '512Mi',
            }),
          ],
          volumes: [
            { name: 'run', emptyDir: {} },
            { name: 'tmp', emptyDir: {} },
          ],
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: 'local-path',
            resources: { requests: { storage: k8s.Quantity.fromString('20Gi') } },
          },
        },
      ],
    },
  });
  return name;
}
