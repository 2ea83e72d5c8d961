import type { ChangeKnowledge } from '../change-knowledge';
import { holdsOptions } from './change-costs';
import { factsOf } from './cluster-facts';
import { quorum } from './graph';
import { hostPaths } from './host-paths';
import { backupsLost, protectionsLost } from './lost-settings';
import { compareReleases, parseRelease } from './release';
import { gateSeconds, turnSeconds } from './turn-durations';

/** What is known about changes of K3s clusters. */
export const k3sChangeKnowledge: ChangeKnowledge = {
  state: (cluster) => {
    const { datastore } = factsOf(cluster);
    return datastore === undefined ? undefined : STATES[datastore];
  },
  majority: quorum,
  waits: (cluster) => {
    const { gate, after } = factsOf(cluster);
    return {
      gate: gate !== undefined,
      ...(after !== undefined && { soak: { environment: after.environment, seconds: after.soak } }),
    };
  },
  turnSeconds,
  gateSeconds,
  releaseStep,
  holdsOptions,
  isRegistryFile: (path) => path === hostPaths.registries,
  guardedOptions: new Set([
    'cluster-cidr',
    'service-cidr',
    'cluster-dns',
    'cluster-domain',
    'data-dir',
    'datastore-endpoint',
    'secrets-encryption',
    'secrets-encryption-provider',
  ]),
  addressOption: 'node-ip',
  backupsLost,
  protectionsLost,
};

/** A skip, which is refused, counts as none. */
function releaseStep(before: string, after: string): 'minor' | 'patch' | undefined {
  const [from, to] = [parseRelease(before), parseRelease(after)];
  if (!from || !to || compareReleases(to, from) <= 0 || to.major !== from.major) return undefined;
  if (to.minor === from.minor) return 'patch';
  return to.minor === from.minor + 1 ? 'minor' : undefined;
}

const STATES = { 'embedded-etcd': 'quorum', external: 'outside', sqlite: 'alone' } as const;
