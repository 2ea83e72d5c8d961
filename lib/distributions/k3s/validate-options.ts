import { withExamples } from '../../late';
import { nearest } from '../../nearest';
import type { Violation } from '../../rules/violation';
import { isArgName, renderArgs } from './args';
import { describeSince } from './describe-option';
import { goTrim } from './go-values';
import { findConflicts } from './option-conflicts';
import { checkFormat, hasHalfCharacter, type FormatProblem } from './option-format';
import { optionAvailable } from './option-availability';
import { findOption, optionFor, optionNames, options, type ArgMap, type OptionName } from './options';
import type { OptionSpec } from './options/option-spec';
import { removedOptions } from './options/removed';

/** Which node the options are for, and how to name it in a violation. */
export interface ValidateContext {
  readonly role: 'server' | 'agent';

  /** As K3s writes it: `v1.34.1+k3s1`. */
  readonly version: string;

  /** Construct path, such as `production/k3s/servers/alfa`. */
  readonly path: string;

  /** Property that holds the options. @default 'config' */
  readonly property?: string;
}

/**
 * Checks options from untyped input, before anything is rendered: every problem at once. Late values are checked by their
 * examples. Nothing of a secret's value, or of an unknown option's, gets into a violation.
 *
 * @throws K3stackError `INVALID_K3S_VERSION` for text that is no K3s version.
 */
export function validateOptions(untyped: unknown, context: ValidateContext): Violation[] {
  const { path, property = 'config' } = context;
  if (!isRecord(untyped)) {
    const problem = `must be a map of K3s options, got ${describeType(untyped)}`;
    return [{ rule: 'k3s-option-type', path, property, problem, fix: 'write { debug: true }' }];
  }
  const given = Object.entries(untyped).filter(([, value]) => value !== undefined);
  const findings = given.flatMap(([key, value]) => checkOption(key, value, context));
  const broken = new Set(findings.map((finding) => finding.key));
  const usable = given.filter(([key]) => !broken.has(key));
  return [...findings, ...conflictsOf(new Map(usable))].map(({ key, ...rest }): Violation => ({
    path,
    property: `${property}[${JSON.stringify(key)}]`,
    ...rest,
  }));
}

type Found = Pick<Violation, 'rule' | 'problem' | 'fix' | 'blocks'> & { readonly key: string };

function checkOption(key: string, value: unknown, { role, version }: ValidateContext): Found[] {
  const spec = Object.hasOwn(options, key) ? (options[key as OptionName] as OptionSpec) : undefined;
  if (spec === undefined) return [{ key, rule: 'k3s-option-unknown', ...unknownProblem(key, role) }];
  if (!optionFor(spec, role)) {
    const problem = `K3s knows it on ${spec.role}s only, so the ${role} would not start`;
    return [{ key, rule: 'k3s-option-role', problem, fix: `remove it here and set it on the ${spec.role}s` }];
  }
  if (spec.managed !== undefined) {
    const problem = spec.secret
      ? 'holds a secret, which is never written to config.yaml'
      : 'is set by k3stack';
    return [{ key, rule: 'k3s-option-managed', problem, fix: `remove it and use ${spec.managed}` }];
  }
  if (!optionAvailable(key as OptionName, version)) {
    const fix = `remove it, or use a version that has it: ${describeSince(spec)}`;
    return [{ key, rule: 'k3s-option-version', problem: `K3s ${version} does not have it`, fix }];
  }
  const problem = checkValue(spec, value);
  if (problem !== undefined) return [{ key, rule: 'k3s-option-type', ...problem }];
  if (spec.deprecated === undefined) return [];
  const fix = `use ${spec.deprecated}`;
  return [{ key, rule: 'k3s-option-deprecated', problem: 'K3s calls it deprecated', fix, blocks: 'nothing' }];
}

function unknownProblem(key: string, role: 'server' | 'agent'): FormatProblem {
  const problem = `K3s has no option ${JSON.stringify(key)}`;
  const alias = findOption(key);
  if (alias !== undefined)
    return { problem: `is another name of '${alias.name}'`, fix: `write '${alias.name}'` };
  const removed = Object.hasOwn(removedOptions, key) ? removedOptions[key] : undefined;
  if (removed !== undefined)
    return { problem: `${problem} since ${removed.removedIn}`, fix: `write ${removed.instead}` };
  const near = nearest(
    key,
    optionNames.filter((name) => optionFor(options[name], role)),
  );
  return { problem, fix: near === undefined ? 'remove it' : `write '${near}'` };
}

function checkValue(spec: OptionSpec, value: unknown): FormatProblem | undefined {
  if (spec.type === 'args') return checkArgs(value);
  if (spec.list === undefined) return checkScalar(spec, value);
  if (!Array.isArray(value)) {
    const example = typeof value === 'string' ? JSON.stringify(value) : "'value'";
    return { problem: `must be a list, got ${describeType(value)}`, fix: `write [${example}]` };
  }
  for (const item of value as unknown[]) {
    const problem = checkScalar(spec, item) ?? checkComma(spec, String(item));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkScalar(spec: OptionSpec, value: unknown): FormatProblem | undefined {
  const wanted = spec.type === 'boolean' ? 'boolean' : spec.type === 'integer' ? 'number' : 'string';
  if (typeof value !== wanted) {
    const example = wanted === 'boolean' ? 'true' : wanted === 'number' ? '5' : "'text' in quotes";
    return {
      problem: `must be a ${wanted}, got ${describeType(value)}`,
      fix: `write a ${wanted}, such as ${example}`,
    };
  }
  if (value === '') return { problem: 'is empty, which K3s takes for a given value', fix: 'leave it out' };
  return wanted === 'boolean' ? undefined : checkFormat(spec, withExamples(String(value)));
}

function checkComma(spec: OptionSpec, item: string): FormatProblem | undefined {
  if (spec.list !== 'comma' || !item.includes(',')) return undefined;
  return {
    problem: `K3s splits ${JSON.stringify(item)} at its commas`,
    fix: 'write each part as an entry of the list',
  };
}

function checkArgs(value: unknown): FormatProblem | undefined {
  if (!isRecord(value)) {
    const problem = `must be a map from argument to value, got ${describeType(value)}`;
    return { problem, fix: "write { 'max-pods': 60 }" };
  }
  const name = Object.keys(value).find((word) => !isArgName(word));
  if (name !== undefined) {
    const fix = `write '${withExamples(name).replace(/^-+/, '').replace(/=.*$/s, '')}' as the key, and its value beside it`;
    return { problem: `${JSON.stringify(name)} is no argument's name`, fix };
  }
  const [argument, text] = Object.entries(value).find(([, item]) => !isArgValue(item)) ?? [];
  if (argument === undefined) return undefined;
  const problem = `${argument} must be text, a number, true or false, or a list of these, got ${describeType(text)}`;
  return { problem, fix: `write '${argument}': 'value', without blanks at its start and end` };
}

function isArgValue(value: unknown): boolean {
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items.every(
    (item) =>
      typeof item === 'boolean' ||
      (typeof item === 'number' && isPlainNumber(item)) ||
      (typeof item === 'string' && goTrim(item) === item && !hasHalfCharacter(item)),
  );
}

/** Beyond these bounds JavaScript writes an exponent, which no flag for whole numbers takes. */
function isPlainNumber(value: number): boolean {
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER && /^-?\d+(?:\.\d+)?$/.test(String(value));
}

function conflictsOf(given: ReadonlyMap<string, unknown>): Found[] {
  const conflicts = findConflicts((name) => textsOf(name, given.get(name)));
  return conflicts
    .filter(({ key }) => given.has(key))
    .map(({ stops, ...rest }): Found => {
      return { rule: 'k3s-option-conflict', ...rest, ...(!stops && { blocks: 'nothing' as const }) };
    });
}

function textsOf(name: OptionName, value: unknown): string[] {
  if (value === undefined) return [];
  if (options[name].type === 'args') return renderArgs(value as ArgMap);
  return [value].flat().map(String);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describeType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value === undefined) return 'undefined';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
