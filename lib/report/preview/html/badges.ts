import type { ChangeCost } from '../../../distributions/change-costs';
import type { Origin } from '../../../diff/object-change';
import type { RiskLevel } from '../../../diff/rules/risk-rule';
import { markup, type Content, type Markup } from './markup';
import type { PreviewHtmlOptions } from './preview-html-options';

/** Level of a risk as a coloured word. */
export function levelBadge(level: RiskLevel | 'none'): Markup {
  return markup`<span class="badge ${level}">${LEVEL_WORDS[level]}</span>`;
}

/** What becomes of an object or a host: a sign and a word. */
export function kindBadge(kind: ChangeKind, replaced = false): Markup {
  const word = replaced ? 'replaced' : kind;
  return markup`<span class="op ${word}">${word}</span>`;
}

/** What a change costs a host, in words. */
export function costBadge(cost: ChangeCost): Markup {
  return markup`<span class="cost ${cost}">${COST_WORDS[cost]}</span>`;
}

/** Names of environments, each in a box. */
export function environmentChips(names: readonly string[]): Content {
  return names.map((name) => markup`<span class="chip">${environmentName(name)}</span> `);
}

/** Manifests that belong to no environment have a name as well. */
export function environmentName(name: string): string {
  return name === '' ? 'manifests' : name;
}

/** Construct path, and file and line, with a link where there is an address. */
export function originLine(origin: Origin, { link }: PreviewHtmlOptions): Content {
  const place =
    origin.file === undefined
      ? undefined
      : `${origin.file}${origin.line === undefined ? '' : `:${origin.line}`}`;
  if (place === undefined && origin.path === undefined) return undefined;
  return markup`<p class="origin">${origin.path !== undefined && markup`<code>${origin.path}</code> `}${
    place !== undefined && linked(place, link?.(origin))
  }</p>`;
}

/** A text, as a link where its address is one of the web. */
export function linked(text: string, address: string | undefined): Markup {
  if (address === undefined || !/^https?:\/\/[^\s]+$/i.test(address)) return markup`<code>${text}</code>`;
  return markup`<a href="${address}" rel="noreferrer"><code>${text}</code></a>`;
}

/** Attributes that filters read. Environments are named by their place in `environments`, as names may hold anything. */
export function filterAttributes(
  item: { readonly environments: readonly string[]; readonly level: RiskLevel; readonly kind: string },
  environments: readonly string[],
): Markup {
  const places = item.environments.map((name) => environments.indexOf(name)).filter((place) => place >= 0);
  return markup`data-env="${places.join(' ')}" data-level="${item.level}" data-kind="${item.kind}"`;
}

/** What becomes of an object or a host. */
export type ChangeKind = 'added' | 'removed' | 'changed' | 'renamed';

/** Levels in words. */
export const LEVEL_WORDS: Readonly<Record<RiskLevel | 'none', string>> = {
  block: 'Block',
  high: 'High',
  caution: 'Caution',
  routine: 'Routine',
  none: 'No change',
};

const COST_WORDS: Readonly<Record<ChangeCost, string>> = {
  none: 'no disruption',
  live: 'applied live',
  restart: 'restart',
  'drain-restart': 'drain and restart',
  replace: 'replace',
  refused: 'refused',
};
