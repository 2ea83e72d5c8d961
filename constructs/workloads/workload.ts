import { Chart } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { isDnsLabel } from '../../lib/cluster/names';
import { withExamples } from '../../lib/late';
import { describeValue } from '../../lib/rules/shape';
import { Cluster } from '../cluster/cluster';
import { constructId } from '../construct-id';
import { addCheck } from '../violations';
import { workloadDefaults, type WorkloadDefaults } from './workload-defaults';

/** What all presets have in common: a name, labels, and the defaults of the scopes around them. */
export abstract class Workload extends Construct {
  /** Name of its objects: the id of the construct. */
  readonly name: string;

  /** Namespace of its objects: that of the chart around it, else `default`. */
  readonly namespace: string;

  /** Labels by which its pods are selected. They can never change, so nothing else is among them. */
  readonly selector: Readonly<Record<string, string>>;

  /** Labels of its objects and pods. */
  readonly labels: Readonly<Record<string, string>>;

  /** @internal set around it */
  readonly defaults: WorkloadDefaults;

  constructor(scope: Construct, id: string, component: string, longestName = 63) {
    super(scope, constructId(scope, id));
    this.name = id;
    this.namespace = Chart.of(this).namespace ?? 'default';
    this.defaults = workloadDefaults(this);
    this.selector = { 'app.kubernetes.io/name': id };
    this.labels = {
      'app.kubernetes.io/component': component,
      'app.kubernetes.io/part-of': this.namespace,
      'app.kubernetes.io/managed-by': 'k3stack',
      ...this.defaults.labels,
      ...this.selector, // never anything else, or pods are not found
    };
    if (Cluster.isCluster(Chart.of(this))) addCheck(this, () => [withoutNamespace()]);
    const other = register(this);
    if (other !== undefined) addCheck(this, () => [sameName(this, other)]);
    addCheck(this, () => (isName(withExamples(id), longestName) ? [] : [wrongName(id, longestName)]));
  }

  /** Metadata of its objects. */
  get metadata(): { readonly name: string; readonly labels: Readonly<Record<string, string>> } {
    return { name: this.name, labels: this.labels };
  }
}

/** Remembers the workloads of a program by what selects their pods; the first one of that name, when there is another. */
function register(workload: Workload): Workload | undefined {
  const { root } = workload.node;
  const known = REGISTERED.get(root) ?? new Map<string, Workload>();
  REGISTERED.set(root, known);
  const key = `${Cluster.tryOf(workload)?.node.path ?? ''}|${workload.namespace}|${workload.name}`;
  const other = known.get(key);
  if (other === undefined) known.set(key, workload);
  return other;
}

const REGISTERED = new WeakMap<IConstruct, Map<string, Workload>>();

function sameName({ name, namespace }: Workload, other: Workload) {
  return {
    rule: 'workload-name',
    property: 'id',
    problem: `is ${describeValue(name)}, as that of ${other.node.path}: in namespace ${namespace} each would have the pods of both`,
    fix: 'give one of the two another id',
  };
}

/** Objects of a cluster without a namespace go into `default`, beside those of everybody else. */
function withoutNamespace() {
  return {
    rule: 'workload-namespace',
    property: 'scope',
    problem: 'is made in the cluster itself, so its objects go into namespace default',
    fix: "make it inside of a namespace: new Namespace(cluster, 'shop')",
    blocks: 'nothing' as const,
  };
}

function isName(text: string, longest: number): boolean {
  return text.length <= longest && isDnsLabel(text) && /^[a-z]/.test(text); // a Service's name starts with a letter
}

function wrongName(id: string, longest: number) {
  const like = id
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, longest)
    .replace(/-$/, '');
  return {
    rule: 'workload-name',
    property: 'id',
    problem: `must be lower case letters, digits and '-', starting with a letter, at most ${longest}, got ${describeValue(id)}`,
    fix: `write '${like || 'web'}'`,
  };
}
