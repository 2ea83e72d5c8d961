import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import { NAMESPACE, POD, updates } from './block-update';
import type { RiskFixture } from './risk-fixture';

const TEMPLATE = { metadata: { labels: { app: 'web', tier: 'front' } }, spec: POD };

function workload(kind: string, spec: object = {}): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'web', namespace: NAMESPACE },
    spec: { selector: { matchLabels: { app: 'web' } }, template: TEMPLATE, ...spec },
  };
}

const CLAIM = {
  metadata: { name: 'data' },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'fast',
    resources: { requests: { storage: '10Gi' } },
  },
};

const STATEFUL = workload('StatefulSet', { serviceName: 'web', volumeClaimTemplates: [CLAIM] });

const REVISION: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'ControllerRevision',
  metadata: { name: 'web-1', namespace: NAMESPACE },
  revision: 1,
  data: { spec: { replicas: 1 } },
};

const CONTROLLER: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata: { name: 'web', namespace: NAMESPACE },
  spec: { selector: { app: 'web' }, template: TEMPLATE },
};

const IMAGE = 'spec.template.spec.containers[name=web].image';
const NEW_IMAGE = 'registry.example.org/web:1.1.0';

const SELECTORS = ['Deployment', 'DaemonSet', 'ReplicaSet'].flatMap((kind) =>
  updates(
    'selector-immutable',
    workload(kind),
    [`${kind}: a label more`, { 'spec.selector.matchLabels.tier': 'front' }, ['(none) -> front']],
    [
      `${kind}: another value`,
      { 'spec.selector.matchLabels.app': 'shop', 'spec.template.metadata.labels.app': 'shop' },
      ['web -> shop'],
    ],
    [
      `${kind}: an expression`,
      { 'spec.selector.matchExpressions': [{ key: 'app', operator: 'Exists' }] },
      ['(none) -> [{"key":"app","operator":"Exists"}]'],
    ],
    [
      `${kind}: a label less`,
      { 'spec.selector.matchLabels.tier': undefined },
      ['front -> (none)'],
      { from: { 'spec.selector.matchLabels.tier': 'front' } },
    ],
    [
      `${kind}: labels of the pods that the selector does not ask for`,
      { 'spec.template.metadata.labels.tier': 'back' },
    ],
    [`${kind}: another image`, { [IMAGE]: NEW_IMAGE }],
    [`${kind}: labels of its own`, { 'metadata.labels': { app: 'shop' } }],
    [`${kind}: minReadySeconds`, { 'spec.minReadySeconds': 5 }],
  ),
);

const SELECTOR_NEAR = updates('selector-immutable', workload('Deployment'), [
  'Deployment: replicas, history and deadline',
  {
    'spec.replicas': 3,
    'spec.revisionHistoryLimit': 3,
    'spec.progressDeadlineSeconds': 300,
    'spec.paused': true,
  },
]);

const BUDGET_NEAR = updates(
  'selector-immutable',
  {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web', namespace: NAMESPACE },
    spec: { selector: { matchLabels: { app: 'web' } }, maxUnavailable: 1 },
  },
  ['PodDisruptionBudget: another value', { 'spec.selector.matchLabels.app': 'shop' }],
  ['PodDisruptionBudget: how many', { 'spec.maxUnavailable': '50%' }],
);

const STATEFUL_SPEC = updates(
  'stateful-set-spec',
  STATEFUL,
  ['serviceName', { 'spec.serviceName': 'web-headless' }, ['web -> web-headless']],
  ['podManagementPolicy', { 'spec.podManagementPolicy': 'Parallel' }, ['(none) -> Parallel']],
  ['selector', { 'spec.selector.matchLabels.tier': 'front' }, ['(none) -> front']],
  [
    'revisionHistoryLimit before 1.33',
    { 'spec.revisionHistoryLimit': 3 },
    ['(none) -> 3'],
    { kubernetes: '1.32' },
  ],
  ['revisionHistoryLimit', { 'spec.revisionHistoryLimit': 3 }],
  ['the default of podManagementPolicy', { 'spec.podManagementPolicy': 'OrderedReady', 'spec.replicas': 2 }],
  ['replicas', { 'spec.replicas': 3 }],
  ['ordinals', { 'spec.ordinals': { start: 1 } }],
  ['another image', { [IMAGE]: NEW_IMAGE }],
  ['updateStrategy', { 'spec.updateStrategy': { rollingUpdate: { partition: 1 } } }],
  ['minReadySeconds', { 'spec.minReadySeconds': 5 }],
  [
    'what becomes of claims',
    { 'spec.persistentVolumeClaimRetentionPolicy': { whenDeleted: 'Delete', whenScaled: 'Retain' } },
  ],
);

const CLAIM_TEMPLATE = updates(
  'claim-template',
  STATEFUL,
  ['it grows', { 'spec.volumeClaimTemplates[0].spec.resources.requests.storage': '20Gi' }, ['10Gi']],
  ['it shrinks', { 'spec.volumeClaimTemplates[0].spec.resources.requests.storage': '5Gi' }, ['10Gi']],
  ['another class', { 'spec.volumeClaimTemplates[0].spec.storageClassName': 'slow' }, ['fast']],
  [
    'another access mode',
    { 'spec.volumeClaimTemplates[0].spec.accessModes': ['ReadWriteMany'] },
    ['ReadWriteOnce'],
  ],
  ['a label', { 'spec.volumeClaimTemplates[0].metadata.labels': { app: 'web' } }, ['data']],
  ['another one', { 'spec.volumeClaimTemplates[1]': { ...CLAIM, metadata: { name: 'logs' } } }, ['data']],
  ['it goes', { 'spec.volumeClaimTemplates': undefined }, ['-> (none)']],
  [
    'the same amount',
    { 'spec.volumeClaimTemplates[0].spec.resources.requests.storage': '10240Mi', 'spec.replicas': 2 },
  ],
  ['its defaults', { 'spec.volumeClaimTemplates[0].spec.volumeMode': 'Filesystem', 'spec.replicas': 2 }],
  ['another image', { [IMAGE]: NEW_IMAGE }],
);

const REVISIONS = updates(
  'controller-revision',
  REVISION,
  ['its data', { 'data.spec.replicas': 2 }, ['1 -> 2']],
  ['its number', { revision: 2 }],
  ['its labels', { 'metadata.labels': { app: 'web' } }],
);

const MISMATCH = ['Deployment', 'DaemonSet', 'ReplicaSet', 'StatefulSet'].flatMap((kind) =>
  updates(
    'selector-mismatch',
    workload(kind, kind === 'StatefulSet' ? { serviceName: 'web' } : {}),
    [
      `${kind}: the pods lose the label`,
      { 'spec.template.metadata.labels.app': undefined },
      ['the selector asks for app=web, got (none)'],
    ],
    [
      `${kind}: the pods get another value`,
      { 'spec.template.metadata.labels.app': 'shop' },
      ['the selector asks for app=web, got shop'],
    ],
    [`${kind}: another label of the pods goes`, { 'spec.template.metadata.labels.tier': undefined }],
  ),
);

const MISMATCH_CONTROLLER = updates(
  'selector-mismatch',
  CONTROLLER,
  [
    'ReplicationController: the pods get another value',
    { 'spec.template.metadata.labels.app': 'shop' },
    ['the selector asks for app=web, got shop'],
  ],
  [
    'ReplicationController: selector and pods together',
    { 'spec.template.metadata.labels.app': 'shop', 'spec.selector.app': 'shop' },
  ],
);

const ROLLING = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
const STRATEGIES = [
  ...updates(
    'strategy-default-stays',
    workload('Deployment'),
    [
      'Deployment: Recreate',
      { 'spec.strategy': { type: 'Recreate' } },
      ['RollingUpdate -> Recreate, and rollingUpdate stays'],
    ],
    [
      'Deployment: Recreate, of what was half written',
      { 'spec.strategy': { type: 'Recreate' } },
      [],
      { from: { 'spec.strategy': { rollingUpdate: { maxSurge: 1 } } } },
    ],
    [
      'Deployment: Recreate, of what was written',
      { 'spec.strategy': { type: 'Recreate' } },
      [],
      { from: { 'spec.strategy': ROLLING } },
    ],
    [
      'Deployment: it rolls again',
      { 'spec.strategy': ROLLING },
      [],
      { from: { 'spec.strategy': { type: 'Recreate' } } },
    ],
    ['Deployment: it rolls in another way', { 'spec.strategy': ROLLING }],
  ),
  ...updates(
    'strategy-default-stays',
    STATEFUL,
    [
      'StatefulSet: OnDelete',
      { 'spec.updateStrategy': { type: 'OnDelete' } },
      ['RollingUpdate -> OnDelete, and rollingUpdate stays'],
    ],
    [
      'StatefulSet: OnDelete, of what was written',
      { 'spec.updateStrategy': { type: 'OnDelete' } },
      [],
      { from: { 'spec.updateStrategy': { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } } },
    ],
  ),
  ...updates('strategy-default-stays', workload('DaemonSet'), [
    'DaemonSet: OnDelete',
    { 'spec.updateStrategy': { type: 'OnDelete' } },
  ]),
];

/** Changes of Deployments, DaemonSets, ReplicaSets, StatefulSets and their records. */
export const blockWorkloads: readonly RiskFixture[] = [
  ...SELECTORS,
  ...SELECTOR_NEAR,
  ...BUDGET_NEAR,
  ...STATEFUL_SPEC,
  ...CLAIM_TEMPLATE,
  ...REVISIONS,
  ...MISMATCH,
  ...MISMATCH_CONTROLLER,
  ...STRATEGIES,
];
