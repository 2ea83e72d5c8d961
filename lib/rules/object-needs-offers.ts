import type { NodeOffer } from './object-nodes';

/** What a cluster has for objects that need more than Kubernetes itself; `undefined` where nobody says. */
export interface Offers {
  /** Classes of its ingress controllers. */
  readonly ingress: readonly string[] | undefined;

  /** Its storage classes. */
  readonly storage: readonly { readonly name: string; readonly isDefault: boolean }[] | undefined;

  /** Whether resource metrics are served, which autoscaling reads. */
  readonly metrics?: boolean | undefined;

  /** Whether Services of type LoadBalancer get an address. */
  readonly loadBalancer?: boolean | undefined;

  /** Whether NetworkPolicy is enforced. */
  readonly networkPolicy?: boolean | undefined;

  /** Custom resources beside those of the program, as `plural.group`. */
  readonly customResources: readonly string[];

  /** Its nodes, asked for only when a rule reads them; absent where nobody says which there are. */
  readonly nodes?: (() => readonly NodeOffer[]) | undefined;

  /** Whether the distribution packages what is missing, so that one construct in the program switches it on. */
  readonly packaged: boolean;

  /** Whether the program alone decides what runs in the cluster; else something missing is a warning at most. */
  readonly sealed: boolean;
}
