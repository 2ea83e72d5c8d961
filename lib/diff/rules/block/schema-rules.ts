import type { Finding } from '../../../kubernetes/finding';
import type { Comparison } from '../../comparison';
import { isMeant, type ComparedObject } from '../../object-change';
import { kindOf } from '../../object-id';
import type { EnvironmentRiskRule, RiskRule, SubjectHit } from '../risk-rule';
import { valueAt } from './touched-fields';

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
    check: (comparison) => {
      const [old, now] = [comparison.before.kubernetes, comparison.after.kubernetes];
      const step = old === now ? '' : `${old} -> ${now}: `;
      const touched = new Set(comparison.changes.filter(isMeant).map(({ after }) => after));
      return newFindings(
        comparison,
        (finding) => isUnserved(finding) && !isOfDefinition(finding),
        // What is applied with the rest is refused, whether that is news or not.
        (object) => touched.has(object),
      ).map((hit) => ({ ...hit, what: `${step}${hit.what}` }));
    },
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
    check: (comparison) => newFindings(comparison, (finding) => !isUnserved(finding)),
  };
}

function isUnserved({ rule }: Finding): boolean {
  return rule === 'removed-api-version';
}

/** Versions that a definition of the set does not serve have a rule of their own. */
function isOfDefinition({ problem }: Finding): boolean {
  return problem.startsWith('its CustomResourceDefinition');
}

/** Findings of the new state that the old one did not have, and all of some objects. */
function newFindings(
  comparison: Comparison,
  isWanted: (finding: Finding) => boolean,
  isAlwaysNews: (object: ComparedObject) => boolean = () => false,
): readonly SubjectHit[] {
  return candidates(comparison).flatMap((object) => {
    const found = comparison.findings('after', object).filter(isWanted);
    if (found.length === 0) return [];
    const former = isAlwaysNews(object) ? undefined : comparison.find('before', object.id);
    const known = new Set(former === undefined ? [] : comparison.findings('before', former).map(findingKey));
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

/** What differs, and objects whose schema does: all of them in another release. */
function candidates(comparison: Comparison): readonly ComparedObject[] {
  const { before, after, changes } = comparison;
  if (before.kubernetes !== after.kubernetes) return after.objects;
  const changed = changes.flatMap((change) => change.after ?? []);
  const known = new Set(changed);
  const defined = new Set(
    changed.filter(({ id }) => kindOf(id) === DEFINITION).map(({ object }) => definedKind(object)),
  );
  return [
    ...changed,
    ...[...defined].flatMap((kind) =>
      comparison.ofKind('after', kind).filter((object) => !known.has(object)),
    ),
  ];
}

function definedKind(definition: unknown): string {
  const [group, kind] = [['group'], ['names', 'kind']].map((path) =>
    String(valueAt(definition, ['spec', ...path])),
  );
  return `${group}/${kind}`;
}

function findingKey({ field, rule, problem }: Finding): string {
  return JSON.stringify([field, rule, problem]);
}

const DEFINITION = 'apiextensions.k8s.io/CustomResourceDefinition';
