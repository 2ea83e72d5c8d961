import { parseAddress } from '../../../lib/cluster/ip-range';
import { isDnsSubdomain } from '../../../lib/cluster/names';
import { withExamples } from '../../../lib/late';
import { describeValue, flag, list, object, oneOf, text, type Shape } from '../../../lib/rules/shape';
import type { ConstructViolation } from '../../violations';
import type { CertificateIssuer } from './certificate-issuer';
import type { CertificateKey, CertificateProps } from './certificate-settings';
import { lifetimeViolations } from './durations';

/** What is wrong with a certificate whose props have the right form. */
export function certificateViolations(
  props: CertificateProps,
  namespace: string | undefined,
): ConstructViolation[] {
  const { issuer, dnsNames = [], ipAddresses = [], commonName, privateKey = {} } = props;
  return [
    ...(dnsNames.length + ipAddresses.length > 0 || commonName !== undefined ? [] : [aboutNothing()]),
    ...dnsNames.flatMap((name, index) => nameViolations(name, `dnsNames[${index}]`)),
    ...ipAddresses.flatMap((address, index) => addressViolations(address, `ipAddresses[${index}]`)),
    ...(commonName !== undefined && commonName.length > 64 ? [longName(commonName)] : []),
    ...lifetimeViolations('certificate', props),
    ...keyViolations(privateKey),
    ...issuerViolations(issuer, dnsNames, namespace),
  ];
}

function issuerViolations(
  issuer: CertificateIssuer,
  dnsNames: readonly string[],
  namespace: string | undefined,
): ConstructViolation[] {
  const wildcard = dnsNames.find((name) => name.startsWith('*.'));
  // Of an issuer that something else made, only name and kind are known.
  const hasWildcards = 'hasWildcards' in issuer ? issuer.hasWildcards : true;
  const home = 'object' in issuer && issuer.kind === 'Issuer' ? homeOf(issuer.object) : undefined;
  return [
    ...(wildcard !== undefined && hasWildcards === false
      ? [
          violation(
            'dnsNames',
            `has the wildcard ${describeValue(wildcard)}, and issuer ${issuer.name} shows names to be yours by HTTP only`,
            'add a solver with dns01 to the issuer, or name each host',
          ),
        ]
      : []),
    ...(home !== undefined && home !== namespace
      ? [
          violation(
            'issuer',
            `is an Issuer of namespace ${home}, and the certificate lies in ${namespace ?? 'default'}`,
            "write kind: 'ClusterIssuer' at the issuer, or make both in one namespace",
          ),
        ]
      : []),
  ];
}

/** Namespace of an object of this program. */
function homeOf(made: unknown): string | undefined {
  const metadata =
    typeof made === 'object' && made !== null && 'metadata' in made ? made.metadata : undefined;
  if (typeof metadata !== 'object' || metadata === null || !('namespace' in metadata)) return undefined;
  return typeof metadata.namespace === 'string' ? metadata.namespace : undefined;
}

function nameViolations(name: string, property: string): ConstructViolation[] {
  const written = withExamples(name);
  if (isDnsSubdomain(written.replace(/^\*\./, '')) && parseAddress(written) === undefined) return [];
  const isAddress = parseAddress(written) !== undefined;
  return [
    violation(
      property,
      `must be a DNS name in lower case, got ${describeValue(name)}`,
      isAddress ? `write ipAddresses: ['${name}']` : "write 'shop.example.org'",
    ),
  ];
}

function addressViolations(address: string, property: string): ConstructViolation[] {
  if (parseAddress(withExamples(address)) !== undefined) return [];
  return [violation(property, `must be an IP address, got ${describeValue(address)}`, "write '192.0.2.10'")];
}

function keyViolations({ algorithm = 'ECDSA', size }: CertificateKey): ConstructViolation[] {
  const sizes = SIZES[algorithm];
  if (size === undefined || sizes === undefined || sizes.includes(size)) return [];
  const problem = `must be ${sizes.join(', ')} for ${algorithm}, got ${size}`;
  const fix = sizes.length === 0 ? 'remove it' : `write size: ${sizes[0]}`;
  return [
    violation('privateKey.size', sizes.length === 0 ? `has no meaning for ${algorithm}` : problem, fix),
  ];
}

function aboutNothing(): ConstructViolation {
  return violation(
    'dnsNames',
    'names nothing that the certificate is for',
    "write dnsNames: ['shop.example.org']",
  );
}

function longName(name: string): ConstructViolation {
  const problem = `has ${name.length} characters, and certificates take 64`;
  return violation('commonName', problem, 'write a shorter one; the names that count are dnsNames');
}

function violation(property: string, problem: string, fix: string): ConstructViolation {
  return { rule: 'certificate', property, problem, fix };
}

/** cert-manager/cert-manager@v1.21.1:pkg/apis/certmanager/v1/types_certificate.go, CertificatePrivateKey. */
const SIZES: Readonly<Record<string, readonly number[]>> = {
  ECDSA: [256, 384, 521],
  RSA: [2048, 4096, 8192],
  Ed25519: [],
};

/** An issuer: a construct, or `{ name, kind }`. */
const issuer: Shape = (value, at) => {
  if (typeof value === 'object' && value !== null && 'name' in value && 'kind' in value)
    return object(
      { name: text, kind: oneOf('ClusterIssuer', 'Issuer') },
      'name',
      'kind',
    )({ name: value.name, kind: value.kind }, at);
  const fix = "write issuer: { name: 'letsencrypt', kind: 'ClusterIssuer' }, or an issuer of the program";
  return [{ at, problem: `must be an issuer, got ${describeValue(value)}`, fix }];
};

const size: Shape = (value, at) =>
  typeof value === 'number'
    ? []
    : [{ at, problem: `must be a number of bits, got ${describeValue(value)}`, fix: 'write size: 256' }];

/** cert-manager/cert-manager@v1.21.1:pkg/apis/certmanager/v1/types.go, KeyUsage. */
const USAGES = [
  'signing',
  'digital signature',
  'content commitment',
  'key encipherment',
  'key agreement',
  'data encipherment',
  'cert sign',
  'crl sign',
  'encipher only',
  'decipher only',
  'any',
  'server auth',
  'client auth',
  'code signing',
  'email protection',
  's/mime',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'timestamping',
  'ocsp signing',
  'microsoft sgc',
  'netscape sgc',
];

/** Form of the props, for programs without types. */
export const certificateShape = object(
  {
    issuer,
    dnsNames: list(text),
    ipAddresses: list(text),
    commonName: text,
    secretName: text,
    duration: text,
    renewBefore: text,
    usages: list(oneOf(...USAGES)),
    privateKey: object({
      algorithm: oneOf('ECDSA', 'RSA', 'Ed25519'),
      size,
      rotationPolicy: oneOf('Always', 'Never'),
    }),
    isCa: flag,
  },
  'issuer',
);
