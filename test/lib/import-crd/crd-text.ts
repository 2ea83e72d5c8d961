import { toYaml } from '../../../lib/yaml';

/** A CustomResourceDefinition `Widget` of `example.org/v1` whose `spec` has this schema, with what `over` changes in its `spec`. */
export function widgetCrd(spec: object, over: object = {}): object {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.org' },
    spec: {
      group: 'example.org',
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets' },
      versions: [version('v1', spec)],
      ...over,
    },
  };
}

/** One version of a definition. */
export function version(name: string, spec: object, over: object = {}): object {
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } };
  return { name, served: true, storage: name === 'v1', schema, ...over };
}

/** Definitions as a file has them. */
export function source(...crds: readonly object[]): { name: string; text: string } {
  return { name: 'crds.yaml', text: toYaml(...crds) };
}
