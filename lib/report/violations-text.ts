import { printable, type Violation } from '../rules/violation';
import type { Palette } from './palette';

/** Violations in two paragraphs, what stops provisioning first; none when there are none. */
export function violationParagraphs(violations: readonly Violation[], color: Palette): string[] {
  const blocking = violations.filter((violation) => violation.blocks !== 'nothing');
  const others = violations.filter((violation) => violation.blocks === 'nothing');
  return [
    ...paragraph(color.red('Hosts are refused until this is mended'), blocking, color),
    ...paragraph(color.yellow('Worth knowing'), others, color),
  ];
}

/** A violation whose texts, which have what a user wrote in them, can neither break a line nor steer a terminal. */
export function printableViolation(violation: Violation): Violation {
  const { path, property, problem, fix } = violation;
  return {
    ...violation,
    path: printable(path),
    property: printable(property),
    problem: printable(problem),
    fix: printable(fix),
  };
}

function paragraph(title: string, violations: readonly Violation[], color: Palette): string[] {
  if (violations.length === 0) return [];
  const lines = violations
    .map(printableViolation)
    .map(
      ({ path, property, problem, fix, rule }) =>
        `  ${color.bold(`${path} ${property}`)}: ${problem}\n    ${fix} ${color.dim(`(${rule})`)}`,
    );
  return [[title, ...lines].join('\n')];
}
