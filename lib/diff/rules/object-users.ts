import { annotation } from '../../rules/object-needs-made';
import type { Comparison } from '../comparison';
import type { ComparedObject } from '../object-change';
import { idText, type ObjectId } from '../object-id';
import { referencesOf, type PodReference } from './pod-references';
import { at, mapsAt } from './rule-text';
import { objectsBeside, workloadsBeside, type Workload } from './workload-pods';

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
  const pods = workloadsBeside(comparison, side, id).flatMap((workload) =>
    cachedReferences(workload)
      .filter(({ kind, name }) => kind === id.kind && name === id.name)
      .map((reference): ObjectUse => ({
        user: workload.id,
        text: `${idText(workload.id)} (${reference.use})`,
        reference,
      })),
  );
  if (id.kind !== 'Secret') return pods;
  return [...pods, ...pullSecretUses(comparison, side, id), ...tlsUses(comparison, side, id)];
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

function pullSecretUses(
  comparison: Comparison,
  side: 'before' | 'after',
  id: ObjectId,
): readonly ObjectUse[] {
  return workloadsBeside(comparison, side, id)
    .filter(({ spec }) => mapsAt(spec, 'imagePullSecrets').some(({ name }) => name === id.name))
    .map((workload) => ({ user: workload.id, text: `${idText(workload.id)} (imagePullSecrets)` }));
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

function cachedReferences(workload: Workload): readonly PodReference[] {
  const known = remembered.get(workload);
  if (known !== undefined) return known;
  const references = referencesOf(workload);
  remembered.set(workload, references);
  return references;
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
const remembered = new WeakMap<Workload, readonly PodReference[]>();
