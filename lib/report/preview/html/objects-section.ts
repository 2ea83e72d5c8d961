import { idText, kindOf, type ObjectId } from '../../../diff/object-id';
import type { Column, ObjectBlock } from '../../../diff/report';
import { counted } from '../../words';
import { foldsText } from '../words';
import { environmentChips, filterAttributes, kindBadge, levelBadge, originLine } from './badges';
import { fieldLines } from './field-lines';
import { markup, type Content, type Markup } from './markup';
import type { PageContext } from './page-context';
import { prose } from './prose';
import { textDiff } from './text-diff';

/** Every object that comes, goes or differs: as lines, and as YAML. */
export function objectsSection(context: PageContext): Markup | undefined {
  const { objects } = context.report;
  if (objects.length === 0) return undefined;
  return markup`<section id="objects" aria-labelledby="objects-title" data-list="object"><h2 id="objects-title">Objects <span class="count">${objects.length}</span></h2>
<p class="tools js"><button type="button" data-open="all">Expand all</button> <button type="button" data-open="none">Collapse all</button></p>
${context.limits.changesOnly && markup`<p class="muted">There are so many objects that lines which stay are left out of this page.</p>`}
${objects.map((block, index) => objectArticle(block, index, context))}
<p class="nothing" hidden>No object matches the filters.</p></section>`;
}

function objectArticle(block: ObjectBlock, index: number, context: PageContext): Markup {
  const { id, kind, replaced, level, environments, fields } = block;
  const open = level === 'block' || level === 'high';
  return markup`<article class="item ${level}" id="object-${index + 1}" data-item ${filterAttributes({ environments, level, kind: id.kind }, context.environments)}>
<details${open && index < OPEN_AT_FIRST && ' open'}><summary>${level !== 'routine' && levelBadge(level)} ${kindBadge(kind, replaced)} <h3>${nameOf(id)}</h3> <span class="envs">${environmentChips(environments)}</span><span class="amount">${amount(fields.length)}</span></summary>
<div class="body">${facts(block, context)}${risks(block, context)}${columns(block, context.report.columns)}${fieldLines(fields)}${yaml(block, context)}</div></details></article>
`;
}

function nameOf(id: ObjectId): Markup {
  const { kind, namespace, name, cluster } = id;
  return markup`<span class="kind" title="${kindOf(id)}">${kind}</span> <span class="name">${namespace !== undefined && `${namespace}/`}${name}</span>${
    cluster !== undefined && markup` <span class="muted">in ${cluster}</span>`
  }`;
}

const amount = (fields: number): string => (fields === 0 ? '' : counted(fields, 'field'));

function facts(block: ObjectBlock, { options }: PageContext): Content {
  const { formerId, replaced, differsIn, summary, folds, origin, kind } = block;
  const folded = foldsText(folds);
  return [
    originLine(origin, options),
    replaced &&
      markup`<p class="callout block">The API server refuses this update: the object has to be deleted and made again.</p>`,
    formerId !== undefined &&
      markup`<p>Was <strong>${idText(formerId)}</strong> before. To the API server that is a deletion and a creation.</p>`,
    summary !== '' &&
      (kind === 'added' || kind === 'removed') &&
      markup`<p>${kind === 'added' ? 'Comes' : 'Goes'}: ${prose(summary)}</p>`,
    differsIn.length > 0 &&
      markup`<p>Differs in another way, or not at all, in ${environmentChips(differsIn)}</p>`,
    folded !== '' && markup`<p class="muted">Folded here: ${folded}</p>`,
  ];
}

function risks(block: ObjectBlock, { risksOf }: PageContext): Content {
  return risksOf(block).map(
    (risk) =>
      markup`<p class="callout ${risk.level}">${levelBadge(risk.level)} <strong>${prose(risk.title)}</strong>: ${prose(risk.what)}. ${prose(
        risk.onApply,
      )} ${risk.waived === undefined ? prose(risk.fix) : `Waived until ${risk.waived.until}: ${risk.waived.reason}`}</p>`,
  );
}

function columns(block: ObjectBlock, known: readonly Column[] = []): Content {
  return Object.entries(block.columns ?? {}).map(([column, said]) => {
    const title = known.find(({ id }) => id === column)?.title ?? column;
    return markup`<p><strong>${title}</strong>: ${said}</p>`;
  });
}

function yaml({ yaml: { before, after }, id }: ObjectBlock, { limits }: PageContext): Content {
  if (before === undefined && after === undefined) return undefined;
  const whole = before === undefined || after === undefined;
  return markup`<details class="yaml"><summary>YAML <span class="muted">${yamlWords(before, after)}</span></summary>${
    limits.changesOnly && whole && (before ?? after ?? '').length > LONGEST_WHOLE
      ? markup`<p class="muted">Too long for this page.</p>`
      : markup`<div class="code" data-title="${idText(id)}">${textDiff(before, after, limits)}</div>`
  }</details>`;
}

function yamlWords(before: string | undefined, after: string | undefined): string {
  if (before === undefined) return 'as it will be';
  return after === undefined ? 'as it was' : 'before and after';
}

/** Objects with a great risk that are open when the page is. */
const OPEN_AT_FIRST = 10;

/** Characters of an object that comes or goes, in a page that is too large otherwise. */
const LONGEST_WHOLE = 4_000;
