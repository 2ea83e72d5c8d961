import { bytesOf, coresOf, isByteAmount, isQuantity } from '../../lib/cluster/quantity';
import { withExamples } from '../../lib/late';
import { describeValue, object, propertyAt, type Shape } from '../../lib/rules/shape';
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

const bytes: Shape = (value, at) => {
  if (!isQuantity(value) || isByteAmount(value)) return quantity(value, at);
  const thousandths = /^[1-9]\d*m$/.test(value);
  const problem = `must be an amount of whole bytes, got ${describeValue(value)}${thousandths ? ', thousandths of a byte' : ''}`;
  return [{ at, problem, fix: thousandths ? `write '${String(value).slice(0, -1)}Mi'` : "write '64Mi'" }];
};

const quantities = object({ cpu: quantity, memory: bytes, 'ephemeral-storage': bytes });

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

/** `inner` over `outer`, quantity by quantity. */
export function mergedResources(
  outer: ContainerResources,
  inner: ContainerResources | undefined,
): ContainerResources;
export function mergedResources(
  outer: ContainerResources | undefined,
  inner: ContainerResources | undefined,
): ContainerResources | undefined;
export function mergedResources(
  outer: ContainerResources | undefined,
  inner: ContainerResources | undefined,
): ContainerResources | undefined {
  if (outer === undefined || inner === undefined) return inner ?? outer;
  return {
    requests: { ...outer.requests, ...inner.requests },
    limits: { ...outer.limits, ...inner.limits },
  };
}

/**
 * Amounts that are no Kubernetes quantities, and limits below what is asked for, both of which the API server refuses.
 *
 * @param given Property to what applies there, the defaults with it.
 */
export function resourceViolations(
  given: Readonly<Record<string, ContainerResources | undefined>>,
): ConstructViolation[] {
  return Object.entries(given).flatMap(([property, resources = {}]) => [
    ...quantityViolations(property, resources),
    ...limitViolations(property, resources),
  ]);
}

function quantityViolations(property: string, resources: ContainerResources): ConstructViolation[] {
  return (['requests', 'limits'] as const).flatMap((kind) =>
    amountsIn(resources[kind])
      .filter(([, amount]) => !isQuantity(withExamples(amount)))
      .map(([what, amount]) => ({
        rule: 'quantity',
        property: propertyAt([property, kind, what]),
        problem: `must be a Kubernetes quantity, got ${describeValue(amount)}`,
        fix: what === 'cpu' ? "write '100m'" : "write '256Mi'",
      })),
  );
}

function limitViolations(
  property: string,
  { requests = {}, limits }: ContainerResources,
): ConstructViolation[] {
  return amountsIn(limits).flatMap(([what, limit]) => {
    const request = requests[what];
    if (request === undefined || !(valueOf(what, request) > valueOf(what, limit))) return [];
    return [
      {
        rule: 'workload-resources',
        property: propertyAt([property, 'limits', what]),
        problem: `is ${limit}, below the request of ${request}`,
        fix: `write limits: { ${what === 'ephemeral-storage' ? `'${what}'` : what}: '${request}' } or more`,
      },
    ];
  });
}

function amountsIn(amounts: Amounts = {}): [keyof Amounts, string][] {
  return Object.entries(amounts).filter(([, amount]) => amount !== undefined) as [keyof Amounts, string][];
}

/** Of what is no quantity nothing is greater or less. */
function valueOf(what: keyof Amounts, amount: string): number {
  const text = withExamples(amount);
  if (!isQuantity(text)) return Number.NaN;
  return what === 'cpu' ? coresOf(text) : bytesOf(text);
}
