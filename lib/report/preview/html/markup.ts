import { escapeHtml } from './escape-html';

/** HTML that is safe to write. Only {@link markup} makes it of text, and escapes what is put in. */
export class Markup {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

/** What can be put into {@link markup}: text is escaped, markup is not, lists are joined, and nothing stands for `undefined` and `false`. */
export type Content = Markup | string | number | undefined | false | readonly Content[];

/** HTML of a template: whatever stands in `${}` is escaped, but for other markup. */
export function markup(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let text = strings[0] ?? '';
  values.forEach((value, index) => {
    text += textOf(value) + (strings[index + 1] ?? '');
  });
  return new Markup(text);
}

/** Parts with something between them. */
export function joined(parts: readonly Content[], separator: Content): Markup {
  return markup`${parts.map((part, index) => (index === 0 ? part : [separator, part]))}`;
}

function textOf(value: Content): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  return value.map(textOf).join('');
}
