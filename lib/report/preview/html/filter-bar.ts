import { RISK_LEVELS } from '../../../diff/rules/risk-rule';
import { environmentName, LEVEL_WORDS } from './badges';
import { markup, type Markup } from './markup';
import type { PageContext } from './page-context';

/** Controls that choose what is shown; hidden where no script runs. */
export function filterBar({ report, environments }: PageContext): Markup {
  const { objects, hosts, risks } = report;
  const levels = new Set([...objects, ...hosts, ...risks].map(({ level }) => level));
  const kinds = new Set(objects.map(({ id }) => id.kind));
  for (const { subject } of risks) if (subject.type === 'object') kinds.add(subject.id.kind);
  const own = hosts.length > 0 || risks.some(({ subject }) => subject.type !== 'object') ? ['Host'] : [];
  return markup`<search class="filters js" aria-label="Filters"${objects.length + hosts.length + risks.length === 0 && ' hidden'}><div class="row">
<label class="text"><span class="sr">Filter by text</span><input type="search" id="filter-text" placeholder="Filter by text" autocomplete="off" spellcheck="false" aria-keyshortcuts="/"></label>
<label><span class="sr">Environment</span><select id="filter-env"><option value="">All environments</option>${environments.map(
    (name, place) => markup`<option value="${place}">${environmentName(name)}</option>`,
  )}</select></label>
<label><span class="sr">Kind</span><select id="filter-kind"><option value="">All kinds</option>${[
    ...own,
    ...[...kinds].sort(byName),
  ].map((kind) => markup`<option>${kind}</option>`)}</select></label>
<div class="group" role="group" aria-label="Risk">${RISK_LEVELS.filter((level) => levels.has(level)).map(
    (level) =>
      markup`<button type="button" class="level ${level}" data-filter-level="${level}" aria-pressed="false">${LEVEL_WORDS[level]}</button>`,
  )}</div>
<div class="group views" role="group" aria-label="View of changes">${VIEWS.map(
    ([view, word, key]) =>
      markup`<button type="button" data-view="${view}" aria-pressed="${view === 'fields' ? 'true' : 'false'}" aria-keyshortcuts="${key}">${word}</button>`,
  )}</div></div>
<p class="state"><span role="status" id="shown"></span> <button type="button" id="clear" hidden>Clear filters</button></p></search>`;
}

const byName = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const VIEWS = [
  ['fields', 'Fields', 'f'],
  ['unified', 'Unified', 'u'],
  ['split', 'Side by side', 's'],
] as const;
