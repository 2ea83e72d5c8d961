import type { KubernetesObject } from '../synthesis/synthesis';
import { selectsNode, untolerated } from './object-node-choice';
import { knownLabels, OWN_LABELS, type NodeOffer } from './object-nodes';
import { podRequests, podsOf, type Amounts, type PodSource } from './object-pods';
import type { ObjectSet } from './object-set';

/** An object that makes pods, and the nodes that they may run on. */
export interface Placed {
  readonly path: string;
  readonly object: KubernetesObject;
  readonly cluster: string;
  readonly pods: PodSource;
  readonly requests: Amounts;

  /** Every node of the cluster. */
  readonly nodes: readonly NodeOffer[];

  /** Those of them whose own labels (processor, system, name) the pods ask for. */
  readonly ofKind: readonly NodeOffer[];

  /** Those of them whose labels the pods ask for. */
  readonly selected: readonly NodeOffer[];

  /** Those of them whose taints the pods tolerate. */
  readonly open: readonly NodeOffer[];
}

/** Every object that makes pods in a cluster whose nodes are known; looked up once for all rules. */
export function placedPods(set: ObjectSet): readonly Placed[] {
  const known = remembered.get(set);
  if (known !== undefined) return known;
  const clusters = clustersOf(set);
  const placed = set.objects.flatMap(({ path, cluster, object }) => {
    const place = cluster === undefined ? undefined : clusters.get(cluster)?.();
    const pods = place === undefined ? undefined : podsOf(object);
    return cluster === undefined || place === undefined || pods === undefined
      ? []
      : [placedIn(place, { path, object, cluster, pods })];
  });
  remembered.set(set, placed);
  return placed;
}

interface Place {
  readonly nodes: readonly NodeOffer[];
  readonly known: ReadonlySet<string>;

  /** Found nodes, by what pods ask for: most of a program ask for the same. */
  readonly found: Map<string, Fitting>;
}

type Fitting = Pick<Placed, 'ofKind' | 'selected' | 'open'>;

/** What is known of each cluster, worked out when its first pods ask for it. */
function clustersOf({ offers }: ObjectSet): ReadonlyMap<string, () => Place | undefined> {
  return new Map(
    [...offers].map(([name, { nodes: asked }]): [string, () => Place | undefined] => {
      let place: Place | undefined;
      return [
        name,
        () => {
          if (asked === undefined) return undefined;
          if (place !== undefined) return place;
          const nodes = asked();
          return (place = { nodes, known: knownLabels(nodes), found: new Map() });
        },
      ];
    }),
  );
}

function placedIn(place: Place, source: Pick<Placed, 'path' | 'object' | 'cluster' | 'pods'>): Placed {
  const { spec } = source.pods;
  const asked = JSON.stringify(ASKS.map((key) => spec[key]));
  const fitting = place.found.get(asked) ?? fittingNodes(place, spec);
  place.found.set(asked, fitting);
  return { ...source, requests: podRequests(spec), nodes: place.nodes, ...fitting };
}

function fittingNodes({ nodes, known }: Place, spec: Readonly<Record<string, unknown>>): Fitting {
  const ofKind = nodes.filter((node) => selectsNode(spec, node, KUBELET_LABELS));
  const selected = ofKind.filter((node) => selectsNode(spec, node, known));
  const open = selected.filter((node) => untolerated(spec, node).length === 0);
  return { ofKind, selected, open };
}

/** What of a pod decides where it may run. */
const ASKS = ['nodeName', 'nodeSelector', 'affinity', 'tolerations'];
const remembered = new WeakMap<ObjectSet, readonly Placed[]>();
const KUBELET_LABELS: ReadonlySet<string> = new Set(OWN_LABELS);
