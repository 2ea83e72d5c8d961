import type { ObjectId } from '../object-id';

/** What a run of `pulumi preview` says, without any value. */
export interface PulumiPreview {
  /** One for each resource, in the order of the run. */
  readonly steps: readonly PulumiStep[];

  /** Number of resources by what becomes of them, as Pulumi counts them. */
  readonly counts: Readonly<Record<string, number>>;

  /** What went wrong: the steps are then not all. */
  readonly errors: readonly string[];
}

/** What becomes of one resource. */
export interface PulumiStep {
  /** Operation, such as `update`; the three steps of a replacement are one `replace`. */
  readonly op: string;

  /** Such as `kubernetes:apps/v1:Deployment`. */
  readonly type: string;

  /** Name of the resource in the program. */
  readonly name: string;

  /** The object of Kubernetes that it is. @default - it is none */
  readonly id?: ObjectId;

  /** Properties that make it be replaced, else those that differ. */
  readonly properties: readonly string[];
}

/** Whether a step makes no difference. */
export function isIdle({ op }: PulumiStep): boolean {
  return IDLE.has(op);
}

const IDLE: ReadonlySet<string> = new Set(['same', 'read', 'refresh', 'discard']);
