import { K3stackError } from '../../errors';
import { quoteYaml } from '../../yaml';
import { renderArgs } from './args';
import { hasHalfCharacter } from './option-format';
import { options, type ArgMap, type Settings } from './options';

/**
 * The bytes of config.yaml: one key per setting, keys sorted, all strings in double quotes, `*-arg` maps as lists of
 * `key=value`. Empty strings, lists and maps are left out, because K3s takes an empty value for a given one.
 * The same settings give the same bytes, whatever the order of keys and whatever the version of k3stack.
 *
 * @throws K3stackError `INVALID_SETTING_TEXT` for text with half a surrogate pair, which no file can hold.
 * @throws K3stackError `INVALID_ARGUMENT_NAME` as {@link renderArgs}.
 */
export function renderConfig(settings: Settings): string {
  return Object.entries(settings)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => renderSetting(key, value))
    .join('');
}

type Rendered = boolean | number | string | readonly string[] | ArgMap | undefined;

function renderSetting(key: string, value: Rendered): string {
  if (value === undefined || value === '') return '';
  if (typeof value !== 'object') return `${quoteKey(key)}: ${renderScalar(value)}\n`;
  const items = isList(value) ? value.filter((item) => item !== '') : renderArgs(value);
  if (items.length === 0) return '';
  return `${quoteKey(key)}:\n${items.map((item) => `  - ${renderScalar(item)}\n`).join('')}`;
}

function isList(value: readonly string[] | ArgMap): value is readonly string[] {
  return Array.isArray(value);
}

function renderScalar(value: boolean | number | string): string {
  return typeof value === 'string' ? quoteText(value) : String(value);
}

// A bare `y`, `on` or `1` is no text in YAML 1.1; names of options are words, but for the one-letter ones.
function quoteKey(key: string): string {
  return Object.hasOwn(options, key) && key.length > 1 ? key : quoteText(key);
}

/** A double-quoted scalar that every YAML version reads the same. */
function quoteText(text: string): string {
  if (hasHalfCharacter(text)) {
    throw new K3stackError('INVALID_SETTING_TEXT', `text must be valid Unicode, got ${JSON.stringify(text)}`);
  }
  return quoteYaml(text);
}
