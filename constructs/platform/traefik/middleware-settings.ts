import type { ExistingSecret } from '../../../lib/existing-secret';
import type { SecretRef, SecretText } from '../../../lib/secret';

/**
 * Settings of Traefik's middlewares: fields of `Middleware.spec` that every Traefik from 3.3 to 3.7 knows
 * (traefik-helm-chart v34.2.0 and v40.1.0:traefik/crds/traefik.io_middlewares.yaml). A field that the CRD of a cluster does not know is dropped
 * silently, so newer ones are left out here; `TraefikMiddleware.other` takes them.
 */

/** How a client is told from others. */
export interface SourceCriterion {
  /** @default - the address of the connection */
  readonly ipStrategy?: IpStrategy;

  /** @default - not by a header */
  readonly requestHeaderName?: string;

  /** By the host name it asks for. @default false */
  readonly requestHost?: boolean;
}

/** Which address of `X-Forwarded-For` is the client's. */
export interface IpStrategy {
  /** Counted from the right; 1 behind one proxy. @default 0 - the address of the connection */
  readonly depth?: number;

  /** Proxies passed over from the right. @default - none */
  readonly excludedIPs?: readonly string[];
}

/** Lets a client make so many requests. */
export interface RateLimit {
  /** Requests per `period`. */
  readonly average: number;

  /** @default '1s' */
  readonly period?: string | number;

  /** Requests let through at once. @default 1 */
  readonly burst?: number;

  /** @default - the address of the connection */
  readonly sourceCriterion?: SourceCriterion;
}

/** Headers of requests and answers. */
export interface Headers {
  /** An empty value removes the header. @default - none */
  readonly customRequestHeaders?: Readonly<Record<string, string>>;

  /** An empty value removes the header. @default - none */
  readonly customResponseHeaders?: Readonly<Record<string, string>>;

  /** Seconds of `Strict-Transport-Security`. @default 0 - no such header */
  readonly stsSeconds?: number;

  /** @default false */
  readonly stsIncludeSubdomains?: boolean;

  /** @default false */
  readonly stsPreload?: boolean;

  /** `Strict-Transport-Security` also over plain HTTP. @default false */
  readonly forceSTSHeader?: boolean;

  /** `X-Frame-Options: DENY`. @default false */
  readonly frameDeny?: boolean;

  /** Value of `X-Frame-Options`. @default - none */
  readonly customFrameOptionsValue?: string;

  /** `X-Content-Type-Options: nosniff`. @default false */
  readonly contentTypeNosniff?: boolean;

  /** @default - none */
  readonly contentSecurityPolicy?: string;

  /** @default - none */
  readonly permissionsPolicy?: string;

  /** @default - none */
  readonly referrerPolicy?: string;

  /** @default - any */
  readonly allowedHosts?: readonly string[];

  /** @default false */
  readonly accessControlAllowCredentials?: boolean;

  /** @default - none */
  readonly accessControlAllowHeaders?: readonly string[];

  /** @default - none */
  readonly accessControlAllowMethods?: readonly string[];

  /** @default - none */
  readonly accessControlAllowOriginList?: readonly string[];

  /** @default - none */
  readonly accessControlExposeHeaders?: readonly string[];

  /** Seconds. @default - not said */
  readonly accessControlMaxAge?: number;

  /** @default false */
  readonly addVaryHeader?: boolean;
}

/** Sends clients to another scheme or port. */
export interface RedirectScheme {
  readonly scheme: string;

  /** @default - that of the scheme */
  readonly port?: string;

  /** @default false */
  readonly permanent?: boolean;
}

/** Sends clients to another address. */
export interface RedirectRegex {
  readonly regex: string;
  readonly replacement: string;

  /** @default false */
  readonly permanent?: boolean;
}

/** User name and password, checked by Traefik. The users are in `secret` or in `users`. */
export interface BasicAuth {
  /** Secret in the namespace of the middleware whose only key has lines of `htpasswd` (of `htdigest` for digestAuth). @default - made of `users` */
  readonly secret?: string;

  /** The lines as a secret of the environment, of which a Secret is made, or the Secret that has them. @default - those of `secret` */
  readonly users?: SecretRef | ExistingSecret | SecretText;

  /** @default 'traefik' */
  readonly realm?: string;

  /** Keep the `Authorization` header from the service. @default false */
  readonly removeHeader?: boolean;

  /** Header that tells the service the user. @default - none */
  readonly headerField?: string;
}

/** Asks another service whether a request may pass. */
export interface ForwardAuth {
  readonly address: string;

  /** Trust `X-Forwarded-*` of the request. @default false */
  readonly trustForwardHeader?: boolean;

  /** Headers of the request that are sent along. @default - all */
  readonly authRequestHeaders?: readonly string[];

  /** Headers of the answer that the service gets. @default - none */
  readonly authResponseHeaders?: readonly string[];

  /** @default - none */
  readonly authResponseHeadersRegex?: string;

  /** @default - none */
  readonly addAuthCookiesToResponse?: readonly string[];

  /** @default - plain, or the system's authorities */
  readonly tls?: {
    readonly caSecret?: string;
    readonly certSecret?: string;
    readonly insecureSkipVerify?: boolean;
  };
}

/** Lets only some addresses through. */
export interface IpAllowList {
  /** Addresses and CIDRs. */
  readonly sourceRange: readonly string[];

  /** @default - the address of the connection */
  readonly ipStrategy?: IpStrategy;

  /** @default 403 */
  readonly rejectStatusCode?: number;
}

/** Takes the front off a path. */
export interface StripPrefix {
  readonly prefixes: readonly string[];
}

/** Compresses answers. */
export interface Compress {
  /** @default - zstd, br and gzip, as the client prefers */
  readonly encodings?: readonly string[];

  /** @default - gRPC only */
  readonly excludedContentTypes?: readonly string[];

  /** @default - all but the excluded */
  readonly includedContentTypes?: readonly string[];

  /** @default 1024 */
  readonly minResponseBodyBytes?: number;
}

/** Asks another endpoint of the service when one does not answer. */
export interface Retry {
  readonly attempts: number;

  /** Wait before the second attempt; doubles after. @default - none */
  readonly initialInterval?: string | number;
}

/** Most requests at the same time. */
export interface InFlightReq {
  readonly amount: number;

  /** @default - the host name it asks for */
  readonly sourceCriterion?: SourceCriterion;
}

/** Reads requests and answers whole before passing them on. */
export interface Buffering {
  /** @default 0 - no limit */
  readonly maxRequestBodyBytes?: number;

  /** @default 1048576 */
  readonly memRequestBodyBytes?: number;

  /** @default 0 - no limit */
  readonly maxResponseBodyBytes?: number;

  /** @default 1048576 */
  readonly memResponseBodyBytes?: number;

  /** @default - never */
  readonly retryExpression?: string;
}

/** Stops asking a service that fails. */
export interface CircuitBreaker {
  /** Such as `NetworkErrorRatio() > 0.30`. */
  readonly expression: string;

  /** @default '100ms' */
  readonly checkPeriod?: string | number;

  /** @default '10s' */
  readonly fallbackDuration?: string | number;

  /** @default '10s' */
  readonly recoveryDuration?: string | number;
}

/** Where a middleware or a TLS option is. */
export interface TraefikObjectName {
  readonly namespace: string;
  readonly name: string;
}
