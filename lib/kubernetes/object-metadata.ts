import { describe, fieldPath, type Finding } from './finding';
import type { Resource } from './resource';

/**
 * Rules about `metadata` that the API server enforces beside the schema: names (`pkg/apis/<group>/validation` of Kubernetes), labels and
 * annotations (`pkg/api/validation/objectmeta.go` of apimachinery).
 */
export function metadataFindings(
  object: Readonly<Record<string, unknown>>,
  kind: string,
  { named, namespaced, custom }: Resource,
  kubernetes: string,
): Finding[] {
  const metadata = record(object.metadata);
  const nameRule = custom ? SUBDOMAIN : nameRuleOf(kind, kubernetes);
  return [
    ...(named ? nameFindings(metadata, nameRule) : []),
    ...(namespaced ? namespaceFindings(metadata.namespace) : []), // dropped from an object of the whole cluster
    ...keyFindings(object, ['metadata']),
    ...(custom ? [] : keyFindings(object, POD_TEMPLATES[kind])),
  ];
}

function nameFindings(metadata: Readonly<Record<string, unknown>>, rule: NameRule): Finding[] {
  const { name, generateName } = metadata;
  const field = 'metadata.name';
  if (name === undefined || name === null || name === '') {
    if (typeof generateName === 'string' && generateName !== '') return [];
    return [
      {
        field,
        rule: 'missing-field',
        problem: `is required, got ${name === '' ? "''" : 'nothing'}`,
        fix: 'write a name',
      },
    ];
  }
  if (typeof name !== 'string' || rule.allows(name)) return []; // another type has a finding already
  return [
    {
      field,
      rule: 'invalid-value',
      problem: `is not a name of this kind, got ${describe(name)}`,
      fix: rule.fix,
    },
  ];
}

function namespaceFindings(namespace: unknown): Finding[] {
  if (typeof namespace !== 'string' || namespace === '' || LABEL.allows(namespace)) return [];
  const problem = `is not a namespace, got ${describe(namespace)}`;
  return [{ field: 'metadata.namespace', rule: 'invalid-value', problem, fix: LABEL.fix }];
}

function keyFindings(object: unknown, path: readonly string[] | undefined): Finding[] {
  if (path === undefined) return [];
  const metadata = record(path.reduce<unknown>((value, key) => record(value)[key], object));
  const labels = Object.entries(record(metadata.labels)).flatMap(([key, value]) =>
    labelFindings(key, value, path),
  );
  const annotations = Object.keys(record(metadata.annotations))
    .filter((key) => !isQualifiedName(key.toLowerCase()))
    .map((key) => badKey([...path, 'annotations', key], key));
  return [...labels, ...annotations];
}

function labelFindings(key: string, value: unknown, path: readonly string[]): Finding[] {
  const at = [...path, 'labels', key];
  const findings = isQualifiedName(key) ? [] : [badKey(at, key)];
  if (typeof value !== 'string' || value === '' || (value.length <= 63 && QUALIFIED.test(value)))
    return findings;
  const problem = `is not a label value, got ${describe(value)}`;
  const fix = `write at most 63 letters, digits, '-', '_' or '.', or make it an annotation`;
  return [...findings, { field: fieldPath(at), rule: 'invalid-value', problem, fix }];
}

function badKey(path: readonly string[], key: string): Finding {
  const fix = `write at most 63 letters, digits, '-', '_' or '.', after an optional <domain>/`;
  return {
    field: fieldPath(path),
    rule: 'invalid-value',
    problem: `is not a key, got ${describe(key)}`,
    fix,
  };
}

function isQualifiedName(key: string): boolean {
  const parts = key.split('/');
  const [prefix, name = ''] = parts.length === 1 ? [undefined, parts[0]] : parts;
  if (parts.length > 2 || name.length > 63 || !QUALIFIED.test(name)) return false;
  return prefix === undefined || SUBDOMAIN.allows(prefix);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface NameRule {
  readonly allows: (name: string) => boolean;
  readonly fix: string;
}

function nameRuleOf(kind: string, kubernetes: string): NameRule {
  if (kind === 'Service' && Number(kubernetes.split('.')[1]) < 36) return LABEL_1035;
  if (DNS_LABEL_KINDS.has(kind)) return LABEL;
  if (kind === 'CronJob') return CRON_JOB;
  return SUBDOMAIN_KINDS.has(kind) ? SUBDOMAIN : PATH_SEGMENT;
}

const QUALIFIED = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const LABEL_FORM = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN_FORM = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

const LABEL: NameRule = {
  allows: (name) => name.length <= 63 && LABEL_FORM.test(name),
  fix: `write at most 63 lower-case letters, digits or '-'`,
};
const LABEL_1035: NameRule = {
  allows: (name) => LABEL.allows(name) && /^[a-z]/.test(name),
  fix: `write at most 63 lower-case letters, digits or '-', a letter first`,
};
const SUBDOMAIN: NameRule = {
  allows: (name) => name.length <= 253 && SUBDOMAIN_FORM.test(name),
  fix: `write at most 253 lower-case letters, digits, '-' or '.'`,
};
const CRON_JOB: NameRule = {
  allows: (name) => name.length <= 52 && SUBDOMAIN.allows(name),
  fix: `write at most 52 lower-case letters, digits, '-' or '.': its jobs get 11 more`,
};
const PATH_SEGMENT: NameRule = {
  allows: (name) => name !== '.' && name !== '..' && !/[/%]/.test(name),
  fix: `write a name without '/' and '%'`,
};

const DNS_LABEL_KINDS = new Set(['Namespace', 'Service', 'StatefulSet']);

const SUBDOMAIN_KINDS = new Set([
  'ConfigMap',
  'ControllerRevision',
  'CSIStorageCapacity',
  'CustomResourceDefinition',
  'DaemonSet',
  'Deployment',
  'Endpoints',
  'EndpointSlice',
  'FlowSchema',
  'HorizontalPodAutoscaler',
  'Ingress',
  'IngressClass',
  'Job',
  'Lease',
  'LimitRange',
  'MutatingWebhookConfiguration',
  'NetworkPolicy',
  'Node',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Pod',
  'PodTemplate',
  'PriorityClass',
  'PriorityLevelConfiguration',
  'ReplicaSet',
  'ReplicationController',
  'ResourceQuota',
  'RuntimeClass',
  'Secret',
  'ServiceAccount',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
  'VolumeAttachment',
  'VolumeAttributesClass',
]);

const POD_TEMPLATE = ['spec', 'template', 'metadata'];

const POD_TEMPLATES: Readonly<Record<string, readonly string[] | undefined>> = {
  CronJob: ['spec', 'jobTemplate', ...POD_TEMPLATE],
  DaemonSet: POD_TEMPLATE,
  Deployment: POD_TEMPLATE,
  Job: POD_TEMPLATE,
  ReplicaSet: POD_TEMPLATE,
  ReplicationController: POD_TEMPLATE,
  StatefulSet: POD_TEMPLATE,
};
