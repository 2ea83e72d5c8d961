import type { RiskHit, RiskRule } from '../risk-rule';
import { at, mapsAt, plain, some } from '../rule-text';
import type { ObjectChange } from '../../object-change';

/** Versions of custom kinds that go. */
export const definitionVersionRules: readonly RiskRule[] = [
  {
    id: 'crd-version-lost',
    level: 'high',
    on: 'object',
    kinds: ['apiextensions.k8s.io/CustomResourceDefinition'],
    title: 'A CustomResourceDefinition no longer serves a version',
    reason:
      'Manifests, charts and controllers that name the version fail. Objects that were once stored in it hold the definition back.',
    onApply:
      'At once: whoever asks for the version gets "no matches for kind". While status.storedVersions names a version that is gone, the API server refuses the definition.',
    fix: 'Write every manifest in a version that stays. Before a version goes for good, write its objects again and take it out of status.storedVersions, as the project says.',
    source: [
      'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/',
      'k8s.io/apiextensions-apiserver@v0.36.3:pkg/apis/apiextensions/validation/validation.go ValidateCustomResourceDefinitionStoredVersions',
    ].join('; '),
    check: lostVersions,
  },
];

function lostVersions({ before, after }: ObjectChange): readonly RiskHit[] {
  if (before === undefined || after === undefined) return [];
  const [old, now] = [versionsOf(before.object), versionsOf(after.object)];
  const served = now.filter(({ isServed }) => isServed).map(({ name }) => name);
  return old
    .filter(({ name, isServed }) => isServed && !served.includes(name))
    .map(({ name }) => {
      const isGone = now.every((version) => version.name !== name);
      const others = served.length === 0 ? 'none is served' : `served: ${some(served)}`;
      return {
        field: 'spec.versions',
        what: `${name} ${isGone ? 'is gone' : 'is there, but not served'}; ${others}`,
      };
    });
}

interface Version {
  readonly name: string;
  readonly isServed: boolean;
}

/** The first form of the API has one version without a list. */
function versionsOf(definition: unknown): readonly Version[] {
  const versions = mapsAt(definition, 'spec', 'versions');
  const only = plain(at(definition, 'spec', 'version'), '');
  if (versions.length === 0) return only === '' ? [] : [{ name: only, isServed: true }];
  return versions.map(({ name, served }) => ({ name: plain(name, ''), isServed: served !== false }));
}
