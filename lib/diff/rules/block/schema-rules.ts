import type { Finding } from '../../../kubernetes/finding';
import { resourcesOf, type Resources } from '../../../kubernetes/resource';
import type { KubernetesSchemas } from '../../../kubernetes/schema';
import { unservedKind } from '../../../kubernetes/unserved-kind';
import { objectValidator } from '../../../kubernetes/validate-object';
import { isPlainObject } from '../../../plain-object';
import type { Comparison } from '../../comparison';
import { HiddenValue } from '../../hidden-value';
import type { ComparedObject } from '../../object-change';
import type { EnvironmentRiskRule, RiskRule, SubjectHit } from '../risk-rule';

/** A comparison that knows the schemas of Kubernetes; without them these rules find nothing. */
interface WithSchemas extends Comparison {
  readonly schemas?: KubernetesSchemas;
}

/** What the API server refuses whatever was there before: API versions that it does not serve, and fields that do not fit the schema. */
export const schemaRules: readonly RiskRule[] = [apiVersionRemoved(), schemaInvalid()];

function apiVersionRemoved(): EnvironmentRiskRule {
  return {
    id: 'api-version-removed',
    level: 'block',
    title: 'An object is of an API version that Kubernetes does not serve',
    reason: 'The release that the objects are for has removed this API version, or never had it.',
    onApply:
      'The API server refuses the object: "no matches for kind". What it made of it before stays, and can be reached under the versions that it serves.',
    fix: 'Write the object in an API version that the release serves.',
    source: 'https://kubernetes.io/docs/reference/using-api/deprecation-guide/',
    refusedByApi: true,
    on: 'environment',
    check: unservedHits,
  };
}

function schemaInvalid(): EnvironmentRiskRule {
  return {
    id: 'schema-invalid',
    level: 'block',
    title: 'An object does not fit its schema',
    reason: 'A field does not exist, lacks, or has a value that the schema of the release does not take.',
    onApply:
      'The API server refuses the object, as kubectl and server-side apply ask it to; clients that do not ask lose unknown fields without a word.',
    fix: 'Correct the field as the finding says.',
    source: 'https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation',
    refusedByApi: true,
    on: 'environment',
    check: invalidHits,
  };
}

function unservedHits(comparison: WithSchemas): readonly SubjectHit[] {
  const { schemas, after, before } = comparison;
  if (schemas === undefined) return [];
  const [now, old] = [resourcesAt(comparison, schemas, 'after'), resourcesAt(comparison, schemas, 'before')];
  const isUnserved = memoized((apiVersion, kind) => unservedBy(now, apiVersion, kind, schemas));
  const wasUnserved = memoized((apiVersion, kind) => unservedBy(old, apiVersion, kind, schemas));
  return after.objects.flatMap(({ id, object: { apiVersion, kind } }) => {
    const finding = isUnserved(apiVersion, kind);
    if (finding === undefined) return [];
    const former = comparison.find('before', id)?.object;
    const isNews = former?.apiVersion !== apiVersion || wasUnserved(apiVersion, kind) === undefined;
    if (!isNews) return [];
    const step =
      before.kubernetes === after.kubernetes ? '' : `${before.kubernetes} -> ${after.kubernetes}: `;
    const what = `${step}${finding.problem}`;
    return [{ subject: { type: 'object', id } as const, field: finding.field, what, fix: finding.fix }];
  });
}

/** Built-in kinds only: definitions in the set have a rule of their own. */
function unservedBy(
  resources: Resources,
  apiVersion: string,
  kind: string,
  schemas: KubernetesSchemas,
): Finding | undefined {
  if (kind === 'List' || resources.find(apiVersion, kind) !== undefined) return undefined;
  const finding = unservedKind(apiVersion, kind, resources, schemas);
  const isDefinition = resources.custom.find(apiVersion.split('/')[0] ?? '', kind)?.ofProgram === true;
  return finding.rule === 'removed-api-version' && !isDefinition ? finding : undefined;
}

function invalidHits(comparison: WithSchemas): readonly SubjectHit[] {
  const { schemas, after, before } = comparison;
  if (schemas === undefined) return [];
  const now = objectValidator({
    schemas,
    kubernetes: after.kubernetes,
    crds: definitions(comparison, 'after'),
  });
  const old = objectValidator({
    schemas,
    kubernetes: before.kubernetes,
    crds: definitions(comparison, 'before'),
  });
  return candidates(comparison).flatMap((object) => {
    const found = now(visible(object.object)).filter(isOfSchema);
    if (found.length === 0) return [];
    const former = comparison.find('before', object.id);
    const known = new Set(former === undefined ? [] : old(visible(former.object)).map(findingKey));
    return found
      .filter((finding) => !known.has(findingKey(finding)))
      .map(({ field, problem, fix }) => ({
        subject: { type: 'object', id: object.id } as const,
        field,
        what: problem,
        fix,
      }));
  });
}

/** What differs; everything, when the schemas do. */
function candidates(comparison: Comparison): readonly ComparedObject[] {
  const { before, after, changes } = comparison;
  const changesSchemas =
    before.kubernetes !== after.kubernetes ||
    changes.some(({ id }) => id.kind === 'CustomResourceDefinition');
  if (changesSchemas) return after.objects;
  return changes.flatMap((change) => (change.after === undefined ? [] : [change.after]));
}

function isOfSchema({ rule }: Finding): boolean {
  return rule !== 'unknown-custom-resource' && rule !== 'removed-api-version';
}

function findingKey({ field, rule, problem }: Finding): string {
  return JSON.stringify([field, rule, problem]);
}

function resourcesAt(
  comparison: Comparison,
  schemas: KubernetesSchemas,
  side: 'before' | 'after',
): Resources {
  return resourcesOf({
    schemas,
    kubernetes: comparison[side].kubernetes,
    crds: definitions(comparison, side),
  });
}

function definitions(comparison: Comparison, side: 'before' | 'after'): readonly unknown[] {
  return comparison.ofKind(side, 'apiextensions.k8s.io/CustomResourceDefinition').map(({ object }) => object);
}

/** A copy with something that fits in place of each hidden value: what is hidden cannot be checked. */
function visible(value: unknown): unknown {
  if (value instanceof HiddenValue) return HIDDEN_TEXT;
  if (Array.isArray(value)) return value.map(visible);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, visible(inner)]));
}

function memoized<Value>(
  find: (apiVersion: string, kind: string) => Value,
): (apiVersion: string, kind: string) => Value {
  const known = new Map<string, { readonly value: Value }>();
  return (apiVersion, kind) => {
    const key = `${apiVersion} ${kind}`;
    const entry = known.get(key) ?? { value: find(apiVersion, kind) };
    known.set(key, entry);
    return entry.value;
  };
}

/** Text, and base64 as well. */
const HIDDEN_TEXT = 'aGlkZGVu';
