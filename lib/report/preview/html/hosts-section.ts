import type { HostBlock, HostFileBlock } from '../../../diff/host-report';
import { costBadge, environmentChips, filterAttributes, kindBadge, levelBadge, originLine } from './badges';
import { fieldLines } from './field-lines';
import { markup, type Content, type Markup } from './markup';
import type { PageContext } from './page-context';
import { prose } from './prose';
import { partCost } from '../words';
import { rolloutView } from './rollout-view';
import { ALL_LINES, textDiff } from './text-diff';

/** Hosts that come, go or change, what that costs them, and in which order they are changed. */
export function hostsSection(context: PageContext): Markup | undefined {
  const { hosts, rollouts } = context.report;
  if (hosts.length === 0 && rollouts.length === 0) return undefined;
  return markup`<section id="hosts" aria-labelledby="hosts-title" data-list="host"><h2 id="hosts-title">Hosts <span class="count">${hosts.length}</span></h2>
${rollouts.map((rollout, index) => rolloutView(rollout, index, context.environments))}
${hosts.map((block, index) => hostArticle(block, index, context))}
<p class="nothing" hidden>No host matches the filters.</p></section>`;
}

function hostArticle(block: HostBlock, index: number, { options, environments }: PageContext): Markup {
  const { cluster, host, role, kind, level, disruption, reason, properties, steps, files, origin } = block;
  return markup`<article class="item ${level}" id="host-${index + 1}" data-item ${filterAttributes({ ...block, kind: 'Host' }, environments)}>
<details${level !== 'routine' && index < OPEN_AT_FIRST && ' open'}><summary>${level !== 'routine' && levelBadge(level)} ${kindBadge(kind)} <h3><span class="kind">${role}</span> <span class="name">${cluster}/${host}</span></h3> ${costBadge(disruption)} <span class="envs">${environmentChips(block.environments)}</span></summary>
<div class="body">${originLine(origin, options)}${reason !== '' && markup`<p>${prose(reason)}</p>`}${settingsTable('Properties', properties, block)}${settingsTable('Options', block.options, block)}${files.map((file) => fileView(file, block))}${steps.length > 0 && markup`<p><strong>Commands that run</strong></p><ul class="steps">${steps.map((step) => markup`<li><code>${step}</code></li>`)}</ul>`}</div></details></article>
`;
}

function settingsTable(title: string, settings: HostBlock['options'], block: HostBlock): Content {
  if (settings.length === 0) return undefined;
  return markup`<div class="scroll" tabindex="0" role="group" aria-label="${`${title} of ${block.cluster}/${block.host}, table`}"><table class="plain"><caption>${title}</caption><thead><tr><th scope="col">Name</th><th scope="col">Before</th><th scope="col">After</th><th scope="col">Disruption</th></tr></thead>
<tbody>${settings.map((setting) => settingRow(setting, block))}</tbody></table></div>`;
}

function settingRow(setting: HostBlock['options'][number], block: HostBlock): Markup {
  const { name, before, after, disruption, applies, why } = setting;
  const note = [applies, why].filter((part) => part !== undefined).join(': ');
  return markup`<tr><th scope="row"><code>${name}</code></th><td><del>${before}</del></td><td><ins>${after}</ins></td><td>${costBadge(partCost(disruption, block))}${
    note !== '' && markup`<p class="muted">${prose(note)}</p>`
  }</td></tr>`;
}

function fileView(file: HostFileBlock, block: HostBlock): Markup {
  const { path, kind, what, disruption, fields, before, after } = file;
  const hasText = before !== undefined || after !== undefined;
  return markup`<div class="file"><p>${kindBadge(kind)} <code>${path}</code> ${costBadge(partCost(disruption, block))}${
    what.length > 0 && markup` <span class="muted">${what.join(', ')}</span>`
  }</p>${fields !== undefined && fieldLines(fields)}${
    hasText &&
    markup`<details class="yaml"><summary>Text <span class="muted">of ${path}</span></summary><div class="code" data-title="${path}">${textDiff(before, after, ALL_LINES)}</div></details>`
  }</div>`;
}

/** Hosts with a risk that are open when the page is. */
const OPEN_AT_FIRST = 4;
