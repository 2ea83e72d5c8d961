import { readComparedInputs } from '../../adapters/compared-inputs';
import { loadSchemas } from '../../adapters/schemas';
import { buildReport } from '../../lib/diff/build-report';
import { HiddenValues } from '../../lib/diff/hidden-value';
import { NEWEST_KUBERNETES } from '../../lib/kubernetes/schema';
import { defineCommand } from '../command';
import { askedColumns, columnOptions } from '../preview/asked-columns';
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
    ...columnOptions,
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
    const startedAt = performance.now();
    const [before = '', after = ''] = words;
    if (before === '-' && after === '-')
      throw new UsageError('only one of the two inputs can be standard input');
    const formats = chosenFormats(options);
    const { kubernetes, env } = options;
    const hidden = new HiddenValues();
    const { environments, problems, waivers, notes } = await readComparedInputs(before, after, {
      cwd: terminal.cwd,
      hidden,
      stdin: {
        [Symbol.asyncIterator]: () => (terminal.input ?? textOf(terminal.stdin))[Symbol.asyncIterator](),
      },
      environments: env,
      ...(kubernetes !== undefined && { kubernetes }),
    });
    const schemas = loadSchemas();
    const compared = environments.map((input) => comparedEnvironment(input, schemas));
    const report = buildReport({
      project: options.project ?? '',
      base: { label: labelOf(before) },
      head: { label: labelOf(after) },
      environments: compared,
      gate: options['fail-on'],
      today: dayOf(options.on),
      problems,
      waivers,
      notes,
      columns: await askedColumns(compared, options, { cwd: terminal.cwd, hidden, schemas }),
    });
    const { out, quiet } = options;
    writeReport(report, { formats, out, quiet, milliseconds: performance.now() - startedAt }, terminal);
    return exitCodeOf(report);
  },
});

function labelOf(input: string): string {
  return input === '-' ? 'standard input' : input;
}

async function* textOf(stdin: () => Promise<string>): AsyncGenerator<string> {
  yield await stdin();
}
