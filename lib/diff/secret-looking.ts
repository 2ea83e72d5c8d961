/**
 * Whether text looks like a secret that should not stand where it stands: a private key, a token of a known form, a login in an address, or
 * any text under a name that says password or token.
 *
 * Forms of tokens: https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats,
 * https://docs.gitlab.com/security/tokens/#token-prefixes, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
 */
export function looksSecret(name: string, text: string): boolean {
  if (text.length < 4) return false;
  if (SECRET_TEXT.test(text)) return true;
  return SECRET_NAME.test(name) && !NO_SECRET.test(text) && !text.includes('\n');
}

const SECRET_TEXT =
  /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----|\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_\w{30,}|\bglpat-[\w-]{18,}|\bAKIA[0-9A-Z]{16}\b|\bxox[abprs]-[\w-]{10,}|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}|\bage-secret-key-1[0-9a-z]{50,}|:\/\/[^\s/:@$]+:[^\s/:@$]+@/i;

/** Such as `DB_PASSWORD`, `apiToken`, `secret-key`; not `passwordFile`, `TOKEN_URL` or `secretName`. */
const SECRET_NAME =
  /(?:^|[._-]|[a-z])(?:pass(?:word|wd|phrase)?|token|api[_-]?key|secret(?:[_-]?(?:access)?[_-]?key)?|private[_-]?key|credentials?)$/i;

/** References, paths, switches and templates are no secrets. */
const NO_SECRET =
  /^(?:true|false|\d+|none|null|default|optional|required|(?:\.{0,2}\/|https?:\/\/)\S*|.*(?:\$\(|\$\{|\{\{|«).*)$/i;
