import type { SecretSource } from '../../../lib/secret';
import type { HelmValues } from '../../helm/helm-values';
import type { CertificateIssuer } from './certificate-issuer';

/** How a name is shown to be yours by HTTP: the authority asks for a page on port 80 of it. Wildcards cannot be shown so. */
export interface Http01 {
  /** Class of the Ingress objects that answer. @default - that of the cluster */
  readonly ingressClass?: string;

  /** Answer by routes at a Gateway instead; cert-manager needs `gatewayApi: true`. @default - by Ingress objects */
  readonly gateway?: { readonly name: string; readonly namespace?: string };
}

/** Who holds the zone, and how records get into it: one of them. Credentials are references to secrets, never text. */
export type Dns01 =
  /** A token with Zone: DNS: Edit and Zone: Zone: Read. */
  | { readonly cloudflare: { readonly apiToken: SecretSource } }
  /** Without keys, those of the machine or of the service account are used, which only a ClusterIssuer may. */
  | {
      readonly route53: {
        readonly region: string;
        readonly accessKey?: SecretSource;
        readonly secretKey?: SecretSource;

        /** @default - found by the name */
        readonly hostedZoneId?: string;

        /** ARN of a role to take. @default - none */
        readonly role?: string;
      };
    }
  | { readonly digitalocean: { readonly token: SecretSource } }
  /** Dynamic updates, as BIND, Knot and PowerDNS take them. */
  | {
      readonly rfc2136: {
        /** Address or name with a port: `192.0.2.53:53`. */
        readonly nameserver: string;
        readonly tsigKeyName: string;
        readonly tsigSecret: SecretSource;

        /** @default 'HMACSHA256' - cert-manager's own, HMACMD5, is broken */
        readonly tsigAlgorithm?: 'HMACSHA1' | 'HMACSHA256' | 'HMACSHA512';

        /** @default 'UDP' */
        readonly protocol?: 'TCP' | 'UDP';
      };
    }
  /** A server of joohoi/acme-dns; `account` is the JSON of what it answered to each registration, by domain. */
  | { readonly acmeDns: { readonly host: string; readonly account: SecretSource } }
  /** Any other provider, by a webhook that is installed beside. */
  | {
      readonly webhook: {
        readonly groupName: string;
        readonly solverName: string;

        /** As the webhook wants it; it names the Kubernetes Secret of `credentials`. @default - none */
        readonly config?: HelmValues;

        /** Keys of the Kubernetes Secret `<issuer>-credentials`. @default - none */
        readonly credentials?: Readonly<Record<string, SecretSource>>;
      };
    };

/** One way to show that names are yours, and which names it is for. */
export interface AcmeSolver {
  /** @default - `dns01` */
  readonly http01?: Http01;

  /** @default - `http01` */
  readonly dns01?: Dns01;

  /** Zones that it is for, with all names below. @default - all */
  readonly dnsZones?: readonly string[];

  /** Names that it is for, before zones. @default - all */
  readonly dnsNames?: readonly string[];

  /** Whether CNAME records of `_acme-challenge` lead to the zone that is written to. DNS-01 only. @default false */
  readonly followCname?: boolean;
}

export interface AcmeIssuerProps {
  /**
   * The authority: Let's Encrypt, its staging, whose certificates nobody trusts and whose limits nobody reaches, or the directory of another one.
   *
   * @default 'letsencrypt-staging'
   */
  readonly server?: 'letsencrypt' | 'letsencrypt-staging' | `https://${string}`;

  /** Where the authority writes to when something is wrong with the account. @default - none */
  readonly email?: string;

  /** @default 'ClusterIssuer' */
  readonly kind?: CertificateIssuer['kind'];

  /** The most exact one that fits a name is taken. @default - HTTP-01 through the ingress class of the cluster */
  readonly solvers?: readonly AcmeSolver[];

  /** Account of an authority that knows its customers, such as ZeroSSL or Google. @default - none */
  readonly externalAccount?: { readonly keyId: string; readonly key: SecretSource };

  /** Kind of certificate, of those that the authority lists, such as `shortlived`. @default - the authority's own */
  readonly profile?: string;

  /** Certificate of the authority that signed the server's, as PEM text; for one of your own. @default - the system's authorities */
  readonly caCertificate?: string;
}
