import type { LintFinding, PreviewReport, Risk } from '../../diff/report';
import { mdInline, visible } from './escape';
import type { SarifRule } from './sarif-types';

/** Rules that have results, sorted by id, and where each stands. */
export interface SarifRules {
  readonly rules: readonly SarifRule[];
  readonly indexOf: (id: string) => number;
}

/** The rules of everything that a report has results for. */
export function sarifRules(
  { risks, lint }: PreviewReport,
  docs: ((page: string) => string | undefined) | undefined,
): SarifRules {
  const byId = new Map<string, SarifRule>();
  const add = (rule: SarifRule) => byId.has(rule.id) || byId.set(rule.id, rule);
  for (const risk of risks) add(riskRule(risk, docs?.(risk.docs)));
  for (const finding of lint.introduced) add(findingRule(finding));
  const rules = [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const indices = new Map(rules.map(({ id }, index) => [id, index]));
  return { rules, indexOf: (id) => indices.get(id) ?? -1 };
}

function riskRule({ rule, level, title, reason, docs }: Risk, address: string | undefined): SarifRule {
  const page = address ?? docs;
  return {
    id: rule,
    shortDescription: { text: visible(title) },
    fullDescription: { text: visible(reason) },
    help: {
      text: visible(`${reason} Documented in ${page}.`),
      markdown: `${mdInline(reason)} Documented in ${mdInline(page)}.`,
    },
    ...(address !== undefined && { helpUri: address }),
    defaultConfiguration: { level: level === 'caution' ? 'warning' : 'error' },
    properties: { tags: ['kubernetes', level] },
  };
}

function findingRule({ rule, check }: LintFinding): SarifRule {
  const text = `${rule}, a check of k3stack (${check})`;
  return {
    id: rule,
    shortDescription: { text: visible(text) },
    fullDescription: { text: visible(text) },
    help: { text: visible(text), markdown: mdInline(text) },
    defaultConfiguration: { level: check === 'schema' ? 'error' : 'warning' },
    properties: { tags: ['kubernetes', visible(check)] },
  };
}
