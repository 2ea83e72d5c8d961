import { Namespace } from '../../../constructs/cluster/namespace';
import { AcmeIssuer } from '../../../constructs/platform/cert-manager/acme-issuer';
import type { AcmeIssuerProps, Dns01 } from '../../../constructs/platform/cert-manager/acme-settings';
import { CertManager } from '../../../constructs/platform/cert-manager/cert-manager';
import type { CertManagerProps } from '../../../constructs/platform/cert-manager/cert-manager-settings';
import { Certificate } from '../../../constructs/platform/cert-manager/certificate';
import type { CertificateProps } from '../../../constructs/platform/cert-manager/certificate-settings';
import { PrivateCaIssuer } from '../../../constructs/platform/cert-manager/private-ca-issuer';
import type { PrivateCaIssuerProps } from '../../../constructs/platform/cert-manager/private-ca-settings';
import { SelfSignedIssuer } from '../../../constructs/platform/cert-manager/self-signed-issuer';
import { Team } from '../../../constructs/platform/team/team';
import type { TeamProps } from '../../../constructs/platform/team/team-settings';
import { secret, SecretRef } from '../../../lib/secret';
import type { ApiCase } from '../api-case';
import { describePair, pairs } from '../pairs';
import type { PolicyException } from '../policy-exceptions';

const certManagers = pairs<CertManagerProps>({
  resources: [undefined, { requests: { cpu: '50m' } }],
  webhookResources: [undefined, { limits: { memory: '64Mi' } }],
  caInjectorResources: [undefined, {}],
  webhookReplicas: [undefined, 3],
  gatewayApi: [undefined, true],
  dnsServers: [undefined, ['1.1.1.1:53']],
  values: [undefined, { crds: { keep: false } }],
});

const token = secret('dns-token');
const providers: readonly Dns01[] = [
  { cloudflare: { apiToken: token } },
  { cloudflare: { apiToken: SecretRef.existing({ name: 'dns', key: 'token' }) } },
  { route53: { region: 'eu-central-1' } },
  {
    route53: {
      region: 'eu-central-1',
      accessKey: token,
      secretKey: secret('dns-key'),
      hostedZoneId: 'Z1',
      role: 'arn:aws:iam::1:role/dns',
    },
  },
  { digitalocean: { token } },
  { rfc2136: { nameserver: '192.0.2.53:53', tsigKeyName: 'k', tsigSecret: token } },
  {
    rfc2136: {
      nameserver: '[2001:db8::53]:53',
      tsigKeyName: 'k',
      tsigSecret: token,
      tsigAlgorithm: 'HMACSHA512',
      protocol: 'TCP',
    },
  },
  { acmeDns: { host: 'https://auth.example.org', account: token } },
  {
    webhook: {
      groupName: 'acme.example.org',
      solverName: 'x',
      config: { zone: { id: 1 } },
      credentials: { token },
    },
  },
];

const acme = pairs<AcmeIssuerProps>({
  server: [undefined, 'letsencrypt', 'https://acme.example.org/directory'],
  email: [undefined, 'ops@example.org'],
  kind: [undefined, 'Issuer'],
  solvers: [
    [{ http01: { ingressClass: 'nginx' } }],
    [{ http01: { gateway: { name: 'web', namespace: 'edge' } }, dnsNames: ['shop.example.org'] }],
    [
      { dns01: { digitalocean: { token } }, dnsZones: ['example.org'], followCname: true },
      { http01: { ingressClass: 'nginx' } },
    ],
  ],
  externalAccount: [undefined, { keyId: 'customer', key: secret('eab') }],
  profile: [undefined, 'shortlived'],
  caCertificate: [undefined, '-----BEGIN CERTIFICATE-----'],
});

const authorities = pairs<Omit<PrivateCaIssuerProps, 'root'>>({
  kind: [undefined, 'Issuer'],
  authority: [undefined, { secretName: 'ca' }, { certificate: secret('ca'), key: secret('ca-key') }],
});

const certificates = pairs<Omit<CertificateProps, 'issuer'>>({
  dnsNames: [['shop.example.org', '*.example.org']],
  ipAddresses: [undefined, ['192.0.2.10', '2001:db8::1']],
  commonName: [undefined, 'shop'],
  secretName: [undefined, 'web-tls'],
  duration: [undefined, '720h'],
  renewBefore: [undefined, '240h30m'],
  usages: [undefined, ['server auth', 'client auth']],
  privateKey: [
    undefined,
    { algorithm: 'RSA', size: 4096, rotationPolicy: 'Never' },
    { algorithm: 'Ed25519' },
  ],
  isCa: [undefined, true],
});

const teams = pairs<Omit<TeamProps, 'members'>>({
  namespaces: [{ shop: 'view' }, { shop: 'edit' }],
  secrets: [undefined, false],
  clusterRead: [undefined, true],
  clusterAdmin: [undefined, { reason: 'they run the cluster' }],
});

const members = {
  groups: ['shop', 'system:serviceaccounts:ci'],
  users: ['ana@example.org'],
  serviceAccounts: [{ namespace: 'ci', name: 'deployer' }],
};

const ALL_RIGHTS: PolicyException = {
  object: 'ClusterRoleBinding crew-cluster-admin',
  policies: ['no-cluster-admin'],
  reason: 'the case gives its own reason, which stands at the binding',
};

export const cases: readonly ApiCase[] = [
  ...certManagers.map((props): ApiCase => ({
    name: `CertManager ${describePair(props)}`,
    build: (cluster) => void new CertManager(cluster, 'cert-manager', props),
  })),
  ...acme.map((props): ApiCase => ({
    name: `AcmeIssuer ${describePair(props)}`,
    namespaces: ['cert-manager'],
    build: (cluster) => void new AcmeIssuer(new Namespace(cluster, 'shop'), 'acme', props),
  })),
  ...providers.map((dns01): ApiCase => ({
    name: `AcmeIssuer ${describePair(dns01)}`,
    namespaces: ['cert-manager'],
    build: (cluster) => void new AcmeIssuer(cluster, 'acme', { solvers: [{ dns01 }] }),
  })),
  ...authorities.map((props): ApiCase => ({
    name: `PrivateCaIssuer ${describePair(props)}`,
    namespaces: ['cert-manager'],
    build: (cluster) => void new PrivateCaIssuer(new Namespace(cluster, 'shop'), 'home', props),
  })),
  {
    name: 'PrivateCaIssuer with its root, beside cert-manager',
    build: (cluster) => {
      new CertManager(cluster, 'cert-manager');
      new PrivateCaIssuer(cluster, 'home', { root: { commonName: 'Home', duration: '8760h' } });
    },
  },
  {
    name: 'SelfSignedIssuer of both kinds',
    build: (cluster) => {
      const namespace = new Namespace(cluster, 'shop');
      new SelfSignedIssuer(namespace, 'own', { kind: 'Issuer' });
      new SelfSignedIssuer(namespace, 'all');
    },
  },
  ...certificates.map((props): ApiCase => ({
    name: `Certificate ${describePair(props)}`,
    build: (cluster) => {
      const issuer = { name: 'company', kind: 'ClusterIssuer' } as const;
      new Certificate(new Namespace(cluster, 'shop'), 'web', { issuer, ...props });
    },
  })),
  ...teams.map((props): ApiCase => ({
    name: `Team ${describePair(props)}`,
    build: (cluster) => {
      new Namespace(cluster, 'shop');
      new Team(cluster, 'crew', { members, ...props });
    },
    ...(props.clusterAdmin !== undefined && { exceptions: [ALL_RIGHTS] }),
  })),
  {
    name: 'Team that administers, made in its namespace',
    build: (cluster) => {
      const namespace = new Namespace(cluster, 'shop');
      new Team(namespace, 'crew', { members, namespaces: { shop: 'admin' }, clusterRead: true });
    },
  },
];
