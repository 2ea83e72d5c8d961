/** Pod Security Standard, from least to most strict. */
export type PodSecurityLevel = 'privileged' | 'baseline' | 'restricted';

/** Kubernetes quantities. */
export interface ComputeAmounts {
  /** @default - no limit */
  readonly cpu?: string;

  /** @default - no limit */
  readonly memory?: string;
}

/** Most that everything in a namespace may ask for together. */
export interface NamespaceQuota {
  /** Sum of what pods request; pods that request nothing are then refused. @default - no limit */
  readonly requests?: ComputeAmounts;

  /** Sum of the limits of pods; pods without limits are then refused. @default - no limit */
  readonly limits?: ComputeAmounts;

  /** Pods that have not ended. @default - no limit */
  readonly pods?: number;

  /** Sum of what claims request. @default - no limit */
  readonly storage?: string;

  /** Claims, of any class. @default - no limit */
  readonly persistentVolumeClaims?: number;

  /** Services of type LoadBalancer, each of which takes ports or an address. @default - no limit */
  readonly loadBalancers?: number;

  /** Anything else, as `spec.hard` of a ResourceQuota spells it, such as `{ 'requests.nvidia.com/gpu': '1' }`. @default - nothing else */
  readonly hard?: Readonly<Record<string, string>>;
}

/** What a container may ask for, and what it gets that says nothing. */
export interface NamespaceLimits {
  /** Requests of containers that state none. @default - `defaultLimit`, else `max`, else `min`: Kubernetes decides so */
  readonly defaultRequest?: ComputeAmounts;

  /** Limits of containers that state none. @default - `max`: Kubernetes decides so */
  readonly defaultLimit?: ComputeAmounts;

  /** Containers that request less are refused. @default - nothing is too little */
  readonly min?: ComputeAmounts;

  /** Containers with a higher limit are refused. @default - nothing is too much */
  readonly max?: ComputeAmounts;
}

export interface NamespaceProps {
  /** @default - none */
  readonly labels?: Readonly<Record<string, string>>;

  /** Pod Security Standard that the API server enforces. @default - the cluster's own */
  readonly podSecurity?: PodSecurityLevel;

  /** Most that everything in the namespace may ask for together: ResourceQuota `quota`. @default - none */
  readonly quota?: NamespaceQuota;

  /** What each container may ask for, and gets that states nothing: LimitRange `limits`. @default - none */
  readonly limits?: NamespaceLimits;

  /**
   * Deny pods every connection that no NetworkPolicy allows, in and out, but questions to the cluster's DNS: NetworkPolicy `default-deny`. Policies add up, so
   * what another policy allows stays allowed.
   *
   * @default false
   */
  readonly defaultDeny?: boolean;

  /**
   * Namespaces whose workloads may connect to workloads in this one; those in it always may. Checked where a program connects workloads; it
   * filters no packets by itself.
   *
   * @default - any
   */
  readonly allowFrom?: readonly string[];
}
