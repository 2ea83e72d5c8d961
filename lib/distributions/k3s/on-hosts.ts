import type { DistributionOnHosts } from '../distribution';
import { hostManifest, prepareRecords } from './host-manifest';
import { portLinks } from './port-links';

/** K3s on hosts that a run changes. */
export const k3sOnHosts: DistributionOnHosts = {
  scripts: 'distributions/k3s/scripts',
  manifest: hostManifest,
  prepareRecords,
  portLinks,
};
