import type { Comparison } from '../comparison';
import type { ObjectChange } from '../object-change';
import type { ObjectId } from '../object-id';

/** How much a change can cost, the worst first. */
export const RISK_LEVELS = ['block', 'high', 'caution', 'routine'] as const;

/** `block`: the API server or a host will refuse it; `high`: data or access may be lost; `caution`: look twice; `routine`: the rest. */
export type RiskLevel = (typeof RISK_LEVELS)[number];

interface RiskRuleEntry {
  /** Stable, kebab-case: waivers name it, and `docs/risks.md` has a section of this name. */
  readonly id: string;
  readonly level: Exclude<RiskLevel, 'routine'>;

  /** What was found, such as `A volume claim shrinks`. */
  readonly title: string;

  /** Why that is a risk. */
  readonly reason: string;

  /** What happens when it is applied. */
  readonly onApply: string;

  /** What to do. */
  readonly fix: string;

  /** Where the fact behind the rule is documented: a page, or `module@version:file`. */
  readonly source: string;

  /** The API server refuses the update; proven against a real one by the rule's fixtures. @default false */
  readonly refusedByApi?: boolean;

  /** What is refused is the update, not the object: deleted and made again it would be taken. @default false */
  readonly needsReplacement?: boolean;
}

/** Decides on each changed object by itself. */
export interface ObjectRiskRule extends RiskRuleEntry {
  readonly on: 'object';

  /** Kinds with their group, such as `apps/Deployment`, `Service`. @default - every kind */
  readonly kinds?: readonly string[];
  check(change: ObjectChange, comparison: Comparison): readonly RiskHit[];
}

/** Decides on an environment as a whole: hosts, or several objects together. */
export interface EnvironmentRiskRule extends RiskRuleEntry {
  readonly on: 'environment';
  check(comparison: Comparison): readonly SubjectHit[];
}

/** An entry of the table of risks. */
export type RiskRule = ObjectRiskRule | EnvironmentRiskRule;

/** Where and what, in the words of the one case. */
export interface RiskHit {
  /** Field, as `pathText` writes it. @default - the object as a whole */
  readonly field?: string;

  /** The values at hand, such as `20Gi -> 10Gi`. Never a value of a Secret. */
  readonly what: string;

  /** @default - what the rule says */
  readonly onApply?: string;

  /** @default - what the rule says */
  readonly fix?: string;
}

/** A hit that says what it is about. */
export interface SubjectHit extends RiskHit {
  readonly subject: RiskSubject;
}

/** What a risk is about. */
export type RiskSubject =
  | { readonly type: 'object'; readonly id: ObjectId }
  | { readonly type: 'host'; readonly cluster: string; readonly host: string }
  | { readonly type: 'cluster'; readonly cluster: string };
