import type { Violation } from '../rules/violation';
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

function paragraph(title: string, violations: readonly Violation[], color: Palette): string[] {
  if (violations.length === 0) return [];
  const lines = violations.map(
    ({ path, property, problem, fix, rule }) =>
      `  ${color.bold(`${path} ${property}`)}: ${problem}\n    ${fix} ${color.dim(`(${rule})`)}`,
  );
  return [[title, ...lines].join('\n')];
}
