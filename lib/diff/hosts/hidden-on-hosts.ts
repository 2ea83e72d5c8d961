import type { Synthesis } from '../../synthesis/synthesis';
import { hiddenData, type Hider } from '../compared-object';
import type { HiddenValues } from '../hidden-value';
import { isSecretValue, looksSecret } from '../secret-looking';
import { withoutAnySecret } from '../secret-text';

/** Data of a host, such as a configuration file or an option, with each value that looks like a secret as a hidden value. Holes stay as they are. */
export function hiddenOnHost<T>(data: T, hidden: HiddenValues): T {
  return hiddenData(data, {
    hide: (text) => hidden.hide(text),
    mark: (text) => hidden.mark(text),
    isSecret,
  });
}

/** Likewise with a mark in the place of such a value, for what becomes text. */
export function markedOnHost<T>(data: T, hidden: HiddenValues): T {
  const mark = (text: string): string => hidden.mark(text);
  return hiddenData(data, { hide: mark, mark, isSecret });
}

/**
 * Takes what looks like a secret out of lines that somebody else wrote about two states: by its form, and because it stands in an option, a label or a
 * variable of a command whose name says so.
 */
export function withoutHostSecrets(
  states: readonly (Synthesis | undefined)[],
  markOf: (secret: string) => string,
): (line: string) => string {
  const secrets = [...new Set(states.flatMap((state) => (state === undefined ? [] : secretsOf(state))))];
  secrets.sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return (line) => {
    const found = secrets.filter((secret) => line.includes(secret));
    return withoutAnySecret(
      found.reduce((text, secret) => text.replace(wholeWord(secret), () => markOf(secret)), line),
      markOf,
    );
  };
}

function secretsOf(synthesis: Synthesis): readonly string[] {
  const known = secretsIn.get(synthesis);
  if (known !== undefined) return known;
  const found: string[] = [];
  const hider: Hider = {
    hide: (text) => (found.push(text), text),
    mark: (text) => (found.push(text), text),
    isSecret,
  };
  for (const { settings, labels, annotations } of synthesis.hosts)
    hiddenData([settings, labels, annotations], hider);
  for (const { script } of synthesis.graph.steps) if (script !== undefined) hiddenData(script.values, hider);
  secretsIn.set(synthesis, found);
  return found;
}

/** Registries and VPNs have their logins under names of their own. */
function isSecret(name: string, text: string): boolean {
  return looksSecret(name, text) || (LOGIN_NAME.test(name) && isSecretValue(text.trim()));
}

/** `auth` as in a registry: user and password in base64. */
const LOGIN_NAME = /^(?:auth|basic[_-]?auth|vpn-auth|join[_-]?key)$/i;

/** Not in the middle of another word. */
function wholeWord(text: string): RegExp {
  const escaped = text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(`(?<![\\w-])${escaped}(?![\\w-])`, 'g');
}

const secretsIn = new WeakMap<Synthesis, readonly string[]>();
