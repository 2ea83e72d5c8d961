import type { Palette } from '../lib/report/palette';
import { printableViolation } from '../lib/report/violations-text';
import { counted } from '../lib/report/words';
import { InvalidProgramError } from '../lib/rules/invalid-program';
import type { Violation } from '../lib/rules/violation';
import { failuresOf, hostsByRole, objectCount, type Failure, type Outcome, type Success } from './outcome';
import { printableLines } from './printable-lines';
import { paletteFor, type Terminal } from './terminal';

/** What is told besides the outcomes themselves. */
export interface OutcomeTextOptions {
  /** Tell of failures only. */
  readonly quiet: boolean;

  /** What was done with those that are well, such as `written`. */
  readonly done: string;

  /** Of the whole command. */
  readonly milliseconds: number;

  /** Where the files of an environment are. @default - nothing was written */
  readonly place?: (environment: string) => string;
}

/** Tells what became of every environment: those that are well on standard output, problems on standard error. */
export function tellOutcomes(
  outcomes: readonly Outcome[],
  terminal: Terminal,
  options: OutcomeTextOptions,
): void {
  const { stdout, stderr, env } = terminal;
  const [out, err] = [paletteFor(stdout, env), paletteFor(stderr, env)];
  for (const outcome of outcomes) {
    if ('error' in outcome) stderr.write(failureText(outcome, err));
    else if (!options.quiet) stdout.write(successText(outcome, out, options.place?.(outcome.environment)));
  }
  if (options.quiet) return;
  const failures = failuresOf(outcomes).length;
  const well = counted(outcomes.length - failures, 'environment');
  const others = failures > 0 ? `, ${failures} failed` : '';
  stdout.write(`${out.dim(`${well} ${options.done}${others} in ${seconds(options.milliseconds)}`)}\n`);
}

/** Failures as a command that only reads environments tells them. */
export function tellFailures(outcomes: readonly Outcome[], { stderr, env }: Terminal): void {
  for (const failure of failuresOf(outcomes)) stderr.write(failureText(failure, paletteFor(stderr, env)));
}

function failureText({ environment, error }: Failure, color: Palette): string {
  const message =
    error instanceof InvalidProgramError
      ? violationsText(error.violations, color)
      : printableLines(error.message);
  return `${color.red('✗')} ${color.bold(environment)}\n${indented(message)}\n`;
}

function violationsText(violations: readonly Violation[], color: Palette): string {
  return violations
    .map(printableViolation)
    .map(
      ({ path, property, problem, fix, rule }) =>
        `${color.bold(path)} ${property}: ${problem}\n  ${fix} ${color.dim(`(${rule})`)}`,
    )
    .join('\n');
}

function successText(
  { environment, synthesis, milliseconds }: Success,
  color: Palette,
  place?: string,
): string {
  const facts = [
    ...synthesis.clusters.map((cluster) => `${cluster.name}: ${cluster.distribution} ${cluster.version}`),
    ...Object.entries(hostsByRole(synthesis)).map(([role, count]) => counted(count, role)),
    counted(objectCount(synthesis), 'object'),
    color.dim(seconds(milliseconds)),
  ];
  return [
    `${color.green('✓')} ${color.bold(environment)}  ${facts.join(' · ')}`,
    ...(place === undefined ? [] : [`  in ${place}`]),
    ...warningLines(synthesis.warnings, color),
    '',
  ].join('\n');
}

/** What many hosts have in common is told of the first ones; `--json` has all. */
function warningLines(warnings: readonly Violation[], color: Palette): string[] {
  const byRule = new Map<string, Violation[]>();
  for (const warning of warnings.map(printableViolation))
    byRule.set(warning.rule, [...(byRule.get(warning.rule) ?? []), warning]);
  return [...byRule].flatMap(([rule, group]) => {
    const shown = group.slice(0, SHOWN_ALIKE);
    const more = group.length - shown.length;
    return [
      ...shown.flatMap((warning, index) => {
        const next = shown[index + 1];
        return [
          warningLine(warning, color),
          ...(warning.fix === next?.fix ? [] : [`    ${warning.fix} ${color.dim(`(${rule})`)}`]),
        ];
      }),
      ...(more > 0 ? [color.dim(`    and ${more} more (${rule})`)] : []),
    ];
  });
}

function warningLine({ path, property, problem, blocks }: Violation, color: Palette): string {
  const effect = blocks === 'provision' ? color.yellow(' (hosts are refused)') : '';
  return `  ${color.yellow('!')} ${path} ${property}: ${problem}${effect}`;
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

const SHOWN_ALIKE = 3;
