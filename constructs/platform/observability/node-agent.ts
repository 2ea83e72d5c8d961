import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { buildPod, type PodParts, type PodSettings } from '../../workloads/pod';
import { Workload } from '../../workloads/workload';
import type { WorkloadNetwork } from '../../workloads/workload-network';

/** A folder of the host. */
export interface HostFolder {
  readonly name: string;
  readonly path: string;

  /** @default - the same path */
  readonly mountPath?: string;

  /** @default false */
  readonly writable?: boolean;

  /** See what is mounted below it later. @default false */
  readonly followsMounts?: boolean;
}

/** One pod on every node, also on those with taints, which reads folders of the host. */
export abstract class NodeAgent extends Workload {
  readonly daemonSet: ApiObject;
  readonly network: WorkloadNetwork;

  constructor(
    scope: Construct,
    id: string,
    settings: Partial<PodSettings>,
    folders: readonly HostFolder[],
    parts: PodParts & { readonly asRoot?: boolean },
  ) {
    super(scope, id, 'agent');
    const pod = buildPod(this, settings, {
      ...parts,
      volumeMounts: folders.map(mountOf),
      spec: {
        tolerations: [{ operator: 'Exists' }],
        priorityClassName: 'system-node-critical',
        ...parts.spec,
      },
    });
    this.network = pod.network;
    const { template } = pod;
    const volumes = template.spec['volumes'] as readonly object[];
    const security = template.spec['securityContext'] as object;
    this.daemonSet = new ApiObject(this, 'daemon-set', {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: this.metadata,
      spec: {
        revisionHistoryLimit: 3,
        selector: { matchLabels: this.selector },
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%' } },
        template: {
          ...template,
          spec: {
            ...template.spec,
            ...(parts.asRoot === true && { securityContext: { ...security, ...ROOT } }),
            volumes: [...volumes, ...folders.map(volumeOf)],
          },
        },
      },
    });
  }
}

function mountOf({
  name,
  path,
  mountPath = path,
  writable = false,
  followsMounts = false,
}: HostFolder): object {
  return {
    name,
    mountPath,
    ...(!writable && { readOnly: true }),
    ...(followsMounts && { mountPropagation: 'HostToContainer' }),
  };
}

function volumeOf({ name, path, writable = false }: HostFolder): object {
  return { name, hostPath: { path, type: writable ? 'DirectoryOrCreate' : 'Directory' } };
}

/** Files of root only root reads; still without capabilities, and with a root file system that nothing writes to. */
const ROOT = { runAsNonRoot: false, runAsUser: 0, runAsGroup: 0 };
