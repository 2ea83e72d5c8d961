import { bytesOf, coresOf, coresText, isQuantity } from '../../lib/cluster/quantity';

/** Kubernetes quantities. */
export interface Resources {
  /** @default - none */
  readonly requests?: { readonly cpu?: string; readonly memory?: string };

  /** @default - none */
  readonly limits?: { readonly cpu?: string; readonly memory?: string };
}

/** What an add-on asks the scheduler for, summed over all pods that it runs all the time. Jobs that end are not in. */
export interface AddOnRequests {
  /** Once in the cluster, such as `60m`. */
  readonly cpu: string;

  /** Once in the cluster, such as `192Mi`. */
  readonly memory: string;

  /** On every node, beside. */
  readonly perNode: { readonly cpu: string; readonly memory: string };
}

/** Pods of one kind. */
export interface PodRequests {
  readonly resources: Resources;

  /** How many there are; `per-node` for one on every node. @default 1 */
  readonly pods?: number | 'per-node';
}

/** Requests of all pods, summed. */
export function sumRequests(parts: readonly PodRequests[]): AddOnRequests {
  const once = parts.filter(({ pods }) => pods !== 'per-node');
  const onNodes = parts.filter(({ pods }) => pods === 'per-node');
  return { ...sum(once), perNode: sum(onNodes) };
}

function sum(parts: readonly PodRequests[]): { readonly cpu: string; readonly memory: string } {
  const total = (quantity: (part: PodRequests) => number): number =>
    parts.reduce((so, part) => so + quantity(part) * (typeof part.pods === 'number' ? part.pods : 1), 0);
  return {
    cpu: coresText(total(({ resources }) => valueOf(resources.requests?.cpu, coresOf))),
    memory: mebibytes(total(({ resources }) => valueOf(resources.requests?.memory, bytesOf))),
  };
}

/** Nothing for what is no quantity: a rule of the add-on says so. */
function valueOf(quantity: string | undefined, read: (text: string) => number): number {
  return isQuantity(quantity) ? read(quantity) : 0;
}

/** In one unit, so that sums of several add-ons can be read off. */
function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)}Mi`;
}
