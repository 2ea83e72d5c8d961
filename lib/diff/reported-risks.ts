import type { Comparison } from './comparison';
import type { Origin } from './object-change';
import { idKey, idText } from './object-id';
import type { Risk, Waiver } from './report';
import { rank, type FoundRisk } from './rules/risk-rules';
import type { RiskSubject } from './rules/risk-rule';
import { isExpired, waiverProblem, type WrittenWaiver } from './waivers';

/** A risk with the place where its subject was written. */
export interface PlacedRisk extends FoundRisk {
  readonly origin: Origin;

  /** Whether its subject is not there any more, so that the place is one of the state before. */
  readonly isRemoved: boolean;
}

/** A risk with the waiver that covers it. */
export interface JudgedRisk extends PlacedRisk {
  /** @default - none covers it */
  readonly waiver?: WrittenWaiver;
}

/** What a waiver is held against. */
export interface JudgedOn {
  /** Such as `2026-11-21`. */
  readonly today: string;

  /** Ids of the rules there are. */
  readonly rules: ReadonlySet<string>;

  /** Lines of a file on which something of the state after is declared. */
  readonly declaredIn: (file: string) => readonly number[];
}

/** Risks with their origins and waivers, and what became of the waivers. */
export interface Judgement {
  readonly risks: readonly JudgedRisk[];
  readonly waivers: readonly Waiver[];
}

/**
 * Holds risks against waivers: one covers the risks of its rule about its subject until its last day.
 */
export function judge(
  found: readonly PlacedRisk[],
  written: readonly WrittenWaiver[],
  { today, rules, declaredIn }: JudgedOn,
): Judgement {
  const used = new Set<WrittenWaiver>();
  const risks = found.map((risk): JudgedRisk => {
    const all = written.filter((waiver) => covers(waiver, risk, declaredIn));
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
  if (subject.type === 'host') return `host ${subject.cluster}/${subject.host}`;
  return subject.cluster === '' ? 'all objects' : `cluster ${subject.cluster}`;
}

/** A risk with where its subject was written. */
export function placed(risk: FoundRisk, { find }: Comparison): PlacedRisk {
  if (risk.subject.type !== 'object') return { ...risk, origin: {}, isRemoved: false };
  const now = find('after', risk.subject.id);
  const origin = (now ?? find('before', risk.subject.id))?.origin ?? {};
  return { ...risk, origin, isRemoved: now === undefined };
}

function covers(
  { rule, subject, on, origin }: WrittenWaiver,
  risk: PlacedRisk,
  declaredIn: JudgedOn['declaredIn'],
): boolean {
  if (rule !== risk.rule.id) return false;
  if (on !== undefined) {
    const isThere = risk.environment === on.environment && risk.subject.type === 'object';
    return isThere && subjectKey(risk.subject) === idKey(on.id);
  }
  if (subject !== undefined) return isSameSubject(subject, subjectText(risk.subject));
  return !risk.isRemoved && isRightBelow(origin, risk.origin, declaredIn);
}

/** Reports write `Cluster k3s`, where the sentence begins. */
function isSameSubject(written: string, subject: string): boolean {
  return (
    written === subject ||
    written.replace(/^(?:Cluster |Host |All objects$)/, (word) => word.toLowerCase()) === subject
  );
}

/** A comment is about the first thing that is declared after it. */
function isRightBelow(comment: Origin, { file, line }: Origin, declaredIn: JudgedOn['declaredIn']): boolean {
  if (comment.file === undefined || comment.file !== file || line === undefined) return false;
  const from = comment.line ?? 0;
  const next = declaredIn(file).reduce((first, at) => (at >= from ? Math.min(first, at) : first), Infinity);
  return line === next && next - from <= NEAR;
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
