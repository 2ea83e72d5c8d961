import * as ipaddr from 'ipaddr.js';
import { nearest } from '../../nearest';
import { goTrim } from './go-values';
import type { OptionSpec } from './options/option-spec';

/** What is wrong with a value, and what to write instead. */
export interface FormatProblem {
  readonly problem: string;
  readonly fix: string;
}

/**
 * Checks the text of one value (one item of a list) against what its option takes. Arguments of `*-arg` options are not
 * checked here. Nothing of a secret's value gets into the answer.
 */
export function checkFormat(spec: OptionSpec, text: string): FormatProblem | undefined {
  const shown = spec.secret ? 'the value' : JSON.stringify(text);
  if (goTrim(text) !== text)
    return { problem: `K3s trims ${shown}`, fix: 'remove blanks at its start and end' };
  if (hasHalfCharacter(text))
    return { problem: `${shown} is not valid Unicode`, fix: 'write whole characters' };
  if (spec.type === 'enum') return checkEnum(spec, text, shown);
  if (spec.type === 'integer') return checkInteger(spec, text, shown);
  const format = FORMATS[spec.type];
  if (format === undefined || format.accepts(text)) return undefined;
  return {
    problem: `${shown} is not ${format.expected}`,
    fix: `write ${format.expected}, such as ${format.example}`,
  };
}

/** Whether text holds half of a surrogate pair, which no file can. */
export function hasHalfCharacter(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

function checkEnum({ values = [] }: OptionSpec, text: string, shown: string): FormatProblem | undefined {
  if (values.includes(text)) return undefined;
  const near = nearest(text, values);
  return {
    problem: `${shown} is none of ${values.join(', ')}`,
    fix: near === undefined ? `write one of them` : `write '${near}'`,
  };
}

function checkInteger({ range }: OptionSpec, text: string, shown: string): FormatProblem | undefined {
  const [min, max] = range ?? [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  const value = Number(text);
  if (/^-?\d+$/.test(text) && value >= min && value <= max) return undefined;
  return {
    problem: `${shown} is not a whole number from ${min} to ${max}`,
    fix: `write a number from ${min} to ${max}`,
  };
}

interface Format {
  readonly expected: string;
  readonly example: string;
  accepts(text: string): boolean;
}

const FORMATS: Partial<Record<OptionSpec['type'], Format>> = {
  path: { expected: 'an absolute path', example: "'/srv/k3s'", accepts: (text) => text.startsWith('/') },
  ip: { expected: 'an IP address', example: "'10.0.0.11'", accepts: isAddress },
  cidr: { expected: 'a network', example: "'10.42.0.0/16'", accepts: isNetwork },
  duration: {
    expected: 'a duration above zero',
    example: "'10m' or '1h30m'",
    accepts: (text) => /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text) && /[1-9]/.test(text),
  },
  octal: {
    expected: 'a file mode in octal digits',
    example: "'0640'",
    accepts: (text) => /^0?[0-7]{3}$/.test(text),
  },
  'port-range': { expected: 'a range of ports', example: "'30000-32767'", accepts: isPortRange },
};

function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || (ipaddr.IPv6.isValid(text) && !text.includes('%'));
}

function isNetwork(text: string): boolean {
  const [address = '', prefix = '', ...others] = text.split('/');
  const bits = address.includes(':') ? 128 : 32;
  return others.length === 0 && isAddress(address) && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
}

function isPortRange(text: string): boolean {
  const [, first, last] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
  return Number(first) >= 1 && Number(first) <= Number(last) && Number(last) <= 65535;
}
