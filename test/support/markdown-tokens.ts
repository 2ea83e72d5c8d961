import MarkdownIt from 'markdown-it';

/** A piece of a page, as a parser of Markdown sees it. */
export interface MarkdownToken {
  readonly type: string;
  readonly tag: string;
  readonly level: number;
  readonly content: string;
  readonly markup: string;
  readonly attrs: readonly (readonly [string, string | number])[];
}

const parser = new MarkdownIt({ html: true, linkify: true });

/** Blocks of a page, in order. */
export function blockTokens(page: string): MarkdownToken[] {
  return parser.parse(page, {}).map(tokenOf);
}

/** What stands inside of its blocks, in order. */
export function inlineTokens(page: string): MarkdownToken[] {
  return parser.parse(page, {}).flatMap((token) => (token.children ?? []).map(tokenOf));
}

type Token = ReturnType<typeof parser.parse>[number];

function tokenOf({ type, tag, level, content, markup, attrs }: Token): MarkdownToken {
  return { type, tag, level, content, markup, attrs: attrs ?? [] };
}
