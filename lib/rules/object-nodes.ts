import type { Taint } from '../cluster/node';

/** What a node has for pods, as far as the program says it. */
export interface NodeOffer {
  readonly name: string;

  /** Labels that the program sets, and those that every node has of itself. */
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];

  /** Cores for pods; absent where the program does not say what the machine has. */
  readonly cpu?: number;

  /** Bytes of memory for pods; absent where the program does not say what the machine has. */
  readonly memory?: number;

  /** Extended resources: `nvidia.com/gpu` to how many. */
  readonly accelerators: Readonly<Record<string, number>>;
}

/** Labels that the kubelet sets on every node, so that a node without them there has another value. */
export const OWN_LABELS: readonly string[] = [
  'kubernetes.io/arch',
  'kubernetes.io/os',
  'kubernetes.io/hostname',
];

/** Whether the program knows the value of a label on every node: the kubelet's own, and those that it sets on some node itself. */
export function knownLabels(nodes: readonly NodeOffer[]): ReadonlySet<string> {
  return new Set([...OWN_LABELS, ...nodes.flatMap(({ labels }) => Object.keys(labels))]);
}
