import { isPrivileged, profileOf, securedContainers, traitOf } from '../security-context';
import { gainedTraits, lostTraits, type Trait } from '../pod-traits';
import type { RiskRule } from '../risk-rule';
import { WORKLOAD_KINDS, type Workload } from '../workload-pods';

/** Containers that may do more to their host than before. */
export const podPrivilegeRules: readonly RiskRule[] = [
  {
    id: 'privileged-gained',
    level: 'high',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'A container becomes privileged',
    reason:
      'It may do whatever root may do on the host: read every Secret of the node, load kernel modules, leave the container.',
    onApply: 'Its pods are made anew with all devices and capabilities of the host.',
    fix: 'Give it the one capability or device that it needs instead of privileged: true.',
    source: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
    check: gainedTraits((pod) =>
      securedContainers(pod)
        .filter(isPrivileged)
        .map((container) => traitOf(container, 'privileged', 'privileged', 'privileged')),
    ),
  },
  {
    id: 'capability-gained',
    level: 'high',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'A container gains a capability of the kernel',
    reason:
      'The baseline Pod Security Standard forbids it: several of them, such as SYS_ADMIN, are as good as root on the host.',
    onApply:
      'Its pods are made anew with the capability; a namespace that enforces baseline or restricted refuses them.',
    fix: 'Leave it out of securityContext.capabilities.add, or waive it with the reason why the program needs it.',
    source: 'kubernetes/pod-security-admission@v0.36.3:policy/check_capabilities_baseline.go',
    check: gainedTraits((pod) =>
      securedContainers(pod)
        .filter((container) => !isPrivileged(container)) // another rule says more
        .flatMap((container) =>
          container.added
            .filter((name) => !BASELINE_CAPABILITIES.has(name))
            .map((name) =>
              traitOf(container, `capability ${name}`, `capability ${name}`, 'capabilities', 'add'),
            ),
        ),
    ),
  },
  {
    id: 'root-gained',
    level: 'high',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'A container may run as root',
    reason:
      'A hole in the program is then root in the container, and with a hole in the kernel or the runtime root on the host.',
    onApply: 'Its pods are made anew; the program runs as user 0, or as whatever user its image says.',
    fix: 'Set securityContext.runAsNonRoot: true and a runAsUser that owns the files it writes.',
    source: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted',
    check: (change) => {
      const explicit = gainedTraits(rootUsers)(change);
      // What says that it is user 0 has said that it is no longer another one.
      const said = new Set(explicit.map(({ field }) => containerPart(field)));
      return [
        ...explicit,
        ...lostTraits(nonRootContainers)(change).filter(({ field }) => !said.has(containerPart(field))),
      ];
    },
  },
  {
    id: 'privilege-escalation-allowed',
    level: 'high',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'A container may gain privileges while it runs',
    reason: 'A setuid program in its image, such as sudo, makes root of any user again.',
    onApply: 'Its pods are made anew without no_new_privs.',
    fix: 'Keep securityContext.allowPrivilegeEscalation: false.',
    source: 'kubernetes/api@v0.36.3:core/v1/types.go, SecurityContext.AllowPrivilegeEscalation',
    check: lostTraits((pod) =>
      securedContainers(pod)
        // A privileged one always may, which another rule says.
        .filter((container) => container.own['allowPrivilegeEscalation'] === false || isPrivileged(container))
        .map((container) =>
          traitOf(
            container,
            'no escalation',
            'allowPrivilegeEscalation: false is gone',
            'allowPrivilegeEscalation',
          ),
        ),
    ),
  },
  {
    id: 'unconfined-gained',
    level: 'high',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'A container runs without a confinement of the kernel',
    reason:
      'Without seccomp, AppArmor or the mask over /proc it may call parts of the kernel that most escapes begin with.',
    onApply: 'Its pods are made anew without the profile; a namespace that enforces baseline refuses them.',
    fix: 'Use the profile RuntimeDefault, or one of your own: type Localhost.',
    source: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
    check: gainedTraits((pod) =>
      securedContainers(pod).flatMap((container): Trait[] => [
        ...(['seccompProfile', 'appArmorProfile'] as const)
          .filter((key) => profileOf(container, key) === 'Unconfined')
          .map((key) => traitOf(container, key, `${key} Unconfined`, key, 'type')),
        ...(container.own['procMount'] === 'Unmasked'
          ? [traitOf(container, 'procMount', 'procMount Unmasked', 'procMount')]
          : []),
      ]),
    ),
  },
];

function rootUsers(pod: Workload): readonly Trait[] {
  return securedContainers(pod)
    .filter(({ setting }) => setting('runAsUser') === 0)
    .map((container) => traitOf(container, 'user 0', 'runAsUser 0', 'runAsUser'));
}

/** Those that surely do not run as root. */
function nonRootContainers(pod: Workload): readonly Trait[] {
  return securedContainers(pod)
    .filter(({ setting }) => setting('runAsNonRoot') === true || isOtherUser(setting('runAsUser')))
    .map((container) => traitOf(container, 'not root', 'runAsNonRoot is gone', 'runAsNonRoot'));
}

function isOtherUser(user: unknown): boolean {
  return typeof user === 'number' && user > 0;
}

function containerPart(field: string | undefined): string {
  return field?.slice(0, field.lastIndexOf('.securityContext')) ?? '';
}

const BASELINE_CAPABILITIES: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);
