import { parse } from 'yaml';
import type { Chart } from 'cdk8s';
import type { HelmValues } from '../../constructs/helm/helm-values';
import { objectsOf } from './synth';

interface HelmChartObject {
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>> & { readonly valuesContent?: string };
}

/** Spec of the HelmChart of that name. @throws Error when there is none */
export function helmChartSpec(scope: Chart, name: string): HelmChartObject['spec'] {
  const found = objectsOf<HelmChartObject>(scope, 'HelmChart').find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw new Error(`no HelmChart ${name}`);
  return found.spec;
}

/** Values that the chart of that HelmChart gets. */
export function helmChartValues(scope: Chart, name: string): HelmValues {
  return (parse(helmChartSpec(scope, name).valuesContent ?? '{}') ?? {}) as HelmValues;
}
