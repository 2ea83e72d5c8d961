import { recordOf } from '../../../rules/object-needs-made';
import type { Comparison } from '../../comparison';
import type { ObjectChange } from '../../object-change';
import { idText, type ObjectId } from '../../object-id';
import { isMadeOtherwise, usesOf } from '../object-users';
import type { RiskHit, RiskRule } from '../risk-rule';
import { at, fieldIn, some } from '../rule-text';
import { allWorkloads, namesOf, workloadsBeside } from '../workload-pods';

/** Objects that go while others still name them. */
export const lostReferenceRules: readonly RiskRule[] = [
  {
    id: 'used-config-removed',
    level: 'high',
    on: 'object',
    kinds: ['ConfigMap', 'Secret'],
    title: 'A ConfigMap or Secret is deleted that others still use',
    reason: 'Pods that need it cannot start; an Ingress without its certificate serves another one.',
    onApply:
      'Pods that run go on; the next one stays in CreateContainerConfigError, or in ContainerCreating where it mounts it.',
    fix: 'Keep it, or change those that use it in the same step.',
    source: 'https://kubernetes.io/docs/concepts/configuration/configmap/#configmaps-and-pods',
    check: (change, comparison) => {
      const id = goneId(change);
      if (id === undefined || isMadeOtherwise(comparison, id)) return [];
      const users = [...new Set(usesOf(comparison, 'after', id).map(({ text }) => text))];
      return users.length === 0 ? [] : [{ what: `used by ${some(users)}` }];
    },
  },
  {
    id: 'used-key-removed',
    level: 'high',
    on: 'object',
    kinds: ['ConfigMap', 'Secret'],
    title: 'A key is removed from a ConfigMap or Secret that pods read',
    reason: 'A pod that names the key cannot start without it.',
    onApply:
      'A pod that names the key does not start the next time. Where all of it is mounted, the file goes within minutes, from pods that run too.',
    fix: 'Keep the key until nothing names it, or mark the reference optional: true.',
    source: 'https://kubernetes.io/docs/concepts/configuration/secret/#restriction-secret-must-exist',
    check: keyHits,
  },
  {
    id: 'used-service-account-removed',
    level: 'high',
    on: 'object',
    kinds: ['ServiceAccount'],
    title: 'A ServiceAccount is deleted that pods run as',
    reason: 'Pods of a ServiceAccount that is not there are refused, and tokens of those that run end.',
    onApply: 'No new pod of these workloads is made.',
    fix: 'Keep it, or give the workloads another serviceAccountName in the same step.',
    source: 'kubernetes/kubernetes@v1.36.3:plugin/pkg/admission/serviceaccount/admission.go',
    check: (change, comparison) => {
      const id = goneId(change);
      if (id === undefined) return [];
      const users = workloadsBeside(comparison, 'after', id).filter(
        ({ spec }) => (spec['serviceAccountName'] ?? spec['serviceAccount']) === id.name,
      );
      return users.length === 0 ? [] : [{ what: `used by ${some(namesOf(users))}` }];
    },
  },
  {
    id: 'used-class-removed',
    level: 'high',
    on: 'object',
    kinds: ['scheduling.k8s.io/PriorityClass', 'node.k8s.io/RuntimeClass', 'networking.k8s.io/IngressClass'],
    title: 'A class is deleted that others still name',
    reason:
      'Pods of a PriorityClass or RuntimeClass that is not there are refused; Ingresses of a class that is not there are served by nobody.',
    onApply: 'What runs goes on; new pods are refused, and routes end.',
    fix: 'Keep the class until nothing names it.',
    source:
      'kubernetes/kubernetes@v1.36.3:plugin/pkg/admission/priority/admission.go, plugin/pkg/admission/runtimeclass/admission.go',
    check: (change, comparison) => {
      const id = goneId(change);
      if (id === undefined) return [];
      const users =
        id.kind === 'IngressClass' ? ingressesOfClass(comparison, id) : podsOfClass(comparison, id);
      return users.length === 0 ? [] : [{ what: `used by ${some(users)}` }];
    },
  },
  {
    id: 'used-issuer-removed',
    level: 'high',
    on: 'object',
    kinds: ['cert-manager.io/Issuer', 'cert-manager.io/ClusterIssuer'],
    title: 'An issuer is deleted that certificates still come from',
    reason: 'Certificates that exist stay, but none is renewed.',
    onApply: 'TLS goes on until the certificates expire, then clients refuse to connect.',
    fix: 'Keep the issuer, or point the certificates to another one.',
    source: 'https://cert-manager.io/docs/configuration/issuers/',
    check: (change, comparison) => {
      const id = goneId(change);
      if (id === undefined) return [];
      const users = certificatesOf(comparison, id);
      return users.length === 0 ? [] : [{ what: `used by ${some(users)}` }];
    },
  },
  {
    id: 'used-certificate-removed',
    level: 'high',
    on: 'object',
    kinds: ['cert-manager.io/Certificate'],
    title: 'A Certificate is deleted whose Secret others still use',
    reason: 'Nobody renews the Secret that it made.',
    onApply:
      'The Secret stays, and its certificate runs out. Where cert-manager has --enable-certificate-owner-ref, the Secret goes at once.',
    fix: 'Keep the Certificate, or let the routes name another Secret.',
    source: 'https://cert-manager.io/docs/usage/certificate/',
    check: (change, comparison) => {
      const { before } = change;
      const name = at(before?.object, 'spec', 'secretName');
      const id = goneId(change);
      if (id === undefined || typeof name !== 'string') return [];
      const secret: ObjectId = { ...id, group: '', kind: 'Secret', name };
      if (comparison.find('after', secret) !== undefined || isMadeOtherwise(comparison, secret)) return [];
      const users = [...new Set(usesOf(comparison, 'after', secret).map(({ text }) => text))];
      return users.length === 0 ? [] : [{ what: `Secret ${name} is used by ${some(users)}` }];
    },
  },
];

/** The identity that is not there any more. */
function goneId({ kind, before }: ObjectChange): ObjectId | undefined {
  return before !== undefined && (kind === 'removed' || kind === 'renamed') ? before.id : undefined;
}

function keyHits({ before, after, kind }: ObjectChange, comparison: Comparison): readonly RiskHit[] {
  if (before === undefined || after === undefined || kind !== 'changed') return [];
  const left = keysOf(after.object);
  const uses = usesOf(comparison, 'after', after.id);
  return [...keysOf(before.object)]
    .filter((key) => !left.has(key))
    .flatMap((key): RiskHit[] => {
      // Who takes the whole of a Secret means its keys; of a ConfigMap it may be any.
      const users = uses.filter(
        ({ reference }) =>
          reference !== undefined &&
          (reference.key === key || (reference.key === undefined && reference.kind === 'Secret')),
      );
      if (users.length === 0) return [];
      return [
        {
          field: fieldIn('data', key),
          what: `key ${key}, used by ${some([...new Set(users.map(({ text }) => text))])}`,
        },
      ];
    });
}

function keysOf(object: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  return new Set(['data', 'binaryData', 'stringData'].flatMap((part) => Object.keys(recordOf(object[part]))));
}

function podsOfClass(comparison: Comparison, { kind, name, cluster }: ObjectId): readonly string[] {
  const key = kind === 'PriorityClass' ? 'priorityClassName' : 'runtimeClassName';
  return namesOf(
    allWorkloads(comparison, 'after').filter(({ id, spec }) => id.cluster === cluster && spec[key] === name),
  );
}

function ingressesOfClass(comparison: Comparison, { name, cluster }: ObjectId): readonly string[] {
  return comparison
    .ofKind('after', 'networking.k8s.io/Ingress')
    .filter(({ id, object }) => id.cluster === cluster && at(object, 'spec', 'ingressClassName') === name)
    .map(({ id }) => idText(id));
}

function certificatesOf(
  comparison: Comparison,
  { kind, name, namespace, cluster }: ObjectId,
): readonly string[] {
  const isNear = (id: ObjectId): boolean =>
    id.cluster === cluster && (kind === 'ClusterIssuer' || id.namespace === namespace);
  const certificates = comparison.ofKind('after', 'cert-manager.io/Certificate').filter(({ object }) => {
    const { kind: wanted = 'Issuer', name: called } = recordOf(at(object, 'spec', 'issuerRef'));
    return wanted === kind && called === name;
  });
  const key = kind === 'ClusterIssuer' ? 'cert-manager.io/cluster-issuer' : 'cert-manager.io/issuer';
  const routes = ['networking.k8s.io/Ingress', 'gateway.networking.k8s.io/Gateway'].flatMap((route) =>
    comparison.ofKind('after', route).filter(({ object }) => object.metadata.annotations?.[key] === name),
  );
  return [...certificates, ...routes]
    .filter(({ id }) => isNear(id))
    .map(({ id }) => idText(id))
    .sort();
}
