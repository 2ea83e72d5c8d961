import { isPlainObject } from '../../../lib/plain-object';
import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import { dataIn, listIn, podOf, type Data } from '../pods';
import { policy, type Policy } from '../policy';

/** A NetworkPolicy selects every pod. */
export const networkPolicy: Policy = policy('network-policy', (object, all) => {
  const pod = podOf(object);
  if (pod === undefined || pod.spec['hostNetwork'] === true) return [];
  const labels = dataIn(pod.metadata, 'labels');
  const isSelected = all.some(
    (other) =>
      other.kind === 'NetworkPolicy' &&
      other.metadata.namespace === object.metadata.namespace &&
      selects(dataIn(other, 'spec', 'podSelector'), labels),
  );
  if (isSelected) return [];
  return [
    {
      path: pod.at().replace(/\.?spec$/, '') || 'metadata.labels',
      problem: 'is selected by no NetworkPolicy: everything may talk to it',
      fix: 'write one for its namespace that denies what is not allowed',
    },
  ];
});

/** Workloads carry `app.kubernetes.io/name`, and so do their pods. */
export const recommendedLabels: Policy = policy('recommended-labels', (object) => {
  const pod = podOf(object);
  if (pod === undefined) return [];
  const label = 'app.kubernetes.io/name';
  return object.metadata.labels?.[label] === undefined
    ? [
        {
          path: `metadata.labels['${label}']`,
          problem: 'is missing',
          fix: 'write the name of the application',
        },
      ]
    : [];
});

/** No value of a Secret is in the manifests. */
export const noSecretValues: Policy = policy('no-secret-values', (object) => {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return [];
  return ['data', 'stringData'].flatMap((field) =>
    Object.keys(dataIn(object, field)).map((key) => ({
      path: `${field}['${key}']`,
      problem: 'is a value, which lies in Git then',
      fix: 'declare it with cluster.addSecret(…), and refer to it by its name',
    })),
  );
});

/** Pods that do not name an account of their own get no token of the API. */
export const noIdleToken: Policy = policy('no-idle-token', (object: KubernetesObject) => {
  const pod = podOf(object);
  if (pod === undefined || pod.spec['automountServiceAccountToken'] === false) return [];
  const account = pod.spec['serviceAccountName'] ?? 'default';
  return account === 'default'
    ? [
        {
          path: pod.at('automountServiceAccountToken'),
          problem: "is not false: the pod gets a token of the namespace's default account",
          fix: 'write false, or name an account of its own',
        },
      ]
    : [];
});

/** Whether a label selector takes these labels. */
function selects(selector: Data, labels: Data): boolean {
  const isEqual = Object.entries(dataIn(selector, 'matchLabels')).every(
    ([key, value]) => labels[key] === value,
  );
  return (
    isEqual &&
    listIn(selector, 'matchExpressions').every((term) => isPlainObject(term) && holds(term, labels))
  );
}

function holds(term: Data, labels: Data): boolean {
  const value = labels[String(term['key'])];
  switch (term['operator']) {
    case 'In':
      return listIn(term, 'values').includes(value);
    case 'NotIn':
      return !listIn(term, 'values').includes(value);
    case 'Exists':
      return value !== undefined;
    default:
      return value === undefined;
  }
}
