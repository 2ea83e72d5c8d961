import { k8s } from 'cdk8s-plus-28';

/** What every container has in common: no privileges, a read-only root, memory it cannot exceed. */
export function container(
  settings: Omit<k8s.Container, 'resources' | 'securityContext'> & {
    readonly cpu: string;
    readonly memory: string;
  },
): k8s.Container {
  const { cpu, memory, ...rest } = settings;
  return {
    ...rest,
    imagePullPolicy: 'IfNotPresent', // a node that restarts while the line is down has the image
    resources: {
      requests: { cpu: k8s.Quantity.fromString(cpu), memory: k8s.Quantity.fromString(memory) },
      limits: { memory: k8s.Quantity.fromString(memory) },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    },
  };
}

/** What every pod has in common. */
export const podDefaults = {
  automountServiceAccountToken: false,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 65532,
    runAsGroup: 65532,
    fsGroup: 65532,
    seccompProfile: { type: 'RuntimeDefault' },
  },
} as const satisfies Partial<k8s.PodSpec>;
