import { coresText, memoryText } from '../cluster/quantity';
import { nearest } from '../nearest';
import { untolerated } from './object-node-choice';
import { OWN_LABELS, type NodeOffer } from './object-nodes';
import { placedPods, type Placed } from './object-placement';
import { hungriest, podCount } from './object-pods';
import { describeObject, type ObjectSet } from './object-set';
import type { Finding, StaticRule } from './rule';

/** Rules about pods and the nodes of their cluster, where the program says which nodes there are. */
export const placementRules: readonly StaticRule<ObjectSet>[] = [
  {
    id: 'pod-needs-node',
    kind: 'static',
    title: 'Every pod may run on some node of its cluster',
    reason: 'A pod that no node fits stays Pending, and only an event of it says why.',
    source: 'https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/; docs/cluster.md',
    check: (set) => placedPods(set).flatMap(nodeFindings),
  },
  {
    id: 'accelerator-needs-node',
    kind: 'static',
    title: 'Some node has the accelerator that a pod asks for',
    reason: 'The pod stays Pending until a node offers the resource; a name written wrong is never offered.',
    source:
      'https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/; https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#extended-resources',
    check: (set) => placedPods(set).flatMap(acceleratorFindings),
  },
  {
    id: 'requests-fit-node',
    kind: 'static',
    title: 'Some node is large enough for what a pod requests',
    reason: 'A pod is never split over nodes: it stays Pending, however much all of them have free together.',
    source:
      'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#how-pods-with-resource-requests-are-scheduled',
    check: (set) => placedPods(set).flatMap(sizeFindings),
  },
  {
    id: 'requests-fit-cluster',
    kind: 'static',
    title: 'All workloads together fit on the nodes',
    reason: 'The last ones to come stay Pending, and after the loss of a node more of them do.',
    source:
      'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#how-pods-with-resource-requests-are-scheduled',
    check: (set) => sumFindings(placedPods(set)),
  },
];

function nodeFindings(placed: Placed): Finding[] {
  const { path, object, cluster, pods, nodes, ofKind, selected, open } = placed;
  if (nodes.length === 0 || open.length > 0) return [];
  const who = describeObject(object);
  if (ofKind.length === 0) {
    const kinds = [...new Set(nodes.map(({ labels }) => labels['kubernetes.io/arch'] ?? ''))].join(', ');
    return [
      {
        path,
        property: `${pods.property}.nodeSelector`,
        problem: `${who} asks for a node by its name, processor or system (${OWN_LABELS.join(', ')}) that cluster ${cluster} does not have: its nodes are ${names(nodes)}, of ${kinds}`,
        fix: `write a processor that it has, such as { 'kubernetes.io/arch': '${kinds.split(', ')[0]}' }, or add such a node`,
      },
    ];
  }
  if (selected.length === 0) {
    return [
      {
        path,
        property: `${pods.property}.nodeSelector`,
        problem: `${who} asks for labels that the program gives to no node of cluster ${cluster} together`,
        fix: "write the labels of a node as it has them, or add them: labels: { … } in the node's props",
        blocks: 'nothing', // somebody may set them by hand
      },
    ];
  }
  const taints = [...new Set(selected.flatMap((node) => untolerated(pods.spec, node)).map(taintText))];
  return [
    {
      path,
      property: `${pods.property}.tolerations`,
      problem: `${who} tolerates the taints of no node that it may run on: ${names(selected)} have ${taints.join(', ')}`,
      fix: `add tolerations: [{ key: '${taints[0]?.split(/[=:]/)[0]}', operator: 'Exists' }], or a node without the taint`,
    },
  ];
}

function acceleratorFindings(placed: Placed): Finding[] {
  const { path, object, cluster, pods, requests, nodes, open } = placed;
  if (open.length === 0) return []; // another rule says so
  return Object.entries(requests).flatMap(([resource, count]) => {
    if (count === 0 || !isExtended(resource)) return [];
    const most = Math.max(...open.map(({ accelerators }) => accelerators[resource] ?? 0));
    if (most >= count) return [];
    const offered = [...new Set(nodes.flatMap(({ accelerators }) => Object.keys(accelerators)))];
    const near = nearest(resource, offered);
    const where = nodes.filter(({ accelerators }) => (accelerators[resource] ?? 0) > 0);
    const missing =
      where.length === 0
        ? `no node of cluster ${cluster} has it${offered.length === 0 ? '' : ` (they have ${offered.join(', ')})`}`
        : most > 0
          ? `a node that it may run on has ${most} at most`
          : `only ${names(where)} have it, where it may not run`;
    const declared = `write accelerators: [{ resource: '${resource}', count: ${count} }] in the props of the node that has it`;
    return [
      {
        path,
        property: `${pods.property}.containers[${hungriest(pods.spec, resource)}].resources.limits['${resource}']`,
        problem: `${describeObject(object)} asks for ${count} of '${resource}', and ${missing}`,
        fix:
          where.length === 0 && near !== undefined && near !== resource
            ? `did you mean '${near}'? Else ${declared}`
            : most === 0 && where.length > 0
              ? 'let its node selection and tolerations fit a node that has it'
              : declared,
      },
    ];
  });
}

function sizeFindings({ path, object, pods, requests, open }: Placed): Finding[] {
  const fits = (node: NodeOffer): boolean =>
    SIZES.every(({ resource }) => (requests[resource] ?? 0) <= (node[resource] ?? Infinity));
  if (open.length === 0 || open.some(fits)) return [];
  const over = SIZES.filter(({ resource }) =>
    open.every((node) => (requests[resource] ?? 0) > (node[resource] ?? Infinity)),
  );
  // When each alone fits some node but not both one, both are named.
  const wanted = (over.length === 0 ? SIZES : over).map(
    ({ resource, text }) =>
      `${text(requests[resource] ?? 0)} ${resource} (${open.map((node) => `${node.name} has ${text(node[resource] ?? Infinity)}`).join(', ')})`,
  );
  const { resource, text } = over[0] ?? SIZES[1];
  const largest = text(Math.max(...open.map((node) => node[resource] ?? 0)));
  return [
    {
      path,
      property: `${pods.property}.containers[${hungriest(pods.spec, resource)}].resources.requests.${resource}`,
      problem: `a pod of ${describeObject(object)} requests ${wanted.join(' and ')}: no node that it may run on is large enough`,
      fix: `request at most ${largest} ${resource} in all containers together, or add a larger node; capacity less reserved is what a node has`,
    },
  ];
}

function sumFindings(placed: readonly Placed[]): Finding[] {
  const clusters = grouped(placed);
  return [...clusters].flatMap(([cluster, members]) =>
    SIZES.flatMap(({ resource, text }) => {
      const nodes = members[0]?.nodes ?? [];
      const has = nodes.reduce((sum, node) => sum + (node[resource] ?? Infinity), 0);
      const shares = members.map(({ object, requests, open }) => ({
        who: describeObject(object),
        amount: (requests[resource] ?? 0) * podCount(object, open.length),
      }));
      const wanted = shares.reduce((sum, { amount }) => sum + amount, 0);
      if (wanted <= has) return [];
      const most = [...shares].sort((a, b) => b.amount - a.amount).slice(0, 3);
      return [
        {
          path: cluster,
          property: `nodes.capacity.${resource}`,
          problem: `workloads of cluster ${cluster} request ${text(wanted)} ${resource} together, and its nodes have ${text(has)} (capacity less reserved)`,
          fix: `lower requests or replicas, most of them in ${most.map(({ who, amount }) => `${who} (${text(amount)})`).join(', ')}, or add a node`,
          blocks: 'nothing' as const, // not all of it may run at the same time
        },
      ];
    }),
  );
}

function grouped(placed: readonly Placed[]): Map<string, Placed[]> {
  const groups = new Map<string, Placed[]>();
  for (const member of placed) {
    const group = groups.get(member.cluster);
    if (group === undefined) groups.set(member.cluster, [member]);
    else group.push(member);
  }
  return groups;
}

/** Whether a device plugin or somebody else offers a resource, and not Kubernetes itself: pkg/apis/core/v1/helper/helpers.go, IsExtendedResourceName. */
function isExtended(resource: string): boolean {
  return resource.includes('/') && !resource.includes('kubernetes.io/') && !resource.startsWith('requests.');
}

function names(nodes: readonly NodeOffer[]): string {
  const shown = nodes.slice(0, 3).map(({ name }) => name);
  return nodes.length > shown.length
    ? `${shown.join(', ')} and ${nodes.length - shown.length} more`
    : shown.join(', ');
}

function taintText({ key, value, effect }: { key: string; value?: string; effect: string }): string {
  return `${key}${value === undefined || value === '' ? '' : `=${value}`}:${effect}`;
}

const SIZES = [
  { resource: 'cpu', text: coresText },
  { resource: 'memory', text: memoryText },
] as const;
