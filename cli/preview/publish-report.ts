import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ForgeSettings } from '../../adapters/forge/forge';
import { forgeFromEnvironment } from '../../adapters/forge/forge-from-environment';
import { readPostedFile } from '../../adapters/forge/posted-file';
import { openForge } from '../../adapters/forge/open-forge';
import { publish, type Publication, type PublishedStatus } from '../../adapters/forge/publish';
import { structureProblem } from '../../adapters/structure';
import type { PreviewReport } from '../../lib/diff/report';
import { ExitCode } from '../../lib/errors';
import { printable } from '../../lib/rules/violation';
import { previewSchema } from '../../lib/report/preview/preview-schema';
import { shortVerdict } from '../../lib/report/preview/markdown/verdict';
import type { Terminal } from '../terminal';
import { linkTo } from './link-to';
import { renderReport } from './render-report';
import { exitCodeOf, FAILURE_FILE, FILES, secondsText } from './write-report';

/**
 * The pull request that a CI job is for.
 *
 * @throws K3stackError `NO_FORGE`, `FORGE_TOKEN_MISSING`, `NO_PULL_REQUEST`.
 */
export function forgeSettings({ env }: Terminal): ForgeSettings {
  return forgeFromEnvironment(env, (path) => readFileSync(path, 'utf8'));
}

/** How a report is published. */
export interface PublishOptions {
  readonly settings: ForgeSettings;
  readonly terminal: Terminal;

  /** How long it took to make, for the status of the commit. @default - another job made it */
  readonly milliseconds?: number;
}

/** Writes a report to the pull request, or why there is none, and says where. */
export async function publishReport(
  rendered: PreviewReport | { readonly failed: string },
  project: string,
  options: PublishOptions,
): Promise<void> {
  const { settings, terminal } = options;
  const forge = await openForge(settings);
  const { comment, url, notes } = await publish(forge, publicationOf(rendered, project, options));
  const place = url === undefined ? `pull request #${forge.pullRequest}` : printable(url);
  terminal.stderr.write(`comment ${comment}: ${place}\n`);
  for (const note of notes) terminal.stderr.write(`${printable(note)}\n`);
}

/**
 * What another job has rendered, which is trusted in nothing: the comment is made here, from its data, and a report that is damaged counts as none.
 *
 * @param folder That `--out` of the other job named.
 */
export function renderedElsewhere(
  folder: string,
  { cwd }: Terminal,
): PreviewReport | { readonly failed: string } {
  const path = resolve(cwd, folder);
  const file = readPostedFile(path, FILES.json, LARGEST_REPORT);
  if ('missing' in file) return { failed: failureIn(path) };
  if ('refused' in file)
    return { failed: `its report is ${file.refused === 'too large' ? 'too large to be one' : 'no file'}` };
  try {
    const report = JSON.parse(file.text) as PreviewReport;
    const problem = structureProblem(report, previewSchema);
    if (problem !== undefined) return { failed: `its report is damaged: ${problem}` };
    renderReport(report, 'md');
    return report;
  } catch {
    return { failed: 'its report is damaged: no report can be made of it' };
  }
}

function publicationOf(
  rendered: PreviewReport | { readonly failed: string },
  project: string,
  { settings, terminal, milliseconds }: PublishOptions,
): Publication {
  if ('failed' in rendered) {
    const status: PublishedStatus = { state: 'error', description: 'no preview could be rendered' };
    return { project, failure: { reason: rendered.failed }, status };
  }
  const link = linkTo(terminal.env, settings.commit);
  return {
    project,
    body: renderReport(rendered, 'md', { link, artifact: settings.runUrl }),
    status: {
      state: STATES[exitCodeOf(rendered)],
      description: [
        shortVerdict(rendered),
        ...(milliseconds === undefined ? [] : [`in ${secondsText(milliseconds)}`]),
      ].join(' '),
    },
  };
}

function failureIn(folder: string): string {
  const file = readPostedFile(folder, FAILURE_FILE, LARGEST_FAILURE);
  return 'text' in file ? file.text.trim() : 'the job that renders left no report';
}

/** A check must not pass because nothing could be read. */
const STATES: Readonly<Record<ExitCode, PublishedStatus['state']>> = {
  [ExitCode.ok]: 'success',
  [ExitCode.changes]: 'success',
  [ExitCode.blocked]: 'failure',
  [ExitCode.failure]: 'error',
};

/** Bytes; what somebody else wrote must not cost more time and memory than a comment is worth. */
const LARGEST_REPORT = 16_777_216;
const LARGEST_FAILURE = 65_536;
