import type { KubernetesObject } from '../synthesis/synthesis';
import { groupOf } from './object-needs-made';
import { httpRouteKeys, ingressKeys, ingressRouteKeys, type RouteKey } from './object-route-keys';
import { describeObject, type ObjectEntry, type ObjectSet } from './object-set';
import type { Finding, StaticRule } from './rule';

/** Rules about what answers for a host and path. */
export const routeRules: readonly StaticRule<ObjectSet>[] = [
  {
    id: 'route-once',
    kind: 'static',
    title: 'A host and path lead to one place',
    reason:
      'Which of two objects gets the requests is up to the controller, and can change when one of them is written anew. Patterns are not compared, only what is written alike.',
    source:
      'https://kubernetes.io/docs/concepts/services-networking/ingress/; https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule; https://doc.traefik.io/traefik/reference/routing-configuration/http/routing/rules-and-priority/',
    check: (set) => {
      const seen = new Map<string, ObjectEntry>();
      return set.objects.flatMap((entry) => {
        const read = READERS[`${groupOf(entry.object)}/${entry.object.kind}`];
        if (read === undefined) return [];
        const [usual] = set.offers.get(entry.cluster ?? '')?.ingress ?? [];
        const keys = read(entry.object, usual);
        return keys.flatMap((key) => findings(seen, entry, key)).slice(0, 1);
      });
    },
  },
];

/** What is wrong with one route of an object; remembers the route for those that come after. */
function findings(seen: Map<string, ObjectEntry>, entry: ObjectEntry, key: RouteKey): Finding[] {
  const id = `${entry.cluster ?? ''}|${entry.object.kind}|${key.id}`;
  const other = seen.get(id);
  if (other === undefined) {
    seen.set(id, entry);
    return [];
  }
  if (other === entry) return [];
  return [
    {
      path: entry.path,
      property: key.property,
      problem: `${describeObject(entry.object)} serves ${key.shown}, which ${describeObject(other.object)} (${other.path}) serves as well: only one of them gets the requests`,
      fix: 'give one of the two another host or path, or remove it',
    },
  ];
}

const READERS: Readonly<
  Partial<Record<string, (object: KubernetesObject, usualClass: string | undefined) => RouteKey[]>>
> = {
  'networking.k8s.io/Ingress': ingressKeys,
  'gateway.networking.k8s.io/HTTPRoute': httpRouteKeys,
  'traefik.io/IngressRoute': ingressRouteKeys,
};
