import type { DistributionOnHosts } from './distribution';
import { k3sOnHosts } from './k3s/on-hosts';

/** Adapters by name of the distribution. A cluster that something else made has none. */
export const onHosts: Readonly<Partial<Record<string, DistributionOnHosts>>> = { k3s: k3sOnHosts };
