import { nearest } from '../nearest';
import type { Finding } from './finding';
import { apiVersionOf, byPreference, parseApiVersion } from './group-version-kind';
import { isBuiltInGroup } from './release-schemas';
import type { Resources } from './resource';
import type { KubernetesSchemas } from './schema';

/** Why the cluster knows no such kind under this API version, and what it knows instead. */
export function unservedKind(
  apiVersion: string,
  kind: string,
  resources: Resources,
  schemas: KubernetesSchemas,
): Finding {
  const group = parseApiVersion(apiVersion)?.group;
  if (group === undefined) {
    return {
      field: 'apiVersion',
      rule: 'invalid-value',
      problem: `is not an API version, got '${apiVersion}'`,
      fix: `write <group>/<version>, such as 'apps/v1'`,
    };
  }
  const known = resources.custom.find(group, kind);
  if (known?.ofProgram) {
    const served = known.custom.versions.filter((v) => v.served).map((v) => apiVersionOf(group, v.name));
    const problem = `its CustomResourceDefinition in this program does not serve '${apiVersion}'`;
    return removed(problem, served.length > 0 ? `write ${served.join(' or ')}` : 'serve a version there');
  }
  if (RETIRED_GROUPS.includes(group) || isBuiltInGroup(schemas, group)) {
    return unservedBuiltIn(apiVersion, group, kind, resources, schemas);
  }
  return unknownCustomResource(apiVersion, group, kind, resources);
}

function unservedBuiltIn(
  apiVersion: string,
  group: string,
  kind: string,
  { release }: Resources,
  schemas: KubernetesSchemas,
): Finding {
  const problem = `Kubernetes ${release.kubernetes} does not serve ${kind} of '${apiVersion}'`;
  const served = release.apiVersionsOf(group, kind);
  if (served.length > 0) return removed(problem, use(served));

  const elsewhere = release.groupsOf(kind).flatMap((other) => release.apiVersionsOf(other, kind));
  if (elsewhere.length > 0 && RETIRED_GROUPS.includes(group)) return removed(problem, use(elsewhere));
  if (elsewhere.length > 0) {
    return {
      field: 'apiVersion',
      rule: 'unknown-kind',
      problem: `${kind} is not in ${groupName(group)}, got '${apiVersion}'`,
      fix: use(elsewhere),
    };
  }
  const otherReleases = releasesOf(group, kind, schemas);
  if (otherReleases !== undefined) return removed(problem, `leave it out, or use ${otherReleases}`);

  const kinds = release.kindsOf(group);
  const meant = nearest(kind, kinds);
  return {
    field: 'kind',
    rule: 'unknown-kind',
    problem: `${groupName(group)} of Kubernetes ${release.kubernetes} has no kind '${kind}'`,
    fix: meant === undefined ? `write one of ${list(kinds)}` : `write '${meant}'`,
  };
}

/** Which releases serve the kind, when the cluster's own does not. */
function releasesOf(group: string, kind: string, schemas: KubernetesSchemas): string | undefined {
  const places = Object.keys(schemas.kinds)
    .filter((apiVersion) => parseApiVersion(apiVersion)?.group === group)
    .sort(byPreference)
    .flatMap((apiVersion) => {
      const versions = Object.entries(schemas.kinds[apiVersion] ?? {}).find(([name]) => name === kind)?.[1]
        .versions;
      return versions === undefined ? [] : [`'${apiVersion}' in Kubernetes ${versions.join(', ')}`];
    });
  return places.length === 0 ? undefined : places.join(' or ');
}

function unknownCustomResource(
  apiVersion: string,
  group: string,
  kind: string,
  resources: Resources,
): Finding {
  const { release, custom } = resources;
  const builtIn = release.groupsOf(kind);
  const builtInMeant = nearest(group, builtIn);
  const kindMeant = nearest(kind, custom.kindsOf(group));
  const withKind = custom.groups().filter((candidate) => custom.kindsOf(candidate).includes(kind));
  const groupMeant = nearest(group, withKind);
  const fix =
    builtInMeant !== undefined
      ? use(release.apiVersionsOf(builtInMeant, kind))
      : kindMeant !== undefined && kindMeant !== kind
        ? `write kind: ${kindMeant}, or add its CustomResourceDefinition to the program`
        : groupMeant !== undefined && groupMeant !== group
          ? `write the group '${groupMeant}', or add its CustomResourceDefinition to the program`
          : 'add its CustomResourceDefinition to the program to have it checked';
  return {
    field: 'apiVersion',
    rule: 'unknown-custom-resource',
    problem: `nothing is known of ${kind} of '${apiVersion}'`,
    fix,
  };
}

function removed(problem: string, fix: string): Finding {
  return { field: 'apiVersion', rule: 'removed-api-version', problem, fix };
}

/** The stable API versions of those served, else the preferred one. */
function use(apiVersions: readonly string[]): string {
  const stable = apiVersions.filter((apiVersion) => !/(?:alpha|beta)\d+$/.test(apiVersion));
  if (stable.length > 0) return `write ${stable.map((apiVersion) => `'${apiVersion}'`).join(' or ')}`;
  return `write '${apiVersions[0] ?? ''}', which is off until the API server gets it as runtime-config`;
}

function groupName(group: string): string {
  return group === '' ? 'the core group (v1)' : `the group '${group}'`;
}

function list(words: readonly string[]): string {
  return words.length > 12 ? `${words.slice(0, 12).join(', ')} …` : words.join(', ');
}

// Groups of releases before those in the data, whose kinds moved to other groups.
const RETIRED_GROUPS = ['extensions', 'settings.k8s.io', 'auditregistration.k8s.io'];
