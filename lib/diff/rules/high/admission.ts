import type { ComparedObject } from '../../object-change';
import type { RiskHit, RiskRule } from '../risk-rule';
import { at, fieldIn, fromTo, mapsAt, some, textsAt } from '../rule-text';
import { canonicalText } from '../../canonical-text';

type Data = Readonly<Record<string, unknown>>;

/** What stands between everybody and the API server. */
export const admissionRules: readonly RiskRule[] = [
  {
    id: 'webhook-blocks-cluster',
    level: 'high',
    on: 'object',
    kinds: [
      'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
      'admissionregistration.k8s.io/MutatingWebhookConfiguration',
    ],
    title: 'A webhook can refuse what the cluster itself is made of',
    reason:
      'With failurePolicy: Fail nothing of these kinds is made while its pod is away, its own pod included.',
    onApply: 'At once: if its Service has no ready pod, pods and nodes do not come back after a restart.',
    fix: 'Leave kube-system and its own namespace out by namespaceSelector, name fewer kinds, or set failurePolicy: Ignore.',
    source: 'https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/',
    check: ({ before, after }) => {
      if (after === undefined) return [];
      const had = new Map(webhooksOf(before).map((webhook) => [webhook['name'], webhook]));
      return webhooksOf(after).flatMap((webhook): RiskHit[] => {
        const old = had.get(webhook['name']);
        const wide = wideRules(webhook);
        const known = old === undefined ? [] : wideRules(old);
        const gained = wide.filter((rule) => !known.includes(rule));
        if (gained.length === 0) return [];
        const name = String(webhook['name']);
        return [{ field: fieldIn('webhooks', { name }), what: `${name}: ${some(gained)}` }];
      });
    },
  },
  {
    id: 'api-service-lost',
    level: 'high',
    on: 'object',
    kinds: ['apiregistration.k8s.io/APIService'],
    title: 'A part of the API goes, or is not verified any more',
    reason:
      'What autoscalers and other controllers ask of it fails; without TLS verification anybody in between may answer.',
    onApply: 'At once, for the next request to its group.',
    fix: 'Keep it as long as something uses its group; give it a caBundle instead of insecureSkipTLSVerify.',
    source: 'https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/',
    check: ({ kind, before, after, id }) => {
      if (kind === 'removed') return [{ what: `${id.name} is deleted` }];
      const [old, now] = [before, after].map((side) => at(side?.object, 'spec', SKIP) === true);
      if (old === true || now !== true) return [];
      return [{ field: fieldIn('spec', SKIP), what: `${SKIP}: ${fromTo(old ?? false, now)}` }];
    },
  },
];

function webhooksOf(side: ComparedObject | undefined): readonly Data[] {
  return mapsAt(side?.object, 'webhooks');
}

/** Rules that hold for kinds of Kubernetes itself, for every namespace or for kube-system. */
function wideRules(webhook: Data): readonly string[] {
  if ((webhook['failurePolicy'] ?? 'Fail') !== 'Fail' || isLimited(webhook)) return [];
  return mapsAt(webhook, 'rules')
    .filter((rule) => textsAt(rule, 'operations').some((operation) => WRITES.includes(operation)))
    .flatMap((rule) =>
      textsAt(rule, 'apiGroups').flatMap((group) =>
        textsAt(rule, 'resources')
          .filter((resource) => isVital(group, resource))
          .map((resource) =>
            group === '' ? resource : `${resource} of ${group === '*' ? 'every group' : group}`,
          ),
      ),
    );
}

/** Whether it is asked about some objects only, by their labels or by those of their namespace. */
function isLimited(webhook: Data): boolean {
  const { namespaceSelector, objectSelector } = webhook;
  const asksFor = [namespaceSelector, objectSelector].some(
    (selector) =>
      canonicalText(at(selector, 'matchLabels') ?? {}) !== '{}' ||
      mapsAt(selector, 'matchExpressions').some(({ operator }) => operator === 'In' || operator === 'Exists'),
  );
  const leavesOut = mapsAt(namespaceSelector, 'matchExpressions').some(
    (expression) =>
      expression['key'] === 'kubernetes.io/metadata.name' &&
      expression['operator'] === 'NotIn' &&
      textsAt(expression, 'values').includes('kube-system'),
  );
  return asksFor || leavesOut || mapsAt(webhook, 'matchConditions').length > 0;
}

function isVital(group: string, resource: string): boolean {
  const vital = VITAL[group];
  const isEvery = resource === '*' || resource === '*/*';
  if (group === '*') return isEvery || Object.values(VITAL).some((names) => names?.includes(resource));
  return vital !== undefined && (isEvery || vital.includes(resource));
}

const SKIP = 'insecureSkipTLSVerify';
const WRITES = ['*', 'CREATE', 'UPDATE'];

/** Without these nothing starts: pods with their accounts and volumes, what makes pods, and what nodes report by. */
const VITAL: Readonly<Partial<Record<string, readonly string[]>>> = {
  '': [
    'pods',
    'nodes',
    'nodes/status',
    'namespaces',
    'serviceaccounts',
    'configmaps',
    'secrets',
    'endpoints',
    'events',
    'services',
    'persistentvolumeclaims',
    'persistentvolumes',
  ],
  apps: ['deployments', 'daemonsets', 'statefulsets', 'replicasets'],
  'coordination.k8s.io': ['leases'],
  'discovery.k8s.io': ['endpointslices'],
  'rbac.authorization.k8s.io': ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'],
};
