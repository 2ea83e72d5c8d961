import { isSecretName, isSecretValue, SECRET_TEXT } from './secret-looking';

/**
 * A text, such as a configuration file or an argument, with each value under a name that says password or token replaced: `password: …`, `PASSWORD=…`,
 * `"token": "…"`, and the `value` after such a `name`. What is around it stays readable.
 *
 * @param markOf What stands in the place of a value.
 */
export function withoutSecrets(text: string, markOf: (secret: string) => string): string {
  if (!QUICK.test(text)) return text;
  let shown = '';
  let from = 0;
  for (const { at, assigns } of assignments(text)) {
    const found = at < from ? undefined : valueAt(text, at, assigns);
    if (found === undefined || !isSecretValue(found.value)) continue;
    shown += text.slice(from, found.start) + markOf(found.value);
    from = found.start + found.value.length;
  }
  return shown + text.slice(from);
}

/**
 * A text, such as a unit of systemd, without anything in it that looks like a secret: what {@link withoutSecrets} finds, private keys and tokens by their
 * form, the password of a login in an address, and the word after an option that says password or token.
 *
 * @param markOf What stands in the place of a value.
 */
export function withoutAnySecret(text: string, markOf: (secret: string) => string): string {
  const formless = text.replace(PRIVATE_KEY, markOf).replace(FORMS, (found) => {
    const value = (LOGIN.exec(found) ?? AUTH.exec(found))?.[1] ?? found;
    const at = found.lastIndexOf(value);
    return `${found.slice(0, at)}${markOf(value)}${found.slice(at + value.length)}`;
  });
  const optionless = formless.replace(OPTION, (found, before: string, name: string, value: string) =>
    isSecretName(name) && isSecretValue(value) ? `${before}${markOf(value)}` : found,
  );
  return withoutSecrets(optionless, markOf);
}

/** Whether a text is, or holds, a manifest of a Secret: then all in it is one. */
export function holdsSecretObject(text: string): boolean {
  return text.includes('Secret') && SECRET_KIND.test(text) && SECRET_DATA.test(text);
}

interface Assignment {
  /** Where its value begins. */
  readonly at: number;

  /** With `=` a value ends at the next blank; with `:` it has the rest of the line. */
  readonly assigns: boolean;
}

/** In the order of the text. */
function assignments(text: string): Assignment[] {
  const named = [...text.matchAll(NAMED)].flatMap((match): Assignment[] => {
    const assigns = match[1] === '=';
    const before = text.slice(Math.max(0, match.index - LONGEST_NAME), match.index);
    const name = /[\w.-]*$/.exec(before)?.[0] ?? '';
    const word = match[0].replace(/["'\s:=]+$/, '');
    const isKey = assigns || KEY_BEFORE.test(before);
    return isKey && isSecretName(name + word) ? [{ at: match.index + match[0].length, assigns }] : [];
  });
  const variables = [...text.matchAll(VARIABLE)].flatMap((match): Assignment[] =>
    isSecretName(match[1] ?? '') ? [{ at: match.index + match[0].length, assigns: false }] : [],
  );
  return [...named, ...variables].sort((a, b) => a.at - b.at);
}

function valueAt(
  text: string,
  at: number,
  assigns: boolean,
): { readonly start: number; readonly value: string } | undefined {
  const quote = QUOTED.exec(text.slice(at, at + 2))?.[0];
  const start = at + (quote?.length ?? 0);
  const pattern = quote === undefined ? (assigns ? WORD : PLAIN) : UNTIL_QUOTE[quote];
  if (pattern === undefined) return undefined;
  pattern.lastIndex = start;
  const value = pattern.exec(text)?.[0].trimEnd();
  return value === undefined || value === '' ? undefined : { start, value };
}

const PRIVATE_KEY =
  /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----[\s\S]*?(?:-----END (?:[A-Z]+ )*PRIVATE KEY-----|$)/g;

const FORMS = new RegExp(SECRET_TEXT.source, 'gi');
const LOGIN = /:([^:@]+)@(?:tcp\()?$/;
const AUTH = /"([A-Za-z0-9+/]+={0,2})\\?"$/;

/** `--token VALUE`, the value in quotes or not. */
const OPTION = /(--?([\w-]{1,100})[ \t]{1,8}["']?)([^\s"'\\-][^\s"'\\]*)/g;

const QUICK = /pass|token|secret|key|credential/i;

/** Ends of names that {@link isSecretName} may know, with what parts them from a value. */
const NAMED =
  /(?:pass(?:word|wd|phrase)?|tokens?|key|secret|credentials?)(?:[_-]?\d{1,4})?\\?["']?[ \t]{0,4}(=(?!=)|:(?!:|\/\/))[ \t]{0,8}/gi;
const VARIABLE =
  /\bname\\?["']?[ \t]{0,4}:[ \t]{0,8}\\?["']?([\w.-]{1,100})\\?["']?[ \t]{0,4},?\s{1,64}["']?value["']?[ \t]{0,4}:[ \t]{0,8}|\bname\\?":\\?"([\w.-]{1,100})\\?",\\?"value\\?":/g;

/** A key stands first in its line, or in a map of one line: `the token: …` is prose. */
const KEY_BEFORE = /(?:^|[\n{,])[ \t]*(?:- +)*\\?["']?[\w.-]*$/;
const LONGEST_NAME = 100;

const QUOTED = /^(?:\\?"|')/;
const UNTIL_QUOTE: Readonly<Record<string, RegExp>> = {
  '"': /(?:[^"\\\n]|\\.)*/y,
  '\\"': /[^"\\\n]*/y,
  "'": /[^'\n]*/y,
};
const WORD = /[^\s"'&;,|)]+/y;

/** To the end of the line or its comment; prose, which has blanks, is none. */
const PLAIN = /[^\s,{}[\]"']+(?=[ \t]*(?:$|[\n\r,}]|\\n| #))/my;

const SECRET_KIND = /(?:^|[\n{,])[ \t]*(?:- +)?\\?["']?kind\\?["']?[ \t]*:[ \t]*\\?["']?Secret(?:List)?\b/;
const SECRET_DATA = /(?:^|[\n{,])[ \t]*\\?["']?(?:stringData|data)\\?["']?[ \t]*:/;
