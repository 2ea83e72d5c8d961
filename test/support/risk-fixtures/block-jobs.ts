import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import { NAMESPACE, POD, updates } from './block-update';
import type { RiskFixture } from './risk-fixture';

const JOB: KubernetesObject = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'migrate', namespace: NAMESPACE },
  spec: { template: { metadata: { labels: { job: 'migrate' } }, spec: { ...POD, restartPolicy: 'Never' } } },
};

const INDEXED = { 'spec.completionMode': 'Indexed', 'spec.completions': 3, 'spec.parallelism': 3 };
const SUSPENDED = { 'spec.suspend': true };
const CONTAINER = 'spec.template.spec.containers[name=web]';
const REQUESTS = { [`${CONTAINER}.resources`]: { requests: { cpu: '200m' } } };
const CONDITIONS = [{ key: 'disk', operator: 'Exists' }];
const TERM =
  'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions';
const NODE_AFFINITY = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: CONDITIONS }],
    },
  },
};
const POD_AFFINITY = {
  podAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { labelSelector: { matchLabels: { app: 'db' } }, topologyKey: 'kubernetes.io/hostname' },
    ],
  },
};
const FAILURE_POLICY = {
  rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }],
};
const OWN_SELECTOR = { 'spec.manualSelector': true, 'spec.selector': { matchLabels: { job: 'migrate' } } };

const TEMPLATE = updates(
  'job-template',
  JOB,
  ['another image', { [`${CONTAINER}.image`]: 'registry.example.org/web:1.1.0' }, ['web:1.0.0 -> registry']],
  ['another command', { [`${CONTAINER}.command`]: ['migrate'] }, ['(none) -> ["migrate"]']],
  ['a variable', { [`${CONTAINER}.env`]: [{ name: 'LEVEL', value: '1' }] }, ['(none) ->']],
  ['resources', REQUESTS, ['100m -> 200m']],
  ['restartPolicy', { 'spec.template.spec.restartPolicy': 'OnFailure' }, ['Never -> OnFailure']],
  ['a label of the pods', { 'spec.template.metadata.labels.job': 'other' }, ['migrate -> other']],
  ['an annotation of the pods', { 'spec.template.metadata.annotations': { a: 'b' } }, ['(none) -> b']],
  ['nodes', { 'spec.template.spec.nodeSelector': { disk: 'ssd' } }, ['(none) -> ssd']],
  ['suspended: nodes', { 'spec.template.spec.nodeSelector': { disk: 'ssd' } }, [], { from: SUSPENDED }],
  [
    'suspended: tolerations',
    { 'spec.template.spec.tolerations': [{ key: 'a', operator: 'Exists' }] },
    [],
    { from: SUSPENDED },
  ],
  [
    'suspended: labels of the pods',
    { 'spec.template.metadata.labels.tier': 'back' },
    [],
    { from: SUSPENDED },
  ],
  [
    'suspended: annotations of the pods',
    { 'spec.template.metadata.annotations': { a: 'b' } },
    [],
    { from: SUSPENDED },
  ],
  ['suspended: affinity to nodes', { 'spec.template.spec.affinity': NODE_AFFINITY }, [], { from: SUSPENDED }],
  [
    'suspended: scheduling gates',
    { 'spec.template.spec.schedulingGates': [{ name: 'example.org/a' }] },
    [],
    { from: SUSPENDED },
  ],
  [
    'suspended: affinity to pods',
    { 'spec.template.spec.affinity': POD_AFFINITY },
    ['(none) ->'],
    { from: SUSPENDED },
  ],
  ['suspended: resources', REQUESTS, [], { from: SUSPENDED }],
  ['suspended: resources before 1.36', REQUESTS, ['100m -> 200m'], { from: SUSPENDED, kubernetes: '1.35' }],
  [
    'suspended: another image',
    { [`${CONTAINER}.image`]: 'registry.example.org/web:1.1.0' },
    ['web:1.0.0'],
    { from: SUSPENDED },
  ],
  ['how many at a time', { 'spec.parallelism': 2 }],
  ['it is suspended', SUSPENDED],
  [
    'limits of the Job itself',
    {
      'spec.backoffLimit': 1,
      'spec.activeDeadlineSeconds': 60,
      'spec.ttlSecondsAfterFinished': 60,
    },
  ],
);

const SPEC = updates(
  'job-spec',
  JOB,
  ['completions', { 'spec.completions': 2 }, ['(none) -> 2']],
  ['completionMode', INDEXED, ['(none) -> Indexed']],
  ['podFailurePolicy', { 'spec.podFailurePolicy': FAILURE_POLICY }, ['(none) ->']],
  ['managedBy', { 'spec.managedBy': 'example.org/other' }, ['(none) -> example.org/other']],
  [
    'selector',
    { 'spec.selector.matchLabels.step': 'one', 'spec.template.metadata.labels.step': 'one' },
    ['(none) -> one'],
    { from: OWN_SELECTOR },
  ],
  ['backoffLimitPerIndex', { 'spec.backoffLimitPerIndex': 1 }, ['(none) -> 1'], { from: INDEXED }],
  [
    'successPolicy',
    { 'spec.successPolicy': { rules: [{ succeededCount: 1 }] } },
    ['(none) ->'],
    { from: INDEXED },
  ],
  ['indexed: completions alone', { 'spec.completions': 4 }, ['3 -> 4'], { from: INDEXED }],
  [
    'indexed: completions with parallelism',
    { 'spec.completions': 4, 'spec.parallelism': 4 },
    [],
    { from: INDEXED },
  ],
  ['indexed: the default of completionMode', { 'spec.completionMode': 'NonIndexed', 'spec.parallelism': 2 }],
  ['parallelism', { 'spec.parallelism': 2 }],
  ['podReplacementPolicy', { 'spec.podReplacementPolicy': 'Failed' }],
  [
    'indexed: maxFailedIndexes',
    { 'spec.maxFailedIndexes': 2 },
    [],
    { from: { ...INDEXED, 'spec.backoffLimitPerIndex': 1 } },
  ],
);

const CRON_JOB: KubernetesObject = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'nightly', namespace: NAMESPACE },
  spec: { schedule: '0 3 * * *', jobTemplate: { spec: JOB['spec'] } },
};

const CRON = updates(
  'job-template',
  CRON_JOB,
  [
    'CronJob: another image',
    { 'spec.jobTemplate.spec.template.spec.containers[name=web].image': 'registry.example.org/web:2' },
  ],
  ['CronJob: completions', { 'spec.jobTemplate.spec.completions': 3 }],
);

const BARE: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'debug', namespace: NAMESPACE },
  spec: POD,
};

const TOLERATION = { key: 'a', operator: 'Exists' };
const GATED = { 'spec.schedulingGates': [{ name: 'example.org/a' }, { name: 'example.org/b' }] };

const PODS = updates(
  'pod-spec',
  BARE,
  ['a variable', { 'spec.containers[name=web].env': [{ name: 'LEVEL', value: '1' }] }, ['(none) ->']],
  ['another command', { 'spec.containers[name=web].command': ['sleep'] }, ['(none) -> ["sleep"]']],
  ['resources', { 'spec.containers[name=web].resources.requests.cpu': '200m' }, ['100m -> 200m']],
  ['a probe', { 'spec.containers[name=web].livenessProbe': { tcpSocket: { port: 80 } } }, ['(none) ->']],
  ['a container more', { 'spec.containers[1]': { ...POD.containers[0], name: 'side' } }, ['(none) ->']],
  ['restartPolicy', { 'spec.restartPolicy': 'Never' }, ['(none) -> Never']],
  ['a volume', { 'spec.volumes': [{ name: 'a', emptyDir: {} }] }, ['(none) ->']],
  ['nodes', { 'spec.nodeSelector': { disk: 'ssd' } }, ['(none) -> ssd']],
  ['terminationGracePeriodSeconds', { 'spec.terminationGracePeriodSeconds': 5 }, ['(none) -> 5']],
  ['hostname', { 'spec.hostname': 'a' }, ['(none) -> a']],
  [
    'a longer deadline',
    { 'spec.activeDeadlineSeconds': 200 },
    ['100 -> 200'],
    { from: { 'spec.activeDeadlineSeconds': 100 } },
  ],
  [
    'the deadline goes',
    { 'spec.activeDeadlineSeconds': undefined },
    ['100 -> (none)'],
    { from: { 'spec.activeDeadlineSeconds': 100 } },
  ],
  [
    'a toleration goes',
    { 'spec.tolerations': undefined },
    ['-> (none)'],
    { from: { 'spec.tolerations': [TOLERATION] } },
  ],
  [
    'gated: nodes change',
    { 'spec.nodeSelector.disk': 'hdd' },
    ['ssd -> hdd'],
    { from: { ...GATED, 'spec.nodeSelector': { disk: 'ssd' } } },
  ],
  ['another image', { 'spec.containers[name=web].image': 'registry.example.org/web:1.1.0' }],
  ['a deadline', { 'spec.activeDeadlineSeconds': 100 }],
  [
    'a shorter deadline',
    { 'spec.activeDeadlineSeconds': 50 },
    [],
    { from: { 'spec.activeDeadlineSeconds': 100 } },
  ],
  ['a toleration more', { 'spec.tolerations': [TOLERATION] }],
  ['a gate less', { 'spec.schedulingGates': [{ name: 'example.org/a' }] }, [], { from: GATED }],
  ['gated: affinity to nodes', { 'spec.affinity': NODE_AFFINITY }, [], { from: GATED }],
  [
    'gated: a condition more',
    { [TERM]: [...CONDITIONS, { key: 'zone', operator: 'Exists' }] },
    [],
    { from: { ...GATED, 'spec.affinity': NODE_AFFINITY } },
  ],
  [
    'gated: another condition',
    { [TERM]: [{ key: 'zone', operator: 'Exists' }] },
    ['disk -> zone'],
    { from: { ...GATED, 'spec.affinity': NODE_AFFINITY } },
  ],
  ['gated: affinity to pods', { 'spec.affinity': POD_AFFINITY }, ['(none) ->'], { from: GATED }],
  ['gated: more nodes asked for', { 'spec.nodeSelector': { disk: 'ssd' } }, [], { from: GATED }],
  ['labels', { 'metadata.labels': { app: 'debug' } }],
);

/** Changes of Jobs, CronJobs and Pods. */
export const blockJobs: readonly RiskFixture[] = [...TEMPLATE, ...SPEC, ...CRON, ...PODS];
