import { Namespace } from '../../../constructs/cluster/namespace';
import { LocalPathStorage } from '../../../constructs/platform/local-path/local-path-storage';
import { LocalRegistry, type LocalRegistryProps } from '../../../constructs/platform/registry/local-registry';
import {
  PullThroughCache,
  type PullThroughCacheProps,
} from '../../../constructs/platform/registry/pull-through-cache';
import { SecretRef, secret } from '../../../lib/secret';
import type { ApiCase } from '../api-case';
import { describePair, pairs } from '../pairs';

const common = {
  size: [undefined, '5Gi'],
  storageClass: [undefined, 'local-path'],
  resources: [undefined, { limits: { memory: '128Mi' } }],
  nodeSelector: [undefined, { 'kubernetes.io/os': 'linux' }],
  tolerations: [undefined, [{ key: 'edge' }]],
};
const registries = pairs<LocalRegistryProps>({
  ...common,
  host: [undefined, 'registry.home:5000'],
  user: [undefined, 'ci'],
  password: [undefined, secret('own')],
  nodePort: [undefined, 31_000],
});
const caches = pairs<PullThroughCacheProps>({
  ...common,
  upstream: ['docker.io', 'ghcr.io', 'gcr.io'],
  lifetime: [undefined, '24h'],
  nodePort: [30_510],
  credentials: [
    undefined,
    {
      username: SecretRef.fromConfig('user'),
      password: SecretRef.existing({ name: 'hub-account', key: 'token' }),
    },
  ],
});

export const cases: readonly ApiCase[] = [
  ...registries.map((props): ApiCase => ({
    name: `LocalRegistry ${describePair(props)}`,
    build: (cluster) => {
      new LocalPathStorage(cluster, 'local-path');
      new LocalRegistry(new Namespace(cluster, 'registry', { podSecurity: 'restricted' }), 'registry', props);
    },
  })),
  ...caches.map((props): ApiCase => ({
    name: `PullThroughCache ${describePair(props)}`,
    build: (cluster) => {
      new LocalPathStorage(cluster, 'local-path');
      new PullThroughCache(new Namespace(cluster, 'registry', { podSecurity: 'restricted' }), 'hub', props);
    },
  })),
];
