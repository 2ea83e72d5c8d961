import type { CertificateIssuer } from './certificate-issuer';

/** The key of a certificate. */
export interface CertificateKey {
  /** @default 'ECDSA' - small and quick; `RSA` for clients that know nothing else */
  readonly algorithm?: 'ECDSA' | 'RSA' | 'Ed25519';

  /** Bits. @default 256 - 2048 for RSA */
  readonly size?: 256 | 384 | 521 | 2048 | 4096 | 8192;

  /** Whether each renewal makes a new key. @default - cert-manager's own, 'Always' */
  readonly rotationPolicy?: 'Always' | 'Never';
}

export interface CertificateProps {
  /** Who signs it: an issuer of this program, or `{ name, kind }` of one that is there. */
  readonly issuer: CertificateIssuer;

  /** Names that it is for, such as `shop.example.org` or `*.example.org`. @default - none */
  readonly dnsNames?: readonly string[];

  /** Addresses that it is for; public authorities take none but a few. @default - none */
  readonly ipAddresses?: readonly string[];

  /** Who it is about, at most 64 characters; programs look at the names above instead. @default - none */
  readonly commonName?: string;

  /** Kubernetes Secret that it is put into. @default - the id of the construct */
  readonly secretName?: string;

  /** Lifetime, such as `2160h`; public authorities give what they give. @default - cert-manager's own, 90 days */
  readonly duration?: string;

  /** Time before its end at which it is renewed. @default - a third of its lifetime */
  readonly renewBefore?: string;

  /** What it may be used for, such as `server auth` and `client auth`. @default - `digital signature` and `key encipherment` */
  readonly usages?: readonly string[];

  /** @default - ECDSA with 256 bits */
  readonly privateKey?: CertificateKey;

  /** Whether it may sign others. @default false */
  readonly isCa?: boolean;
}
