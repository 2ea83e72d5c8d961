import type { KubernetesObject } from '../synthesis/synthesis';
import { secretsMadeTwice } from './object-secrets';
import { describeObject, type ObjectEntry, type ObjectSet } from './object-set';
import type { Finding, StaticRule } from './rule';

/** Identity of an object in a cluster: group, kind, namespace and name; the version does not matter. */
export function objectKey({ apiVersion, kind, metadata }: KubernetesObject): string {
  const slash = apiVersion.lastIndexOf('/');
  return `${slash < 0 ? '' : apiVersion.slice(0, slash)}|${kind}|${metadata.namespace ?? ''}|${metadata.name ?? ''}`;
}

/** Rules about all objects of one environment together. */
export const objectRules: readonly StaticRule<ObjectSet>[] = [
  {
    id: 'one-owner',
    kind: 'static',
    title: 'Every object has one owner',
    reason:
      'Two writers of one object undo each other for ever, and removing one of them deletes what the other still wants.',
    source: 'docs/ownership.md; https://docs.k3s.io/installation/packaged-components',
    check: (set) => [...objectsMadeTwice(set), ...secretsMadeTwice(set)],
  },
  {
    id: 'object-cluster',
    kind: 'static',
    title: 'Every object belongs to one cluster',
    reason: 'With several clusters in an environment nobody could tell where an object beside them goes.',
    source: 'docs/environments.md',
    check: ({ objects, clusters }) =>
      objects
        .filter((entry) => entry.cluster === undefined && clusters.length > 1)
        .map((entry) => ({
          path: entry.path,
          property: 'scope',
          problem: `lies beside the clusters ${clusters.join(', ')}, in none of them`,
          fix: `make its chart inside of one: new Chart(${clusters[0]}, …)`,
        })),
  },
  {
    id: 'secret-in-manifest',
    kind: 'static',
    title: 'No Secret carries its values in a manifest',
    reason: 'Manifests are committed, posted in previews and stored in plain text.',
    source: 'docs/secrets-and-late-values.md',
    check: ({ objects }) => objects.flatMap(({ path, object }) => secretValues(path, object)),
  },
];

function objectsMadeTwice({ objects, reserved }: ObjectSet): Finding[] {
  const first = new Map<string, ObjectEntry>();
  return objects.flatMap((entry) => {
    const key = `${entry.cluster ?? ''}|${objectKey(entry.object)}`;
    const instead = reserved.get(key);
    if (instead !== undefined && entry.owner === 'workloads') return [owned(entry, instead)];
    const other = first.get(key);
    if (other !== undefined) return [duplicate(entry, other)];
    first.set(key, entry);
    return [];
  });
}

function duplicate({ path, object }: ObjectEntry, other: ObjectEntry): Finding {
  return {
    path,
    property: 'metadata.name',
    problem: `makes ${describeObject(object)}, which ${other.path} makes as well${other.owner === 'auto-deploy' ? ' (applied by the distribution)' : ''}`,
    fix: 'remove one of the two, or give one another name',
  };
}

function owned({ path, object }: ObjectEntry, instead: string): Finding {
  return {
    path,
    property: 'metadata.name',
    problem: `makes ${describeObject(object)}, which the distribution makes itself and rewrites at each start`,
    fix: instead,
  };
}

function secretValues(path: string, object: KubernetesObject): Finding[] {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return [];
  const members = ['data', 'stringData'].filter(
    (key) => Object.keys((object[key] as object | undefined) ?? {}).length > 0,
  );
  return members.map((key) => ({
    path,
    property: key,
    problem: `${describeObject(object)} carries values in the manifest (${Object.keys(object[key] as object).join(', ')})`,
    fix: "write cluster.addSecret(this, { namespace, name, data: { key: secretHole(secret('name')) } }) instead",
  }));
}
