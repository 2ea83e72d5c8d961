import type { ApiObject } from 'cdk8s';
import { sumRequests, type AddOnRequests, type Resources } from '../../helm/requests';

/** What the pods of made objects ask for: read from them, so that it is what they really ask for. */
export function requestsOf(objects: readonly ApiObject[]): AddOnRequests {
  return sumRequests(
    objects.flatMap((object) => {
      const { kind, spec } = object.toJson() as Workload;
      return spec.template.spec.containers.map(({ resources }) => ({
        resources,
        ...(kind === 'DaemonSet' && { pods: 'per-node' as const }),
      }));
    }),
  );
}

interface Workload {
  readonly kind: string;
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { resources: Resources }[] } };
  };
}
