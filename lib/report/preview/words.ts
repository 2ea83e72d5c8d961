import { idText } from '../../diff/object-id';
import type {
  Counts,
  EnvironmentSummary,
  ObjectBlock,
  PreviewReport,
  RolloutStep,
  SideLabel,
} from '../../diff/report';
import type { RiskLevel, RiskSubject } from '../../diff/rules/risk-rule';
import type { ChangeCost } from '../../distributions/change-costs';
import { counted, DISRUPTION_WORDS } from '../words';

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

/** One character for what becomes of an object. */
export const KIND_SIGNS: Readonly<Record<ObjectBlock['kind'], string>> = {
  added: '+',
  removed: '-',
  changed: '~',
  renamed: '>',
};

/** `3 added, 13 changed (1 replaced), 1 removed, 4 hosts`. */
export function countsText({ added, changed, removed, renamed, replaced, hosts }: Counts): string {
  const parts = [
    ...(added > 0 ? [`${added} added`] : []),
    ...(changed > 0 ? [`${changed} changed`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
    ...(renamed > 0 ? [`${renamed} renamed`] : []),
    ...(replaced > 0 ? [`${replaced} to be replaced`] : []),
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
      return `Cluster ${subject.cluster}`;
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
  const reason = problem === undefined ? '' : `: ${problem}`;
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
export function verdictNotes({ verdict, environments, problems }: PreviewReport): string[] {
  const failed = environments.filter(({ state }) => state === 'base-failed' || state === 'head-failed');
  const notes = [
    ...(verdict.gated
      ? [`The check fails: it does so from \`${verdict.gate}\` on, where no waiver covers a risk.`]
      : []),
    ...(failed.length > 0
      ? [`${failed.length} of ${environments.length} environments could not be made.`]
      : []),
    ...(problems.length > 0 ? [`${counted(problems.length, 'part')} of the input could not be read.`] : []),
    ...(verdict.incomplete && failed.length + problems.length === 0
      ? ['Not everything could be compared.']
      : []),
    ...(verdict.level === 'routine'
      ? ['Routine is the shape of the change: no rule found a risk. It does not say that the change is safe.']
      : []),
  ];
  return notes.length === 0 ? [] : [notes.join(' ')];
}

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
  'chart-label': ['label of a chart', 'labels of charts'],
  checksum: ['checksum', 'checksums'],
  'definition-text': ['description in a definition', 'descriptions in definitions'],
  'server-field': ['field of the API server', 'fields of the API server'],
};
