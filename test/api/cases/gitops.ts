import { ExistingCluster } from '../../../constructs/cluster/existing-cluster';
import { ArgoCd, type ArgoCdProps } from '../../../constructs/platform/gitops/argo-cd';
import { Flux, type FluxProps } from '../../../constructs/platform/gitops/flux';
import type { ApiCase } from '../api-case';
import { describePair, pairs } from '../pairs';

const sources = [
  { url: 'https://git.example.org/acme/cluster.git' },
  {
    url: 'ssh://git@git.example.org/acme/cluster.git',
    revision: 'live',
    path: 'home',
    credentialsSecret: 'git',
  },
];
const argoCds = pairs<ArgoCdProps>({
  source: sources,
  prune: [undefined, false],
  selfHeal: [undefined, false],
  applicationSets: [undefined, true],
  notifications: [undefined, true],
  values: [undefined, { global: { logging: { level: 'warn' } } }],
});
const fluxes = pairs<FluxProps>({
  source: sources,
  prune: [undefined, false],
  interval: [undefined, '1m'],
  sopsSecret: [undefined, 'age'],
  helm: [undefined, false],
  notifications: [undefined, true],
  values: [undefined, { logLevel: 'debug' }],
});

/** Where nothing but the API applies them. */
const cluster: ApiCase['cluster'] = (environment) =>
  new ExistingCluster(environment, 'other', {
    kubeconfig: { context: 'other' },
    kubernetesVersion: '1.36',
    helm: 'helm-controller',
  });

export const cases: readonly ApiCase[] = [
  ...argoCds.map((props): ApiCase => ({
    name: `ArgoCd ${describePair(props)}`,
    cluster,
    build: (made) => void new ArgoCd(made, 'argo-cd', props),
  })),
  ...fluxes.map((props): ApiCase => ({
    name: `Flux ${describePair(props)}`,
    cluster,
    build: (made) => void new Flux(made, 'flux', props),
  })),
];
