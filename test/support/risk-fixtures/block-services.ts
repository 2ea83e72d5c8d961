import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import { NAMESPACE, updates } from './block-update';
import type { RiskFixture } from './risk-fixture';

const SERVICE: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: NAMESPACE },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
};

const FIXED = { 'spec.clusterIP': '10.43.7.10' };
const HEADLESS = { 'spec.clusterIP': 'None' };
const EXTERNAL = {
  'spec.type': 'ExternalName',
  'spec.externalName': 'web.example.org',
  'spec.ports': undefined,
};
const BALANCED = { 'spec.type': 'LoadBalancer' };
const CLASSED = { ...BALANCED, 'spec.loadBalancerClass': 'example.org/a' };
const LOCAL = { ...BALANCED, 'spec.externalTrafficPolicy': 'Local', 'spec.healthCheckNodePort': 31_000 };

const ADDRESS = updates(
  'service-cluster-ip',
  SERVICE,
  ['another one', { 'spec.clusterIP': '10.43.7.11' }, ['10.43.7.10 -> 10.43.7.11'], { from: FIXED }],
  ['it becomes headless', HEADLESS, ['(none) -> None']],
  ['it becomes headless from a fixed one', HEADLESS, ['10.43.7.10 -> None'], { from: FIXED }],
  ['it is no longer headless', FIXED, ['None -> 10.43.7.10'], { from: HEADLESS }],
  ['one where there was none', FIXED, ['(none) -> 10.43.7.10']],
  [
    'clusterIPs',
    { 'spec.clusterIP': '10.43.7.11', 'spec.clusterIPs': ['10.43.7.11'] },
    ['10.43.7.10 -> 10.43.7.11', '["10.43.7.10"] -> ["10.43.7.11"]'],
    { from: { ...FIXED, 'spec.clusterIPs': ['10.43.7.10'] } },
  ],
  ['it is left out', { 'spec.clusterIP': undefined }, [], { from: FIXED }],
  ['None is left out', { 'spec.clusterIP': undefined }, [], { from: HEADLESS }],
  [
    'an external name gets one',
    { 'spec.type': 'ClusterIP', 'spec.externalName': undefined, 'spec.ports': [{ port: 80 }], ...FIXED },
    [],
    { from: EXTERNAL },
  ],
  ['it becomes an external name', { ...EXTERNAL, 'spec.clusterIP': undefined }, [], { from: FIXED }],
  ['its type', { 'spec.type': 'NodePort' }],
  ['its ports', { 'spec.ports': [{ name: 'http', port: 81, targetPort: 8080 }] }],
  ['its selector', { 'spec.selector': { app: 'shop' } }],
  ['session affinity', { 'spec.sessionAffinity': 'ClientIP' }],
);

const FAMILIES = updates(
  'service-ip-family',
  SERVICE,
  [
    'the other family',
    { 'spec.ipFamilies': ['IPv6'] },
    ['["IPv4"] -> ["IPv6"]'],
    { from: { 'spec.ipFamilies': ['IPv4'] } },
  ],
  ['the family that it has', { 'spec.ipFamilies': ['IPv4'] }],
  ['it is left out', { 'spec.ipFamilies': undefined }, [], { from: { 'spec.ipFamilies': ['IPv4'] } }],
);

const CLASS = updates(
  'load-balancer-class',
  SERVICE,
  [
    'another class',
    { 'spec.loadBalancerClass': 'example.org/b' },
    ['example.org/a -> example.org/b'],
    { from: CLASSED },
  ],
  ['it goes', { 'spec.loadBalancerClass': undefined }, ['example.org/a -> (none)'], { from: CLASSED }],
  [
    'it comes',
    { 'spec.loadBalancerClass': 'example.org/a' },
    ['(none) -> example.org/a'],
    { from: BALANCED },
  ],
  ['it comes with the type', CLASSED],
  [
    'it goes with the type',
    { 'spec.type': 'ClusterIP', 'spec.loadBalancerClass': undefined },
    [],
    { from: CLASSED },
  ],
  ['who may reach it', { 'spec.loadBalancerSourceRanges': ['10.0.0.0/8'] }, [], { from: CLASSED }],
);

const HEALTH = updates(
  'health-check-node-port',
  SERVICE,
  ['another port', { 'spec.healthCheckNodePort': 31_001 }, ['31000 -> 31001'], { from: LOCAL }],
  ['it is left out', { 'spec.healthCheckNodePort': undefined }, [], { from: LOCAL }],
  [
    'it goes with the policy',
    { 'spec.externalTrafficPolicy': 'Cluster', 'spec.healthCheckNodePort': undefined },
    [],
    { from: LOCAL },
  ],
  ['it comes with the policy', LOCAL],
);

/** Changes of Services. */
export const blockServices: readonly RiskFixture[] = [...ADDRESS, ...FAMILIES, ...CLASS, ...HEALTH];
