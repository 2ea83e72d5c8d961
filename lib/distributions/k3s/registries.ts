import type { SecretRef } from '../../secret';

/** Where images of one registry are looked for first. */
export interface RegistryMirror {
  /** URLs tried in order; the registry itself is tried last. @default - none: only the embedded registry is asked */
  readonly endpoints?: readonly string[];

  /** Regular expression to replacement, applied to image names. @default - none */
  readonly rewrite?: Readonly<Record<string, string>>;
}

/** How one registry or mirror, named `host` or `host:port`, is spoken to. */
export interface RegistryConfig {
  /** @default - anonymous */
  readonly auth?: { readonly username: string; readonly password: SecretRef } | { readonly token: SecretRef };

  /** Paths on the nodes. @default - the system's CAs */
  readonly tls?: {
    readonly caFile?: string;
    readonly certFile?: string;
    readonly keyFile?: string;
    readonly insecureSkipVerify?: boolean;
  };
}

/** Private registries and mirrors, written to `registries.yaml` on every node. */
export interface RegistrySettings {
  /** By registry, such as `docker.io`; `*` for all. @default - none */
  readonly mirrors?: Readonly<Record<string, RegistryMirror>>;

  /** By registry or mirror, `host` or `host:port`. @default - none */
  readonly configs?: Readonly<Record<string, RegistryConfig>>;

  /** Nodes share images with each other; only of registries that are listed in `mirrors`. @default false */
  readonly embedded?: boolean;

  /** Registry that K3s's own images come from. @default - docker.io */
  readonly systemDefault?: string;
}
