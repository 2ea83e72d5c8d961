import { K3stackError } from '../errors';

/** A text that holds CustomResourceDefinitions. */
export interface CrdSource {
  /** As messages name it: a file, or `standard input`. */
  readonly name: string;
  readonly text: string;
}

/** One version of a custom kind. */
export interface CrdVersion {
  readonly name: string;

  /** Its `status` is written through an endpoint of its own. */
  readonly statusSubresource: boolean;

  /** What its users are warned of. @default - it is not deprecated */
  readonly deprecation?: string;

  /** As the definition has it; `undefined` when it has none, which only definitions of before Kubernetes 1.22 may do. */
  readonly schema: unknown;
}

/** A CustomResourceDefinition as far as types are made of it. */
export interface Crd {
  readonly group: string;
  readonly kind: string;
  readonly namespaced: boolean;

  /** Served ones, the one that Kubernetes prefers first. */
  readonly versions: readonly CrdVersion[];

  /** File, document and line, for messages. */
  readonly place: string;
}

/** Something that was given to `import crd` cannot be used. @param problem With file, document and line. */
export function invalidCrd(problem: string, fix: string, cause?: unknown): K3stackError {
  return new K3stackError('INVALID_CRD', `${problem}; ${fix}`, undefined, { cause });
}
