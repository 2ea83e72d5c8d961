import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { describe, expect, test } from '@jest/globals';
import { Environment } from '../../../constructs/environment';
import { applyOrder } from '../../../constructs/synthesis/apply-order';
import { walk } from '../../../constructs/synthesis/walk';

const make = (scope: Construct, name: string, kind = 'ConfigMap'): ApiObject =>
  new ApiObject(scope, `${kind}-${name}`, { apiVersion: 'v1', kind, metadata: { name } });

function order(define: (env: Environment) => void): { names: string[]; problems: string[] } {
  const env = new Environment('test');
  define(env);
  const { objects, cycles } = applyOrder(walk(env));
  return {
    names: objects.map(({ construct }) => construct.name),
    problems: cycles.map(({ path, problem }) => `${path} ${problem}`),
  };
}

describe('the order objects are applied in', () => {
  test('is that of the tree, namespaces and CRDs ahead, accounts and configuration before what uses them', () => {
    const { names } = order((env) => {
      const a = new Chart(env, 'a');
      make(a, 'workload', 'Deployment');
      make(a, 'account', 'ServiceAccount');
      const b = new Chart(env, 'b');
      make(b, 'config');
      make(b, 'namespace', 'Namespace');
      make(b, 'crd', 'CustomResourceDefinition');
    });
    expect(names).toEqual(['namespace', 'crd', 'account', 'workload', 'config']);
  });

  test('puts a chart after the charts it depends on', () => {
    const { names } = order((env) => {
      const [a, b, c] = ['a', 'b', 'c'].map((id) => new Chart(env, id)) as [Chart, Chart, Chart];
      for (const chart of [a, b, c]) make(chart, chart.node.id);
      a.addDependency(c);
    });
    expect(names).toEqual(['c', 'a', 'b']);
  });

  test('puts an object after the objects it depends on, in its own chart and in others', () => {
    const { names } = order((env) => {
      const a = new Chart(env, 'a');
      const first = make(a, 'first');
      const second = make(a, 'second');
      const other = make(new Chart(env, 'b'), 'other');
      first.addDependency(second);
      second.addDependency(other);
    });
    expect(names).toEqual(['other', 'second', 'first']);
  });

  test('copes with charts that need each other when their objects do not', () => {
    const { names, problems } = order((env) => {
      const [a, b] = [new Chart(env, 'a'), new Chart(env, 'b')];
      const [a1, a2, b1, b2] = [make(a, 'a1'), make(a, 'a2'), make(b, 'b1'), make(b, 'b2')];
      a2.addDependency(b1);
      b2.addDependency(a1);
    });
    expect(problems).toEqual([]);
    expect(names.indexOf('b1')).toBeLessThan(names.indexOf('a2'));
    expect(names.indexOf('a1')).toBeLessThan(names.indexOf('b2'));
  });

  test('takes a dependency on a scope around the dependant for one on the rest of it', () => {
    const { names, problems } = order((env) => {
      const chart = new Chart(env, 'chart');
      const last = new Construct(chart, 'last');
      make(last, 'last');
      make(chart, 'rest');
      last.node.addDependency(chart);
    });
    expect(problems).toEqual([]);
    expect(names).toEqual(['rest', 'last']);
  });

  test('fails when objects depend on each other', () => {
    const { problems } = order((env) => {
      const chart = new Chart(env, 'chart');
      const [a, b] = [make(chart, 'a'), make(chart, 'b')];
      a.addDependency(b);
      b.addDependency(a);
    });
    expect(problems).toEqual(['chart/ConfigMap-b depends on chart/ConfigMap-a, which depends on it in turn']);
  });
});
