import { markup, type Markup } from './markup';

/** Path of a field. A long one breaks before a dot or a bracket. */
export function pathMarkup(path: string): Markup {
  const parts = path.split(/(?<=[^.[])(?=[.[])/);
  return markup`<code>${parts.map((part, index) => (index === 0 ? part : [markup`<wbr>`, part]))}</code>`;
}
