/**
 * Whether text looks like a secret that should not stand where it stands: a private key, a token of a known form, a login in an address, or
 * any text under a name that says password or token.
 *
 * Forms of tokens: https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats,
 * https://docs.gitlab.com/security/tokens/#token-prefixes, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
 */
export function looksSecret(name: string, text: string): boolean {
  if (text.length < SHORTEST) return false;
  return SECRET_TEXT.test(text) || (isSecretName(name) && isSecretValue(text.trim()));
}

/** Whether what stands under a name is a password or a token. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !REFERENCE_NAME.test(name);
}

/** Whether text under such a name can be one. */
export function isSecretValue(text: string): boolean {
  return text.length >= SHORTEST && !NO_SECRET.test(text);
}

/** Characters. */
const SHORTEST = 4;

/** Private keys, tokens of a known form and logins in addresses. */
export const SECRET_TEXT =
  /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----|\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_\w{30,}|\bglpat-[\w-]{18,}|\bAKIA[0-9A-Z]{16}\b|\bxox[abprs]-[\w-]{10,}|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}|\bage-secret-key-1[0-9a-z]{50,}|:\/\/[^\s/:@$«»]*:[^\s/:@$«»]+@|\b[\w.-]{1,64}:[^\s/:@$«»]+@tcp\(|"auth\\?" ?: ?\\?"[A-Za-z0-9+/]{8,}={0,2}\\?"|\bBearer (?=\S*\d)[\w.~+/=-]{12,}/i;

/** Such as `DB_PASSWORD`, `apiToken`, `secret-key`, `PASSWORD_1`; not `passwordFile`, `TOKEN_URL` or `secretName`. */
const SECRET_NAME =
  /(?:^|[./_-]|[a-z])(?:pass(?:words?|wd|phrase)?|tokens?|api[_-]?key|secret(?:[_-]?(?:access)?[_-]?key)?|(?:private|access)[_-]?key|credentials?)(?:[_-]?\d{1,4})?$/i;

/** Charts say with these which Secret there is, by its name. */
const REFERENCE_NAME = /(?:existing|image[._-]?pull)[._-]?secret$/i;

/** References, paths, switches and templates are no secrets. A path has two parts, or an ending: base64 may begin with `/`. */
const NO_SECRET =
  /^(?:true|false|\d+|none|null|default|optional|required|\.{0,2}\/[\w.@-]*[/.][\w./@-]*|https?:\/\/\S*|\$\w+|.*(?:\$\(|\$\{|\{\{|«).*)$/i;
