import fc from 'fast-check';
import { goTrim } from '../../../../lib/distributions/k3s/go-values';
import { optionFor, optionNames, options, type Settings } from '../../../../lib/distributions/k3s/options';
import type { OptionSpec } from '../../../../lib/distributions/k3s/options/option-spec';

/** Valid settings of every type, made from the table; `role` and `unmanaged` narrow what is in them. */
export function anySettings(
  only: { role?: 'server' | 'agent'; unmanaged?: boolean } = {},
): fc.Arbitrary<Settings> {
  const names = optionNames.filter((name) => {
    const spec: OptionSpec = options[name];
    if (spec.secret || (only.unmanaged && spec.managed !== undefined)) return false;
    return only.role === undefined || optionFor(spec, only.role);
  });
  const values = Object.fromEntries(names.map((name) => [name, anyValue(options[name])]));
  return fc.record(values, { requiredKeys: [] });
}

/** Words that YAML 1.1, shells or K3s could take for something else. */
const TRAPS = [
  'yes',
  'no',
  'on',
  'off',
  'n',
  'y',
  '~',
  'null',
  'true',
  '0644',
  '0o644',
  '1e3',
  '12:30',
  '1_000',
  '.inf',
  '0x1f',
  '<<',
  '=',
  '2001-01-01',
];
const MARKS = [
  '- a',
  '? a',
  ': a',
  '# a',
  '{a: b}',
  '[a]',
  '*a',
  '&a',
  '!!str a',
  '|',
  '>',
  '%a',
  '@a',
  '`a`',
  "it's",
  '"',
  '--x=y',
  'a\nb: c',
  'a\u2028b',
  '\u0085x',
  '\ufeffx',
  '\u007fx',
  'é🚀',
];

// K3s trims every value, and takes an empty one for a given one, so neither is a valid value.
const anyText = fc
  .oneof(fc.constantFrom(...TRAPS, ...MARKS), fc.string({ unit: 'binary' }), fc.string())
  .filter((text) => text !== '' && goTrim(text) === text);

function anyValue(spec: OptionSpec): fc.Arbitrary<unknown> {
  if (spec.type === 'args') return anyArgs;
  if (spec.list === undefined) return anyScalar(spec);
  const item =
    spec.list === 'comma' ? anyScalar(spec).filter((text) => !String(text).includes(',')) : anyScalar(spec);
  return fc.array(item, { minLength: 1, maxLength: 4 });
}

function anyScalar(spec: OptionSpec): fc.Arbitrary<unknown> {
  switch (spec.type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: spec.range?.[0] ?? 0, max: spec.range?.[1] ?? 1_000_000 });
    case 'enum':
      return fc.constantFrom(...(spec.values ?? []));
    case 'path':
      return anyText.map((text) => `/${text}`);
    case 'ip':
      return fc.oneof(fc.ipV4(), fc.ipV6().filter(isPlainIpv6));
    case 'cidr':
      return fc
        .tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }))
        .map(([address, bits]) => `${address}/${bits}`);
    case 'duration':
      return fc
        .tuple(fc.integer({ min: 1, max: 999 }), fc.constantFrom('s', 'm', 'h'))
        .map((parts) => parts.join(''));
    case 'octal':
      return fc.integer({ min: 0, max: 0o777 }).map((mode) => mode.toString(8).padStart(4, '0'));
    case 'port-range':
      return fc.integer({ min: 1, max: 60_000 }).map((port) => `${port}-${port + 1000}`);
    default:
      return anyText;
  }
}

const argText = fc.oneof(fc.constant(''), anyText);
const anyArgs = fc.dictionary(
  fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9][+-]?$/),
  fc.oneof(argText, fc.boolean(), fc.integer(), fc.array(argText, { minLength: 2, maxLength: 3 })),
  { minKeys: 1, maxKeys: 4 },
);

function isPlainIpv6(address: string): boolean {
  return !address.includes('.');
}
