import { nearest } from '../../nearest';
import { isArgName } from './args';
import { describeOption, describeSince } from './describe-option';
import { explainArgument } from './explain-arguments';
import { goBoolean, goInteger } from './go-values';
import { findAllConflicts } from './option-conflicts';
import { checkFormat } from './option-format';
import { optionAvailable } from './option-availability';
import { findOption, optionFor, optionNames, options, type OptionName } from './options';
import type { OptionSpec } from './options/option-spec';
import { removedOptions } from './options/removed';
import {
  valuesByName,
  type GivenOption,
  type GivenValue,
  type OptionFinding,
  type ParsedOptions,
} from './parsed-options';

/** The node the options are for. */
export interface ExplainContext {
  readonly role: 'server' | 'agent';

  /** As K3s writes it: `v1.34.1+k3s1`. */
  readonly version: string;
}

/**
 * Tells what K3s makes of each option: errors and warnings first, in the order the options were given, then one `info` per
 * known option. No finding holds the value of a secret or of an unknown option.
 *
 * @throws K3stackError `INVALID_K3S_VERSION` for text that is no K3s version.
 */
export function explainOptions(parsed: ParsedOptions, context: ExplainContext): OptionFinding[] {
  const values = valuesByName(parsed);
  const conflicts = findAllConflicts((name) => values.get(name) ?? []).map(
    ({ key, stops, problem, fix }): OptionFinding => ({
      key,
      level: stops ? 'error' : 'warning',
      problem,
      fix,
    }),
  );
  const problems = parsed.given.flatMap((option) => explainOne(option, context));
  const known = [...values.keys()].flatMap((key): OptionFinding[] => {
    const spec = findOption(key)?.spec;
    return spec === undefined ? [] : [meaning(key, spec)];
  });
  return [...parsed.notes, ...problems, ...conflicts, ...known];
}

/** What an option is; for one that k3stack sets, what to write in a program instead of it. */
function meaning(key: string, spec: OptionSpec): OptionFinding {
  if (spec.managed === undefined || spec.secret)
    return { key, level: 'info', problem: describeOption(spec), fix: '' };
  return {
    key,
    level: 'info',
    problem: `k3stack sets it. ${describeOption(spec)}`,
    fix: `use ${spec.managed}`,
  };
}

function explainOne(option: GivenOption, context: ExplainContext): OptionFinding[] {
  const known = findOption(option.key);
  if (known === undefined) return [explainUnknown(option, context)];
  const { name, spec } = known;
  if (!optionFor(spec, context.role)) {
    const fix = `remove it here and set it on the ${spec.role}s`;
    return [{ ...reading(option, context, `it is an option of ${spec.role}s only`), fix }];
  }
  if (!optionAvailable(name, context.version)) {
    const fix = `remove it, or use a version that has it: ${describeSince(spec)}`;
    return [{ ...reading(option, context, `${context.version} does not have it`), fix }];
  }
  return [
    ...explainStatus(option, name, spec),
    ...option.values.flatMap((value) => explainValue(option, value, name, context)),
  ];
}

function explainUnknown(option: GivenOption, context: ExplainContext): OptionFinding {
  const removed = Object.hasOwn(removedOptions, option.key) ? removedOptions[option.key] : undefined;
  if (removed !== undefined) {
    const problem = reading(option, context, `K3s has no such option since ${removed.removedIn}`);
    return { ...problem, fix: `write ${removed.instead}` };
  }
  const names = optionNames.filter((name) => optionFor(options[name], context.role));
  const near = nearest(option.key, names);
  const fix = near === undefined ? 'remove it' : `write ${near}`;
  return { ...reading(option, context, 'K3s has no such option'), fix };
}

// Observed on v1.36.3: a server skips unknown keys of config.yaml with a warning; an agent, and any command line, stops.
function reading(option: GivenOption, { role }: ExplainContext, reason: string): Omit<OptionFinding, 'fix'> {
  const skipped = role === 'server' && option.source !== 'command line';
  const outcome = skipped ? 'the server skips it' : `the ${role} does not start`;
  const effect = /^[A-Z][A-Z0-9_]*$/.test(option.source) ? 'it has no effect' : outcome;
  return { key: option.key, level: 'error', problem: `${reason}, so ${effect} (${option.source})` };
}

function explainStatus(option: GivenOption, name: OptionName, spec: OptionSpec): OptionFinding[] {
  const findings: OptionFinding[] = [];
  const add = (level: OptionFinding['level'], problem: string, fix: string) =>
    findings.push({ key: option.key, level, problem, fix });
  if (spec.secret && option.source !== spec.env) {
    add('error', `it holds a secret in plain text (${option.source})`, `use ${spec.managed ?? 'a file'}`);
  }
  if (spec.deprecated !== undefined) add('warning', 'it is deprecated', `use ${spec.deprecated}`);
  if (option.key !== name && option.key.length > 1)
    add('info', `it is another name of ${name}`, `write ${name}`);
  if (spec.list === undefined && option.values.length > 1) {
    add('warning', `K3s uses only the last of ${option.values.length} values`, 'keep one value');
  }
  return findings;
}

function explainValue(
  { key }: GivenOption,
  value: GivenValue,
  name: OptionName,
  { version }: ExplainContext,
): OptionFinding[] {
  const spec: OptionSpec = options[name];
  const problem = shapeProblem(key, value, spec) ?? contentProblem(value, spec);
  if (problem !== undefined && spec.type !== 'args') return [{ key, level: 'error', ...problem }];
  const inside = spec.type === 'args' ? explainArgument(name, value.text, version) : [];
  if (inside.length > 0) return inside.map((finding) => ({ key, ...finding }));
  return problem === undefined ? [] : [{ key, level: 'error', ...problem }];
}

type Problem = { readonly problem: string; readonly fix: string; readonly level?: OptionFinding['level'] };

function shapeProblem(key: string, value: GivenValue, spec: OptionSpec): Problem | undefined {
  if (value.kind === 'map' || value.kind === 'list') {
    const fix = spec.type === 'args' ? `write a list of 'name=value' under ${key}` : 'write a single value';
    return { problem: `K3s wants text where a ${value.kind} stands`, fix };
  }
  if (value.text === '' && (value.kind === 'null' || value.written === '')) {
    return { problem: 'K3s takes the empty value for a given one, not for none', fix: 'remove it' };
  }
  const asNumber = value.kind === 'integer' || value.kind === 'float';
  if (spec.secret || spec.type === 'integer' || !asNumber || value.text === value.written) return undefined;
  const mode = spec.type === 'octal' ? `, and so uses mode 0${value.text}` : '';
  const problem = `K3s reads ${value.written} as the number ${value.text}${mode}`;
  return { problem, fix: `write "${value.written}" in quotes` };
}

function contentProblem(value: GivenValue, spec: OptionSpec): Problem | undefined {
  const { text } = value;
  if (spec.type === 'boolean') {
    const problem = {
      problem: `K3s stops: ${JSON.stringify(text)} is neither true nor false`,
      fix: 'write true or false',
    };
    return goBoolean(text) === undefined ? problem : undefined;
  }
  if (spec.type === 'integer') return checkFormat(spec, String(goInteger(text) ?? text));
  if (spec.type === 'args') return argumentProblem(text);
  const items = spec.list === 'comma' ? text.split(',') : [text];
  const problem = items.map((item) => checkFormat(spec, item)).find((found) => found !== undefined);
  // K3s does not check the names of components.
  return problem && spec.type === 'enum' && spec.list ? { ...problem, level: 'warning' } : problem;
}

function argumentProblem(line: string): Problem | undefined {
  const [name = '', value] = line.replace(/^--/, '').split('=');
  if (!isArgName(name))
    return { problem: 'it is no argument of the form name=value', fix: "write 'max-pods=60'" };
  if (value === undefined) {
    return {
      level: 'warning',
      problem: `${name} has no value, K3s passes ${name}=true`,
      fix: `write '${name}=true'`,
    };
  }
  return undefined;
}
