import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { isDnsLabel } from '../../lib/cluster/names';
import { withExamples } from '../../lib/late';
import { describeValue } from '../../lib/rules/shape';
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

  constructor(
    scope: Construct,
    id: string,
    component: string,
    readonly longestName = 63,
  ) {
    super(scope, id);
    this.name = id;
    this.namespace = Chart.of(this).namespace ?? 'default';
    this.defaults = workloadDefaults(this);
    this.selector = { 'app.kubernetes.io/name': id };
    this.labels = {
      ...this.selector,
      'app.kubernetes.io/component': component,
      'app.kubernetes.io/part-of': this.namespace,
      'app.kubernetes.io/managed-by': 'k3stack',
      ...this.defaults.labels,
    };
    addCheck(this, () => (isName(withExamples(id), longestName) ? [] : [wrongName(id, longestName)]));
  }

  /** Metadata of its objects. */
  get metadata(): { readonly name: string; readonly labels: Readonly<Record<string, string>> } {
    return { name: this.name, labels: this.labels };
  }
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
