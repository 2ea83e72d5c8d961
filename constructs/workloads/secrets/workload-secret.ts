import type { Construct } from 'constructs';
import { isPlainObject } from '../../../lib/plain-object';
import type { SecretSource } from '../../../lib/secret';
import { ExistingSecret } from '../../../lib/existing-secret';
import type { SecretText } from '../../../lib/secret';
import { Cluster } from '../../cluster/cluster';
import { addCheck, type ConstructViolation } from '../../violations';
import { identityProblems, secretData, type SecretEntry, type SecretScope } from './secret-data';
import { secretProblems } from './secret-problems';

/** What `valueFrom.secretKeyRef` takes. */
export interface SecretKey {
  readonly name: string;
  readonly key: string;
}

/** A Kubernetes Secret that a workload needs. */
export interface WorkloadSecret<Key extends string = string> {
  /** Namespace of the workload. */
  readonly namespace: string;

  /** Name of the Kubernetes Secret; made for the keys that nothing else makes. */
  readonly name: string;

  /** Key to where its value comes from, or text with secrets in it. */
  readonly data: Readonly<Record<Key, SecretSource | SecretText>>;
}

/**
 * Declares a Kubernetes Secret of the cluster around `scope`, and tells for each key where a Pod finds it: what `SecretRef.existing` names is left where it is.
 * Never throws; what is wrong is a violation of `scope`.
 */
export function workloadSecret<Key extends string>(
  scope: Construct,
  { namespace, name, data }: WorkloadSecret<Key>,
): Readonly<Record<Key, SecretKey>> {
  const cluster = Cluster.tryOf(scope);
  const entries: SecretEntry[] = isPlainObject(data) ? Object.entries(data) : [];
  const violations = violationsOf(scope, { namespace, name }, entries, cluster !== undefined);
  addCheck(scope, () => violations);

  const own = entries.filter(([, value]) => !(value instanceof ExistingSecret));
  if (cluster !== undefined && own.length > 0 && violations.length === 0)
    cluster.addSecret(scope, { namespace, name, data: secretData(scope, { namespace, name }, own) });
  return Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      value instanceof ExistingSecret ? { name: value.name, key: value.key } : { name, key },
    ]),
  ) as Record<Key, SecretKey>;
}

function violationsOf(
  scope: Construct,
  secret: SecretScope,
  entries: readonly SecretEntry[],
  hasCluster: boolean,
): ConstructViolation[] {
  const place = `${secret.namespace}/${secret.name}`;
  const forms = entries.flatMap(([key, value]) =>
    secretProblems(value, key, hasCluster).map((problem) => ({ key, ...problem })),
  );
  const found =
    forms.length > 0 ? forms : [...overwritten(secret, entries), ...identityProblems(scope, secret, entries)];
  return found.map(({ key, problem, fix }) => ({
    rule: 'workload-secret',
    property: `Secret ${place} ${key}`,
    problem,
    fix,
  }));
}

/** A Secret that something else makes, and that this would be written over, without the keys which are left where they are. */
function overwritten({ name }: SecretScope, entries: readonly SecretEntry[]) {
  const isThere = (value: SecretEntry[1]): boolean => value instanceof ExistingSecret && value.name === name;
  const own = entries.find(([, value]) => !(value instanceof ExistingSecret));
  if (own === undefined) return [];
  return entries
    .filter(([, value]) => isThere(value))
    .map(([key]) => ({
      key,
      problem: `is left in Secret ${name}, which something else makes, and which ${own[0]} would be written over`,
      fix: `let the other Secret have another name, or put ${own[0]} into it and write SecretRef.existing({ name: '${name}', key: '${own[0]}' })`,
    }));
}
