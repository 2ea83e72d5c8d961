import type { TransitionRule } from '../../../rules/rule';
import { transitionRuleTable } from '../../../rules/transition-rules';
import type { EnvironmentRiskRule } from '../risk-rule';
import { hostRule } from './host-rule';
import { subjectAt } from './subjects';
import { TRANSITION_RISKS, type TransitionRisk } from './transition-risk-table';

/** What speaks against going from one state of clusters and hosts to the next, as the rules of `k3stack` know it, a risk for each. */
export const transitionRisks: readonly EnvironmentRiskRule[] = TRANSITION_RISKS.map(riskOf);

function riskOf(risk: TransitionRisk): EnvironmentRiskRule {
  const rule = ruleOf(risk.rule);
  return hostRule({
    id: risk.id ?? risk.rule,
    level: risk.level,
    title: risk.title,
    reason: risk.reason ?? rule.reason,
    onApply: risk.onApply,
    fix:
      risk.blocks === 'provision'
        ? 'Take it back, or go the way that the finding names.'
        : 'Look whether it is meant, and follow what the finding says.',
    source: rule.source,
    check: (before, after) =>
      rule
        .check(before, after)
        .filter((finding) => finding.blocks === risk.blocks)
        .map(({ path, property, problem, fix }) => ({
          subject: subjectAt(path, after, before),
          field: property,
          what: problem,
          fix,
        })),
  });
}

function ruleOf(id: string): TransitionRule {
  const rule = transitionRuleTable.find((one) => one.id === id);
  if (rule === undefined) throw new Error(`no transition rule is called ${id}`);
  return rule;
}
