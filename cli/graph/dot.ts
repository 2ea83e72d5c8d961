import type { NamedGraph } from './named-graph';

/** Graphviz: one box around the steps of each environment. */
export function graphDot(graphs: readonly NamedGraph[]): string {
  const boxes = graphs.map(({ environment, graph }) => {
    const steps = graph.steps.map(
      (step) => `    ${quoted(`${environment}/${step.id}`)} [label=${quoted(step.id)}];`,
    );
    const edges = graph.steps.flatMap((step) =>
      step.after.map(
        (id) => `    ${quoted(`${environment}/${id}`)} -> ${quoted(`${environment}/${step.id}`)};`,
      ),
    );
    return [
      `  subgraph ${quoted(`cluster_${environment}`)} {`,
      `    label=${quoted(environment)};`,
      ...steps,
      ...edges,
      '  }',
    ].join('\n');
  });
  return ['digraph k3stack {', '  rankdir=LR;', '  node [shape=box];', ...boxes, '}', ''].join('\n');
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
