import type { SecretSource } from '../../../lib/secret';
import type { SecretKey } from '../../workloads/secrets/workload-secret';
import type { AcmeSolver, Dns01, Http01 } from './acme-settings';

/** Fields: cert-manager/cert-manager@v1.21.1:pkg/apis/acme/v1/types_issuer.go. */
type Data = Readonly<Record<string, unknown>>;

/** A solver as the object has it. @param ingressClass Of those that name none; asked for at synth. */
export function solverData(
  { http01, dns01, dnsZones, dnsNames, followCname = false }: AcmeSolver,
  keys: Readonly<Record<string, SecretKey>>,
  ingressClass: () => unknown,
  index: number,
): Data {
  const selector = {
    ...(dnsNames !== undefined && { dnsNames: [...dnsNames] }),
    ...(dnsZones !== undefined && { dnsZones: [...dnsZones] }),
  };
  return {
    ...(Object.keys(selector).length > 0 && { selector }),
    ...(http01 !== undefined && { http01: http01Data(http01, ingressClass) }),
    ...(dns01 !== undefined && {
      dns01: { ...(followCname && { cnameStrategy: 'Follow' }), ...dns01Data(dns01, keys, index) },
    }),
  };
}

/** The Service that answers is reached by the ingress controller only, so that it needs no port on the nodes, which is cert-manager's own choice. */
function http01Data({ gateway, ingressClass }: Http01, usualClass: () => unknown): Data {
  const serviceType = 'ClusterIP';
  if (gateway === undefined)
    return { ingress: { ingressClassName: ingressClass ?? usualClass(), serviceType } };
  return { gatewayHTTPRoute: { parentRefs: [{ kind: 'Gateway', ...gateway }], serviceType } };
}

function dns01Data(dns01: Dns01, keys: Readonly<Record<string, SecretKey>>, index: number): Data {
  const reference = (key: string): SecretKey | undefined => keys[credentialKey(key, index)];
  if ('cloudflare' in dns01) return { cloudflare: { apiTokenSecretRef: reference('cloudflare-api-token') } };
  if ('digitalocean' in dns01) return { digitalocean: { tokenSecretRef: reference('digitalocean-token') } };
  if ('acmeDns' in dns01)
    return { acmeDNS: { host: dns01.acmeDns.host, accountSecretRef: reference('acme-dns-account') } };
  if ('rfc2136' in dns01) return { rfc2136: rfc2136Data(dns01, reference('rfc2136-tsig-secret')) };
  if ('route53' in dns01)
    return { route53: route53Data(dns01, reference('route53-access-key'), reference('route53-secret-key')) };
  const { groupName, solverName, config } = dns01.webhook;
  return { webhook: { groupName, solverName, ...(config !== undefined && { config }) } };
}

function rfc2136Data({ rfc2136 }: Extract<Dns01, { rfc2136: unknown }>, secret: unknown): Data {
  const { nameserver, tsigKeyName, tsigAlgorithm = 'HMACSHA256', protocol } = rfc2136;
  return {
    nameserver,
    tsigKeyName,
    tsigAlgorithm,
    tsigSecretSecretRef: secret,
    ...(protocol !== undefined && { protocol }),
  };
}

function route53Data({ route53 }: Extract<Dns01, { route53: unknown }>, id: unknown, key: unknown): Data {
  const { region, hostedZoneId, role } = route53;
  return {
    region,
    ...(hostedZoneId !== undefined && { hostedZoneID: hostedZoneId }),
    ...(role !== undefined && { role }),
    ...(id !== undefined && { accessKeyIDSecretRef: id }),
    ...(key !== undefined && { secretAccessKeySecretRef: key }),
  };
}

/** Keys of the Kubernetes Secret that the solvers of an issuer need. */
export function solverCredentials(solvers: readonly AcmeSolver[]): Record<string, SecretSource> {
  const entries = solvers.flatMap(({ dns01 }, index) =>
    dns01 === undefined
      ? []
      : Object.entries(credentialsOf(dns01)).map(([key, source]): [string, SecretSource | undefined] => [
          'webhook' in dns01 ? key : credentialKey(key, index),
          source,
        ]),
  );
  return Object.fromEntries(
    entries.filter((entry): entry is [string, SecretSource] => entry[1] !== undefined),
  );
}

function credentialsOf(dns01: Dns01): Readonly<Record<string, SecretSource | undefined>> {
  if ('cloudflare' in dns01) return { 'cloudflare-api-token': dns01.cloudflare.apiToken };
  if ('digitalocean' in dns01) return { 'digitalocean-token': dns01.digitalocean.token };
  if ('acmeDns' in dns01) return { 'acme-dns-account': dns01.acmeDns.account };
  if ('rfc2136' in dns01) return { 'rfc2136-tsig-secret': dns01.rfc2136.tsigSecret };
  if ('route53' in dns01)
    return { 'route53-access-key': dns01.route53.accessKey, 'route53-secret-key': dns01.route53.secretKey };
  return dns01.webhook.credentials ?? {};
}

/** The first solver's keys have plain names; the others are counted. */
function credentialKey(key: string, index: number): string {
  return index === 0 ? key : `${key}-${index + 1}`;
}
