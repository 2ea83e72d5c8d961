import { subjectText } from '../../../diff/reported-risks';
import type { Risk } from '../../../diff/report';
import { environmentChips, filterAttributes, levelBadge, linked, originLine } from './badges';
import { markup, type Markup } from './markup';
import type { PageContext } from './page-context';
import { pathMarkup } from './path-markup';
import { prose } from './prose';

/** Every risk with what happens when it is applied and what to do. Roles are written out, as narrow screens show rows as blocks. */
export function risksSection(context: PageContext): Markup | undefined {
  const { risks } = context.report;
  if (risks.length === 0) return undefined;
  const columns = ['Risk', 'Where', 'What happens on apply', 'What to do'];
  return markup`<section id="risks" aria-labelledby="risks-title" data-list="risk"><h2 id="risks-title">Risks <span class="count">${risks.length}</span></h2>
<table class="stack" role="table" aria-labelledby="risks-title"><thead role="rowgroup"><tr role="row">${columns.map(
    (column) => markup`<th scope="col" role="columnheader">${column}</th>`,
  )}</tr></thead>
<tbody role="rowgroup">${risks.map((risk) => riskRow(risk, context))}</tbody></table>
<p class="nothing" hidden>No risk matches the filters.</p></section>`;
}

function riskRow(risk: Risk, context: PageContext): Markup {
  const { options, environments, anchorOf } = context;
  const anchor = anchorOf(risk);
  const kind = risk.subject.type === 'object' ? risk.subject.id.kind : 'Host';
  const subject = subjectText(risk.subject);
  return markup`<tr role="row" class="${risk.waived !== undefined && 'waived'}" data-item ${filterAttributes({ ...risk, kind }, environments)}>
<td role="cell">${levelBadge(risk.level)} <strong>${prose(risk.title)}</strong><p class="why">${prose(risk.reason)}</p><p class="rule">${linked(
    risk.rule,
    options.docs?.(risk.docs),
  )}</p></td>
<td role="cell">${anchor === undefined ? subject : markup`<a href="#${anchor}">${subject}</a>`}${
    risk.field !== undefined && markup`<p>${pathMarkup(risk.field)}</p>`
  }<p>${prose(risk.what)}</p><p>${environmentChips(risk.environments)}</p>${originLine(risk.origin, options)}</td>
<td role="cell" data-label="What happens on apply">${prose(risk.onApply)}</td>
<td role="cell" data-label="What to do">${prose(risk.fix)}${
    risk.waived !== undefined &&
    markup`<p class="waiver">Waived until ${risk.waived.until}: ${risk.waived.reason}</p>`
  }</td></tr>`;
}
