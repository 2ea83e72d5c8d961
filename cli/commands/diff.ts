import { readComparedInputs } from '../../adapters/compared-inputs';
import { loadSchemas } from '../../adapters/schemas';
import { buildReport } from '../../lib/diff/build-report';
import { HiddenValues } from '../../lib/diff/hidden-value';
import { NEWEST_KUBERNETES } from '../../lib/kubernetes/schema';
import { defineCommand } from '../command';
import { comparedEnvironment } from '../preview/compared-environment';
import { dayOf } from '../preview/day-of';
import { reportOptions } from '../preview/report-options';
import { chosenFormats, exitCodeOf, writeReport } from '../preview/write-report';
import { UsageError } from '../report-error';

/** `k3stack diff`: compares two sets of manifests, of any tool, or two syntheses. */
export const diff = defineCommand({
  arguments: [
    {
      name: 'before',
      help: 'Folder, file, or - for standard input: manifests, or what synth wrote',
      required: true,
      suggest: 'files',
    },
    { name: 'after', help: 'The same, as it is to become', required: true, suggest: 'files' },
  ],
  options: {
    ...reportOptions,
    env: {
      kind: 'list',
      value: 'name',
      help: 'Environments of two syntheses (default: all)',
      suggest: 'environments',
    },
    kubernetes: {
      kind: 'text',
      value: 'minor',
      help: `Kubernetes that the manifests are for (default: ${NEWEST_KUBERNETES})`,
    },
  },
  epilog:
    'Exits with 0 for no change, 2 for changes, 3 when --fail-on is reached, 1 when something could not be read.',
  async run({ terminal, options, words }) {
    const [before = '', after = ''] = words;
    if (before === '-' && after === '-')
      throw new UsageError('only one of the two inputs can be standard input');
    const formats = chosenFormats(options);
    const { kubernetes, env } = options;
    const { environments, problems, waivers } = await readComparedInputs(before, after, {
      cwd: terminal.cwd,
      hidden: new HiddenValues(),
      stdin: {
        [Symbol.asyncIterator]: () => (terminal.input ?? textOf(terminal.stdin))[Symbol.asyncIterator](),
      },
      environments: env,
      ...(kubernetes !== undefined && { kubernetes }),
    });
    const schemas = loadSchemas();
    const report = buildReport({
      project: options.project ?? '',
      base: { label: before },
      head: { label: after },
      environments: environments.map((input) => comparedEnvironment(input, schemas)),
      gate: options['fail-on'],
      today: dayOf(options.on),
      problems,
      waivers,
    });
    writeReport(report, { formats, out: options.out }, terminal);
    return exitCodeOf(report);
  },
});

async function* textOf(stdin: () => Promise<string>): AsyncGenerator<string> {
  yield await stdin();
}
