import { idText } from '../../diff/object-id';
import type {
  Counts,
  EnvironmentSummary,
  ObjectBlock,
  PreviewReport,
  SideLabel,
  Waiver,
} from '../../diff/report';
import type { HostBlock, Rollout, RolloutStep } from '../../diff/host-report';
import type { RiskLevel, RiskSubject } from '../../diff/rules/risk-rule';
import type { ChangeCost } from '../../distributions/change-costs';
import { durationText } from '../duration';
import { counted, DISRUPTION_WORDS, worst } from '../words';

/** What a level is called. */
export const LEVEL_WORDS: Readonly<Record<RiskLevel | 'none', string>> = {
  block: 'Blocked',
  high: 'High risk',
  caution: 'Caution',
  routine: 'Routine',
  none: 'No changes',
};

/** A coloured mark for each level, always beside its name. */
export const LEVEL_MARKS: Readonly<Record<RiskLevel | 'none', string>> = {
  block: '⛔',
  high: '🔴',
  caution: '🟡',
  routine: '⚪',
  none: '✅',
};

/** The level in words; where nothing differs in what could be compared, the rest may. */
export function levelText({ level, incomplete }: PreviewReport['verdict']): string {
  if (!incomplete) return LEVEL_WORDS[level];
  return level === 'none' ? 'Incomplete' : `${LEVEL_WORDS[level]} (incomplete)`;
}

/** One character for what becomes of an object. */
export const KIND_SIGNS: Readonly<Record<ObjectBlock['kind'], string>> = {
  added: '+',
  removed: '-',
  changed: '~',
  renamed: '>',
};

/** `3 added, 13 changed (1 to be replaced), 1 removed, 4 hosts`. */
export function countsText({ added, changed, removed, renamed, replaced, hosts }: Counts): string {
  const parts = [
    ...(added > 0 ? [`${added} added`] : []),
    ...(changed > 0 ? [`${changed} changed${replaced > 0 ? ` (${replaced} to be replaced)` : ''}`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
    ...(renamed > 0 ? [`${renamed} renamed`] : []),
    ...(hosts > 0 ? [counted(hosts, 'host')] : []),
  ];
  return parts.length === 0 ? 'nothing differs' : parts.join(', ');
}

/** What a risk is about, for people. */
export function subjectText(subject: RiskSubject): string {
  switch (subject.type) {
    case 'object':
      return objectText(subject.id);
    case 'host':
      return `Host ${subject.cluster}/${subject.host}`;
    case 'cluster':
      // Manifests of other tools belong to no cluster.
      return subject.cluster === '' ? 'All objects' : `Cluster ${subject.cluster}`;
  }
}

/** Kind, namespace and name of an object, with its cluster where there are several. */
export function objectText(id: ObjectBlock['id']): string {
  return `${idText(id)}${id.cluster === undefined ? '' : ` of ${id.cluster}`}`;
}

/** What is compared, and the first digits of its commit. */
export function sideText({ label, commit }: SideLabel): string {
  return commit === undefined ? label : `${label} ${commit.slice(0, 7)}`;
}

/** `src/shop.ts:17`: where an object comes from; empty where nobody knows. */
export function fileText(origin: ObjectBlock['origin']): string {
  if (origin.file === undefined) return '';
  return origin.line === undefined ? origin.file : `${origin.file}:${origin.line}`;
}

/** What a change costs a host. */
export function costText(cost: ChangeCost): string {
  return cost === 'refused' ? 'refused: no running cluster can take it up' : DISRUPTION_WORDS[cost];
}

/** How long a roll-out or a turn of it takes. */
export function timeText({ expectedSeconds, atMostSeconds }: Rollout | RolloutStep): string {
  const limit = atMostSeconds === undefined ? '' : `, at most ${durationText(atMostSeconds)}`;
  return `about ${durationText(expectedSeconds)}${limit}`;
}

/** What a turn of a roll-out costs its host; nothing of one that comes or goes, which its words say. */
export function costOf({ kind = 'changed', disruption }: RolloutStep): readonly string[] {
  return kind === 'changed' ? [costText(disruption)] : [];
}

/** An environment, which may have no name. */
export function environmentText(name: string): string {
  return name === '' ? 'manifests' : name;
}

/** Names of environments; none for manifests that belong to none. */
export function environmentTexts(names: readonly string[]): string[] {
  return names.every((name) => name === '') ? [] : names.map(environmentText);
}

/** Why an environment was not compared, in words; empty for one that was. */
export function stateText({ state, problem }: EnvironmentSummary): string {
  const reason = problem === undefined ? '' : `: ${problem.replace(/\s*\n\s*/g, ' ')}`;
  switch (state) {
    case 'compared':
      return '';
    case 'added':
      return 'new';
    case 'removed':
      return 'removed';
    case 'base-failed':
      return `the base cannot be made, only head is shown${reason}`;
    case 'head-failed':
      return `cannot be made${reason}`;
  }
}

/** Minors of Kubernetes, before and after. */
export function kubernetesText({ kubernetes: { before, after } }: EnvironmentSummary): string {
  if (before === after) return after ?? '';
  return [before, after].map((minor) => minor ?? 'none').join(' -> ');
}

/** What was folded, one line; empty when nothing was. */
export function foldsText(folds: PreviewReport['folds']): string {
  return Object.entries(FOLD_WORDS)
    .flatMap(([fold, words]) => {
      const count = folds[fold as keyof typeof FOLD_WORDS] ?? 0;
      return count > 0 ? [`${count} ${words[count === 1 ? 0 : 1]}`] : [];
    })
    .join(', ');
}

/** What has to be known of the verdict: the gate, what is missing, what the level does not mean. */
export function verdictNotes({ verdict, environments, problems, risks }: PreviewReport): string[] {
  const of = (wanted: EnvironmentSummary['state']) =>
    environments.filter(({ state }) => state === wanted).length;
  const [failed, unknown, all] = [of('head-failed'), of('base-failed'), environments.length];
  const notes = [
    ...(verdict.gated ? [`The check fails: there is ${gateText(verdict.gate)}.`] : []),
    ...(failed > 0 ? [`${failed} of ${all} environments could not be made.`] : []),
    ...(unknown > 0
      ? [
          `The base of ${unknown} of ${all} environments could not be made: all that is there now is shown as new.`,
        ]
      : []),
    ...(problems.length > 0 ? [`${counted(problems.length, 'part')} of the input could not be read.`] : []),
    ...(verdict.incomplete && failed + unknown + problems.length === 0
      ? ['Not everything could be compared.']
      : []),
    ...(verdict.level === 'routine'
      ? [
          `Routine is the shape of the change: ${risks.length === 0 ? 'no rule found a risk' : 'each risk has a waiver'}. It does not say that the change is safe.`,
        ]
      : []),
  ];
  return notes.length === 0 ? [] : [notes.join(' ')];
}

/** What makes the check fail. */
export function gateText(gate: RiskLevel | 'never'): string {
  if (gate === 'routine') return 'any change';
  return `a risk of level ${gate}${gate === 'block' ? '' : ' or above'} without a waiver`;
}

/** What one setting or file costs a host: not more than the whole change does, as an only server is not drained. */
export function partCost(
  part: ChangeCost,
  { kind, disruption }: Pick<HostBlock, 'kind' | 'disruption'>,
): ChangeCost {
  return kind !== 'changed' || worst([part, disruption]) === disruption ? part : disruption;
}

/** Whether a waiver does anything. */
export const WAIVER_WORDS: Readonly<Record<Waiver['state'], string>> = {
  'in-force': 'in force',
  expired: 'expired',
  unused: 'waives nothing',
  invalid: 'invalid',
};

/** Twelve digits of a digest are enough to tell two of them apart. */
export function shortDigest(reference: string): string {
  return reference.replace(/@(sha\d+:[0-9a-f]{12})[0-9a-f]+$/, '@$1…');
}

const FOLD_WORDS: Readonly<Record<keyof PreviewReport['folds'], readonly [one: string, many: string]>> = {
  quantity: ['equal quantity', 'equal quantities'],
  'int-or-string': ['number written as text', 'numbers written as text'],
  duration: ['equal duration', 'equal durations'],
  default: ['default', 'defaults'],
  empty: ['empty value', 'empty values'],
  'list-order': ['order of a list', 'orders of lists'],
  'secret-form': ['form of a Secret', 'forms of Secrets'],
  'chart-label': ['label of a chart or version', 'labels of charts or versions'],
  checksum: ['checksum', 'checksums'],
  'definition-text': ['description in a definition', 'descriptions in definitions'],
  'server-field': ['field of the API server', 'fields of the API server'],
};
