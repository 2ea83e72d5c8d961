import { isPlainObject } from '../../../plain-object';
import type { Comparison } from '../../comparison';
import type { ComparedObject, ObjectChange } from '../../object-change';
import type { EnvironmentRiskRule, ObjectRiskRule, RiskHit, RiskRule, SubjectHit } from '../risk-rule';
import { immutableRule, isUpdate, REFUSED_UPDATE } from './immutable-rule';
import { valueAt } from './touched-fields';

// Used while the rules below are made, so before them.
const DEFINITION = 'apiextensions.k8s.io/CustomResourceDefinition';
const EXTENSIONS = 'k8s.io/apiextensions-apiserver@v0.36.3:pkg/apis/apiextensions/validation/validation.go';

/** CustomResourceDefinitions, and the objects that depend on them. */
export const definitionRules: readonly RiskRule[] = [
  immutableRule({
    id: 'crd-scope',
    kinds: [DEFINITION],
    title: 'A CustomResourceDefinition changes its scope or its names',
    reason:
      'Objects are stored under group, plural name and namespace; a definition that is in force keeps them.',
    fix: 'Make a definition of another name and copy the objects. Deleting this one deletes every object of its kind.',
    source: `${EXTENSIONS} validateCustomResourceDefinitionSpecUpdate`,
    paths: [
      ['spec', 'scope'],
      ['spec', 'group'],
      ['spec', 'names', 'kind'],
      ['spec', 'names', 'plural'],
    ],
  }),
  storedVersion(),
  definitionRemoved(),
  versionUnserved(),
];

function storedVersion(): ObjectRiskRule {
  return {
    id: 'crd-stored-version',
    level: 'block',
    title: 'A CustomResourceDefinition loses a version that objects are stored in',
    reason:
      'Objects may lie in the datastore in this version. The API server lets it go only when status.storedVersions does not name it any more.',
    onApply: REFUSED_UPDATE,
    fix: 'Keep the version with served: false; write every object again in the new one; take the old one out of status.storedVersions; then remove it.',
    source: `${EXTENSIONS} ValidateCustomResourceDefinitionStoredVersions`,
    refusedByApi: true,
    on: 'object',
    kinds: [DEFINITION],
    check: storedVersionHits,
  };
}

function definitionRemoved(): EnvironmentRiskRule {
  return {
    id: 'crd-in-use',
    level: 'block',
    title: 'A CustomResourceDefinition goes while objects of it stay',
    reason: 'Without the definition the API server does not know the kind.',
    onApply:
      'Deleting the definition deletes all objects of the kind, in every namespace; applying them again is refused: "no matches for kind".',
    fix: 'Keep the definition, or remove its objects with it.',
    source:
      'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/',
    on: 'environment',
    check: (comparison) =>
      comparison.changes.flatMap((change) => {
        if (change.kind !== 'removed' || `${change.id.group}/${change.id.kind}` !== DEFINITION) return [];
        return removedHits(change.before, comparison);
      }),
  };
}

function versionUnserved(): EnvironmentRiskRule {
  return {
    id: 'crd-version-unserved',
    level: 'block',
    title: 'A custom resource is of a version that its definition does not serve',
    reason: 'The definition in the same set serves other versions only.',
    onApply: 'The API server refuses the object: "no matches for kind" in this version.',
    fix: 'Write the object in a version that the definition serves.',
    source:
      'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/',
    refusedByApi: true,
    on: 'environment',
    check: (comparison) =>
      comparison.ofKind('after', DEFINITION).flatMap((crd) => unservedHits(crd, comparison)),
  };
}

function storedVersionHits(change: ObjectChange): readonly RiskHit[] {
  if (!isUpdate(change)) return [];
  const now = new Set(versionsOf(change.after.object).map(({ name }) => name));
  return versionsOf(change.before.object)
    .filter(({ name, storage }) => storage === true && !now.has(name))
    .map(({ name }) => ({
      field: 'spec.versions',
      what: `${String(name)} -> (none); objects are stored in it`,
    }));
}

function removedHits(crd: ComparedObject, comparison: Comparison): readonly SubjectHit[] {
  const left = comparison.ofKind('after', kindOfDefinition(crd));
  if (left.length === 0) return [];
  const objects = left.length === 1 ? `1 object stays: ${left[0]?.id.name}` : `${left.length} objects stay`;
  return [{ subject: { type: 'object', id: crd.id }, what: objects }];
}

function unservedHits(crd: ComparedObject, comparison: Comparison): readonly SubjectHit[] {
  const group = String(valueAt(crd.object, ['spec', 'group']));
  const served = servedBy(crd.object).map((version) => `${group}/${version}`);
  const before = comparison.find('before', crd.id);
  return comparison.ofKind('after', kindOfDefinition(crd)).flatMap(({ id, object: { apiVersion } }) => {
    const old = comparison.find('before', id);
    // It was as wrong before.
    const isOld =
      before !== undefined &&
      old?.object.apiVersion === apiVersion &&
      !servedBy(before.object).includes(apiVersion.slice(group.length + 1));
    if (served.includes(apiVersion) || isOld) return [];
    return [
      {
        subject: { type: 'object', id } as const,
        field: 'apiVersion',
        what: `${apiVersion}; its definition serves ${served.length === 0 ? 'none' : served.join(', ')}`,
      },
    ];
  });
}

function kindOfDefinition({ object }: ComparedObject): string {
  return `${String(valueAt(object, ['spec', 'group']))}/${String(valueAt(object, ['spec', 'names', 'kind']))}`;
}

function servedBy(crd: unknown): readonly string[] {
  return versionsOf(crd)
    .filter(({ served }) => served !== false)
    .map(({ name }) => String(name));
}

function versionsOf(crd: unknown): readonly Readonly<Record<string, unknown>>[] {
  const versions = valueAt(crd, ['spec', 'versions']);
  return Array.isArray(versions) ? versions.filter(isPlainObject) : [];
}
