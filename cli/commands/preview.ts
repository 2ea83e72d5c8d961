import { findRepository } from '../../adapters/git/repository';
import { renderSides } from '../../adapters/preview/render-sides';
import type { Rendered } from '../../adapters/preview/rendered';
import { findProgram } from '../../adapters/program';
import { loadSchemas } from '../../adapters/schemas';
import { waiverComments } from '../../adapters/waiver-comments';
import { buildReport } from '../../lib/diff/build-report';
import { HiddenValues } from '../../lib/diff/hidden-value';
import type { PreviewReport, SideLabel } from '../../lib/diff/report';
import { ExitCode, K3stackError } from '../../lib/errors';
import { commonOptions, defineCommand, type OptionValues } from '../command';
import { askedColumns, columnOptions } from '../preview/asked-columns';
import { linkTo } from '../preview/link-to';
import { dayOf } from '../preview/day-of';
import { forgeSettings, publishReport, renderedElsewhere } from '../preview/publish-report';
import { renderedEnvironments } from '../preview/rendered-environments';
import { reportOptions } from '../preview/report-options';
import { chosenFormats, exitCodeOf, writeFailure, writeReport } from '../preview/write-report';
import type { Terminal } from '../terminal';

const definitions = {
  program: commonOptions.program,
  env: commonOptions.env,
  base: {
    kind: 'text',
    value: 'ref',
    help: 'Branch, tag or commit to merge into: the commit where HEAD left it is the base',
    default: 'origin/main',
  },
  ...reportOptions,
  ...columnOptions,
  post: {
    kind: 'flag',
    help: 'Write the report to the pull request of this CI job, as one comment, and set the status of its commit',
  },
  'post-from': {
    kind: 'text',
    value: 'folder',
    help: 'Render nothing: write what another job left with --out to the pull request',
    suggest: 'folders',
  },
} as const;

type Options = OptionValues<typeof definitions>;

/** `k3stack preview`: what a change does on hosts and in manifests, compared with where it branched off. */
export const preview = defineCommand({
  options: definitions,
  epilog:
    'Exits with 0 for no change, 2 for changes, 3 when --fail-on is reached, 1 when something could not be rendered.',
  async run({ terminal, options }) {
    const startedAt = performance.now();
    const formats = chosenFormats(options);
    const elsewhere = options['post-from'];
    const settings = options.post || elsewhere !== undefined ? forgeSettings(terminal) : undefined;
    if (settings !== undefined && elsewhere !== undefined) {
      await publishReport(renderedElsewhere(elsewhere, terminal), options.project ?? '', {
        settings,
        terminal,
      });
      return ExitCode.ok;
    }
    let report: PreviewReport;
    try {
      report = await renderedReport(options, terminal);
    } catch (error) {
      if (!(error instanceof K3stackError)) throw error;
      writeFailure(error.message, options.out, terminal);
      if (settings !== undefined)
        await publishReport({ failed: error.message }, options.project ?? '', { settings, terminal });
      throw error;
    }
    const link = linkTo(terminal.env, report.head.commit);
    const milliseconds = performance.now() - startedAt;
    const { out, quiet } = options;
    writeReport(report, { formats, out, quiet, milliseconds, ...(link && { link }) }, terminal);
    if (settings !== undefined)
      await publishReport(report, options.project ?? '', { settings, terminal, milliseconds });
    return exitCodeOf(report);
  },
});

async function renderedReport(options: Options, terminal: Terminal): Promise<PreviewReport> {
  const today = dayOf(options.on);
  const program = findProgram(terminal.cwd, options.program);
  const repository = await findRepository(terminal.cwd);
  const request = { repository, program, environments: options.env };
  const { base, head } = await renderSides({ ...request, ref: options.base });
  if (head.failed !== undefined)
    throw new K3stackError('HEAD_FAILED', `the working tree does not build: ${head.failed}`);
  assertKnown(options.env, base, head);
  const [hidden, schemas] = [new HiddenValues(), loadSchemas()];
  const environments = renderedEnvironments(base, head, { hidden, schemas });
  return buildReport({
    project: options.project ?? '',
    base: labelOf(base),
    head: labelOf(head),
    environments,
    gate: options['fail-on'],
    today,
    notes: [...(base.notes ?? []), ...(head.notes ?? [])],
    waivers: waiverComments(repository.root, sourceFiles(head)),
    columns: await askedColumns(environments, options, { cwd: terminal.cwd, hidden, schemas }),
  });
}

function assertKnown(chosen: readonly string[], base: Rendered, head: Rendered): void {
  const unknown = chosen.find((name) => !head.environments.has(name) && !base.environments.has(name));
  if (unknown === undefined) return;
  throw new K3stackError(
    'UNKNOWN_ENVIRONMENT',
    `neither the base nor the working tree has an environment '${unknown}'; write one that the program declares`,
  );
}

function labelOf({ ref, commit, dirty }: Rendered): SideLabel {
  return { label: ref ?? (dirty ? 'working tree' : 'HEAD'), ...(commit !== undefined && { commit }) };
}

/** Files in which anything of the program was made. */
function* sourceFiles({ environments }: Rendered): Generator<string> {
  for (const environment of environments.values())
    if ('origins' in environment) for (const { file } of environment.origins.values()) yield file;
}
