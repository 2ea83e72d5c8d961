/**
 * Text as it may stand in HTML, between tags and in quoted attributes. Characters that nobody sees, or that turn the direction of what
 * follows, are shown as escapes; lines and tabs stay.
 */
export function escapeHtml(text: string): string {
  return text.replace(UNSEEN, shown).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

function shown(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Control and format characters (bidirectional and zero-width ones among them), line separators, lone surrogates and noncharacters. */
const UNSEEN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\ufffe\uffff\u115f\u1160\u3164\uffa0]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
