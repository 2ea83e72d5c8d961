import { isDnsSubdomain } from '../../../lib/cluster/names';
import { withExamples } from '../../../lib/late';
import { describeUrl } from '../../../lib/rules/describe-url';
import {
  anything,
  byKey,
  dataMap,
  describeValue,
  flag,
  list,
  mapOf,
  object,
  oneOf,
  text,
} from '../../../lib/rules/shape';
import type { Cluster } from '../../cluster/cluster';
import { secretPaths } from '../../helm/helm-values';
import type { ConstructViolation } from '../../violations';
import type { AcmeIssuerProps, AcmeSolver, Dns01 } from './acme-settings';

/** What is wrong with an ACME issuer whose props have the right form. */
export function acmeViolations(
  props: AcmeIssuerProps,
  solvers: readonly AcmeSolver[],
  cluster: Cluster | undefined,
): ConstructViolation[] {
  const { server, email, caCertificate, kind = 'ClusterIssuer' } = props;
  return [
    ...(server === undefined || isServer(server) ? [] : [wrongServer(server)]),
    ...(email === undefined || /^[^\s@]+@[^\s@]+$/.test(withExamples(email)) ? [] : [wrongEmail(email)]),
    ...(caCertificate === undefined || caCertificate.includes('BEGIN CERTIFICATE')
      ? []
      : [wrongCertificate()]),
    ...(solvers.length > 0 ? [] : [noSolver()]),
    ...solvers.flatMap((solver, index) => solverViolations(solver, `solvers[${index}]`, kind, cluster)),
    ...severalWebhooks(solvers),
  ];
}

function solverViolations(
  solver: AcmeSolver,
  at: string,
  kind: AcmeIssuerProps['kind'],
  cluster: Cluster | undefined,
): ConstructViolation[] {
  const { http01, dns01, dnsNames = [], dnsZones = [] } = solver;
  const found: ConstructViolation[] = [];
  if ((http01 === undefined) === (dns01 === undefined)) {
    const problem = `must have one of http01 and dns01, got ${http01 === undefined ? 'neither' : 'both'}`;
    found.push(violation(at, problem, 'write { http01: {} }, or { dns01: { … } }'));
  }
  const names = [...dnsNames.map((name) => name.replace(/^\*\./, '')), ...dnsZones];
  for (const name of names.filter((candidate) => !isDnsSubdomain(withExamples(candidate).toLowerCase())))
    found.push(
      violation(at, `names ${describeValue(name)}, which is no DNS name`, "write dnsZones: ['example.org']"),
    );
  if (http01 !== undefined && http01.gateway === undefined && http01.ingressClass === undefined)
    if (cluster !== undefined && cluster.ingressClass === undefined) found.push(noIngress(at, cluster));
  if (http01 !== undefined && dnsNames.some((name) => name.startsWith('*.')))
    found.push(violation(at, 'is HTTP-01 for a wildcard, which no authority takes', 'write dns01 for it'));
  if (dns01 !== undefined) found.push(...dns01Violations(dns01, at, kind));
  return found;
}

function dns01Violations(dns01: Dns01, at: string, kind: AcmeIssuerProps['kind']): ConstructViolation[] {
  if ('route53' in dns01) {
    const { accessKey, secretKey } = dns01.route53;
    if ((accessKey === undefined) !== (secretKey === undefined)) {
      const problem = 'has one of accessKey and secretKey, which go together';
      return [
        violation(`${at}.dns01.route53`, problem, "write accessKey: secret('…'), secretKey: secret('…')"),
      ];
    }
    if (accessKey === undefined && kind === 'Issuer') {
      const problem = 'has no keys, and an Issuer may not use those of the machine';
      return [
        violation(`${at}.dns01.route53`, problem, "write accessKey and secretKey, or kind: 'ClusterIssuer'"),
      ];
    }
  }
  if (holdsSecret({ dns01 })) {
    const problem = 'holds a secret, and is written into the manifest';
    const fix =
      "write credentials: { token: secret('…') }, and in config the Secret <issuer>-credentials with that key";
    return [violation(`${at}.dns01.webhook.config`, problem, fix)];
  }
  if ('acmeDns' in dns01 && !/^https?:\/\/[^\s/@]+(\/\S*)?$/.test(withExamples(dns01.acmeDns.host))) {
    const problem = `must be the address of the server, got ${describeValue(dns01.acmeDns.host)}`;
    return [violation(`${at}.dns01.acmeDns.host`, problem, "write host: 'https://auth.example.org'")];
  }
  if (
    'rfc2136' in dns01 &&
    !/^(\[[0-9a-fA-F:.]+\]|[\w.-]+)(:\d{1,5})?$/.test(withExamples(dns01.rfc2136.nameserver))
  ) {
    const problem = `must be an address or a name, with a port, got ${describeValue(dns01.rfc2136.nameserver)}`;
    return [violation(`${at}.dns01.rfc2136.nameserver`, problem, "write nameserver: '192.0.2.53:53'")];
  }
  return [];
}

/** Their credentials have the names that the webhooks want, in one Kubernetes Secret. */
function severalWebhooks(solvers: readonly AcmeSolver[]): ConstructViolation[] {
  const keys = solvers.flatMap(({ dns01 }) =>
    dns01 !== undefined && 'webhook' in dns01 ? Object.keys(dns01.webhook.credentials ?? {}) : [],
  );
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice === undefined) return [];
  const problem = `have credentials with the key ${describeValue(twice)} twice`;
  return [violation('solvers', problem, 'give one of them another key, and name it in its config')];
}

/** Whether a secret stands where only text can: in the configuration of a webhook. */
export function holdsSecret({ dns01 }: Pick<AcmeSolver, 'dns01'>): boolean {
  return dns01 !== undefined && 'webhook' in dns01 && secretPaths(dns01.webhook.config).length > 0;
}

function noIngress(at: string, { name }: Cluster): ConstructViolation {
  return violation(
    `${at}.http01`,
    `answers through an ingress controller, and cluster ${name} has none`,
    "write new Traefik(cluster, 'traefik'), http01: { ingressClass: '…' }, or dns01",
  );
}

function isServer(server: string): boolean {
  return Object.hasOwn(SERVERS, server) || /^https:\/\/[^\s@]+$/.test(withExamples(server));
}

function wrongServer(server: string): ConstructViolation {
  const problem = `must be ${Object.keys(SERVERS)
    .map((name) => `'${name}'`)
    .join(', ')} or an https address, got ${describeUrl(server)}`;
  return violation('server', problem, "write server: 'letsencrypt'");
}

function wrongEmail(email: string): ConstructViolation {
  return violation('email', `must be a mail address, got ${describeValue(email)}`, "write 'ops@example.org'");
}

function wrongCertificate(): ConstructViolation {
  return violation('caCertificate', 'is no certificate in PEM form', "write '-----BEGIN CERTIFICATE-----…'");
}

function noSolver(): ConstructViolation {
  return violation(
    'solvers',
    'is empty: nothing can be shown to be yours',
    'write solvers: [{ http01: {} }]',
  );
}

function violation(property: string, problem: string, fix: string): ConstructViolation {
  return { rule: 'acme-issuer', property, problem, fix };
}

/** cert-manager/website@776e5db:content/docs/configuration/acme/README.md. */
export const SERVERS: Readonly<Record<string, string>> = {
  letsencrypt: 'https://acme-v02.api.letsencrypt.org/directory',
  'letsencrypt-staging': 'https://acme-staging-v02.api.letsencrypt.org/directory',
};

/** What is no secret is said where the Kubernetes Secret is declared, without repeating it. */
const secretSource = anything;

const dns01 = byKey({
  cloudflare: object({ cloudflare: object({ apiToken: secretSource }, 'apiToken') }),
  route53: object({
    route53: object(
      { region: text, accessKey: secretSource, secretKey: secretSource, hostedZoneId: text, role: text },
      'region',
    ),
  }),
  digitalocean: object({ digitalocean: object({ token: secretSource }, 'token') }),
  rfc2136: object({
    rfc2136: object(
      {
        nameserver: text,
        tsigKeyName: text,
        tsigSecret: secretSource,
        tsigAlgorithm: oneOf('HMACSHA1', 'HMACSHA256', 'HMACSHA512'),
        protocol: oneOf('TCP', 'UDP'),
      },
      'nameserver',
      'tsigKeyName',
      'tsigSecret',
    ),
  }),
  acmeDns: object({ acmeDns: object({ host: text, account: secretSource }, 'host', 'account') }),
  webhook: object({
    webhook: object(
      { groupName: text, solverName: text, config: dataMap, credentials: mapOf(secretSource) },
      'groupName',
      'solverName',
    ),
  }),
});

/** Form of the props, for programs without types. */
export const acmeShape = object({
  server: text,
  email: text,
  kind: oneOf('ClusterIssuer', 'Issuer'),
  solvers: list(
    object({
      http01: object({ ingressClass: text, gateway: object({ name: text, namespace: text }, 'name') }),
      dns01,
      dnsZones: list(text),
      dnsNames: list(text),
      followCname: flag,
    }),
  ),
  externalAccount: object({ keyId: text, key: secretSource }, 'keyId', 'key'),
  profile: text,
  caCertificate: text,
});
