import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import { NAMESPACE, POD, updates } from './block-update';
import type { RiskFixture } from './risk-fixture';

const WEB: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: NAMESPACE },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: POD },
  },
};
const RESOURCES = 'spec.template.spec.containers[name=web].resources';
const from = {
  [RESOURCES]: {
    requests: { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '1Gi' },
    limits: { cpu: '1', memory: '256Mi', 'ephemeral-storage': '2Gi' },
  },
};

/** Requests and limits of containers. */
export const blockResources: readonly RiskFixture[] = updates(
  'request-over-limit',
  WEB,
  [
    'a memory limit below the request',
    { [`${RESOURCES}.limits.memory`]: '64Mi' },
    ['container web: memory request 128Mi, limit 64Mi'],
    { from },
  ],
  [
    'a unit too small',
    { [`${RESOURCES}.limits.memory`]: '256' },
    ['container web: memory request 128Mi, limit 256'],
    { from },
  ],
  [
    'a CPU request above the limit',
    { [`${RESOURCES}.requests.cpu`]: '1100m' },
    ['container web: cpu request 1100m, limit 1'],
    { from },
  ],
  [
    'more disk than may be used',
    { [`${RESOURCES}.requests.ephemeral-storage`]: '3G' },
    ['container web: ephemeral-storage request 3G, limit 2Gi'],
    { from },
  ],
  [
    'as much as the limit, written in another way',
    { [`${RESOURCES}.requests.cpu`]: '1000m', [`${RESOURCES}.requests.memory`]: '268435456' },
    [],
    { from },
  ],
  [
    'without a limit',
    { [`${RESOURCES}.limits`]: undefined, [`${RESOURCES}.requests.memory`]: '1Gi' },
    [],
    { from },
  ],
);
