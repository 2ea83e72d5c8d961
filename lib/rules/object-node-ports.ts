import { groupOf, listOf, recordOf, specOf } from './object-needs-made';
import { describeObject, type ObjectEntry, type ObjectSet } from './object-set';
import type { Finding, StaticRule } from './rule';

/** Rules about ports that are the same on every node. */
export const nodePortRules: readonly StaticRule<ObjectSet>[] = [
  {
    id: 'node-port-once',
    kind: 'static',
    title: 'A port of the nodes belongs to one Service',
    reason: 'The API server refuses the second Service, when half of the program is applied already.',
    source: 'https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport',
    check: ({ objects }) => {
      const seen = new Map<string, ObjectEntry>();
      return objects.flatMap((entry) => portsOf(entry).flatMap((port) => findings(seen, entry, port)));
    },
  },
];

interface NodePort {
  readonly index: number;
  readonly port: number;
  readonly protocol: string;
}

function portsOf({ object }: ObjectEntry): NodePort[] {
  if (object.kind !== 'Service' || groupOf(object) !== '') return [];
  return listOf(specOf(object)['ports']).flatMap((item, index) => {
    const { nodePort, protocol = 'TCP' } = recordOf(item);
    return typeof nodePort === 'number' ? [{ index, port: nodePort, protocol: String(protocol) }] : [];
  });
}

function findings(
  seen: Map<string, ObjectEntry>,
  entry: ObjectEntry,
  { index, port, protocol }: NodePort,
): Finding[] {
  const key = `${entry.cluster ?? ''}|${port}/${protocol}`;
  const other = seen.get(key);
  seen.set(key, other ?? entry);
  if (other === undefined) return [];
  return [
    {
      path: entry.path,
      property: `spec.ports[${index}].nodePort`,
      problem: `${describeObject(entry.object)} wants port ${port} of the nodes, which ${describeObject(other.object)} (${other.path}) has`,
      fix: 'give one of the two another nodePort',
    },
  ];
}
