import { annotation } from '../../rules/object-needs-made';
import type { Comparison } from '../comparison';
import { groupBy } from '../group-by';
import type { ComparedObject } from '../object-change';
import { idText, type ObjectId } from '../object-id';
import { referencesOf, type PodReference } from './pod-references';
import { at, mapsAt, plain } from './rule-text';
import { allWorkloads, objectsBeside, placeOf } from './workload-pods';

/** Somebody who names an object. */
export interface ObjectUse {
  readonly user: ObjectId;

  /** For people: `Deployment shop/web (env PASSWORD of container web)`. */
  readonly text: string;

  /** @default - all of it, or its own matter */
  readonly reference?: PodReference;
}

/** Uses of a ConfigMap or Secret by pods and Ingresses of a side. */
export function usesOf(comparison: Comparison, side: 'before' | 'after', id: ObjectId): readonly ObjectUse[] {
  const sides = remembered.get(comparison) ?? {};
  remembered.set(comparison, sides);
  const uses = (sides[side] ??= groupBy(podUses(comparison, side), ({ key }) => key));
  const pods = (uses.get(useKey(id, id.kind, id.name)) ?? []).map(({ use }) => use);
  return id.kind === 'Secret' ? [...pods, ...tlsUses(comparison, side, id)] : pods;
}

interface KeyedUse {
  readonly key: string;
  readonly use: ObjectUse;
}

function podUses(comparison: Comparison, side: 'before' | 'after'): readonly KeyedUse[] {
  return allWorkloads(comparison, side).flatMap((workload) => {
    const { id, spec } = workload;
    const references = referencesOf(workload).map((reference): KeyedUse => ({
      key: useKey(id, reference.kind, reference.name),
      use: { user: id, text: `${idText(id)} (${reference.use})`, reference },
    }));
    const pulls = mapsAt(spec, 'imagePullSecrets').map(({ name }): KeyedUse => ({
      key: useKey(id, 'Secret', plain(name, '')),
      use: { user: id, text: `${idText(id)} (imagePullSecrets)` },
    }));
    return [...references, ...pulls];
  });
}

function useKey(id: ObjectId, kind: string, name: string): string {
  return `${placeOf(id)}|${kind}|${name}`;
}

/** Whether something else makes a Secret of this name: a declared one, a certificate, or a controller of secrets. */
export function isMadeOtherwise(comparison: Comparison, id: ObjectId): boolean {
  const { synthesis } = comparison.after;
  const isDeclared = synthesis?.kubernetesSecrets.some(
    ({ cluster, namespace, name }) =>
      (id.cluster === undefined || cluster === id.cluster) && namespace === id.namespace && name === id.name,
  );
  return (
    isDeclared === true ||
    MAKERS.some(({ kind, target }) =>
      objectsBeside(comparison, 'after', id, kind).some((maker) => target(maker) === id.name),
    )
  );
}

function tlsUses(comparison: Comparison, side: 'before' | 'after', id: ObjectId): readonly ObjectUse[] {
  const ingresses = objectsBeside(comparison, side, id, 'networking.k8s.io/Ingress').filter(
    ({ object }) =>
      mapsAt(object, 'spec', 'tls').some(({ secretName }) => secretName === id.name) &&
      // The issuer that it names makes the Secret again.
      ISSUERS.every((key) => annotation(object, key) === undefined),
  );
  const routes = objectsBeside(comparison, side, id, 'traefik.io/IngressRoute').filter(
    ({ object }) => at(object, 'spec', 'tls', 'secretName') === id.name,
  );
  return [...ingresses, ...routes].map(({ id: user }) => ({ user, text: `${idText(user)} (tls)` }));
}

const ISSUERS = ['cert-manager.io/issuer', 'cert-manager.io/cluster-issuer', 'kubernetes.io/tls-acme'];
const MAKERS: readonly { readonly kind: string; readonly target: (maker: ComparedObject) => unknown }[] = [
  { kind: 'cert-manager.io/Certificate', target: ({ object }) => at(object, 'spec', 'secretName') },
  { kind: 'bitnami.com/SealedSecret', target: ({ id }) => id.name },
  {
    kind: 'external-secrets.io/ExternalSecret',
    target: ({ object, id }) => at(object, 'spec', 'target', 'name') ?? id.name,
  },
  {
    kind: 'secrets.infisical.com/InfisicalSecret',
    target: ({ object }) => at(object, 'spec', 'managedSecretReference', 'secretName'),
  },
  { kind: 'onepassword.com/OnePasswordItem', target: ({ id }) => id.name },
];
type Uses = ReadonlyMap<string, readonly KeyedUse[]>;
const remembered = new WeakMap<Comparison, { before?: Uses; after?: Uses }>();
