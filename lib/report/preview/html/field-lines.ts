import type { ReportedField } from '../../../diff/reported-fields';
import { toYaml } from '../../../yaml';
import { markup, type Content, type Markup } from './markup';
import { pathMarkup } from './path-markup';
import { ALL_LINES, textDiff } from './text-diff';

/** What differs, a path and its values each. */
export function fieldLines(fields: readonly ReportedField[]): Markup | undefined {
  if (fields.length === 0) return undefined;
  return markup`<dl class="fields">${fields.map(fieldLine)}</dl>`;
}

function fieldLine(field: ReportedField): Markup {
  return markup`<div class="field ${field.op}"><dt>${pathMarkup(field.path)} <span class="fop">${OPS[field.op]}</span></dt><dd>${values(field)}</dd></div>`;
}

function values({ op, before, after }: ReportedField): Content {
  const from = op === 'add' ? undefined : valueText(before);
  const to = op === 'remove' ? undefined : valueText(after);
  if (isLong(from) || isLong(to)) return textDiff(cut(from), cut(to), ALL_LINES);
  return [
    from !== undefined && markup`<del>${from}</del>`,
    from !== undefined && to !== undefined && markup` <span class="arrow" aria-hidden="true">→</span> `,
    to !== undefined && markup`<ins>${to}</ins>`,
  ];
}

function valueText(value: unknown): string {
  if (value === undefined) return '(none)';
  if (typeof value === 'string') return value === '' ? '""' : value;
  const short = JSON.stringify(value) ?? '(none)';
  return typeof value !== 'object' || short.length <= SHORT ? short : toYaml(JSON.parse(short));
}

const isLong = (text: string | undefined): boolean =>
  text !== undefined && (text.includes('\n') || text.length > LINE);

function cut(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST)}\n… ${text.length - LONGEST} more characters`;
}

const OPS: Readonly<Record<ReportedField['op'], string>> = {
  add: 'added',
  remove: 'removed',
  replace: 'changed',
  reorder: 'reordered',
};

/** Characters up to which a map or list stays on one line. */
const SHORT = 80;

const LINE = 400;

/** Characters of a value that are shown; the YAML has all of it. */
const LONGEST = 20_000;
