import type { KubernetesObject } from '../synthesis/synthesis';
import type { Equivalence } from './equivalences';
import type { FieldChange, Noise } from './field-change';
import type { ObjectId } from './object-id';

/** Which code or which file made an object. */
export interface Origin {
  /** Construct path. */
  readonly path?: string;

  /** File relative to the root of the repository (a source file of the program) or to the input (a manifest), with `/`. */
  readonly file?: string;

  /** From 1. */
  readonly line?: number;
}

/** An object of one side with where it comes from. Values of Secrets are `HiddenValue`s in it. */
export interface ComparedObject {
  readonly id: ObjectId;
  readonly object: KubernetesObject;
  readonly origin: Origin;

  /** Values of a Secret that were written as `stringData`. @default - none */
  readonly texts?: number;
}

/** What was found equal or was folded, and how often. */
export type Folds = Readonly<Partial<Record<Equivalence | Noise, number>>>;

/** What becomes of one object. Objects that stay as they are have none. */
export type ObjectChange = ObjectAdded | ObjectRemoved | ObjectChanged;

/** It was not there before. */
export interface ObjectAdded {
  readonly kind: 'added';
  readonly id: ObjectId;
  readonly before?: undefined;
  readonly after: ComparedObject;
  readonly fields: readonly [];
  readonly folds: Folds;
}

/** It will not be there any more. */
export interface ObjectRemoved {
  readonly kind: 'removed';
  readonly id: ObjectId;
  readonly before: ComparedObject;
  readonly after?: undefined;
  readonly fields: readonly [];
  readonly folds: Folds;
}

/** It differs; `renamed` when it has another name or namespace too, which is a deletion and a creation to the API server. */
export interface ObjectChanged {
  readonly kind: 'changed' | 'renamed';

  /** Of the state after. */
  readonly id: ObjectId;
  readonly before: ComparedObject;
  readonly after: ComparedObject;

  /** Noise included; without any for an object that was only renamed. */
  readonly fields: readonly FieldChange[];
  readonly folds: Folds;
}

/** Whether a change is more than noise. */
export function isMeant({ kind, fields }: ObjectChange): boolean {
  return kind !== 'changed' || fields.some(({ noise }) => noise === undefined);
}
