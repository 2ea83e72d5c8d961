import type { SecretSource } from '../../../lib/secret';
import type { CertificateIssuer } from './certificate-issuer';

/** A root that cert-manager makes, signed by itself. */
export interface OwnRoot {
  /** Name in the root certificate. @default - the id of the issuer */
  readonly commonName?: string;

  /** Lifetime of the root. @default '87600h' - ten years; renewed with the same key after two thirds of them */
  readonly duration?: string;
}

export interface PrivateCaIssuerProps {
  /** @default 'ClusterIssuer' */
  readonly kind?: CertificateIssuer['kind'];

  /**
   * Certificate and key of the authority: references to secrets, or a Kubernetes Secret of type `kubernetes.io/tls` that is there, in the namespace of the
   * issuer, which for a ClusterIssuer is `cert-manager`.
   *
   * @default - a root that cert-manager makes: `root`
   */
  readonly authority?:
    { readonly certificate: SecretSource; readonly key: SecretSource } | { readonly secretName: string };

  /** The root that cert-manager makes where no `authority` is given. @default - named after the issuer, for ten years */
  readonly root?: OwnRoot;
}
