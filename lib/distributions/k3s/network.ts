/** Pod network made by K3s itself. */
export interface FlannelSettings {
  /** @default 'vxlan' */
  readonly backend?: 'vxlan' | 'host-gw' | 'wireguard-native';

  /**
   * Bytes that the network between nodes carries in one packet, 1280 to 65535. Pods get 50 less with vxlan, 80 less with wireguard-native; host-gw
   * does not know it. Written to flannel's own configuration file, as K3s has no option for it.
   *
   * @default - that of the interface
   */
  readonly mtu?: number;

  /** Reach other nodes by their external address. @default false */
  readonly externalIp?: boolean;

  /** Masquerade IPv6 pod traffic. @default false */
  readonly ipv6Masquerade?: boolean;

  /** Interface that carries pod traffic, the same name on every node. @default - that of the default route */
  readonly interface?: string;

  /** Enforce NetworkPolicy by K3s's own controller. @default true */
  readonly networkPolicy?: boolean;
}

/** Who makes the pod network. */
export type Cni =
  | { readonly kind: 'flannel'; readonly flannel: FlannelSettings }
  | { readonly kind: 'none'; readonly provider: string; readonly kubeProxy: boolean };

/** Makers of {@link Cni}. */
export const Cni = {
  /** K3s's own. */
  flannel: (flannel: FlannelSettings = {}): Cni => ({ kind: 'flannel', flannel }),

  /**
   * None by K3s: another provider is installed. K3s's network policy controller is off as well.
   *
   * @param provider Its name, such as `cilium`, for people and for add-ons that ask.
   * @param options.kubeProxy Keep kube-proxy; `false` where the provider replaces it. Default: true.
   */
  none: (provider: string, options: { readonly kubeProxy?: boolean } = {}): Cni => ({
    kind: 'none',
    provider,
    kubeProxy: options.kubeProxy ?? true,
  }),
} as const;

/** Addresses and names inside the cluster. None can change once the cluster exists. */
export interface NetworkSettings {
  /** @default - flannel with vxlan */
  readonly cni?: Cni;

  /** Pod addresses; one IPv4 and one IPv6 range for dual stack, the primary family first. @default ['10.42.0.0/16'] */
  readonly clusterCidr?: readonly string[];

  /** Service addresses, families in the same order. @default ['10.43.0.0/16'] */
  readonly serviceCidr?: readonly string[];

  /** Address of the cluster's DNS service, one for each service range. @default - the tenth address of each service range */
  readonly clusterDns?: readonly string[];

  /** @default 'cluster.local' */
  readonly clusterDomain?: string;

  /** Ports of NodePort services. @default '30000-32767' */
  readonly serviceNodePortRange?: string;
}
