import { K3stackError } from '../../errors';
import type { ArgMap, ArgValue } from './options';

/**
 * `key=value` lines for an `*-arg` option, sorted by key; values given as a list keep their order.
 *
 * @throws K3stackError `INVALID_ARGUMENT_NAME` for a name that would not stay a name: empty, with `=`, or with leading `-`.
 */
export function renderArgs(args: ArgMap): string[] {
  return Object.keys(args)
    .sort()
    .flatMap((name) => {
      if (!isArgName(name)) {
        throw new K3stackError(
          'INVALID_ARGUMENT_NAME',
          `argument name must be letters, digits, '-', '_' and '.', without leading '--', got ${JSON.stringify(name)}; write 'max-pods'`,
        );
      }
      return valuesOf(args[name]).map((value) => `${name}=${value}`);
    });
}

/**
 * The map for `key=value` lines as K3s reads them: leading `--` dropped, no `=` means `true`, a repeated key is a list.
 * All values are strings.
 */
export function parseArgs(lines: readonly string[]): ArgMap {
  const map: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const line of lines) {
    const [name = '', value] = splitOnce(line.startsWith('--') ? line.slice(2) : line, '=');
    const earlier = map[name];
    map[name] = earlier === undefined ? (value ?? 'true') : [earlier, value ?? 'true'].flat();
  }
  return { ...map };
}

/** Whether a word can be an argument's name; K3s gives a final `+` or `-` the meaning "append" or "prepend". */
export function isArgName(word: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*[+-]?$/.test(word);
}

function valuesOf(value: ArgValue | undefined): readonly (string | number | boolean)[] {
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [value];
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
