import { isPlainObject } from '../../../lib/plain-object';
import { containersOf, dataIn, listIn, podOf, type Data, type Pod, type PodContainer } from '../pods';
import { policy, type Policy, type PolicyFinding } from '../policy';
import { hostNamespaces, privilegesOf } from './privileges';

/**
 * Pods are admitted where Pod Security `restricted` is enforced, by the checks of Kubernetes 1.36
 * (k8s.io/pod-security-admission@v0.36.3: policy/check_*.go). It is stricter in one point: pods with `hostUsers: false` get no relief.
 */
export const restrictedPodSecurity: Policy = policy('restricted-pod-security', (object) => {
  const pod = podOf(object);
  if (pod === undefined) return [];
  const containers = containersOf(pod);
  return [
    ...hostNamespaces(pod),
    ...volumes(pod),
    ...sysctls(pod),
    ...annotations(pod),
    ...contextFindings(dataIn(pod.spec, 'securityContext'), (...path) => pod.at('securityContext', ...path)),
    ...containers.flatMap((container) => containerFindings(container, pod)),
  ];
});

type At = (...segments: readonly (string | number)[]) => string;

function containerFindings(each: PodContainer, pod: Pod): PolicyFinding[] {
  const { container } = each;
  const own = dataIn(container, 'securityContext');
  const shared = dataIn(pod.spec, 'securityContext');
  const at: At = (...path) => each.at('securityContext', ...path);
  const isWindows = dataIn(pod.spec, 'os')['name'] === 'windows'; // which knows none of the three
  const drops = listIn(dataIn(own, 'capabilities'), 'drop');
  return [
    ...privilegesOf(each),
    ...contextFindings(own, at),
    ...unless(
      isWindows || own['allowPrivilegeEscalation'] === false,
      at('allowPrivilegeEscalation'),
      'is not false',
      'write false',
    ),
    ...unless(
      isWindows || drops.includes('ALL'),
      at('capabilities', 'drop'),
      'does not drop ALL',
      "write ['ALL']",
    ),
    ...unless(
      (own['runAsNonRoot'] ?? shared['runAsNonRoot']) === true,
      at('runAsNonRoot'),
      'is not true, nor is that of the pod',
      'write true',
    ),
    ...unless(
      isWindows || (own['seccompProfile'] ?? shared['seccompProfile']) !== undefined,
      at('seccompProfile', 'type'),
      'is missing, as is that of the pod',
      "write 'RuntimeDefault'",
    ),
    ...unless(
      (own['procMount'] ?? 'Default') === 'Default',
      at('procMount'),
      'is not Default',
      'leave it out',
    ),
    ...hostsIn(each),
  ];
}

/** What pods and containers can both say. */
function contextFindings(context: Data, at: At): PolicyFinding[] {
  const { type: seccomp = 'RuntimeDefault' } = dataIn(context, 'seccompProfile');
  const { type: appArmor = 'RuntimeDefault' } = dataIn(context, 'appArmorProfile');
  const { type = '', user = '', role = '' } = dataIn(context, 'seLinuxOptions');
  const windows = dataIn(context, 'windowsOptions');
  return [
    ...unless(
      PROFILES.has(seccomp),
      at('seccompProfile', 'type'),
      `is ${String(seccomp)}`,
      "write 'RuntimeDefault'",
    ),
    ...unless(
      PROFILES.has(appArmor),
      at('appArmorProfile', 'type'),
      `is ${String(appArmor)}`,
      'leave it out',
    ),
    ...unless(SELINUX_TYPES.has(type), at('seLinuxOptions', 'type'), `is ${String(type)}`, 'leave it out'),
    ...unless(user === '', at('seLinuxOptions', 'user'), `is ${String(user)}`, 'leave it out'),
    ...unless(role === '', at('seLinuxOptions', 'role'), `is ${String(role)}`, 'leave it out'),
    ...unless(context['runAsUser'] !== 0, at('runAsUser'), 'is 0, which is root', 'write another user'),
    ...unless(context['runAsNonRoot'] !== false, at('runAsNonRoot'), 'is false', 'write true'),
    ...unless(
      windows['hostProcess'] !== true,
      at('windowsOptions', 'hostProcess'),
      'is true',
      'leave it out',
    ),
  ];
}

function volumes(pod: Pod): PolicyFinding[] {
  return listIn(pod.spec, 'volumes').flatMap((volume, index) => {
    if (!isPlainObject(volume) || VOLUMES.some((kind) => volume[kind] !== undefined)) return [];
    const kind = Object.keys(volume).find((key) => key !== 'name');
    if (kind === undefined) return []; // it becomes an emptyDir
    return [
      { path: pod.at('volumes', index), problem: `is ${kind}`, fix: `use one of ${VOLUMES.join(', ')}` },
    ];
  });
}

function sysctls(pod: Pod): PolicyFinding[] {
  return listIn(dataIn(pod.spec, 'securityContext'), 'sysctls').flatMap((sysctl, index) => {
    const name = isPlainObject(sysctl) ? sysctl['name'] : undefined;
    return unless(
      SYSCTLS.has(name),
      pod.at('securityContext', 'sysctls', index, 'name'),
      `is ${String(name)}, which reaches beyond the pod`,
      'leave it out',
    );
  });
}

function annotations(pod: Pod): PolicyFinding[] {
  return Object.entries(dataIn(pod.metadata, 'annotations')).flatMap(([key, value]) => {
    if (!key.startsWith('container.apparmor.security.beta.kubernetes.io/')) return [];
    const text = String(value);
    const isAllowed = text === '' || text === 'runtime/default' || text.startsWith('localhost/');
    return unless(isAllowed, pod.at(), `its annotation ${key} is ${text}`, 'leave it out');
  });
}

/** Probes and hooks that ask another host than the pod, refused since 1.34. */
function hostsIn({ container, at }: PodContainer): PolicyFinding[] {
  return HANDLERS.flatMap((handler) =>
    ['httpGet', 'tcpSocket'].flatMap((action) => {
      const { host = '' } = dataIn(container, ...handler, action);
      return unless(host === '', at(...handler, action, 'host'), `is ${String(host)}`, 'leave it out');
    }),
  );
}

function unless(isKept: boolean, path: string, problem: string, fix: string): PolicyFinding[] {
  return isKept ? [] : [{ path, problem, fix }];
}

const PROFILES = new Set<unknown>(['RuntimeDefault', 'Localhost']);

const HANDLERS = [
  ['livenessProbe'],
  ['readinessProbe'],
  ['startupProbe'],
  ['lifecycle', 'postStart'],
  ['lifecycle', 'preStop'],
];

/** k8s.io/pod-security-admission@v0.36.3: policy/check_restrictedVolumes.go */
const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/** k8s.io/pod-security-admission@v0.36.3: policy/check_seLinuxOptions.go */
const SELINUX_TYPES = new Set<unknown>([
  '',
  'container_t',
  'container_init_t',
  'container_kvm_t',
  'container_engine_t',
]);

/** k8s.io/pod-security-admission@v0.36.3: policy/check_sysctls.go */
const SYSCTLS = new Set<unknown>([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
]);
