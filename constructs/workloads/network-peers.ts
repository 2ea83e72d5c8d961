/** Pods, by namespace and labels, at least one of the two; `undefined` is any namespace, no labels are all pods of it. */
export interface PodPeer {
  readonly namespace?: string;

  /** @default - all pods */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Who may connect: pods, or addresses outside of the cluster. */
export type Peer = PodPeer | { readonly cidr: string };

/**
 * Where a workload may connect to besides its connections and DNS: the public internet without private networks, the Kubernetes API, anything, or
 * some addresses or pods on some ports (all when none is given).
 */
export type Egress =
  | 'internet'
  | 'kubernetes-api'
  | 'anything'
  | { readonly cidr: string; readonly ports?: readonly number[] }
  | {
      readonly namespace: string;
      readonly labels?: Readonly<Record<string, string>>;
      readonly ports?: readonly number[];
    };

/** Who may connect to a workload besides its consumers. */
export type IngressFrom = 'namespace' | 'cluster' | 'anywhere' | Peer;
