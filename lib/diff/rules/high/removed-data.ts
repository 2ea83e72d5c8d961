import { annotation } from '../../../rules/object-needs-made';
import type { Comparison } from '../../comparison';
import type { ComparedObject, ObjectChange } from '../../object-change';
import { idText } from '../../object-id';
import type { RiskRule } from '../risk-rule';
import { at, counted, fromTo, mapsAt, plain, some } from '../rule-text';

/** Deletions that take data with them. */
export const removedDataRules: readonly RiskRule[] = [
  {
    id: 'stateful-set-removed',
    level: 'high',
    on: 'object',
    kinds: ['apps/StatefulSet'],
    title: 'A StatefulSet is deleted',
    reason: 'Its pods stop, and its claims with their data are left behind or go with it.',
    onApply:
      'All its pods are deleted, in no order. Its claims stay, unless its retention policy deletes them.',
    fix: 'Back the data up first. To change a field that cannot be changed: kubectl delete statefulset --cascade=orphan, then apply.',
    source:
      'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention',
    check: (change) => {
      const { before } = change;
      if (before === undefined || !isGone(change)) return [];
      const templates = mapsAt(before.object, 'spec', 'volumeClaimTemplates').map((claim) =>
        String(at(claim, 'metadata', 'name')),
      );
      const claims = templates.length === 0 ? 'no claim templates' : `claim templates ${some(templates)}`;
      const deletes =
        at(before.object, 'spec', 'persistentVolumeClaimRetentionPolicy', 'whenDeleted') === 'Delete';
      return [
        {
          what: `${goneText(change)}${claims}${deletes ? ', whenDeleted: Delete' : ''}${keptText(before)}`,
          ...(deletes &&
            templates.length > 0 && { onApply: 'All its pods are deleted, and its claims with their data.' }),
        },
      ];
    },
  },
  {
    id: 'claim-removed',
    level: 'high',
    on: 'object',
    kinds: ['PersistentVolumeClaim'],
    title: 'A volume claim is deleted',
    reason:
      'With the reclaim policy Delete, which is the default of a StorageClass, its data is deleted too.',
    onApply:
      'Once no pod uses it, the claim goes; its volume is deleted or stays released, as its reclaim policy says.',
    fix: 'Back the data up, or set the reclaim policy of its PersistentVolume to Retain first.',
    source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming',
    check: (change, comparison) => {
      const { before } = change;
      if (before === undefined || !isGone(change)) return [];
      const size = at(before.object, 'spec', 'resources', 'requests', 'storage');
      return [
        {
          what: `${goneText(change)}${plain(size, 'size unknown')}, ${classText(before, comparison)}${keptText(before)}`,
        },
      ];
    },
  },
  {
    id: 'volume-removed',
    level: 'high',
    on: 'object',
    kinds: ['PersistentVolume'],
    title: 'A PersistentVolume is deleted',
    reason:
      'Nothing leads to its data any more. While a claim is bound to it, it only waits for that to go, and the deletion cannot be taken back.',
    onApply:
      'It is Terminating until its claim is gone, and goes then; the data behind it stays or goes as its reclaim policy says.',
    fix: 'Set persistentVolumeReclaimPolicy: Retain and back the data up before its claim goes.',
    source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming',
    check: (change) => {
      const { before } = change;
      if (before === undefined || !isGone(change)) return [];
      const { capacity, persistentVolumeReclaimPolicy: policy = 'Retain' } = (before.object['spec'] ??
        {}) as Readonly<Record<string, unknown>>;
      return [
        {
          what: `${goneText(change)}${plain(at(capacity, 'storage'), 'size unknown')}, reclaim policy ${String(policy)}${keptText(before)}`,
        },
      ];
    },
  },
  {
    id: 'namespace-removed',
    level: 'high',
    on: 'object',
    kinds: ['Namespace'],
    title: 'A namespace is deleted',
    reason: 'Everything in it goes, what other people and controllers made there too.',
    onApply:
      'All its objects are deleted, claims included: their data goes where the reclaim policy is Delete.',
    fix: 'Move or back up what is to stay; kubectl get all,pvc,secret -n <namespace> shows what is really there.',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/namespaces/#deleting-a-namespace',
    check: (change, { before: { objects } }) => {
      const { before } = change;
      if (before === undefined || !isGone(change)) return [];
      const inside = objects.filter(
        ({ id }) => id.namespace === before.id.name && (id.cluster ?? '') === (before.id.cluster ?? ''),
      );
      return [
        {
          what: `${goneText(change)}${inside.length === 0 ? 'no object of it is known' : `with it go ${kindsText(inside)}`}${keptText(before)}`,
        },
      ];
    },
  },
  {
    id: 'crd-removed',
    level: 'high',
    on: 'object',
    kinds: ['apiextensions.k8s.io/CustomResourceDefinition'],
    title: 'A CustomResourceDefinition is deleted',
    reason:
      'Every object of its kind in the cluster is deleted with it, and what their controller made of them often follows.',
    onApply: 'The API server deletes all objects of the kind, in every namespace, then the kind.',
    fix: 'Keep the definition, or delete its objects one by one first and look what becomes of what they made.',
    source:
      'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#delete-a-customresourcedefinition',
    check: (change, comparison) => {
      const { before } = change;
      if (before === undefined || !isGone(change)) return [];
      const kind = `${String(at(before.object, 'spec', 'group'))}/${String(at(before.object, 'spec', 'names', 'kind'))}`;
      // Objects that stay without their kind are refused, which a rule of level block says.
      if (comparison.ofKind('after', kind).length > 0) return [];
      const known = comparison.ofKind('before', kind);
      const text =
        known.length === 0
          ? 'no object of it is known'
          : `with it go ${some(known.map(({ id }) => idText(id)))}`;
      return [{ what: `${goneText(change)}${text}${keptText(before)}` }];
    },
  },
  {
    id: 'chart-removed',
    level: 'high',
    on: 'object',
    kinds: ['helm.cattle.io/HelmChart', 'helm.toolkit.fluxcd.io/HelmRelease', 'argoproj.io/Application'],
    title: 'A chart is uninstalled',
    reason: 'All that it installed goes, its definitions and their objects often as well.',
    onApply:
      'Its controller uninstalls the release; an Application of Argo CD deletes its objects if it has the finalizer that says so.',
    fix: 'Look what the release holds (helm get manifest) and back its data up.',
    source: 'k3s-io/helm-controller@v0.17.7:pkg/controllers/chart/chart.go, OnRemove',
    check: (change) =>
      isGone(change)
        ? [{ what: `${goneText(change)}${chartText(change.before)}${keptText(change.before)}` }]
        : [],
  },
  {
    id: 'kept-object-removed',
    level: 'high',
    on: 'object',
    title: 'An object that is marked to be kept leaves the manifests',
    reason:
      'Somebody wrote an annotation on it so that no tool deletes it. Only the tool that it names heeds it.',
    onApply: 'Helm, Argo CD or Flux leave it behind, unmanaged; kubectl and Pulumi delete it.',
    fix: 'Take it out in two steps: remove the annotation knowingly first, or leave the object to the tool that keeps it.',
    source: 'https://helm.sh/docs/howto/charts_tips_and_tricks/#tell-helm-not-to-uninstall-a-resource',
    check: (change) => {
      const { before, id } = change;
      if (before === undefined || !isGone(change) || OWN_RULE.includes(id.kind)) return [];
      const kept = keptText(before);
      return kept === '' ? [] : [{ what: `${goneText(change)}${kept.slice(2)}` }];
    },
  },
];

/** Whether the object of before will not be there under its name. */
function isGone(change: ObjectChange): change is ObjectChange & { readonly before: ComparedObject } {
  return change.kind === 'removed' || change.kind === 'renamed';
}

/** A renamed object is deleted, and another one is made that is empty. */
function goneText({ kind, before, after }: ObjectChange): string {
  if (kind !== 'renamed' || before === undefined || after === undefined) return '';
  const name = ({ id }: ComparedObject): string =>
    before.id.namespace === after.id.namespace ? id.name : `${id.namespace ?? ''}/${id.name}`;
  return `renamed, ${fromTo(name(before), name(after))}: the old one is deleted, the new one is empty; `;
}

function classText({ object, id }: ComparedObject, comparison: Comparison): string {
  const name = at(object, 'spec', 'storageClassName');
  if (typeof name !== 'string' || name === '') return 'the usual StorageClass';
  const found = comparison.find('before', {
    ...(id.cluster !== undefined && { cluster: id.cluster }),
    group: 'storage.k8s.io',
    kind: 'StorageClass',
    name,
  });
  if (found === undefined) return `StorageClass ${name}`;
  return `StorageClass ${name} with reclaim policy ${plain(found.object['reclaimPolicy'], 'Delete')}`;
}

/** `12 ConfigMaps, 3 Deployments`. */
function kindsText(objects: readonly ComparedObject[]): string {
  const counts = new Map<string, number>();
  for (const { id } of objects) counts.set(id.kind, (counts.get(id.kind) ?? 0) + 1);
  const sorted = [...counts].sort(
    ([a, left], [b, right]) =>
      Number(DATA.includes(b)) - Number(DATA.includes(a)) || right - left || (a < b ? -1 : 1),
  );
  return some(
    sorted.map(([kind, count]) => counted(count, kind)),
    8,
  );
}

function chartText(before: ComparedObject | undefined): string {
  const spec = at(before?.object, 'spec');
  const chart = [
    at(spec, 'chart'),
    at(spec, 'chart', 'spec', 'chart'),
    at(spec, 'source', 'chart'),
    at(spec, 'source', 'path'),
  ];
  return `chart ${String(chart.find((name) => typeof name === 'string') ?? before?.id.name ?? '')}`;
}

function keptText(before: ComparedObject): string {
  const kept = KEPT.filter(({ key, value }) =>
    annotation(before.object, key)
      ?.split(',')
      .map((part) => part.trim())
      .includes(value),
  );
  return kept.map(({ key, value }) => `, marked ${key}: ${value}`).join('');
}

/** Named first: what data is lost with. */
const DATA = ['PersistentVolumeClaim', 'StatefulSet', 'Secret'];
const OWN_RULE = [
  'StatefulSet',
  'PersistentVolumeClaim',
  'PersistentVolume',
  'Namespace',
  'CustomResourceDefinition',
  'HelmChart',
  'HelmRelease',
  'Application',
];

/** https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/, https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-apply-behavior-of-resources */
const KEPT = [
  { key: 'helm.sh/resource-policy', value: 'keep' },
  { key: 'argocd.argoproj.io/sync-options', value: 'Prune=false' },
  { key: 'argocd.argoproj.io/sync-options', value: 'Delete=false' },
  { key: 'kustomize.toolkit.fluxcd.io/prune', value: 'disabled' },
];
