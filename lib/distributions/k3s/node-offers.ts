import { bytesOf, coresOf, isQuantity } from '../../cluster/quantity';
import type { NodeOffer } from '../../rules/object-nodes';
import type { K3sModel, K3sNode } from './model';

/** What the nodes of a cluster have for pods. Rules say what is wrong with settings that are left out here. */
export function nodeOffers({ nodes }: Pick<K3sModel, 'nodes'>): NodeOffer[] {
  return nodes.map(nodeOffer);
}

function nodeOffer({ name, architecture, settings }: K3sNode): NodeOffer {
  const { labels = {}, taints = [], accelerators = [], capacity, reserved } = settings;
  const cpu = remaining(amountOf(capacity?.cpu, coresOf), amountOf(reserved?.cpu, coresOf));
  const memory = remaining(amountOf(capacity?.memory, bytesOf), amountOf(reserved?.memory, bytesOf));
  const counts = accelerators.map(({ resource, count = 1 }): [string, number] => [resource, count]);
  return {
    name,
    labels: {
      'kubernetes.io/arch': architecture,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/hostname': name,
      ...labels,
    },
    taints,
    ...(cpu !== undefined && { cpu }),
    ...(memory !== undefined && { memory }),
    accelerators: Object.fromEntries(counts),
  };
}

function remaining(capacity: number | undefined, reserved: number | undefined): number | undefined {
  return capacity === undefined ? undefined : capacity - (reserved ?? 0);
}

function amountOf(amount: unknown, read: (quantity: string) => number): number | undefined {
  const text = typeof amount === 'number' ? String(amount) : amount;
  return isQuantity(text) ? read(text) : undefined;
}
