import { RISK_LEVELS, type RiskLevel } from '../../../diff/rules/risk-rule';
import type { EnvironmentSummary, PreviewReport, SideLabel } from '../../../diff/report';
import { counted } from '../../words';
import { gateText } from '../words';
import { environmentName, LEVEL_WORDS, levelBadge } from './badges';
import { markup, type Content, type Markup } from './markup';
import type { PageContext } from './page-context';

/** What is compared, the verdict, how much differs, and which environment has which risks. */
export function summarySection({ report }: PageContext): Markup {
  const { verdict, environments, base, head } = report;
  return markup`<section id="summary" aria-labelledby="verdict">
<div class="verdict ${verdict.level}"><h2 id="verdict">${levelBadge(verdict.level)} ${
    verdict.level === 'routine' && report.risks.length > 0
      ? 'Each risk has a waiver'
      : VERDICTS[verdict.level]
  }</h2>
<p>${checkText(verdict)}${verdict.incomplete && markup` <strong>Something could not be compared</strong>: see the notes.`}</p>
<p class="sides"><span>${side('Before', base)}</span> <span>${side('After', head)}</span></p></div>
${cards(verdict.counts)}
${environments.length > 0 && grid(environments)}
</section>`;
}

function checkText({ gate, gated, incomplete }: PreviewReport['verdict']): string {
  if (incomplete && !gated) return 'No risk fails the check, but not everything could be looked at.';
  if (gate === 'never') return 'No level of risk fails the check.';
  return gated
    ? `The check fails: there is ${gateText(gate)}.`
    : `The check passes. It would fail for ${gateText(gate)}.`;
}

function side(word: string, { label, commit }: SideLabel): Content {
  return markup`${word}: <strong>${label}</strong>${commit !== undefined && markup` <code title="${commit}">${commit.slice(0, 10)}</code>`}`;
}

function cards({
  added,
  changed,
  removed,
  renamed,
  replaced,
  hosts,
}: Readonly<Record<CardName, number>>): Markup {
  const all: readonly [CardName, string, number][] = [
    ['added', 'added', added],
    ['changed', 'changed', changed],
    ['removed', 'removed', removed],
    ['renamed', 'renamed', renamed],
    ['replaced', 'replaced', replaced],
    ['hosts', hosts === 1 ? 'host' : 'hosts', hosts],
  ];
  return markup`<ul class="cards" aria-label="What differs">${all.map(
    ([name, word, count]) =>
      markup`<li class="card ${name}${count === 0 && ' zero'}"><span class="n">${count}</span> <span>${word}</span></li>`,
  )}</ul>`;
}

type CardName = 'added' | 'changed' | 'removed' | 'renamed' | 'replaced' | 'hosts';

function grid(environments: readonly EnvironmentSummary[]): Markup {
  return markup`<div class="scroll" tabindex="0" role="group" aria-label="Risks by environment, table"><table class="grid"><caption>Risks by environment</caption>
<thead><tr><th scope="col">Environment</th>${RISK_LEVELS.map((level) => markup`<th scope="col" class="num">${LEVEL_WORDS[level]}</th>`)}<th scope="col">Objects</th><th scope="col">Kubernetes</th></tr></thead>
<tbody>${environments.map(gridRow)}</tbody></table></div>`;
}

function gridRow(environment: EnvironmentSummary): Markup {
  const { name, state, problem, counts, kubernetes } = environment;
  const failed = state.endsWith('-failed');
  return markup`<tr${failed && markup` class="failed"`}><th scope="row"><a href="#env=${fragmentValue(environmentName(name))}">${environmentName(name)}</a>${
    state !== 'compared' && markup` <span class="chip">${STATES[state]}</span>`
  }${problem !== undefined && markup`<p class="problem">${problem}</p>`}</th>
${RISK_LEVELS.map((level) => gridCell(environment, level))}<td>${countsText(counts)}</td><td>${versions(kubernetes)}</td></tr>`;
}

function gridCell({ name, levels }: EnvironmentSummary, level: RiskLevel): Markup {
  const count = levels[level];
  if (count === 0) return markup`<td class="num zero">0</td>`;
  const shown = environmentName(name);
  return markup`<td class="num"><a class="cell ${level}" href="#env=${fragmentValue(shown)}&amp;risk=${level}" aria-label="${`${counted(count, level === 'routine' ? 'routine change' : `${level} risk`)} in ${shown}`}">${count}</a></td>`;
}

/** Lone surrogates cannot stand in an address. */
function fragmentValue(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'));
}

function countsText(counts: EnvironmentSummary['counts']): string {
  const parts = (['added', 'changed', 'removed', 'renamed'] as const)
    .filter((name) => counts[name] > 0)
    .map((name) => `${counts[name]} ${name}`);
  if (counts.replaced > 0) parts.push(`${counts.replaced} replaced`);
  if (counts.hosts > 0) parts.push(counted(counts.hosts, 'host'));
  return parts.length === 0 ? 'no change' : parts.join(', ');
}

function versions({ before, after }: EnvironmentSummary['kubernetes']): Content {
  if (before === after || before === undefined || after === undefined) return after ?? before ?? '';
  return markup`<del>${before}</del> → <ins>${after}</ins>`;
}

const VERDICTS: Readonly<Record<RiskLevel | 'none', string>> = {
  block: 'The API server or a host will refuse this',
  high: 'Data or access may be lost',
  caution: 'Look twice before this is merged',
  routine: 'No rule of risk was hit',
  none: 'Nothing differs',
};

const STATES: Readonly<Record<Exclude<EnvironmentSummary['state'], 'compared'>, string>> = {
  added: 'new environment',
  removed: 'environment goes',
  'base-failed': 'before could not be made',
  'head-failed': 'after could not be made',
};
