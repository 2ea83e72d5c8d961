import type { Finding } from '../kubernetes/finding';
import type { Synthesis } from '../synthesis/synthesis';
import type { ComparedObject, Folds, ObjectChange } from './object-change';
import type { ObjectId } from './object-id';

/** One side of an environment. */
export interface ComparisonSide {
  readonly objects: readonly ComparedObject[];

  /** Kubernetes minor that the objects are for, such as `1.34`. */
  readonly kubernetes: string;

  /** @default - only objects are known, as of manifests of another tool */
  readonly synthesis?: Synthesis;
}

/** What differs between two states of one environment: what risk rules read. */
export interface Comparison {
  /** Empty for manifests that belong to none. */
  readonly environment: string;
  readonly before: ComparisonSide;
  readonly after: ComparisonSide;

  /** Sorted by kind, namespace and name; only those whose difference means something, or is noise. */
  readonly changes: readonly ObjectChange[];

  /** Of objects that are the same but for these. */
  readonly folds: Folds;

  /** An object of a side, by identity. */
  readonly find: (side: 'before' | 'after', id: ObjectId) => ComparedObject | undefined;

  /** Objects of a side of one kind, such as `apps/Deployment` or `Service`. */
  readonly ofKind: (side: 'before' | 'after', kind: string) => readonly ComparedObject[];

  /**
   * Why the API server of a side would refuse an object for its shape, going by the schemas of its Kubernetes minor and the
   * CustomResourceDefinitions of the side; a custom kind that is not known has none.
   */
  readonly findings: (side: 'before' | 'after', object: ComparedObject) => readonly Finding[];
}
