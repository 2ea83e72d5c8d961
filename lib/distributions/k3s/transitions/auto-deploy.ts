import { parseAllDocuments } from 'yaml';
import { objectKey } from '../../../rules/object-rules';
import type { Finding, TransitionRule } from '../../../rules/rule';
import type { HostSynthesis, KubernetesObject, Synthesis } from '../../../synthesis/synthesis';
import { keptClusters } from '../../../rules/transition';
import { dataDirOf } from './k3s-transition';

/** Rules about manifests that K3s itself applies from files on its servers. */
export const autoDeployRules: readonly TransitionRule[] = [
  {
    id: 'auto-deploy-removed',
    kind: 'transition',
    title: 'What leaves the auto-deploy manifests is deleted or moved by hand',
    reason:
      'K3s does not delete the objects of a manifest that is gone: they live on without an owner until somebody deletes them.',
    source: 'https://docs.k3s.io/installation/packaged-components, auto-deploying manifests',
    check: (before, after) =>
      keptClusters(before, after)
        .filter((cluster) => cluster.after.distribution === 'k3s')
        .flatMap(({ after: cluster, hostsBefore, hostsAfter }) => {
          const staying = objectsOf(hostsAfter);
          const gone = [...objectsOf(hostsBefore)].filter(([key]) => !staying.has(key));
          return gone.length === 0 ? [] : findings(cluster.path, gone, workloadsOf(after, cluster.name));
        }),
  },
];

function findings(
  path: string,
  gone: readonly [string, Deployed][],
  workloads: ReadonlySet<string>,
): Finding[] {
  const moved = gone.filter(([key]) => workloads.has(key));
  const deleted = gone.filter(([key]) => !workloads.has(key));
  return [
    ...group(path, deleted, (objects, file) => ({
      problem: `${objects} left ${file} and is to be deleted from the cluster`,
      fix: 'keep the construct if it is still wanted; else delete it with kubectl, because K3s does not',
    })),
    ...group(path, moved, (objects, file) => ({
      problem: `${objects} moved from ${file} to the workloads: K3s writes it anew as long as a server has the file`,
      fix: 'make the change in two steps: remove it from the file on every server, then apply the manifests',
    })),
  ];
}

function group(
  path: string,
  gone: readonly [string, Deployed][],
  text: (objects: string, file: string) => { problem: string; fix: string },
): Finding[] {
  const files = [...new Set(gone.map(([, { file }]) => file))];
  return files.map((file) => {
    const names = gone.filter(([, deployed]) => deployed.file === file).map(([, { name }]) => name);
    const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
    return {
      path,
      property: 'autoDeploy',
      ...text(names.slice(0, 5).join(', ') + more, file),
      blocks: 'nothing',
    };
  });
}

/** An object that a file on a server holds. */
interface Deployed {
  readonly name: string;
  readonly file: string;
}

function objectsOf(hosts: readonly HostSynthesis[]): Map<string, Deployed> {
  const found = new Map<string, Deployed>();
  for (const host of hosts.filter(({ role }) => role === 'server')) {
    const folder = `${dataDirOf(host)}/server/manifests/`;
    for (const { path, content } of host.files.filter((file) => file.path.startsWith(folder))) {
      const file = path.slice(folder.length);
      for (const object of documents(content)) found.set(objectKey(object), { name: nameOf(object), file });
    }
  }
  return found;
}

function documents(content: string): KubernetesObject[] {
  return parseAllDocuments(content).flatMap((document) => {
    const object: unknown = document.errors.length > 0 ? undefined : document.toJS();
    return isObject(object) ? [object] : [];
  });
}

function isObject(value: unknown): value is KubernetesObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    'apiVersion' in value &&
    'kind' in value &&
    'metadata' in value
  );
}

function workloadsOf({ manifests }: Synthesis, cluster: string): Set<string> {
  const own = manifests.filter((manifest) => manifest.cluster === cluster);
  return new Set(own.flatMap((manifest) => manifest.objects.map(({ object }) => objectKey(object))));
}

function nameOf({ kind, metadata }: KubernetesObject): string {
  const name = metadata.name ?? '?';
  return `${kind} ${metadata.namespace === undefined ? name : `${metadata.namespace}/${name}`}`;
}
