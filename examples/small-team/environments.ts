import {
  AcmeIssuer,
  CertManager,
  Datastore,
  type Environment,
  environments,
  ExistingCluster,
  K3sCluster,
  LocalPathStorage,
  Namespace,
  secret,
  SelfSignedIssuer,
  Traefik,
  Velero,
  WebService,
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
  new CertManager(cluster, 'cert-manager');
  const issuer =
    servers === undefined
      ? new SelfSignedIssuer(cluster, 'self-signed')
      : new AcmeIssuer(cluster, 'letsencrypt', { server: 'letsencrypt', email: `ops@${domain}` });
  new WebService(new Namespace(cluster, 'shop', { podSecurity: 'restricted' }), 'web', {
    image: 'ghcr.io/acme/shop:1.4.2',
    host: domain,
    tls: { issuer },
    healthPath: '/healthz',
    user: 101,
  });
});

/** What `k3d` or Rancher Desktop made on the developer's machine. */
function laptop(env: Environment): ExistingCluster {
  return new ExistingCluster(env, 'laptop', {
    description: 'k3d',
    kubeconfig: { context: 'k3d-shop' },
    kubernetesVersion: '1.34',
    ingressClass: 'traefik',
    storageClasses: ['local-path'],
    helm: 'helm-controller',
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
  new Traefik(cluster, 'traefik', { redirectToHttps: true });
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
