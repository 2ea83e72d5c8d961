import type { HelmValues } from '../../helm/helm-values';
import type { Resources } from '../../helm/requests';

/** Addresses for Services of type LoadBalancer, and who answers for them. */
export interface CiliumLoadBalancer {
  /** Free addresses of the nodes' own network: `10.0.0.240-10.0.0.250`, or `10.0.0.240/28`. */
  readonly addresses: readonly string[];

  /** Answer for them in the nodes' network, one node for each Service (ARP); else something else has to bring traffic for them. @default true */
  readonly announce?: boolean;

  /** Interfaces that they are announced on, as regular expressions: `^eth[0-9]+`. @default - all */
  readonly interfaces?: readonly string[];

  /** Labels of the nodes that announce them. @default - all nodes */
  readonly nodeLabels?: Readonly<Record<string, string>>;
}

export interface CiliumProps {
  /** Gives Services of type LoadBalancer an address. @default - left to K3s's ServiceLB */
  readonly loadBalancer?: CiliumLoadBalancer;

  /** Serve Ingress objects of class `cilium`: `shared` by one address for all, `dedicated` by one for each. @default 'off' */
  readonly ingress?: 'off' | 'shared' | 'dedicated';

  /** What is seen of traffic: nothing, by the agents, by one address for all of them, or on a page. @default 'off' */
  readonly hubble?: 'off' | 'agent' | 'relay' | 'ui';

  /** Between nodes: in VXLAN packets, or as it is, which wants all nodes in one network segment. @default 'tunnel' */
  readonly routing?: 'tunnel' | 'native';

  /** Encrypt traffic between nodes. @default 'none' */
  readonly encryption?: 'none' | 'wireguard';

  /** @default - 1 for one server, else 2 */
  readonly operatorReplicas?: number;

  /** Of the agent on every node. Merged key by key. @default - requests of 100m and 256Mi, a limit of 1Gi */
  readonly resources?: Resources;

  /** Of each operator. Merged key by key. @default - requests of 10m and 128Mi, a limit of 256Mi */
  readonly operatorResources?: Resources;

  /** Where the chart lies, for nodes that do not reach the internet. @default - the project's own */
  readonly repository?: string;

  /** Anything else, as the chart's `values.yaml` spells it; wins over the props. @default - none */
  readonly values?: HelmValues;
}
