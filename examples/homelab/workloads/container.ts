import { k8s } from 'cdk8s-plus-28';

/** What every container of this rack has in common: no privileges, a read-only root, memory it cannot exceed. */
export function container(
  settings: Omit<k8s.Container, 'resources' | 'securityContext'> & {
    readonly cpu: string;
    readonly memory: string;
  },
): k8s.Container {
  const { cpu, memory, ...rest } = settings;
  return {
    ...rest,
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

/** What every pod has in common, for the user that its image runs as. */
export function podDefaults(
  user: number,
): Pick<k8s.PodSpec, 'automountServiceAccountToken' | 'securityContext'> {
  return {
    automountServiceAccountToken: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  };
}

/** An environment variable whose value is one key of a Secret. */
export function fromSecret(name: string, secret: string, key: string): k8s.EnvVar {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}
