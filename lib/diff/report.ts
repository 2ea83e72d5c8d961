import type { Equivalence } from './equivalences';
import type { Noise } from './field-change';
import type { Origin } from './object-change';
import type { HostBlock, Rollout } from './host-report';
import type { ObjectId } from './object-id';
import type { ReportedField } from './reported-fields';
import type { RiskLevel, RiskSubject } from './rules/risk-rule';

/** Identifies the shape of a report as JSON; a change that readers must know gets a new number. */
export const PREVIEW_SCHEMA = 'k3stack.preview/v1';

/**
 * Everything that a preview says, as plain data: what Markdown, HTML, SARIF and text are made of, and what `--format json` writes. No value of
 * a Secret is in it. Same inputs, same bytes, but for `seconds`.
 */
export interface PreviewReport {
  readonly schema: typeof PREVIEW_SCHEMA;

  /** Name of the project: the marker of its comment. */
  readonly project: string;
  readonly base: SideLabel;
  readonly head: SideLabel;
  readonly verdict: Verdict;

  /** In the order of the program. */
  readonly environments: readonly EnvironmentSummary[];

  /** The worst first; the same one in several environments is one. */
  readonly risks: readonly Risk[];
  readonly images: readonly ImageChange[];
  readonly hosts: readonly HostBlock[];
  readonly rollouts: readonly Rollout[];

  /** The riskiest first, then by kind, namespace and name; the same change in several environments is one block. */
  readonly objects: readonly ObjectBlock[];

  /** Violations of schemas, rules and policies that this change brings or mends. */
  readonly lint: { readonly introduced: readonly LintFinding[]; readonly fixed: readonly LintFinding[] };

  /** Waivers that are in force, that have expired, and that waive nothing. */
  readonly waivers: readonly Waiver[];

  /** Parts of the input that could not be read. */
  readonly problems: readonly InputProblem[];

  /** What was folded or found equal, and how often, over all environments. */
  readonly folds: Readonly<Partial<Record<Equivalence | Noise, number>>>;

  /** What this preview cannot know, a sentence each. */
  readonly unknowns: readonly string[];

  /** What else was asked: a live cluster, Pulumi's own preview. @default - nothing */
  readonly columns?: readonly Column[];

  /** Topology of each environment whose hosts differ, changed nodes marked; for HTML only, JSON leaves it out. @default - none */
  readonly pictures?: readonly TopologyPicture[];

  /** How long it took. @default - not said */
  readonly seconds?: number;
}

/** The picture of an environment, as the text of an SVG. */
export interface TopologyPicture {
  readonly environment: string;
  readonly svg: string;
}

/** What is compared, in words and as a commit. */
export interface SideLabel {
  /** Such as `origin/main`, `working tree` or a path. */
  readonly label: string;

  /** Full hash. @default - no commit */
  readonly commit?: string;
}

/** The first line of a report. */
export interface Verdict {
  /** The worst level of risks that no waiver covers; `none` when nothing differs. */
  readonly level: RiskLevel | 'none';
  readonly counts: Counts;

  /** Names of the environments where anything differs. */
  readonly environments: readonly string[];

  /** Whether the gate of the run is reached: the check fails. */
  readonly gated: boolean;

  /** Level from which on the check fails; `never`. */
  readonly gate: RiskLevel | 'never';

  /** Whether something could not be compared at all. */
  readonly incomplete: boolean;
}

/** Objects and hosts by what becomes of them; an object of one identity counts once for each environment. */
export interface Counts {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly renamed: number;

  /** Of those changed: have to be deleted and made again. */
  readonly replaced: number;

  /** Hosts that come, go or change. */
  readonly hosts: number;
}

/** One environment, a row of the grid. */
export interface EnvironmentSummary {
  /** Empty for manifests that belong to none. */
  readonly name: string;

  /** `added`: only head has it. `removed`: only base has it. `base-failed`, `head-failed`: that side could not be made. */
  readonly state: 'compared' | 'added' | 'removed' | 'base-failed' | 'head-failed';

  /** Why a side failed. @default - it did not */
  readonly problem?: string;
  readonly counts: Counts;

  /** Number of risks of each level, waived ones left out; `routine` counts changed objects that have no risk. */
  readonly levels: Readonly<Record<RiskLevel, number>>;

  /** Kubernetes minors. */
  readonly kubernetes: { readonly before?: string; readonly after?: string };
}

/** A risk, in every environment that has it. */
export interface Risk {
  /** Id of the rule. */
  readonly rule: string;
  readonly level: Exclude<RiskLevel, 'routine'>;
  readonly title: string;
  readonly reason: string;
  readonly environments: readonly string[];
  readonly subject: RiskSubject;

  /** @default - the subject as a whole */
  readonly field?: string;
  readonly what: string;
  readonly onApply: string;
  readonly fix: string;

  /** Where the rule is documented, relative to the documentation. */
  readonly docs: string;
  readonly origin: Origin;

  /** @default - no waiver covers it */
  readonly waived?: Pick<Waiver, 'reason' | 'until'>;
}

/** An image of containers, before and after. */
export interface ImageChange {
  /** Repository, without tag and digest. */
  readonly image: string;

  /** Tag and digest as written. @default - not used before */
  readonly from?: string;

  /** @default - not used any more */
  readonly to?: string;

  /** How far apart the versions are, where both are versions. */
  readonly step?: 'major' | 'minor' | 'patch' | 'downgrade' | 'other';

  /** Workloads that use it, as `Deployment shop/web`. */
  readonly workloads: readonly string[];
  readonly environments: readonly string[];
}

/** An object that comes, goes or differs, in every environment where it does so in the same way. */
export interface ObjectBlock {
  readonly id: ObjectId;

  /** Its identity before. @default - the same */
  readonly formerId?: ObjectId;
  readonly kind: 'added' | 'removed' | 'changed' | 'renamed';

  /** The API refuses the update: it has to be deleted and made again. */
  readonly replaced: boolean;
  readonly level: RiskLevel;
  readonly environments: readonly string[];

  /** Other environments that have the object and differ there in another way, or not at all. */
  readonly differsIn: readonly string[];
  readonly fields: readonly ReportedField[];
  readonly folds: Readonly<Partial<Record<Equivalence | Noise, number>>>;

  /** What an object that comes or goes is, in a few words, such as `2 containers, 10Gi`. */
  readonly summary: string;
  readonly origin: Origin;

  /** The whole object as YAML, values of Secrets hidden. */
  readonly yaml: { readonly before?: string; readonly after?: string };

  /** By name of the column: what it says of this object. */
  readonly columns?: Readonly<Record<string, string>>;
}

/** What a check says of an object or a construct. */
export interface LintFinding {
  /** `schema`, `rule` or `policy`. */
  readonly check: string;
  readonly rule: string;
  readonly subject: string;
  readonly field?: string;
  readonly problem: string;
  readonly fix: string;
  readonly environments: readonly string[];
  readonly origin: Origin;
}

/** A risk that somebody takes knowingly. */
export interface Waiver {
  /** Id of the rule. */
  readonly rule: string;

  /** What it is written on, such as `PersistentVolumeClaim shop/data`. */
  readonly subject: string;
  readonly reason: string;

  /** Last day, as `2026-12-31`. */
  readonly until: string;
  readonly state: 'in-force' | 'expired' | 'unused' | 'invalid';

  /** Why it is invalid. */
  readonly problem?: string;
  readonly origin: Origin;
}

/** A part of the input that could not be read. */
export interface InputProblem {
  readonly side: 'base' | 'head';
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly problem: string;
  readonly fix: string;
}

/** Another source that was asked. */
export interface Column {
  /** `live` or `pulumi`. */
  readonly id: string;
  readonly title: string;

  /** What it says as a whole, one line each. */
  readonly notes: readonly string[];

  /** Why it could not be asked. @default - it could */
  readonly failed?: string;
}
