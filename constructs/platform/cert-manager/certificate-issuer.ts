/** What signs certificates: the issuers of this program are it, and `{ name: 'letsencrypt', kind: 'ClusterIssuer' }` is one that something else made. */
export interface CertificateIssuer {
  /** Name of the object in Kubernetes. */
  readonly name: string;

  /** `ClusterIssuer` signs for every namespace, `Issuer` for the one that it lies in. */
  readonly kind: 'ClusterIssuer' | 'Issuer';
}
