import { bytesOf, coresOf, isQuantity } from '../../lib/cluster/quantity';
import { describeValue, object, type Shape } from '../../lib/rules/shape';
import type { ConstructViolation } from '../violations';

/** Kubernetes quantities of one container. */
export interface ContainerResources {
  /** What a node must have free: cores such as `50m`, bytes such as `64Mi`. */
  readonly requests?: { readonly cpu?: string; readonly memory?: string };

  /** What the container is held to; above the memory it is killed. A limit on `cpu` slows it down even when the node is idle. */
  readonly limits?: { readonly cpu?: string; readonly memory?: string };
}

/** Of a container that says nothing itself: fit for a node of 1 GB. */
export const SMALL: ContainerResources = {
  requests: { cpu: '25m', memory: '64Mi' },
  limits: { memory: '128Mi' },
};

const quantity: Shape = (value, at) => {
  if (isQuantity(value)) return [];
  const example = at.at(-1) === 'cpu' ? "'50m' (a twentieth of a core)" : "'64Mi'";
  return [{ at, problem: `must be a quantity, got ${describeValue(value)}`, fix: `write ${example}` }];
};

const quantities = object({ cpu: quantity, memory: quantity });

/** Form of {@link ContainerResources}. */
export const resourcesShape = object({ requests: quantities, limits: quantities });

/** A limit that is below what is asked for, which the API server refuses. */
export function resourceViolations(resources: ContainerResources): ConstructViolation[] {
  return (['cpu', 'memory'] as const).flatMap((kind) => {
    const [request, limit] = [resources.requests?.[kind], resources.limits?.[kind]];
    if (request === undefined || limit === undefined) return [];
    const value = kind === 'cpu' ? coresOf : bytesOf;
    if (value(request) <= value(limit)) return [];
    return [
      {
        rule: 'workload-resources',
        property: `resources.limits.${kind}`,
        problem: `is ${limit}, below the request of ${request}`,
        fix: `write limits: { ${kind}: '${request}' } or more`,
      },
    ];
  });
}
