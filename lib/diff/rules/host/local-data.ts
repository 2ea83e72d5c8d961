import { listed } from '../../../report/words';
import { listOf, recordOf, specOf, textAt } from '../../../rules/object-needs-made';
import { podsOf } from '../../../rules/object-pods';
import type { HostSynthesis, KubernetesObject, Synthesis } from '../../../synthesis/synthesis';
import { idOf, idText, kindOf } from '../../object-id';

/** What of a cluster's objects lies on the disk of one node for certain, and what may. */
interface LocalData {
  /** Tied to the node by name. */
  readonly pinned: readonly string[];

  /** Claims of local volumes: which node has the volume is only known to the cluster. */
  readonly maybe: readonly string[];
}

/** The same in words; empty where it holds nothing that the program knows of. */
export function localDataText(synthesis: Synthesis, { cluster, name }: HostSynthesis): string {
  const { pinned, maybe } = localDataOf(synthesis, cluster, name);
  return [
    ...(pinned.length > 0 ? [`tied to it: ${listed(pinned)}`] : []),
    ...(maybe.length > 0 ? [`may lie on it: ${listed(maybe)}`] : []),
  ].join('; ');
}

/** What a node may hold that no other node has. */
function localDataOf(synthesis: Synthesis, cluster: string, node: string): LocalData {
  const objects = synthesis.manifests
    .filter((manifest) => manifest.cluster === cluster)
    .flatMap((manifest) => manifest.objects.map(({ object }) => object));
  const classes = localClasses(synthesis, cluster, objects);
  return {
    pinned: objects.filter((object) => isPinned(object, node)).map(nameOf),
    maybe: objects.filter((object) => claimsOf(object).some((claim) => isLocal(claim, classes))).map(nameOf),
  };
}

interface LocalClasses {
  readonly names: ReadonlySet<string>;

  /** Whether a claim without a class gets a local volume. */
  readonly isDefault: boolean;
}

function localClasses(
  { topology }: Synthesis,
  cluster: string,
  objects: readonly KubernetesObject[],
): LocalClasses {
  const storage = topology.clusters.find(({ name }) => name === cluster)?.storage ?? [];
  const made = objects.filter(
    (object) =>
      kindOf(idOf(object)) === 'storage.k8s.io/StorageClass' &&
      LOCAL_PROVISIONER.test(textAt(object, 'provisioner') ?? ''),
  );
  const names = new Set([LOCAL_PATH, ...made.map(({ metadata }) => metadata.name ?? '')]);
  const isDefault =
    storage.some((entry) => entry.isDefault && names.has(entry.name)) ||
    made.some(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === 'true');
  return { names, isDefault };
}

function claimsOf(object: KubernetesObject): Readonly<Record<string, unknown>>[] {
  if (kindOf(idOf(object)) === 'PersistentVolumeClaim') return [specOf(object)];
  if (kindOf(idOf(object)) !== 'apps/StatefulSet') return [];
  return listOf(specOf(object)['volumeClaimTemplates']).map((claim) => recordOf(recordOf(claim)['spec']));
}

function isLocal(claim: Readonly<Record<string, unknown>>, { names, isDefault }: LocalClasses): boolean {
  const name = textAt(claim, 'storageClassName');
  return name === undefined ? isDefault : names.has(name);
}

function isPinned(object: KubernetesObject, node: string): boolean {
  if (kindOf(idOf(object)) === 'PersistentVolume') {
    const required = recordOf(recordOf(specOf(object)['nodeAffinity'])['required']);
    return termsOf(required['nodeSelectorTerms']).some((values) => values.length === 1 && values[0] === node);
  }
  const { spec } = podsOf(object) ?? {};
  if (spec === undefined) return false;
  return spec['nodeName'] === node || recordOf(spec['nodeSelector'])[HOST_LABEL] === node;
}

/** Names of nodes that each term asks for. */
function termsOf(terms: unknown): string[][] {
  return listOf(terms).map((term) =>
    listOf(recordOf(term)['matchExpressions'])
      .map(recordOf)
      .filter(({ key, operator }) => key === HOST_LABEL && operator === 'In')
      .flatMap(({ values }) => listOf(values).map(String)),
  );
}

const nameOf = (object: KubernetesObject): string => idText(idOf(object));

const HOST_LABEL = 'kubernetes.io/hostname';
const LOCAL_PATH = 'local-path';

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

/**
 * That of rancher/local-path-provisioner@v0.0.37:deploy/local-path-storage.yaml, those of `LocalPathStorage` under other names, and volumes that were made on
 * disks by hand (https://kubernetes.io/docs/concepts/storage/storage-classes/#local).
 */
const LOCAL_PROVISIONER = /(^|[./])local-path\b|^k3stack\.io\/|^kubernetes\.io\/no-provisioner$/;
