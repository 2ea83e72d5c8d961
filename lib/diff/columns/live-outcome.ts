import type { KubernetesObject } from '../../synthesis/synthesis';
import type { ObjectChange } from '../object-change';

/** What a cluster answered when one object of a comparison was tried in it. */
export type LiveOutcome =
  /** It is not there, and would be made. */
  | { readonly kind: 'created'; readonly warnings: readonly string[] }
  /** It is there, and this is what the server would make of it. */
  | {
      readonly kind: 'applied';
      readonly live: KubernetesObject;
      readonly result: KubernetesObject;
      readonly warnings: readonly string[];
    }
  /** The server, one of its admission plugins or a webhook says no. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Nobody may try it with these credentials; what is there could be read, or is not there. */
  | { readonly kind: 'read-only'; readonly live?: KubernetesObject }
  /** It goes, and is still there. */
  | { readonly kind: 'there' }
  /** It goes, and is not there any more. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'untried'; readonly reason: string };

/** One object of a comparison and what the cluster answered. */
export interface LiveAnswer {
  readonly change: ObjectChange;
  readonly outcome: LiveOutcome;

  /** Whether values of it are only known when it is applied. @default false */
  readonly filledLater?: boolean;
}
