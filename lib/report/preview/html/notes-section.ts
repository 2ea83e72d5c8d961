import { EQUIVALENCES } from '../../../diff/equivalences';
import type { InputProblem, LintFinding, PreviewReport, Waiver } from '../../../diff/report';
import { environmentChips, originLine } from './badges';
import { markup, type Markup } from './markup';
import type { PageContext } from './page-context';
import { pathMarkup } from './path-markup';
import { prose } from './prose';
import { WAIVER_WORDS } from '../words';

/** Checks, waivers, what could not be read, what was folded, what else was asked, and what a preview cannot know. */
export function notesSection(context: PageContext): Markup | undefined {
  const { report } = context;
  const { lint, waivers, problems, columns = [], unknowns, folds } = report;
  const parts = [
    block('Problems of the input', problems.map(problemItem)),
    block(
      'Findings that come',
      lint.introduced.map((finding) => findingItem(finding, context)),
    ),
    block(
      'Findings that go',
      lint.fixed.map((finding) => findingItem(finding, context)),
    ),
    block(
      'Waivers',
      waivers.map((waiver) => waiverItem(waiver, context)),
    ),
    ...columns.map(({ title, notes, failed }) =>
      block(title, failed === undefined ? notes.map(said) : [markup`<li>Could not be asked: ${failed}</li>`]),
    ),
    block('Folded', foldItems(folds)),
    block('What this preview cannot know', unknowns.map(said)),
  ].filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  return markup`<section id="notes" aria-labelledby="notes-title"><h2 id="notes-title">Notes</h2>${parts}</section>`;
}

function block(title: string, items: readonly Markup[]): Markup | undefined {
  return items.length === 0 ? undefined : markup`<h3>${title}</h3><ul class="notes">${items}</ul>`;
}

const said = (text: string): Markup => markup`<li>${prose(text)}</li>`;

function problemItem({ side, file, line, column, problem, fix }: InputProblem): Markup {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return markup`<li><code>${place}</code> <span class="muted">${side === 'base' ? 'before' : 'after'}</span>: ${prose(problem)}; ${prose(fix)}</li>`;
}

function findingItem(
  { check, rule, subject, field, problem, fix, environments, origin }: LintFinding,
  { options }: PageContext,
): Markup {
  return markup`<li><strong>${subject}</strong>${field !== undefined && markup` ${pathMarkup(field)}`}: ${prose(problem)}; ${prose(fix)} <span class="muted">${check} ${rule}</span> ${environmentChips(environments)}${originLine(origin, options)}</li>`;
}

function waiverItem(
  { rule, subject, reason, until, state, problem, origin }: Waiver,
  { options }: PageContext,
): Markup {
  return markup`<li><span class="waiver-state ${state}">${WAIVER_WORDS[state]}</span> <code>${rule}</code> on <strong>${subject}</strong> until ${until}${
    reason !== '' && `: ${reason}`
  }${problem !== undefined && markup` (${prose(problem)})`}${originLine(origin, options)}</li>`;
}

function foldItems(folds: PreviewReport['folds']): readonly Markup[] {
  return Object.entries(folds)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => markup`<li>${count} × ${prose(FOLD_WORDS[name] ?? name)}</li>`);
}

const FOLD_WORDS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(EQUIVALENCES.map(({ id, title }) => [id, title])),
  'chart-label': 'Labels and annotations that name the chart or its version',
  checksum: 'Annotations that hold a checksum of something else that is compared',
  'definition-text':
    'Descriptions in CustomResourceDefinitions, and the version of the program that wrote them',
  'server-field': 'Fields that only the API server writes',
};
