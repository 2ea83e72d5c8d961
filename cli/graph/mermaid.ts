import type { NamedGraph } from './named-graph';

/** Mermaid, as GitHub shows it in Markdown: one box around the steps of each environment. */
export function graphMermaid(graphs: readonly NamedGraph[]): string {
  const lines = graphs.flatMap(({ environment, graph }, index) => {
    const ids = new Map(graph.steps.map((step, n) => [step.id, `e${index}s${n}`]));
    return [
      `  subgraph e${index}["${environment}"]`,
      ...graph.steps.map((step) => `    ${ids.get(step.id)}["${step.id.replaceAll('"', '#quot;')}"]`),
      ...graph.steps.flatMap((step) => step.after.map((id) => `    ${ids.get(id)} --> ${ids.get(step.id)}`)),
      '  end',
    ];
  });
  return ['flowchart LR', ...lines, ''].join('\n');
}
