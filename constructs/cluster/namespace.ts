import { Chart } from 'cdk8s';
import { KubeNamespace } from 'cdk8s-plus-28/lib/imports/k8s';
import type { Construct } from 'constructs';
import { withExamples } from '../../lib/late';
import { anyText, checkProps, describeValue, mapOf, object, oneOf } from '../../lib/rules/shape';
import { isInstance } from '../instance-of';
import { addCheck, type ConstructViolation } from '../violations';

/** Pod Security Standard, from least to most strict. */
export type PodSecurityLevel = 'privileged' | 'baseline' | 'restricted';

export interface NamespaceProps {
  /** @default - none */
  readonly labels?: Readonly<Record<string, string>>;

  /** Pod Security Standard that the API server enforces. @default - the cluster's own */
  readonly podSecurity?: PodSecurityLevel;
}

/** A namespace, and the scope of what lies in it: objects made inside get its name. */
export class Namespace extends Chart {
  constructor(scope: Construct, id: string, props: NamespaceProps = {}) {
    super(scope, id, { namespace: id, disableResourceNameHashes: true });
    const { problems, sound } = checkProps(props, namespaceShape);
    const misnamed = nameViolations(id);
    addCheck(this, () => [...misnamed, ...problems]);
    if (misnamed.length > 0) return;
    const { labels = {}, podSecurity } = sound;
    if (BUILT_IN.has(id) && podSecurity === undefined && Object.keys(labels).length === 0) return;
    // Beside this chart, not in it: everything in it is put into the namespace.
    const inChart = scope.node.scopes.some((construct) => Chart.isChart(construct));
    new KubeNamespace(inChart ? scope : new Chart(scope, `namespace-${id}`), `namespace-${id}`, {
      metadata: {
        name: id,
        labels: { ...(podSecurity && { 'pod-security.kubernetes.io/enforce': podSecurity }), ...labels },
      },
    });
  }

  static override [Symbol.hasInstance](value: unknown): value is Namespace {
    return isInstance(value, Namespace);
  }

  /** Name of the namespace. */
  get name(): string {
    return this.node.id;
  }
}

function nameViolations(name: string): ConstructViolation[] {
  if (NAME.test(withExamples(name))) return [];
  const problem = `must be lower case letters, digits and '-', at most 63, got ${describeValue(name)}`;
  return [{ rule: 'namespace-name', property: 'id', problem, fix: `write '${nameLike(name)}'` }];
}

/** The nearest that can be a name. */
function nameLike(name: string): string {
  const allowed = withExamples(name)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  return allowed.slice(0, 63).replace(/^-|-$/g, '') || 'shop';
}

/** RFC 1123 label, as Kubernetes asks of namespaces. */
const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Form of the props, for programs without types. */
const namespaceShape = object({
  labels: mapOf(anyText),
  podSecurity: oneOf('privileged', 'baseline', 'restricted'),
});

/** Namespaces that every cluster has from the start. */
const BUILT_IN = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);
