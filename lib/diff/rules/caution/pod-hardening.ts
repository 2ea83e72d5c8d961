import { isPrivileged, profileOf, securedContainers, traitOf } from '../security-context';
import { lostTraits } from '../pod-traits';
import type { RiskRule } from '../risk-rule';
import { WORKLOAD_KINDS } from '../workload-pods';

/** Containers that are guarded less than before, without more rights on the host. */
export const podHardeningRules: readonly RiskRule[] = [
  {
    id: 'read-only-root-lost',
    level: 'caution',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'A container may write to its own files',
    reason: 'Who breaks in can leave programs there, until the pod is gone.',
    onApply: 'Its pods are made anew with a root that can be written.',
    fix: 'Keep readOnlyRootFilesystem: true and mount an emptyDir where it writes.',
    source: 'kubernetes/api@v0.36.3:core/v1/types.go, SecurityContext.ReadOnlyRootFilesystem',
    check: lostTraits((pod) =>
      securedContainers(pod)
        .filter(({ own }) => own['readOnlyRootFilesystem'] === true)
        .map((container) =>
          traitOf(container, 'read-only', 'readOnlyRootFilesystem: true is gone', 'readOnlyRootFilesystem'),
        ),
    ),
  },
  {
    id: 'capabilities-kept',
    level: 'caution',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'A container keeps capabilities that it had dropped',
    reason: 'A container has several capabilities of the kernel by itself; most programs need none.',
    onApply: 'Its pods are made anew; a namespace that enforces restricted refuses them.',
    fix: 'Keep capabilities.drop: [ALL] and add the one that is needed.',
    source: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted',
    check: lostTraits((pod) =>
      securedContainers(pod)
        .filter((container) => container.dropped.includes('ALL') || isPrivileged(container))
        .map((container) => traitOf(container, 'drop ALL', 'drop ALL is gone', 'capabilities', 'drop')),
    ),
  },
  {
    id: 'seccomp-lost',
    level: 'caution',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'A container no longer asks for a seccomp profile',
    reason: 'It may call every part of the kernel, unless the kubelet sets seccompDefault.',
    onApply: 'Its pods are made anew; a namespace that enforces restricted refuses them.',
    fix: 'Keep seccompProfile: { type: RuntimeDefault }.',
    source: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted',
    // One that is Unconfined now is the matter of another rule.
    check: lostTraits((pod) =>
      securedContainers(pod)
        .filter((container) => profileOf(container, 'seccompProfile') !== undefined)
        .map((container) => traitOf(container, 'seccomp', 'seccompProfile is gone', 'seccompProfile')),
    ),
  },
];
