/** What a node does in its cluster. */
export type NodeRole = 'server' | 'agent';

/** Processor architectures that K3s is released for. */
export type Architecture = 'amd64' | 'arm64' | 'arm';

/** One hop in front of a host. */
export interface Bastion {
  /** Address or DNS name. */
  readonly host: string;

  /** @default 22 */
  readonly port?: number;

  /** @default - the user of the host behind it */
  readonly user?: string;

  /** Public host key, as a line of `known_hosts` has it: `ssh-ed25519 AAAA…`. @default - looked up in `known_hosts` */
  readonly hostKey?: string;
}

/** How the operator's machine reaches a host. Apart from the addresses that nodes use between themselves. */
export interface Ssh {
  /** Address or DNS name. */
  readonly host: string;

  /** @default 22 */
  readonly port?: number;

  /** @default 'root' */
  readonly user?: string;

  /** Public host key, ed25519 or ecdsa: `ssh-ed25519 AAAA…`. @default - looked up in `known_hosts` beside the program */
  readonly hostKey?: string;

  /** @default - none */
  readonly bastion?: Bastion;
}

/** Where a node lives: reached over SSH, or the machine that runs the program itself. */
export type Transport = { readonly ssh: Ssh } | { readonly local: true };

/** Effect of a taint on pods that do not tolerate it. */
export type TaintEffect = 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';

/** Keeps pods off a node unless they tolerate it. */
export interface Taint {
  readonly key: string;

  /** @default '' */
  readonly value?: string;

  readonly effect: TaintEffect;
}

/** A device that pods can ask for: a GPU, NPU or TPU. */
export interface Accelerator {
  /** Extended resource its device plugin offers, such as `nvidia.com/gpu`. */
  readonly resource: string;

  /** RuntimeClass that pods using it need. @default - none */
  readonly runtimeClass?: string;

  /** Label set on nodes that have it, `key=value`. @default - none */
  readonly label?: string;

  /** Devices per node. @default 1 */
  readonly count?: number;
}

/** What a machine has. Used for capacity, the topology picture and rules; nothing is set on the host by it. */
export interface Capacity {
  /** Processor threads. */
  readonly cpu?: number;

  /** Kubernetes quantity, such as `4Gi`. */
  readonly memory?: string;

  /** Kubernetes quantity, such as `80Gi`. */
  readonly disk?: string;
}

/** Settings of a node that every distribution knows. */
export interface NodeSettings {
  /** Kubernetes labels; a change is applied live. @default - none */
  readonly labels?: Readonly<Record<string, string>>;

  /** Kubernetes taints; a change is applied live. @default - none */
  readonly taints?: readonly Taint[];

  /** Kubernetes annotations; a change is applied live. @default - none */
  readonly annotations?: Readonly<Record<string, string>>;

  /** @default 'amd64' */
  readonly architecture?: Architecture;

  /** Devices pods can ask for; see {@link Accelerators} for common ones. @default - none */
  readonly accelerators?: readonly Accelerator[];

  /** @default - unknown */
  readonly capacity?: Capacity;

  /** Most pods the kubelet runs, 1 or more. @default - the kubelet's own, 110 */
  readonly maxPods?: number;

  /** Kept from pods for the system, as Kubernetes quantities: `{ cpu: '250m', memory: '256Mi' }`. @default - nothing */
  readonly reserved?: { readonly cpu?: string; readonly memory?: string };

  /**
   * Ceiling on the distribution's own service (not on pods): `memory` as a Kubernetes quantity, `cpu` as a quantity of cores.
   * systemd kills and restarts the service above the memory ceiling.
   *
   * @default - none
   */
  readonly ceiling?: { readonly cpu?: string; readonly memory?: string };

  /** Log verbosity of the service, 0 (least) to 10. @default 0 */
  readonly logLevel?: number;

  /** Rotation of container logs: `maxSize` as a quantity (kubelet default `10Mi`), `maxFiles` at least 2 (kubelet default 5). */
  readonly containerLog?: { readonly maxSize?: string; readonly maxFiles?: number };

  /** Kernel settings written to a sysctl file, such as `{ 'fs.inotify.max_user_instances': '512' }`. @default - none */
  readonly sysctls?: Readonly<Record<string, string>>;
}

/** Common accelerators, each as its device plugin names it. */
export const Accelerators = {
  /**
   * NVIDIA GPU. The label is what the chart of NVIDIA/k8s-device-plugin selects nodes by (README, `nvidia.com/gpu.present`); K3s makes the RuntimeClass
   * `nvidia` itself (manifests/runtimes.yaml of k3s-io/k3s).
   */
  nvidiaGpu: (count = 1): Accelerator => ({
    resource: 'nvidia.com/gpu',
    runtimeClass: 'nvidia',
    label: 'nvidia.com/gpu.present=true',
    count,
  }),

  /** AMD GPU, by ROCm/k8s-device-plugin (README). */
  amdGpu: (count = 1): Accelerator => ({ resource: 'amd.com/gpu', count }),

  /** Intel GPU on the i915 driver, by intel/intel-device-plugins-for-kubernetes (cmd/gpu_plugin/README.md). */
  intelGpu: (count = 1): Accelerator => ({
    resource: 'gpu.intel.com/i915',
    label: 'intel.feature.node.kubernetes.io/gpu=true',
    count,
  }),

  /** Intel NPU, by intel/intel-device-plugins-for-kubernetes (cmd/npu_plugin/README.md). */
  intelNpu: (count = 1): Accelerator => ({
    resource: 'npu.intel.com/accel',
    label: 'intel.feature.node.kubernetes.io/npu=true',
    count,
  }),

  /** Google Coral Edge TPU, by h-s-c/edge-device-plugin (README). */
  coralTpu: (count = 1): Accelerator => ({ resource: 'coral.ai/tpu', count }),
} as const;
