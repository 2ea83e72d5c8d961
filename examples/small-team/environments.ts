import { k8s } from 'cdk8s-plus-28';
import {
  Cluster,
  Datastore,
  type Environment,
  environments,
  ExistingCluster,
  K3sCluster,
  LocalPathStorage,
  Namespace,
  secret,
  Traefik,
  Velero,
} from 'k3stack';

interface Settings {
  readonly domain: string;

  /** Node name to address; none where a cluster exists already. */
  readonly servers?: Readonly<Record<string, string>>;
}

const settings: Record<string, Settings> = {
  dev: { domain: 'shop.localhost' },
  staging: { domain: 'staging.example.org', servers: { alfa: '10.0.0.11' } },
  production: {
    domain: 'example.org',
    servers: { alfa: '10.0.1.11', bravo: '10.0.1.12', charlie: '10.0.1.13' },
  },
};

export default environments(settings, (env, { domain, servers }) => {
  const cluster = servers === undefined ? laptop(env) : rented(env, servers);
  shop(new Namespace(cluster, 'shop', { podSecurity: 'restricted' }), domain);
});

/** What `k3d` or Rancher Desktop made on the developer's machine. */
function laptop(env: Environment): ExistingCluster {
  return new ExistingCluster(env, 'laptop', {
    description: 'k3d',
    kubeconfig: { context: 'k3d-shop' },
    kubernetesVersion: '1.34',
    ingressClass: 'traefik',
    storageClasses: ['local-path'],
  });
}

const BACKUPS = { bucket: 'shop-backups', region: 'eu-central-1' };
const CREDENTIALS = { accessKey: secret('backup-access-key'), secretKey: secret('backup-secret-key') };

/** K3s on virtual machines with 3 processors and 4 GB each. */
function rented(env: Environment, servers: Readonly<Record<string, string>>): K3sCluster {
  const cluster = new K3sCluster(env, 'k3s', {
    version: 'v1.34.1+k3s1',
    datastore:
      Object.keys(servers).length === 1
        ? Datastore.sqlite()
        : Datastore.embeddedEtcd({
            s3: { ...BACKUPS, folder: `${env.name}/etcd`, credentials: CREDENTIALS },
          }),
    nodes: { capacity: { cpu: 3, memory: '4Gi', disk: '80Gi' } },
    servers: Object.fromEntries(
      Object.entries(servers).map(([name, address]) => [
        name,
        { ssh: { host: address, user: 'ops' }, nodeIp: address },
      ]),
    ),
  });
  new Traefik(cluster, 'traefik');
  new LocalPathStorage(cluster, 'local-path');
  new Velero(cluster, 'velero', {
    schedule: '0 3 * * *',
    bucket: {
      name: BACKUPS.bucket,
      region: BACKUPS.region,
      prefix: `${env.name}/velero`,
      credentials: CREDENTIALS,
    },
  });
  return cluster;
}

/** The team's own web application: a deployment, its service and the way in. */
function shop(namespace: Namespace, host: string): void {
  const name = 'web';
  const labels = { 'app.kubernetes.io/name': name };
  new k8s.KubeDeployment(namespace, 'web', {
    metadata: { name, labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, runAsUser: 101, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              name,
              image: 'ghcr.io/acme/shop:1.4.2',
              ports: [{ name: 'http', containerPort: 8080 }],
              readinessProbe: { httpGet: { path: '/healthz', port: k8s.IntOrString.fromString('http') } },
              resources: {
                requests: { cpu: k8s.Quantity.fromString('50m'), memory: k8s.Quantity.fromString('64Mi') },
                limits: { memory: k8s.Quantity.fromString('128Mi') },
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
  new k8s.KubeService(namespace, 'service', {
    metadata: { name, labels },
    spec: {
      selector: labels,
      ports: [{ name: 'http', port: 80, targetPort: k8s.IntOrString.fromString('http') }],
    },
  });
  new k8s.KubeIngress(namespace, 'ingress', {
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
