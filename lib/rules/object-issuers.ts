import { nearest } from '../nearest';
import type { KubernetesObject } from '../synthesis/synthesis';
import { annotation, groupOf, recordOf, specOf, textAt } from './object-needs-made';
import { describeObject, type ObjectSet } from './object-set';
import type { Finding, StaticRule } from './rule';

/** Rules about who signs certificates. */
export const issuerRules: readonly StaticRule<ObjectSet>[] = [
  {
    id: 'issuer-exists',
    kind: 'static',
    title: 'A certificate is asked for at an issuer that is there',
    reason:
      'cert-manager waits for an issuer of that name for ever, and the host is served with a certificate that nobody trusts.',
    source: 'https://cert-manager.io/docs/usage/ingress/; https://cert-manager.io/docs/concepts/issuer/',
    check: ({ objects, offers }) => {
      const known = new Map<string, string[]>();
      for (const { object, cluster = '' } of objects)
        if (isIssuer(object)) known.set(cluster, [...(known.get(cluster) ?? []), keyOf(object)]);
      return objects.flatMap(({ object, cluster = '', path }): Finding[] => {
        const wanted = wantedIssuer(object);
        const names = known.get(cluster) ?? [];
        // Another program may have made the issuers of a cluster that this one does not make.
        const isOwn = offers.get(cluster)?.packaged === true || names.length > 0;
        if (wanted === undefined || !isOwn || names.includes(wanted.key)) return [];
        return [notThere(object, path, wanted, names)];
      });
    },
  },
];

interface WantedIssuer {
  readonly key: string;
  readonly name: string;
  readonly property: string;
}

function wantedIssuer(object: KubernetesObject): WantedIssuer | undefined {
  const namespace = object.metadata?.namespace ?? 'default';
  if (object.kind === 'Ingress' && groupOf(object) === 'networking.k8s.io') {
    const [everywhere, own] = [annotation(object, CLUSTER_ISSUER), annotation(object, ISSUER)];
    if (everywhere !== undefined)
      return { key: everywhere, name: everywhere, property: `metadata.annotations['${CLUSTER_ISSUER}']` };
    if (own === undefined) return undefined;
    return { key: `${namespace}/${own}`, name: own, property: `metadata.annotations['${ISSUER}']` };
  }
  if (object.kind !== 'Certificate' || groupOf(object) !== GROUP) return undefined;
  const reference = recordOf(specOf(object)['issuerRef']);
  const name = textAt(reference, 'name');
  if (name === undefined || (textAt(reference, 'group') ?? GROUP) !== GROUP) return undefined;
  const key = textAt(reference, 'kind') === 'ClusterIssuer' ? name : `${namespace}/${name}`;
  return { key, name, property: 'spec.issuerRef.name' };
}

function notThere(
  object: KubernetesObject,
  path: string,
  { name, key, property }: WantedIssuer,
  names: readonly string[],
): Finding {
  const kind = key.includes('/') ? 'Issuer' : 'ClusterIssuer';
  const near = names.find((each) => each.startsWith(`${name}-`)) ?? nearest(key, names);
  return {
    path,
    property,
    problem: `of ${describeObject(object)} is ${kind} ${JSON.stringify(name)}, which this program does not make`,
    fix:
      near === undefined
        ? "make it: new CertManager(cluster, 'cert-manager') and new AcmeIssuer(cluster, …), and pass the issuer itself"
        : `write '${near}', or pass the issuer itself: tls: { issuer }`,
    blocks: 'nothing', // by hand, or by another program
  };
}

function isIssuer(object: KubernetesObject): boolean {
  return groupOf(object) === GROUP && (object.kind === 'ClusterIssuer' || object.kind === 'Issuer');
}

function keyOf({ kind, metadata }: KubernetesObject): string {
  const name = String(metadata?.name ?? '');
  return kind === 'ClusterIssuer' ? name : `${metadata?.namespace ?? 'default'}/${name}`;
}

const GROUP = 'cert-manager.io';
const CLUSTER_ISSUER = 'cert-manager.io/cluster-issuer';
const ISSUER = 'cert-manager.io/issuer';
