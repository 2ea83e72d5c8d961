import type { Taint } from '../../../lib/cluster/node';
import type { K3sNode } from '../../../lib/distributions/k3s/model';

/** Nodes that Longhorn's pods run on: they tolerate no taint unless told to. */
export function openNodes(nodes: readonly K3sNode[]): readonly K3sNode[] {
  return nodes.filter(({ settings }) => {
    const taints: readonly (Taint | undefined)[] = Array.isArray(settings.taints) ? settings.taints : [];
    return !taints.some((taint) => taint?.effect !== 'PreferNoSchedule');
  });
}

/** Those of them that can hold data. @param diskNodes Names, where the user gave some. */
export function dataNodes(nodes: readonly K3sNode[], diskNodes?: readonly string[]): readonly K3sNode[] {
  return openNodes(nodes).filter(({ name }) => diskNodes?.includes(name) ?? true);
}
