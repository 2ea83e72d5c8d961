import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import { nameOf } from './api-client';
import { type ContainerSpec, podOf, type PodTemplate } from './pod-templates';
import { POLICY_EXCEPTIONS, type PolicyException } from './policy-exceptions';

/** What is asked of every workload. */
export type Policy =
  | 'pinned-image'
  | 'requests'
  | 'memory-limit'
  | 'probes'
  | 'non-root'
  | 'no-privileges'
  | 'read-only-root'
  | 'seccomp'
  | 'no-host'
  | 'no-idle-token'
  | 'no-cluster-admin';

/** A workload that does not keep a policy. */
export interface PolicyFinding {
  readonly policy: Policy;

  /** `Kind namespace/name`. */
  readonly object: string;
  readonly problem: string;
}

/** What objects break of the policies, a line each, exceptions with a reason left out. */
export function policyProblems(
  objects: readonly KubernetesObject[],
  exceptions: readonly PolicyException[] = POLICY_EXCEPTIONS,
): string[] {
  return policyFindings(objects)
    .filter((finding) => !exceptions.some((exception) => isExcepted(finding, exception)))
    .map(({ policy, object, problem }) => `${object}: ${problem} (${policy})`);
}

/** Whether an exception is for a finding. */
export function isExcepted({ policy, object }: PolicyFinding, exception: PolicyException): boolean {
  return exception.policies.includes(policy) && exception.object === object;
}

/** Everything that objects break of the policies. */
export function policyFindings(objects: readonly KubernetesObject[]): PolicyFinding[] {
  return objects.flatMap((object) => {
    const template = podOf(object);
    const problems = [
      ...(template === undefined ? [] : podProblems(object, template)),
      ...roleProblems(object),
    ];
    return problems.map(([policy, problem]) => ({ policy, object: nameOf(object), problem }));
  });
}

type Problem = readonly [policy: Policy, problem: string];

function podProblems({ kind }: KubernetesObject, { spec }: PodTemplate): Problem[] {
  const long = !['Job', 'CronJob', 'Pod'].includes(kind);
  const init = spec.initContainers ?? [];
  return [
    ...[...spec.containers, ...init].flatMap((container) => containerProblems(container, spec)),
    ...(long ? spec.containers.flatMap(probeProblems) : []),
    ...hostProblems(spec),
    ...tokenProblems(spec),
  ];
}

function containerProblems(container: ContainerSpec, pod: PodTemplate['spec']): Problem[] {
  const {
    name,
    image = '',
    resources: { requests = {}, limits = {} } = {},
    securityContext = {},
  } = container;
  const { runAsNonRoot = pod.securityContext?.runAsNonRoot, runAsUser = pod.securityContext?.runAsUser } =
    securityContext;
  const { seccompProfile = pod.securityContext?.seccompProfile, capabilities = {} } = securityContext;
  const checks: readonly (readonly [Policy, boolean, string])[] = [
    ['pinned-image', isPinned(image), `has the image ${image}, without a tag or digest that says which`],
    ['requests', 'cpu' in requests && 'memory' in requests, 'has no request of CPU and memory'],
    ['memory-limit', 'memory' in limits, 'has no memory limit'],
    ['non-root', runAsNonRoot === true && runAsUser !== 0, 'may run as root'],
    ['no-privileges', securityContext.privileged !== true, 'is privileged'],
    ['no-privileges', securityContext.allowPrivilegeEscalation === false, 'may gain privileges'],
    ['no-privileges', (capabilities.drop ?? []).includes('ALL'), 'keeps capabilities'],
    [
      'no-privileges',
      (capabilities.add ?? []).length === 0,
      `adds capabilities ${(capabilities.add ?? []).join(', ')}`,
    ],
    ['read-only-root', securityContext.readOnlyRootFilesystem === true, 'can write to its root file system'],
    [
      'seccomp',
      seccompProfile !== undefined && seccompProfile.type !== 'Unconfined',
      'has no seccomp profile',
    ],
  ];
  return checks.flatMap(([policy, kept, problem]) =>
    kept ? [] : [[policy, `container ${name} ${problem}`] as const],
  );
}

/** By digest, or by a tag that is not a moving one. */
function isPinned(image: string): boolean {
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return true;
  const tag = /:([\w][\w.-]*)$/.exec(image.slice(image.lastIndexOf('/') + 1))?.[1];
  return tag !== undefined && !['latest', 'stable', 'main', 'master', 'edge', 'nightly'].includes(tag);
}

/** What listens can be asked whether it is ready; what does not, by nothing that holds for every program. */
function probeProblems({ name, ports = [], readinessProbe }: ContainerSpec): Problem[] {
  return ports.length > 0 && readinessProbe === undefined
    ? [['probes', `container ${name} has no readiness probe`]]
    : [];
}

function hostProblems(spec: PodTemplate['spec']): Problem[] {
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field] === true);
  const paths = (spec.volumes ?? []).flatMap(({ hostPath }) =>
    hostPath === undefined ? [] : [hostPath.path],
  );
  return [
    ...shared.map((field): Problem => ['no-host', `has ${field}`]),
    ...paths.map((path): Problem => ['no-host', `mounts ${path} of the host`]),
  ];
}

/** A token is for what talks to the API, and that has an account of its own. */
function tokenProblems({ automountServiceAccountToken, serviceAccountName }: PodTemplate['spec']): Problem[] {
  if (automountServiceAccountToken === false) return [];
  const named = serviceAccountName !== undefined && serviceAccountName !== 'default';
  return named ? [] : [['no-idle-token', "gets a token of the namespace's default account"]];
}

function roleProblems(object: KubernetesObject): Problem[] {
  const { kind } = object;
  if (kind !== 'ClusterRoleBinding' && kind !== 'RoleBinding') return [];
  const { name } = object['roleRef'] as { readonly name: string };
  return kind === 'ClusterRoleBinding' && name === 'cluster-admin'
    ? [['no-cluster-admin', 'gives every right']]
    : [];
}
