import { recordOf } from '../../../rules/object-needs-made';
import { gainedTraits, type Trait } from '../pod-traits';
import type { RiskHit, RiskRule } from '../risk-rule';
import { at, fieldIn, fromTo, mapsAt } from '../rule-text';
import { containersOf, WORKLOAD_KINDS, workloadOf, type Workload } from '../workload-pods';
import type { ObjectChange } from '../../object-change';
import type { Comparison } from '../../comparison';

/** Pods that reach into their host, and namespaces that let them. */
export const hostAccessRules: readonly RiskRule[] = [
  {
    id: 'host-namespace-gained',
    level: 'high',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'Pods share the network or the processes of their host',
    reason:
      'On the host network NetworkPolicies do not hold and every local port is open to it; with hostPID or hostIPC it sees and signals the processes of the host.',
    onApply: 'Its pods are made anew in the namespaces of the host.',
    fix: 'Use a Service or a hostPort for the network; leave hostPID and hostIPC to what debugs or measures a host.',
    source: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
    check: gainedTraits(({ spec, property }) =>
      HOST_NAMESPACES.filter((key) => spec[key] === true).map((key) => ({
        trait: key,
        field: fieldIn(property, key),
        what: `${key}: true`,
      })),
    ),
  },
  {
    id: 'host-path-gained',
    level: 'high',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'Pods mount a path of their host',
    reason:
      'What is written there outlives the pod and may belong to the host itself; with / or /run a pod owns the host.',
    onApply: 'Its pods are made anew with the path of whatever host they run on.',
    fix: 'Use a claim, an emptyDir or a ConfigMap; where it has to be the host, mount the smallest path with readOnly: true.',
    source: 'https://kubernetes.io/docs/concepts/storage/volumes/#hostpath',
    check: (change) => lastOfField(gainedTraits(hostPaths)(change)),
  },
  {
    id: 'host-port-gained',
    level: 'high',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'A container takes a port of its host',
    reason:
      'It can be reached at the address of the node, past Services and Ingresses, and no second pod of it fits on the node.',
    onApply: 'Its pods are made anew; the port is open on each node that runs one.',
    fix: 'Leave hostPort out and reach it through a Service.',
    source: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
    check: gainedTraits(hostPorts),
  },
  {
    id: 'pod-security-lowered',
    level: 'high',
    on: 'object',
    kinds: ['Namespace'],
    title: 'A namespace enforces less of the Pod Security Standards',
    reason: 'Pods that were refused until now, such as privileged ones, are let in.',
    onApply: 'At once; pods that run stay as they are.',
    fix: 'Keep the label pod-security.kubernetes.io/enforce, and move what needs more rights to a namespace of its own.',
    source: 'kubernetes/pod-security-admission@v0.36.3:api/constants.go',
    check: ({ before, after }) => {
      if (before === undefined || after === undefined) return [];
      const [old, now] = [before, after].map(({ object }) => recordOf(object.metadata.labels)[ENFORCE]);
      if (strictness(now) >= strictness(old)) return [];
      return [{ field: fieldIn('metadata.labels', ENFORCE), what: fromTo(old, now) }];
    },
  },
  {
    id: 'token-mounted',
    level: 'high',
    on: 'object',
    kinds: [...WORKLOAD_KINDS, 'ServiceAccount'],
    title: 'Pods get a token of the API server that they did not have',
    reason: 'Whoever breaks into such a pod may do in the cluster what its ServiceAccount may do.',
    onApply: 'New pods have the token under /var/run/secrets/kubernetes.io/serviceaccount.',
    fix: 'Keep automountServiceAccountToken: false, and give a ServiceAccount of its own to the pod that calls the API server.',
    source: 'kubernetes/api@v0.36.3:core/v1/types.go, PodSpec.AutomountServiceAccountToken',
    check: tokenHits,
  },
];

function hostPaths({ spec, property }: Workload): readonly Trait[] {
  return mapsAt(spec, 'volumes').flatMap((volume): Trait[] => {
    const path = at(volume, 'hostPath', 'path');
    if (typeof path !== 'string') return [];
    const name = String(volume['name']);
    const isWritten = containersOf(spec).some(({ container }) =>
      mapsAt(container, 'volumeMounts').some((mount) => mount['name'] === name && mount['readOnly'] !== true),
    );
    const field = fieldIn(property, 'volumes', { name }, 'hostPath', 'path');
    const reading = { trait: `${path} read`, field, what: `hostPath ${path}, read-only` };
    return isWritten
      ? [reading, { trait: `${path} written`, field, what: `hostPath ${path}, can be written` }]
      : [reading];
  });
}

/** Of what is gained at one place only the most. */
function lastOfField(hits: readonly RiskHit[]): readonly RiskHit[] {
  return hits.filter(
    (hit, index) => !hits.some((other, later) => later > index && other.field === hit.field),
  );
}

function hostPorts({ spec, property }: Workload): readonly Trait[] {
  if (spec['hostNetwork'] === true) return []; // another rule says more
  return containersOf(spec).flatMap(({ name, list, container }) =>
    mapsAt(container, 'ports')
      .filter(({ hostPort }) => typeof hostPort === 'number' && hostPort > 0)
      .map(({ hostPort, containerPort, protocol = 'TCP' }): Trait => ({
        trait: `port ${String(hostPort)}/${String(protocol)}`,
        container: name,
        field: fieldIn(
          property,
          list,
          { name },
          'ports',
          { containerPort: Number(containerPort), protocol: String(protocol) },
          'hostPort',
        ),
        what: `container ${name}: hostPort ${String(hostPort)}/${String(protocol)}`,
      })),
  );
}

function tokenHits({ before, after }: ObjectChange, comparison: Comparison): readonly RiskHit[] {
  if (before === undefined || after === undefined) return [];
  const account = (side: 'before' | 'after', { spec, id }: Workload): unknown => {
    const name = typeof spec['serviceAccountName'] === 'string' ? spec['serviceAccountName'] : 'default';
    return comparison.find(side, { ...id, group: '', kind: 'ServiceAccount', name })?.object[MOUNT];
  };
  const [old, now] = [workloadOf(before), workloadOf(after)];
  if (old === undefined || now === undefined) {
    const isLost = before.object[MOUNT] === false && after.object[MOUNT] !== false;
    return isLost ? [{ field: MOUNT, what: fromTo(false, after.object[MOUNT]) }] : [];
  }
  // A change of the ServiceAccount itself is said there.
  if (
    old.spec[MOUNT] === now.spec[MOUNT] &&
    old.spec['serviceAccountName'] === now.spec['serviceAccountName']
  )
    return [];
  const had = old.spec[MOUNT] ?? account('before', old);
  const has = now.spec[MOUNT] ?? account('before', now);
  return had === false && has !== false
    ? [{ field: fieldIn(now.property, MOUNT), what: fromTo(had, has) }]
    : [];
}

function strictness(level: unknown): number {
  return Math.max(0, LEVELS.indexOf(typeof level === 'string' ? level : ''));
}

const MOUNT = 'automountServiceAccountToken';
const ENFORCE = 'pod-security.kubernetes.io/enforce';

/** None is as good as `privileged`, unless the API server was told otherwise. */
const LEVELS = ['privileged', 'baseline', 'restricted'];
const HOST_NAMESPACES = ['hostNetwork', 'hostPID', 'hostIPC'] as const;
