/** How the Secrets of a cluster are written into Git: encrypted for the controller in the cluster, or for whoever has a key. */
export type SecretsInGit = { readonly cluster: string } & (SealedBy | SopsBy);

/** SealedSecret objects, which the controller of Sealed Secrets opens. */
export interface SealedBy {
  readonly by: 'sealed-secrets';

  /** Its certificate, PEM; public. */
  readonly certificate: string;
}

/** Secret objects with values encrypted by SOPS, which Flux or a plugin of Argo CD opens. */
export interface SopsBy {
  readonly by: 'sops';

  /** Public keys of age, such as `age1…`. */
  readonly age: readonly string[];
}
