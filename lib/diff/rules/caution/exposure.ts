import type { ObjectChange } from '../../object-change';
import { entriesOf, ROUTE_KINDS } from '../route-entries';
import type { RiskRule } from '../risk-rule';
import { at, fieldIn, fromTo, mapsAt, some } from '../rule-text';
import type { Comparison } from '../../comparison';
import type { RiskHit } from '../risk-rule';

/** Ways in that are new or other ones. */
export const exposureRules: readonly RiskRule[] = [
  {
    id: 'exposed-service-added',
    level: 'caution',
    on: 'object',
    kinds: ['Service'],
    title: 'A new Service can be reached from outside the cluster',
    reason: 'Its ports are open at every node or at a load balancer.',
    onApply: 'As soon as the address is given, which is seconds on most clusters.',
    fix: 'Be sure that it asks for a login, or use type ClusterIP with an Ingress before it.',
    source:
      'https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types',
    check: ({ kind, after }) => {
      const type = at(after?.object, 'spec', 'type');
      if (kind !== 'added' || (type !== 'LoadBalancer' && type !== 'NodePort')) return [];
      const ports = mapsAt(after?.object, 'spec', 'ports').map(
        ({ port, protocol = 'TCP' }) => `${String(port)}/${String(protocol)}`,
      );
      return [{ field: 'spec.type', what: `${type}, ports ${some(ports)}` }];
    },
  },
  {
    id: 'external-traffic-policy-changed',
    level: 'caution',
    on: 'object',
    kinds: ['Service'],
    title: 'Traffic from outside takes another way to the pods',
    reason:
      'With Cluster pods no longer see the address of the client, and lists of allowed addresses fail; with Local a node without a pod drops it.',
    onApply: 'At once, for new connections.',
    fix: 'Look what reads the address of clients, and whether each node that gets traffic has a pod.',
    source: 'https://kubernetes.io/docs/reference/networking/virtual-ips/#external-traffic-policy',
    check: ({ before, after }) => {
      if (before === undefined || after === undefined) return [];
      const [open, ...both] = [after, before].map(({ object }) => at(object, 'spec', 'type') ?? 'ClusterIP');
      if ([open, ...both].includes('ClusterIP')) return []; // another rule says more
      const [old, now] = [before, after].map(({ object }) => at(object, 'spec', POLICY) ?? 'Cluster');
      return old === now ? [] : [{ field: fieldIn('spec', POLICY), what: fromTo(old, now) }];
    },
  },
  {
    id: 'route-certificate-changed',
    level: 'caution',
    on: 'object',
    kinds: ROUTE_KINDS,
    title: 'A host gets its certificate from another Secret',
    reason: 'Until the Secret is there, the controller shows its own certificate, which no client trusts.',
    onApply: 'At once; with cert-manager when the new certificate is issued.',
    fix: 'Make the new Secret first, then name it.',
    source: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#tls',
    check: certificateHits,
  },
];

function certificateHits({ before, after }: ObjectChange, comparison: Comparison): readonly RiskHit[] {
  if (before === undefined || after === undefined) return [];
  const now = entriesOf(comparison, 'after', after);
  const texts = entriesOf(comparison, 'before', before).flatMap(({ host, tlsSecret }) => {
    const entry = now.find((one) => one.host === host);
    if (tlsSecret === undefined || entry === undefined || !entry.hasTls || entry.tlsSecret === tlsSecret)
      return [];
    return [`${host || 'every host'}: ${fromTo(tlsSecret, entry.tlsSecret)}`];
  });
  return texts.length === 0 ? [] : [{ field: 'spec.tls', what: some([...new Set(texts)]) }];
}

const POLICY = 'externalTrafficPolicy';
