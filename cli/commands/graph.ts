import { ExitCode } from '../../lib/errors';
import { commonOptions, defineCommand } from '../command';
import { graphDot } from '../graph/dot';
import { graphMermaid } from '../graph/mermaid';
import type { NamedGraph } from '../graph/named-graph';
import { graphSvg } from '../graph/svg';
import { graphText } from '../graph/text';
import { failuresOf, successesOf } from '../outcome';
import { failureJson } from '../outcome-json';
import { tellFailures } from '../outcome-text';
import { openProject } from '../project';
import { paletteFor, writeJson } from '../terminal';

const FORMATS = ['text', 'dot', 'mermaid', 'json', 'svg'] as const;

/** `k3stack graph`: the only description of order, drawn. */
export const graph = defineCommand({
  options: {
    ...commonOptions,
    format: { kind: 'choice', value: 'format', help: 'How to write it', choices: FORMATS, default: 'text' },
  },
  async run({ terminal, options }) {
    const { outcomes } = await openProject(options, terminal);
    const failures = failuresOf(outcomes);
    const graphs = successesOf(outcomes).map(({ environment, synthesis }) => ({
      environment,
      graph: synthesis.graph,
    }));
    if (options.json || options.format === 'json') {
      writeJson(terminal, { ...failureJson(outcomes), environments: graphs });
    } else {
      tellFailures(outcomes, terminal);
      if (graphs.length > 0)
        terminal.stdout.write(drawn(graphs, options.format, paletteFor(terminal.stdout, terminal.env)));
    }
    return failures.length > 0 ? ExitCode.failure : ExitCode.ok;
  },
});

function drawn(
  graphs: readonly NamedGraph[],
  format: (typeof FORMATS)[number],
  color: Parameters<typeof graphText>[1],
): string {
  switch (format) {
    case 'dot':
      return graphDot(graphs);
    case 'mermaid':
      return graphMermaid(graphs);
    case 'svg':
      return graphSvg(graphs);
    default:
      return graphs.map((each) => graphText(each, color)).join('\n');
  }
}
