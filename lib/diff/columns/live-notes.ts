import { counted } from '../../report/words';
import { printable } from '../../rules/violation';
import type { LiveAnswer } from './live-outcome';

/** What is known of the asking as a whole. */
export interface LiveAsked {
  /** What the cluster says it runs, such as `v1.36.3+k3s1`. @default - it does not say */
  readonly version?: string | undefined;

  /** Minor that the manifests are for. */
  readonly kubernetes: string;

  /** Objects that were not answered. */
  readonly left: number;

  /** Why there were no more answers. @default - there were */
  readonly down?: string;
}

/** What a live cluster says as a whole, one line each. */
export function liveNotes(
  answers: readonly LiveAnswer[],
  { version, kubernetes, left, down }: LiveAsked,
): string[] {
  const runs = version === undefined ? 'the cluster does not say its version' : `runs ${printable(version)}`;
  const other = version !== undefined && minorOf(version) !== kubernetes;
  return [
    `${runs}${other ? `, and the manifests are for ${kubernetes}` : ''}; ${triedText(answers)}`,
    ...(down === undefined ? [] : [`the cluster ${down}: ${counted(left, 'object')} without an answer`]),
    ...(answers.some(({ outcome }) => outcome.kind === 'read-only') ? [READ_ONLY] : []),
  ];
}

function triedText(answers: readonly LiveAnswer[]): string {
  if (answers.length === 0) return 'nothing to try';
  const counts = Object.entries(WORDS).flatMap(([kind, words]) => {
    const count = answers.filter(({ outcome }) => outcome.kind === kind).length;
    return count === 0 ? [] : [`${count} ${words}`];
  });
  return `${counted(answers.length, 'object')} tried: ${counts.join(', ')}`;
}

function minorOf(version: string): string | undefined {
  return /^v?(\d+\.\d+)/.exec(version)?.[1];
}

const WORDS: Readonly<Record<LiveAnswer['outcome']['kind'], string>> = {
  refused: 'refused',
  created: 'would be created',
  applied: 'would be applied to what is there',
  there: 'would go',
  gone: 'gone already',
  'read-only': 'only compared',
  untried: 'could not be tried',
};

const READ_ONLY =
  'the credentials lack the right to patch, which a dry run needs as an apply does: what could be read is compared with the manifests instead';
