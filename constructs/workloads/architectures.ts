import type { Architecture } from '../../lib/cluster/node';
import { list, oneOf, type Shape } from '../../lib/rules/shape';

/** Keeps pods on nodes of these architectures. */
export function architectureAffinity(values: readonly Architecture[]): object {
  const matchExpressions = [{ key: 'kubernetes.io/arch', operator: 'In', values }];
  return {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] },
    },
  };
}

const names = list(oneOf('amd64', 'arm64', 'arm'));

/** Architectures of nodes. None at all would be no node. */
export const architecturesShape: Shape = (value, at) =>
  Array.isArray(value) && value.length === 0
    ? [{ at, problem: 'is an empty list, which no node fits', fix: "write ['arm64'], or remove it" }]
    : names(value, at);
