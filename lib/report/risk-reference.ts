import { RISK_LEVELS, type RiskRule } from '../diff/rules/risk-rule';
import { riskRules } from '../diff/rules/risk-rules';

/** The page `docs/risks.md`, made of the table of risks. */
export function riskReference(): string {
  const levels = RISK_LEVELS.filter((level) => level !== 'routine');
  const parts = levels.flatMap((level) => {
    const rules = riskRules.filter((rule) => rule.level === level);
    return [`## ${HEADINGS[level]}\n`, overview(rules), ...rules.map(section)];
  });
  return [INTRODUCTION, ...parts].join('\n');
}

function overview(rules: readonly RiskRule[]): string {
  const rows = rules.map(({ id, title }) => `| [\`${id}\`](#${id}) | ${cell(title)} |`);
  return `| rule | found |\n|---|---|\n${rows.join('\n')}\n`;
}

function section({
  id,
  title,
  reason,
  onApply,
  fix,
  source,
  refusedByApi = false,
  ...rule
}: RiskRule): string {
  const kinds = rule.on === 'object' && rule.kinds !== undefined ? `- About: ${rule.kinds.join(', ')}\n` : '';
  const proof = refusedByApi
    ? '- Proven against a real API server: [what it said](risks-confusion.md)\n'
    : '';
  return `### ${id}

${text(title)}. ${text(reason)}

- When it is applied: ${text(onApply)}
- What to do: ${text(fix)}
${kinds}${proof}- Source: ${text(source)}
`;
}

/** Text as Markdown shows it; addresses become links. */
function text(plain: string): string {
  return plain
    .replace(/[<*[\]]/g, '\\$&')
    .replace(/https:\/\/[^\s;,]+[^\s;,.]/g, (address) => `<${address.replace(/\\/g, '')}>`);
}

/** Text in a table. */
function cell(plain: string): string {
  return text(plain).replace(/\|/g, '\\|');
}

const HEADINGS = {
  block: 'block: it will be refused',
  high: 'high: data or access may be lost',
  caution: 'caution: look twice',
} as const;

const INTRODUCTION = `# Risks

<!-- Made by scripts/update-risks.ts from the table of risks; do not edit. -->

What \`k3stack preview\` and \`k3stack diff\` say of a change, by the id that stands beside it. What is not named here is \`routine\`: that is the
shape of the change, and no word about whether it is safe. A rule reads objects and hosts of both sides, not the cluster: what somebody changed
there by hand it does not know.

A risk that is taken knowingly gets a waiver with its last day and a reason; the preview prints it. On the object, as an annotation:
\`k3stack.dev/waive-claim-removed: 'until 2026-12-31: the data was copied'\`; or in the file, right above what it is about:
\`# k3stack-waive claim-removed until 2026-12-31: the data was copied\`.
`;
