import { bytesOf, coresOf, isQuantity } from '../../lib/cluster/quantity';
import { describeValue, object, type Shape } from '../../lib/rules/shape';
import type { ConstructViolation } from '../violations';

/** Kubernetes quantities: cores such as `50m`, bytes such as `64Mi`. */
export interface Amounts {
  readonly cpu?: string;
  readonly memory?: string;

  /** Of the node's disk: logs, and what is written into the container or to scratch volumes. */
  readonly 'ephemeral-storage'?: string;
}

/** What one container asks for, and what it is held to. */
export interface ContainerResources {
  /** What a node must have free. */
  readonly requests?: Amounts;

  /** Above the memory it is killed, above the disk its pod is removed from the node. A limit on `cpu` slows it down even when the node is idle. */
  readonly limits?: Amounts;
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

const quantities = object({ cpu: quantity, memory: quantity, 'ephemeral-storage': quantity });

/**
 * Disk of the node that a container may use: what its scratch volumes may hold, and room for logs. One that fills the disk of a small node would take every
 * other pod with it.
 *
 * @param scratch Sizes of volumes on the node's disk.
 */
export function diskResources(
  scratch: readonly string[],
): Required<Pick<ContainerResources, 'requests' | 'limits'>> {
  const volumes = scratch.filter(isQuantity).reduce((sum, size) => sum + bytesOf(size), 0);
  const limit = `${Math.ceil(volumes / 2 ** 20) + LOGS}Mi`;
  return { requests: { 'ephemeral-storage': REQUESTED }, limits: { 'ephemeral-storage': limit } };
}

/** The kubelet keeps five files of 10Mi for each container (kubelet configuration, `containerLogMaxSize`, `containerLogMaxFiles`); twice that. */
const LOGS = 100;
const REQUESTED = '16Mi';

/** Form of {@link ContainerResources}. */
export const resourcesShape = object({ requests: quantities, limits: quantities });

/** A limit that is below what is asked for, which the API server refuses. */
export function resourceViolations(resources: ContainerResources): ConstructViolation[] {
  return (['cpu', 'memory', 'ephemeral-storage'] as const).flatMap((kind) => {
    const [request, limit] = [resources.requests?.[kind], resources.limits?.[kind]];
    if (request === undefined || limit === undefined) return [];
    const value = kind === 'cpu' ? coresOf : bytesOf;
    if (value(request) <= value(limit)) return [];
    return [
      {
        rule: 'workload-resources',
        property: `resources.limits${kind === 'ephemeral-storage' ? `['${kind}']` : `.${kind}`}`,
        problem: `is ${limit}, below the request of ${request}`,
        fix: `write limits: { ${kind === 'ephemeral-storage' ? `'${kind}'` : kind}: '${request}' } or more`,
      },
    ];
  });
}
