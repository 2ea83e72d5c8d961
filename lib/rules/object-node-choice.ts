import type { Taint } from '../cluster/node';
import { holdsLate } from '../late';
import { listOf, recordOf, textAt } from './object-needs-made';
import type { NodeOffer } from './object-nodes';

type Data = Readonly<Record<string, unknown>>;

/**
 * Whether a pod's `nodeName`, `nodeSelector` and required node affinity let it run on a node. What asks for a label that is not `known`, or for a
 * value that only a run knows, may be fulfilled by anything.
 */
export function selectsNode(spec: Data, node: NodeOffer, known: ReadonlySet<string>): boolean {
  const nodeName = textAt(spec, 'nodeName');
  if (nodeName !== undefined && nodeName !== '' && !holdsLate(nodeName) && nodeName !== node.name)
    return false;
  const selected = Object.entries(recordOf(spec['nodeSelector'])).every(([key, value]) =>
    fulfils(node, { key, operator: 'In', values: [value] }, known),
  );
  return selected && affinityAllows(spec, node, known);
}

function affinityAllows(spec: Data, node: NodeOffer, known: ReadonlySet<string>): boolean {
  const affinity = recordOf(recordOf(spec['affinity'])['nodeAffinity']);
  const required = affinity['requiredDuringSchedulingIgnoredDuringExecution'];
  if (required === undefined || required === null) return true;
  return listOf(recordOf(required)['nodeSelectorTerms'])
    .map(recordOf)
    .some((term) => {
      const labels = listOf(term['matchExpressions']).map(recordOf);
      const fields = listOf(term['matchFields']).map(recordOf);
      // A term without any requirement matches no node.
      return (
        labels.length + fields.length > 0 &&
        labels.every((requirement) => fulfils(node, requirement, known)) &&
        fields.every((requirement) => fulfils(named(node), requirement, NAME_FIELD))
      );
    });
}

function fulfils({ labels }: NodeOffer, requirement: Data, known: ReadonlySet<string>): boolean {
  const key = textAt(requirement, 'key') ?? '';
  const values = listOf(requirement['values']);
  if (!known.has(key) || values.some((value) => typeof value === 'string' && holdsLate(value))) return true;
  const label = labels[key];
  if (label !== undefined && holdsLate(label)) return true;
  switch (requirement['operator']) {
    case 'In':
      return label !== undefined && values.includes(label);
    case 'NotIn':
      return label === undefined || !values.includes(label);
    case 'Exists':
      return label !== undefined;
    case 'DoesNotExist':
      return label === undefined;
    case 'Gt':
      return label !== undefined && Number(label) > Number(values[0]);
    case 'Lt':
      return label !== undefined && Number(label) < Number(values[0]);
    default:
      return true; // the schema says what is wrong with it
  }
}

/** Taints of a node that keep a pod off it. */
export function untolerated(spec: Data, { taints }: NodeOffer): readonly Taint[] {
  if (taints.length === 0) return taints;
  const tolerations = listOf(spec['tolerations']).map(recordOf);
  return taints.filter(
    (taint) =>
      taint.effect !== 'PreferNoSchedule' && !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
}

/** kubernetes/api@v0.36.3:core/v1/toleration.go, ToleratesTaint. */
function tolerates(toleration: Data, { key, value = '', effect }: Taint): boolean {
  const wanted = textAt(toleration, 'effect') ?? '';
  const wantedKey = textAt(toleration, 'key') ?? '';
  if (wanted !== '' && wanted !== effect) return false;
  if (wantedKey !== '' && wantedKey !== key) return false;
  const wantedValue = textAt(toleration, 'value') ?? '';
  return toleration['operator'] === 'Exists' || wantedValue === value || holdsLate(wantedValue);
}

/** The one field that affinity can ask for. */
function named(node: NodeOffer): NodeOffer {
  return { ...node, labels: { 'metadata.name': node.name } };
}

const NAME_FIELD: ReadonlySet<string> = new Set(['metadata.name']);
