import { blockRules } from './block-rules';
import { cautionRules } from './caution-rules';
import { highRules } from './high-rules';
import { hostRules } from './host-rules';
import { RISK_LEVELS, type RiskLevel, type RiskRule, type RiskSubject } from './risk-rule';
import type { Comparison } from '../comparison';
import { kindOf } from '../object-id';

/** Every risk that a comparison is searched for. */
export const riskRules: readonly RiskRule[] = [...blockRules, ...highRules, ...hostRules, ...cautionRules];

/** A risk that was found in one environment. */
export interface FoundRisk {
  readonly rule: RiskRule;
  readonly environment: string;
  readonly subject: RiskSubject;

  /** @default - the subject as a whole */
  readonly field?: string;
  readonly what: string;
  readonly onApply: string;
  readonly fix: string;
}

/** Risks of a comparison, the worst first, then in the order of the rules. */
export function findRisks(comparison: Comparison, rules: readonly RiskRule[] = riskRules): FoundRisk[] {
  const { environment, changes } = comparison;
  return rules
    .flatMap((rule) =>
      hitsOf(rule, comparison, changes).map(
        ({ subject, field, what, onApply = rule.onApply, fix = rule.fix }): FoundRisk => ({
          rule,
          environment,
          subject,
          ...(field !== undefined && { field }),
          what,
          onApply,
          fix,
        }),
      ),
    )
    .sort((a, b) => rank(a.rule.level) - rank(b.rule.level));
}

/** Position of a level, the worst first. */
export function rank(level: RiskLevel): number {
  return RISK_LEVELS.indexOf(level);
}

function hitsOf(rule: RiskRule, comparison: Comparison, changes: Comparison['changes']) {
  if (rule.on === 'environment') return rule.check(comparison);
  return changes
    .filter(({ id }) => rule.kinds === undefined || rule.kinds.includes(kindOf(id)))
    .flatMap((change) =>
      rule
        .check(change, comparison)
        .map((hit) => ({ ...hit, subject: { type: 'object', id: change.id } as const })),
    );
}
