/* eslint-disable @typescript-eslint/no-require-imports, @typescript-eslint/consistent-type-imports --
   A form is loaded when it is asked for, as commands are. */
import type { Origin } from '../../lib/diff/object-change';
import { ownVersion } from '../../adapters/own-package';
import type { PreviewReport } from '../../lib/diff/report';
import { paletteFor, type Terminal } from '../terminal';

/** A form that a report can have. */
export type ReportFormat = keyof typeof RENDERERS;

/** Address of a line of the sources, where the forge has one. */
export type LinkTo = (origin: Origin) => string | undefined;

/** What a form depends on besides the report. */
export interface RenderOptions {
  /** @default - origins are text */
  readonly link?: LinkTo | undefined;

  /** Where the whole report is, for a comment that has no room. @default - not said */
  readonly artifact?: string | undefined;

  /** Where it is shown. @default - it goes to a file */
  readonly terminal?: Terminal;
}

/** A report as text. */
export function renderReport(
  report: PreviewReport,
  format: ReportFormat,
  options: RenderOptions = {},
): string {
  return RENDERERS[format](report, options);
}

const RENDERERS = {
  md: (report: PreviewReport, { link, artifact }: RenderOptions): string => {
    const { previewMarkdown } =
      require('../../lib/report/preview/preview-markdown') as typeof import('../../lib/report/preview/preview-markdown');
    return `${previewMarkdown(report, { ...(link && { link }), ...(artifact && { artifact }) }).trimEnd()}\n`;
  },
  html: (report: PreviewReport, { link }: RenderOptions): string => {
    const { previewHtml } =
      require('../../lib/report/preview/html/preview-html') as typeof import('../../lib/report/preview/html/preview-html');
    return previewHtml(report, { ...(link && { link }) });
  },
  json: (report: PreviewReport): string => {
    const { previewJson } =
      require('../../lib/report/preview/preview-json') as typeof import('../../lib/report/preview/preview-json');
    return previewJson(report);
  },
  sarif: (report: PreviewReport): string => {
    const { previewSarif } =
      require('../../lib/report/preview/preview-sarif') as typeof import('../../lib/report/preview/preview-sarif');
    return previewSarif(report, { version: ownVersion(), fallbackFile: sourceFile(report) });
  },
  text: (report: PreviewReport, { terminal }: RenderOptions): string => {
    const { previewText } =
      require('../../lib/report/preview/preview-text') as typeof import('../../lib/report/preview/preview-text');
    const { stdout = { write: () => false }, env = {} } = terminal ?? {};
    return previewText(report, { color: paletteFor(stdout, env), width: stdout.columns ?? DEFAULT_WIDTH });
  },
} as const;

/** Characters. */
const DEFAULT_WIDTH = 100;

/** Any file of the program or the manifests: code scanning takes no result without one. */
function sourceFile({ objects, hosts }: PreviewReport): string {
  return (
    [...objects, ...hosts].find(({ origin }) => origin.file !== undefined)?.origin.file ?? 'environments.ts'
  );
}
