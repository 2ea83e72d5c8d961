import type { HelmValues } from '../../helm/helm-values';
import type { Resources } from '../../helm/requests';

export interface CertManagerProps {
  /** Of the controller, which keeps every TLS Secret that it made in memory. Merged key by key. @default - requests of 10m and 64Mi, a limit of 256Mi */
  readonly resources?: Resources;

  /** Merged key by key. @default - requests of 10m and 32Mi, a limit of 128Mi */
  readonly webhookResources?: Resources;

  /** Merged key by key. @default - requests of 10m and 64Mi, a limit of 256Mi */
  readonly caInjectorResources?: Resources;

  /** Webhooks; without any that answers, nothing can write an issuer or a certificate. @default 1 */
  readonly webhookReplicas?: number;

  /**
   * Make certificates for Gateways, and answer HTTP-01 through them. The definitions of the Gateway API have to be there first, or the controller ends
   * at its start.
   *
   * @default false
   */
  readonly gatewayApi?: boolean;

  /**
   * Servers, such as `1.1.1.1:53`, that are asked whether a DNS-01 record can be seen; for networks whose own server gives other answers than the world
   * gets. @default - those of the cluster
   */
  readonly dnsServers?: readonly string[];

  /** Anything else, as the chart's `values.yaml` spells it; wins over the props. @default - none */
  readonly values?: HelmValues;
}
