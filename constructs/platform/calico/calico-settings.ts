import type { HelmValues } from '../../helm/helm-values';
import type { Resources } from '../../helm/requests';

export interface CalicoProps {
  /**
   * How packets of pods go between nodes: in VXLAN packets always, only between segments, or as they are, for which routers have to learn the way by
   * BGP.
   *
   * @default 'VXLAN'
   */
  readonly encapsulation?: 'VXLAN' | 'VXLANCrossSubnet' | 'None';

  /** Exchange routes by BGP. @default - only where `encapsulation` is 'None' */
  readonly bgp?: boolean;

  /** Bytes of a packet of a pod, 1280 to 9000. @default - found out from the interface of the node */
  readonly mtu?: number;

  /** Of the agent on every node. Merged key by key. @default - requests of 100m and 192Mi, a limit of 512Mi */
  readonly resources?: Resources;

  /** Of each Typha, which stands between the agents and the API. Merged key by key. @default - requests of 20m and 64Mi, a limit of 256Mi */
  readonly typhaResources?: Resources;

  /** Of the controllers. Merged key by key. @default - requests of 10m and 64Mi, a limit of 256Mi */
  readonly controllerResources?: Resources;

  /** Of the operator. Merged key by key. @default - requests of 10m and 128Mi, a limit of 512Mi */
  readonly operatorResources?: Resources;

  /** Where the operator's chart lies, for nodes that do not reach the internet. @default - the project's own */
  readonly repository?: string;

  /** Anything else for the operator, as its chart's `values.yaml` spells it; wins over the props. @default - none */
  readonly values?: HelmValues;
}
