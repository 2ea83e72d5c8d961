import { Construct, type IConstruct } from 'constructs';
import type { Architecture } from '../../lib/cluster/node';
import { checkProps, flag, list, object, oneOf, wholeNumber } from '../../lib/rules/shape';
import { invalidScope } from '../construct-id';
import { addCheck } from '../violations';
import { ingressShape, type IngressChoice } from './ingress';
import { architecturesShape } from './architectures';
import { annotationMap, labelMap } from './label-shape';
import { objectName } from './object-name-shape';
import { mergedResources, resourcesShape, type ContainerResources } from './resources';
import { tlsShape, type Tls } from './tls';
import { tolerationShape, type Toleration } from './toleration';

/** What every preset in a scope does unless its own props say otherwise. */
export interface WorkloadDefaults {
  /** Of presets without a size of their own; merged key by key. @default - requests of 25m and 64Mi, a memory limit of 128Mi, no limit on the processor; 16Mi of disk, limited to what scratch volumes hold and 100Mi */
  readonly resources?: ContainerResources;

  /** Of presets that can have more than one pod. @default - 2 for WebService, 1 for Worker */
  readonly replicas?: number;

  /** @default 'IfNotPresent' */
  readonly imagePullPolicy?: 'IfNotPresent' | 'Always' | 'Never';

  /** Names of Secrets of type `kubernetes.io/dockerconfigjson` in the workload's namespace. @default - none */
  readonly imagePullSecrets?: readonly string[];

  /** Numeric user and group of the processes, also of the files in volumes. @default - the image's own, which must not be root */
  readonly user?: number;

  /** How hosts are served. @default - an Ingress of the cluster's first ingress class */
  readonly ingress?: IngressChoice;

  /** Certificate of hosts. @default - none */
  readonly tls?: Tls;

  /** Refuse hosts without TLS. @default - true in environments named `production` or `prod` */
  readonly requireTls?: boolean;

  /** Make a NetworkPolicy for each workload: nothing in or out but what its connections need. @default true */
  readonly networkPolicy?: boolean;

  /** Label key to value, on all objects and pods. Merged. @default - none */
  readonly labels?: Readonly<Record<string, string>>;

  /** Annotation key to value, on pods. Merged. @default - none */
  readonly podAnnotations?: Readonly<Record<string, string>>;

  /** Node label to value. Merged. @default - any node */
  readonly nodeSelector?: Readonly<Record<string, string>>;

  /** @default - none */
  readonly tolerations?: readonly Toleration[];

  /** Architectures that images are made for. @default - all */
  readonly architectures?: readonly Architecture[];

  /** Seconds between the request to stop and the kill. @default 30 */
  readonly terminationGracePeriodSeconds?: number;

  /** Name of a PriorityClass. @default - none */
  readonly priorityClassName?: string;
}

/**
 * Sets defaults for all presets inside of an environment, a cluster, a namespace or any other construct. The nearest scope wins, property by
 * property. Comes before the first preset in that scope: a later call is refused at synth.
 *
 * @throws K3stackError `INVALID_SCOPE` when the scope is no construct.
 */
export function setWorkloadDefaults(scope: IConstruct, defaults: WorkloadDefaults): void {
  if (!Construct.isConstruct(scope)) throw invalidScope(scope, 'the defaults are for');
  const { problems, sound } = checkProps(defaults, defaultsShape);
  const wasRead = (scope as Marked)[READ_MARK] === true;
  const before = (scope as Marked)[DEFAULTS_MARK];
  define(scope, DEFAULTS_MARK, before === undefined ? sound : merged(before, sound));
  const late = {
    rule: 'workload-defaults',
    property: 'setWorkloadDefaults',
    problem: 'comes after a preset of this scope, which was made without it',
    fix: 'call it before the first preset',
  };
  if (wasRead || problems.length > 0) addCheck(scope, () => [...(wasRead ? [late] : []), ...problems]);
}

/** What was set around a construct, the nearest on top. */
export function workloadDefaults(scope: IConstruct): WorkloadDefaults {
  let defaults: WorkloadDefaults = {};
  for (const around of scope.node.scopes) {
    if (around === scope) break;
    define(around, READ_MARK, true);
    const own = (around as Marked)[DEFAULTS_MARK];
    if (own !== undefined) defaults = merged(defaults, own);
  }
  return defaults;
}

function merged(outer: WorkloadDefaults, inner: WorkloadDefaults): WorkloadDefaults {
  const { resources, labels, podAnnotations, nodeSelector } = outer;
  return {
    ...outer,
    ...inner,
    ...both('resources', mergedResources(resources, inner.resources)),
    ...both('labels', labels || inner.labels ? { ...labels, ...inner.labels } : undefined),
    ...both(
      'podAnnotations',
      podAnnotations || inner.podAnnotations ? { ...podAnnotations, ...inner.podAnnotations } : undefined,
    ),
    ...both(
      'nodeSelector',
      nodeSelector || inner.nodeSelector ? { ...nodeSelector, ...inner.nodeSelector } : undefined,
    ),
  };
}

function both<K extends keyof WorkloadDefaults>(
  key: K,
  value: WorkloadDefaults[K] | undefined,
): Partial<WorkloadDefaults> {
  return value === undefined ? {} : { [key]: value };
}

function define(scope: IConstruct, mark: symbol, value: unknown): void {
  if ((scope as unknown as Record<symbol, unknown>)[mark] === value) return;
  Object.defineProperty(scope, mark, { value, configurable: true });
}

interface Marked extends IConstruct {
  readonly [DEFAULTS_MARK]?: WorkloadDefaults;
  readonly [READ_MARK]?: true;
}

/** Found across copies of this package. */
const DEFAULTS_MARK: unique symbol = Symbol.for('k3stack.workloadDefaults') as never;
const READ_MARK: unique symbol = Symbol.for('k3stack.workloadDefaults.read') as never;

const defaultsShape = object({
  resources: resourcesShape,
  replicas: wholeNumber(0, 1000),
  imagePullPolicy: oneOf('IfNotPresent', 'Always', 'Never'),
  imagePullSecrets: list(objectName),
  user: wholeNumber(1, 2 ** 31 - 1),
  ingress: ingressShape,
  tls: tlsShape,
  requireTls: flag,
  networkPolicy: flag,
  labels: labelMap,
  podAnnotations: annotationMap,
  nodeSelector: labelMap,
  tolerations: list(tolerationShape),
  architectures: architecturesShape,
  terminationGracePeriodSeconds: wholeNumber(0, 86_400),
  priorityClassName: objectName,
});
