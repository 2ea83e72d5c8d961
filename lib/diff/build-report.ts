import type { ColumnAnswer } from './column';
import { withColumns } from './columns/with-columns';
import type { Comparison } from './comparison';
import { addFolds, type FoldCounts } from './folds';
import { groupBy } from './group-by';
import { collapseHosts } from './hosts/collapse-hosts';
import { hostBlocks } from './hosts/host-blocks';
import { rollouts } from './hosts/rollouts';
import { topologyPicture } from './hosts/topology-picture';
import { imageChanges } from './image-changes';
import { lintDelta } from './lint-delta';
import { objectBlocks } from './object-blocks';
import { isMeant, type Origin } from './object-change';
import { judge, placed, reportedRisks, type JudgedRisk } from './reported-risks';
import {
  PREVIEW_SCHEMA,
  type Column,
  type Counts,
  type EnvironmentSummary,
  type InputProblem,
  type PreviewReport,
  type SideLabel,
  type TopologyPicture,
  type Verdict,
} from './report';
import type { HostBlock } from './host-report';
import type { RiskLevel, RiskRule } from './rules/risk-rule';
import { findRisks, rank, riskRules, type FoundRisk } from './rules/risk-rules';
import { annotatedWaivers, type WrittenWaiver } from './waivers';
import type { Origins } from '../origins';

/** One environment of a report. */
export interface ReportedEnvironment {
  /** Empty for manifests that belong to none. */
  readonly name: string;
  readonly state: EnvironmentSummary['state'];

  /** Why a side failed. @default - it did not */
  readonly problem?: string;

  /** @default - there is nothing to compare with */
  readonly comparison?: Comparison;

  /** Source lines of hosts by construct path. @default - none are known */
  readonly origins?: Origins;
}

/** What a report is made of. */
export interface ReportInput {
  readonly project: string;
  readonly base: SideLabel;
  readonly head: SideLabel;
  readonly environments: readonly ReportedEnvironment[];

  /** Level from which on the check fails. */
  readonly gate: Verdict['gate'];

  /** Day on which waivers are judged, such as `2026-11-21`. */
  readonly today: string;

  /** Waivers that are written in comments. @default - none */
  readonly waivers?: readonly WrittenWaiver[];

  /** @default - everything could be read */
  readonly problems?: readonly InputProblem[];

  /** What else a reader should know of how it came about, a sentence each. @default - nothing */
  readonly notes?: readonly string[];

  /** @default - nothing else was asked */
  readonly columns?: readonly ColumnAnswer[];

  /** @default - every rule */
  readonly rules?: readonly RiskRule[];
}

/** Makes the report of everything that was compared. */
export function buildReport(input: ReportInput): PreviewReport {
  const { project, base, head, environments, gate, rules = riskRules, problems = [], columns = [] } = input;
  const comparisons = environments.flatMap(({ comparison }) => comparison ?? []);
  const found = comparisons.flatMap((comparison) =>
    findRisks(comparison, rules).map((risk) => placed(risk, comparison)),
  );
  const { risks, waivers } = judge(found, [...(input.waivers ?? []), ...waiversOf(comparisons)], {
    today: input.today,
    rules: new Set(rules.map(({ id }) => id)),
    declaredIn: declaredLines(comparisons),
  });
  const open = risks.filter(({ waiver }) => waiver === undefined);
  const objects = objectBlocks(comparisons, risks);
  const hosts = environments.map((environment) => hostsOf(environment, open));
  const summaries = environments.map((each, index) =>
    summaryOf(each, countsOf(each.comparison, risks, hosts[index] ?? []), open),
  );
  return {
    schema: PREVIEW_SCHEMA,
    project,
    base,
    head,
    verdict: verdictOf(summaries, open, { gate, problems }),
    environments: summaries,
    risks: reportedRisks(withHostOrigins(risks, hosts.flat())),
    images: imageChanges(comparisons),
    hosts: collapseHosts(hosts.flat()),
    rollouts: comparisons.flatMap(({ before, after }) => rollouts(before.synthesis, after.synthesis)),
    objects: withColumns(objects, columns),
    lint: lintDelta(comparisons),
    waivers,
    problems,
    folds: foldsOf(comparisons),
    unknowns: [...(input.notes ?? []), ...unknownsOf(columns)],
    ...(columns.length > 0 && { columns: columns.map(shownColumn) }),
    ...pictures(comparisons, hosts.flat()),
  };
}

function declaredLines(comparisons: readonly Comparison[]): (file: string) => readonly number[] {
  const origins = comparisons.flatMap(({ after }) => after.objects.map(({ origin }) => origin));
  const byFile = groupBy(origins, ({ file = '' }) => file);
  return (file) => (byFile.get(file) ?? []).flatMap(({ line }) => line ?? []);
}

/** Removed objects keep the waivers that the base has on them. */
function waiversOf(comparisons: readonly Comparison[]): WrittenWaiver[] {
  return comparisons.flatMap(({ environment, after, changes }) => [
    ...after.objects.flatMap((object) => annotatedWaivers(object, environment)),
    ...changes.flatMap(({ kind, before }) =>
      kind === 'removed' ? annotatedWaivers(before, environment) : [],
    ),
  ]);
}

function hostsOf(
  { name, comparison, origins }: ReportedEnvironment,
  open: readonly FoundRisk[],
): HostBlock[] {
  if (comparison === undefined) return [];
  const { before, after } = comparison;
  const own = open.filter(({ environment }) => environment === name);
  return hostBlocks(before.synthesis, after.synthesis, origins, own);
}

function withHostOrigins(risks: readonly JudgedRisk[], hosts: readonly HostBlock[]): JudgedRisk[] {
  const originOfHost = (cluster: string, host: string): Origin =>
    hosts.find((block) => block.cluster === cluster && block.host === host)?.origin ?? {};
  return risks.map((risk) =>
    risk.subject.type === 'host'
      ? { ...risk, origin: originOfHost(risk.subject.cluster, risk.subject.host) }
      : risk,
  );
}

function countsOf(
  comparison: Comparison | undefined,
  risks: readonly FoundRisk[],
  hosts: readonly HostBlock[],
): Counts {
  const changes = comparison?.changes.filter(isMeant) ?? [];
  const of = (kind: string): number => changes.filter((change) => change.kind === kind).length;
  const refused = risks.filter(
    ({ environment, rule, subject }) =>
      environment === comparison?.environment && rule.needsReplacement === true && subject.type === 'object',
  );
  const replaced = new Set(refused.map(({ subject }) => JSON.stringify(subject)));
  return {
    added: of('added'),
    changed: of('changed'),
    removed: of('removed'),
    renamed: of('renamed'),
    replaced: replaced.size,
    hosts: hosts.length,
  };
}

function summaryOf(
  { name, state, problem, comparison }: ReportedEnvironment,
  counts: Counts,
  open: readonly FoundRisk[],
): EnvironmentSummary {
  const own = open.filter(({ environment }) => environment === name);
  const of = (level: RiskLevel): number => own.filter(({ rule }) => rule.level === level).length;
  const atRisk = new Set(own.map(({ subject }) => JSON.stringify(subject)));
  const changes = comparison?.changes.filter(isMeant) ?? [];
  const routine = changes.filter(({ id }) => !atRisk.has(JSON.stringify({ type: 'object', id }))).length;
  return {
    name,
    state,
    ...(problem !== undefined && { problem }),
    counts,
    levels: { block: of('block'), high: of('high'), caution: of('caution'), routine },
    kubernetes: {
      ...(comparison && state !== 'added' && { before: comparison.before.kubernetes }),
      ...(comparison && state !== 'removed' && { after: comparison.after.kubernetes }),
    },
  };
}

function verdictOf(
  environments: readonly EnvironmentSummary[],
  open: readonly FoundRisk[],
  { gate, problems }: { readonly gate: Verdict['gate']; readonly problems: readonly InputProblem[] },
): Verdict {
  const differing = environments.filter(({ counts }) => Object.values(counts).some((count) => count > 0));
  const worst = open.reduce<RiskLevel>(
    (level, { rule }) => (rank(rule.level) < rank(level) ? rule.level : level),
    'routine',
  );
  const level = differing.length === 0 && open.length === 0 ? 'none' : worst;
  const incomplete = problems.length > 0 || environments.some(({ state }) => state.endsWith('failed'));
  return {
    level,
    counts: sumOf(environments.map(({ counts }) => counts)),
    environments: differing.map(({ name }) => name),
    gated: level !== 'none' && gate !== 'never' && rank(level) <= rank(gate),
    gate,
    incomplete,
  };
}

function sumOf(all: readonly Counts[]): Counts {
  const sum = (key: keyof Counts): number => all.reduce((total, counts) => total + counts[key], 0);
  return {
    added: sum('added'),
    changed: sum('changed'),
    removed: sum('removed'),
    renamed: sum('renamed'),
    replaced: sum('replaced'),
    hosts: sum('hosts'),
  };
}

function shownColumn({ id, title, notes, failed }: ColumnAnswer): Column {
  return { id, title, notes, ...(failed !== undefined && { failed }) };
}

function foldsOf(comparisons: readonly Comparison[]): PreviewReport['folds'] {
  const sum: FoldCounts = {};
  for (const { folds, changes } of comparisons)
    [folds, ...changes.map((change) => change.folds)].forEach((each) => addFolds(sum, each));
  return Object.fromEntries(Object.entries(sum).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function pictures(
  comparisons: readonly Comparison[],
  hosts: readonly HostBlock[],
): { readonly pictures?: readonly TopologyPicture[] } {
  const all = comparisons.flatMap(({ environment, before, after }) => {
    const svg = topologyPicture(before.synthesis, after.synthesis, hosts);
    return svg === undefined ? [] : [{ environment, svg }];
  });
  return all.length === 0 ? {} : { pictures: all };
}

function unknownsOf(columns: readonly Column[]): readonly string[] {
  const isAsked = columns.some(({ id, failed }) => id === 'live' && failed === undefined);
  return isAsked ? UNKNOWN : [...UNKNOWN_WITHOUT_CLUSTER, ...UNKNOWN];
}

const UNKNOWN_WITHOUT_CLUSTER = [
  'What runs in the cluster: somebody may have changed it by hand, and this compares files with files.',
  'What admission webhooks and policies of the cluster add or refuse.',
  'Defaults that controllers and custom kinds fill in.',
] as const;
const UNKNOWN = [
  'Whether the new images start, and whether the new configuration is right for them.',
  'Values of secrets that are filled in when the change is applied.',
] as const;
