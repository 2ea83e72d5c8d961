import { createHash } from 'node:crypto';
import type { PreviewReport } from '../../../diff/report';
import { environmentName, LEVEL_WORDS } from './badges';
import { filterBar } from './filter-bar';
import { helpDialog } from './help-dialog';
import { hostsSection } from './hosts-section';
import { imagesSection } from './images-section';
import { Markup, markup, type Content } from './markup';
import { notesSection } from './notes-section';
import { objectsSection } from './objects-section';
import { PAGE_SCRIPT, PAGE_STYLE } from './page';
import { pageContext } from './page-context';
import { picturesSection } from './pictures-section';
import type { PreviewHtmlOptions } from './preview-html-options';
import { risksSection } from './risks-section';
import { summarySection } from './summary-section';

/**
 * A report as one page that needs nothing else: it loads nothing, runs no script but its own, and can be read without any. Everything
 * that the report says is text in it.
 */
export function previewHtml(report: PreviewReport, options: PreviewHtmlOptions = {}): string {
  const context = pageContext(report, options);
  const sections: readonly [string, string, Content][] = [
    ['risks', 'Risks', risksSection(context)],
    ['images', 'Images', imagesSection(context)],
    ['topology', 'Topology', picturesSection(context)],
    ['hosts', 'Hosts', hostsSection(context)],
    ['objects', 'Objects', objectsSection(context)],
    ['notes', 'Notes', notesSection(context)],
  ];
  const present = sections.filter(([, , content]) => content !== undefined);
  const names = new Markup(jsonText(context.environments.map(environmentName)));
  const page = markup`<!DOCTYPE html>
<html lang="en">
${headOf(report)}
<body${report.objects.length > MANY && markup` class="many"`}>
<a class="skip" href="#main">Skip to the summary</a>
<header><h1>Preview <span class="project">${report.project}</span></h1>
<nav aria-label="Sections"><ul>${present.map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<p class="tools js"><button type="button" id="theme">Theme: system</button> <button type="button" id="help-open" aria-keyshortcuts="?">Keys</button></p></header>
<main id="main" tabindex="-1">
${summarySection(context)}
${filterBar(context)}
${present.map(([, , content]) => [content, '\n'])}</main>
<footer><p>${footer(report)}</p></footer>
${helpDialog()}
<script type="application/json" id="environments">${names}</script>
<script>${new Markup(PAGE_SCRIPT)}</script>
</body>
</html>
`;
  return page.text;
}

function headOf(report: PreviewReport): Markup {
  return markup`<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${titleOf(report)}</title>
<link rel="icon" href="data:,">
<style>${new Markup(PAGE_STYLE)}</style>
</head>`;
}

function titleOf({ project, verdict, base, head }: PreviewReport): string {
  return `${LEVEL_WORDS[verdict.level]}: preview of ${project}, ${base.label} to ${head.label}`;
}

function footer({ schema, seconds }: PreviewReport): string {
  return `k3stack preview, ${schema}${seconds === undefined ? '' : `, made in ${seconds.toFixed(1)} s`}. Values of Secrets are not in this page.`;
}

/** JSON of ASCII only, in which nothing can end an element. */
function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&]|[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing is loaded, and only these two texts run and style. */
const POLICY = [
  `default-src 'none'`,
  `script-src ${hashOf(PAGE_SCRIPT)}`,
  `style-src ${hashOf(PAGE_STYLE)}`,
  'img-src data:',
  `base-uri 'none'`,
  `form-action 'none'`,
].join('; ');

/** Objects from which on the browser leaves out what is not in sight. */
const MANY = 200;
