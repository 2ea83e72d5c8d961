import { markup, type Markup } from './markup';

/** Text whose `code` stands in backticks, with arrows that do not break. */
export function prose(text: string): Markup {
  const parts = text.split(/`([^`\n]+)`/);
  return markup`${parts.map((part, index) =>
    index % 2 === 1 ? markup`<code>${part}</code>` : part.replaceAll(' -> ', ' → '),
  )}`;
}
