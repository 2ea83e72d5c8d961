import { ApiObject, Chart } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { checkProps } from '../../lib/rules/shape';
import { isInstance } from '../instance-of';
import { addCheck } from '../violations';
import { defaultDenyPolicy, limitRange, resourceQuota } from './namespace-objects';
import { ENFORCED, namespaceShape, namespaceViolations, nameViolations } from './namespace-rules';
import type { NamespaceProps } from './namespace-settings';

export type { NamespaceProps, PodSecurityLevel } from './namespace-settings';

/** A namespace, and the scope of what lies in it: objects made inside get its name. */
export class Namespace extends Chart {
  /** The Namespace; `undefined` for one that every cluster has and nothing is said of. */
  readonly object: ApiObject | undefined;

  /** Its ResourceQuota. */
  readonly quota: ApiObject | undefined;

  /** Its LimitRange. */
  readonly limits: ApiObject | undefined;

  /** Its NetworkPolicy that denies what no other one allows. */
  readonly defaultDeny: ApiObject | undefined;

  /** Namespaces whose workloads may connect to workloads in this one; `undefined` for any. */
  readonly allowFrom: readonly string[] | undefined;

  constructor(scope: Construct, id: string, props: NamespaceProps = {}) {
    super(scope, id, { namespace: id, disableResourceNameHashes: true });
    const { problems, sound } = checkProps(props, namespaceShape);
    const misnamed = nameViolations(id);
    addCheck(this, () => [...misnamed, ...problems, ...namespaceViolations(sound)]);
    this.allowFrom = sound.allowFrom;
    if (misnamed.length > 0) return;
    this.object = this.makeNamespace(scope, sound);
    const { quota, limits, defaultDeny = false } = sound;
    if (quota !== undefined) this.quota = new ApiObject(this.own, 'quota', resourceQuota(quota));
    if (limits !== undefined) this.limits = new ApiObject(this.own, 'limits', limitRange(limits));
    if (defaultDeny) this.defaultDeny = new ApiObject(this.own, 'default-deny', defaultDenyPolicy());
  }

  static override [Symbol.hasInstance](value: unknown): value is Namespace {
    return isInstance(value, Namespace);
  }

  /** Name of the namespace. */
  get name(): string {
    return this.node.id;
  }

  /** @internal scope of what belongs to the namespace itself: its id can be that of no preset, as no object could have it as its name */
  get own(): Construct {
    return this.node.tryFindChild(OWN_ID) ?? new Construct(this, OWN_ID);
  }

  private makeNamespace(
    scope: Construct,
    { podSecurity, labels = {} }: NamespaceProps,
  ): ApiObject | undefined {
    const { name } = this;
    if (BUILT_IN.has(name) && podSecurity === undefined && Object.keys(labels).length === 0) return undefined;
    // Beside this chart, not in it: everything in it is put into the namespace.
    const inChart = scope.node.scopes.some((construct) => Chart.isChart(construct));
    return new ApiObject(inChart ? scope : new Chart(scope, `namespace-${name}`), `namespace-${name}`, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name,
        labels: { ...(podSecurity && { [ENFORCED]: podSecurity }), ...labels },
      },
    });
  }
}

/** The nearest {@link Namespace} around a construct, or the construct itself when it is one. */
export function namespaceOf(scope: IConstruct): Namespace | undefined {
  return [...scope.node.scopes].reverse().find((around) => around instanceof Namespace);
}

/** Whether workloads of the namespace `other` may connect to workloads in `namespace`, as its `allowFrom` says. */
export function allowsFrom(namespace: Namespace, other: string): boolean {
  const { name, allowFrom } = namespace;
  return allowFrom === undefined || other === name || allowFrom.includes(other);
}

const OWN_ID = '_namespace';

/** Namespaces that every cluster has from the start. */
const BUILT_IN = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);
