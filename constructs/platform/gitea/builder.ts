import { bytesOf } from '../../../lib/cluster/quantity';
import { podVolumes, volumeName, type PodVolumes } from '../../workloads/volumes';
import type { Workload } from '../../workloads/workload';
import { diskResources, mergedResources, type ContainerResources } from '../../workloads/resources';
import { BUILDER_IMAGE, USER } from './gitea-images';
import type { GiteaRunnerSettings, RegistryTarget } from './gitea-settings';

/** Folder of the builder's socket in the runner's container. */
export const SOCKET_FOLDER = '/run/buildkit';

/** Folder of `buildkitd.toml` in both containers. */
export const CONFIG_FOLDER = '/etc/k3stack';

/** What the pod of the runner gets for building images. */
export interface Builder {
  readonly container: object;
  readonly volumes: PodVolumes['volumes'];
}

/**
 * BuildKit without root, beside the runner and reached by a socket of the pod: nobody else in the cluster can build, and no certificate is needed.
 *
 * It starts before the runner and stops after it, as a container of `initContainers` that is always started anew.
 */
export function makeBuilder(workload: Workload, settings: GiteaRunnerSettings): Builder {
  const { builderImage = BUILDER_IMAGE, builderResources, storageClass } = settings;
  const { volumes, volumeMounts } = podVolumes(workload, {
    [CACHE_FOLDER]: {
      persistent: settings.cacheSize ?? CACHE_SIZE,
      ...(storageClass !== undefined && { storageClass }),
    },
  });
  return {
    volumes,
    container: {
      name: 'builder',
      image: builderImage,
      imagePullPolicy: workload.defaults.imagePullPolicy ?? 'IfNotPresent',
      restartPolicy: 'Always',
      args: [
        '--config',
        `${CONFIG_FOLDER}/buildkitd.toml`,
        '--addr',
        `unix://${RUNTIME_FOLDER}/buildkitd.sock`,
        '--oci-worker-no-process-sandbox',
      ],
      ...PROBES,
      resources: builderLimits(builderResources),
      securityContext: SECURITY,
      volumeMounts: [
        ...volumeMounts,
        { name: volumeName(SOCKET_FOLDER), mountPath: RUNTIME_FOLDER },
        { name: volumeName(CONFIG_FOLDER), mountPath: CONFIG_FOLDER, readOnly: true },
      ],
    },
  };
}

/** Where it pulls from and pushes to, and how much it keeps; keys: moby/buildkit@v0.32.2:docs/buildkitd.toml.md. */
export function builderConfig({ host, connection }: RegistryTarget, cacheSize = CACHE_SIZE): string {
  const address = `${connection.host}:${connection.port}`;
  return `[worker.oci]
  gc = true
  reservedSpace = ${part(cacheSize, 0.1)}
  maxUsedSpace = ${part(cacheSize, 0.8)}

[registry."${address}"]
  http = true

[registry."${host}"]
  mirrors = ["${address}"]
`;
}

/** What the builder asks for and is held to. */
export function builderLimits(own: ContainerResources | undefined): ContainerResources {
  return mergedResources(mergedResources(diskResources([TEMPORARY]), RESOURCES), own);
}

/** A class like local-path does not hold a volume to its size. */
function part(size: string, share: number): number {
  return Math.floor(bytesOf(size) * share);
}

const CACHE_SIZE = '20Gi';

/** Files of a build that lie in the container itself and not in the cache. */
const TEMPORARY = '2Gi';

/** moby/buildkit@v0.32.2:Dockerfile (target `rootless`): XDG_RUNTIME_DIR, BUILDKIT_HOST, VOLUME. */
const RUNTIME_FOLDER = '/run/user/1000/buildkit';
const CACHE_FOLDER = '/home/user/.local/share/buildkit';

/**
 * As moby/buildkit@v0.32.2:examples/kubernetes/deployment+service.rootless.yaml has it; its docs/rootless.md says what each is for: `unshare` and `mount` in a
 * user namespace, which the usual profiles of seccomp and AppArmor deny, and `newuidmap`, which is set-uid and therefore needs privilege escalation.
 */
const SECURITY = {
  runAsUser: USER,
  runAsGroup: USER,
  seccompProfile: { type: 'Unconfined' },
  appArmorProfile: { type: 'Unconfined' },
  allowPrivilegeEscalation: true,
  privileged: false,
} as const;

const workers = { exec: { command: ['buildctl', 'debug', 'workers'] }, timeoutSeconds: 10 };
const PROBES = {
  startupProbe: { ...workers, periodSeconds: 3, failureThreshold: 60 },
  livenessProbe: { ...workers, periodSeconds: 60, failureThreshold: 5 },
};

const RESOURCES: ContainerResources = {
  requests: { cpu: '100m', memory: '128Mi' },
  limits: { memory: '2Gi' },
};
