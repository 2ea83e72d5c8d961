import { goFloat, goInteger, goTrim } from './go-values';

/** What K3s makes of one scalar of config.yaml: its kind, and the text it hands on as the flag's value. */
export interface YamlScalar {
  readonly kind: 'string' | 'integer' | 'float' | 'boolean' | 'null';

  /** Trimmed, as `--key=text` gets it. */
  readonly text: string;
}

/**
 * Reads an unquoted scalar as `gopkg.in/yaml.v2` 2.4 does, which K3s uses: YAML 1.1 booleans and octal numbers, but no
 * base 60, and dates stay text (its `resolve.go`); then formats it as Go's `fmt.Sprint` does.
 */
export function readPlainScalar(source: string): YamlScalar {
  if (WORDS.has(source)) return WORDS.get(source) as YamlScalar;
  if (/^[-+0-9]/.test(source)) {
    const digits = source.replaceAll('_', '');
    const integer = goInteger(digits);
    if (integer !== undefined) return { kind: 'integer', text: integer.toString() };
    if (FLOAT.test(digits)) return { kind: 'float', text: goFloat(Number(digits)) };
  }
  if (/^\./.test(source) && FLOAT.test(source)) return { kind: 'float', text: goFloat(Number(source)) };
  return { kind: 'string', text: goTrim(source) };
}

const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

const WORDS: ReadonlyMap<string, YamlScalar> = new Map([
  ...spellings(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'], 'boolean', 'true'),
  ...spellings(
    ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'],
    'boolean',
    'false',
  ),
  ...spellings(['', '~', 'null', 'Null', 'NULL'], 'null', ''),
  ...spellings(['.nan', '.NaN', '.NAN'], 'float', 'NaN'),
  ...spellings(['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'], 'float', '+Inf'),
  ...spellings(['-.inf', '-.Inf', '-.INF'], 'float', '-Inf'),
]);

function spellings(words: string[], kind: YamlScalar['kind'], text: string): [string, YamlScalar][] {
  return words.map((word) => [word, { kind, text }]);
}
