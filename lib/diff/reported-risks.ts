import type { Comparison } from './comparison';
import type { Origin } from './object-change';
import { idKey, idText } from './object-id';
import type { Risk, Waiver } from './report';
import { rank, type FoundRisk } from './rules/risk-rules';
import type { RiskSubject } from './rules/risk-rule';
import { isExpired, waiverProblem, type WrittenWaiver } from './waivers';

/** A risk with the waiver that covers it. */
export interface JudgedRisk extends FoundRisk {
  readonly origin: Origin;

  /** @default - none covers it */
  readonly waiver?: WrittenWaiver;
}

/** Risks with their origins and waivers, and what became of the waivers. */
export interface Judgement {
  readonly risks: readonly JudgedRisk[];
  readonly waivers: readonly Waiver[];
}

/**
 * Holds risks against waivers: one covers the risks of its rule about its subject until its last day.
 *
 * @param today Such as `2026-11-21`.
 */
export function judge(
  found: readonly (FoundRisk & { readonly origin: Origin })[],
  written: readonly WrittenWaiver[],
  { today, rules }: { readonly today: string; readonly rules: ReadonlySet<string> },
): Judgement {
  const used = new Set<WrittenWaiver>();
  const risks = found.map((risk): JudgedRisk => {
    const all = written.filter((waiver) => covers(waiver, risk));
    all.forEach((waiver) => used.add(waiver));
    const waiver = all.find((each) => waiverProblem(each, rules) === undefined && !isExpired(each, today));
    return { ...risk, ...(waiver && { waiver }) };
  });
  const waivers = written.map((waiver) => reportedWaiver(waiver, { today, rules, isUsed: used.has(waiver) }));
  return { risks, waivers: distinct(waivers) };
}

/** The worst first; the same one in several environments is one. */
export function reportedRisks(judged: readonly JudgedRisk[]): Risk[] {
  const found = new Map<string, Risk>();
  for (const risk of judged) {
    const key = JSON.stringify([
      risk.rule.id,
      subjectKey(risk.subject),
      risk.field,
      risk.what,
      risk.waiver?.until,
    ]);
    const known = found.get(key);
    found.set(
      key,
      known === undefined
        ? reported(risk)
        : { ...known, environments: [...new Set([...known.environments, risk.environment])] },
    );
  }
  return [...found.values()].sort(
    (a, b) =>
      Number(a.waived !== undefined) - Number(b.waived !== undefined) || rank(a.level) - rank(b.level),
  );
}

/** A subject as waivers name it. */
export function subjectText(subject: RiskSubject): string {
  if (subject.type === 'object') return idText(subject.id);
  return subject.type === 'host' ? `host ${subject.cluster}/${subject.host}` : `cluster ${subject.cluster}`;
}

/** Where the subject of a risk was written. */
export function originOf({ subject }: FoundRisk, comparison: Comparison): Origin {
  if (subject.type !== 'object') return {};
  return (comparison.find('after', subject.id) ?? comparison.find('before', subject.id))?.origin ?? {};
}

function covers(
  { rule, subject, origin }: WrittenWaiver,
  risk: FoundRisk & { readonly origin: Origin },
): boolean {
  if (rule !== risk.rule.id) return false;
  if (subject !== undefined) return subject === subjectText(risk.subject);
  return isRightBelow(origin, risk.origin);
}

/** A comment stands in the lines before what it is about, or in the first lines of its manifest. */
function isRightBelow(comment: Origin, { file, line }: Origin): boolean {
  if (comment.file === undefined || comment.file !== file || line === undefined) return false;
  const distance = line - (comment.line ?? 0);
  return distance >= -NEAR && distance <= NEAR;
}

function reported({
  rule,
  environment,
  subject,
  field,
  what,
  onApply,
  fix,
  origin,
  waiver,
}: JudgedRisk): Risk {
  return {
    rule: rule.id,
    level: rule.level,
    title: rule.title,
    reason: rule.reason,
    environments: [environment],
    subject,
    ...(field !== undefined && { field }),
    what,
    onApply,
    fix,
    docs: `risks.md#${rule.id}`,
    origin,
    ...(waiver && { waived: { reason: waiver.reason, until: waiver.until } }),
  };
}

function reportedWaiver(
  written: WrittenWaiver,
  {
    today,
    rules,
    isUsed,
  }: { readonly today: string; readonly rules: ReadonlySet<string>; readonly isUsed: boolean },
): Waiver {
  const { rule, reason, until, origin, subject = 'what is declared below it' } = written;
  const problem = waiverProblem(written, rules);
  const state =
    problem !== undefined
      ? 'invalid'
      : isExpired(written, today)
        ? 'expired'
        : isUsed
          ? 'in-force'
          : 'unused';
  return { rule, subject, reason, until, state, ...(problem !== undefined && { problem }), origin };
}

/** The same annotation is found once for each environment. */
function distinct(waivers: readonly Waiver[]): Waiver[] {
  const found = new Map<string, Waiver>();
  for (const waiver of waivers) {
    const key = JSON.stringify([
      waiver.rule,
      waiver.subject,
      waiver.reason,
      waiver.until,
      waiver.origin.file,
    ]);
    const known = found.get(key);
    if (known === undefined || waiver.state === 'in-force') found.set(key, waiver);
  }
  return [...found.values()];
}

function subjectKey(subject: RiskSubject): string {
  return subject.type === 'object' ? idKey(subject.id) : subjectText(subject);
}

/** Lines between a comment and what it is about. */
const NEAR = 3;
