/** What stands where a secret was. */
export const MASK = '***';

/**
 * Text without what looks like a secret: tokens of K3s, private keys, passwords in URLs and settings, cloud credentials, web tokens. A second pass
 * over what a host masked already.
 *
 * @returns The text, and how many places were covered.
 */
export function masked(text: string): { readonly text: string; readonly count: number } {
  let count = 0;
  const cover = (...parts: readonly (string | undefined)[]): string => {
    count++;
    return parts.map((part) => part ?? '').join(MASK);
  };
  const result = text
    .replace(PRIVATE_KEY, (_, begin: string, end: string) => cover(`${begin}\n`, `\n${end}`))
    .replace(K3S_TOKEN, () => cover('', ''))
    .replace(URL_PASSWORD, (whole, before: string, password: string) =>
      password === MASK ? whole : cover(before, '@'),
    )
    .replace(BEARER, (whole, before: string, value: string) => (value === MASK ? whole : cover(before, '')))
    .replace(SETTING, (whole, before: string, value: string, quote: string) =>
      HARMLESS.test(value) ? whole : cover(before, quote),
    )
    .replace(WEB_TOKEN, () => cover('', ''))
    .replace(AWS_KEY, () => cover('', ''));
  return { text: result, count };
}

const PRIVATE_KEY = /(-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----)[\s\S]*?(-----END [A-Z0-9 ]*PRIVATE KEY-----)/g;
const K3S_TOKEN = /\bK10[0-9a-f]{64}::[^\s"']+/g;
const URL_PASSWORD = /([a-z][a-z0-9+.-]*:\/\/[^\s/:@"']*:)([^\s/"']+)@/gi;
const BEARER = /(\b(?:Bearer|Basic) )([A-Za-z0-9+/._~=*-]{8,})/g;

/** `--token=x`, `K3S_TOKEN="x"`, `password: x`, `"client-key-data": "x"`. */
const SETTING =
  /((?:[\w.-]*(?:token|password|passwd|passphrase|secret|secret[_-]?key|access[_-]?key(?:[_-]id)?|client-key-data|datastore[_-]endpoint|api[_-]?key))["']?\s*[=:]\s*["']?)([^\s"',;]+)(["']?)/gi;
const WEB_TOKEN = /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g;
const AWS_KEY = /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g;

/** Values that tell nothing: what is masked already, paths of files, and words of settings. */
const HARMLESS = /^(?:\*\*\*.*|\/[\w./-]+|true|false|yes|no|none|null|\d{1,5}|\[\]|\{\})$/;
