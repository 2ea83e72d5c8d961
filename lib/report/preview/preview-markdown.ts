import type { Origin } from '../../diff/object-change';
import type { PreviewReport } from '../../diff/report';
import { clipped, mdCode, mdInline } from './escape';
import {
  columnSection,
  lastSection,
  lintSection,
  problemSection,
  waiverSection,
} from './markdown/check-sections';
import { DETAILS, Writing, type Detail } from './markdown/detail';
import { environmentSection } from './markdown/environment-section';
import { hostSection } from './markdown/host-section';
import { imageSection } from './markdown/image-section';
import { objectSection } from './markdown/object-section';
import { riskSection } from './markdown/risk-section';
import { byteLength } from './markdown/size';
import { shortVerdict, verdictLine } from './markdown/verdict';
import { verdictNotes } from './words';

/** What the Markdown is written with. */
export interface PreviewMarkdownOptions {
  /** Bytes of UTF-8, and so characters, that it may have at most; at least 400. @default 60000 */
  readonly budget?: number;

  /** Address of a place in the code at head. @default - places are text without a link */
  readonly link?: (origin: Origin) => string | undefined;

  /** Address of a page of the documentation, such as `risks.md#pvc-shrink`. @default - rules are text without a link */
  readonly docs?: (page: string) => string | undefined;

  /** Where the whole report is, for what has no room: an address, or words. @default - not said */
  readonly artifact?: string;
}

/**
 * A preview as the comment of a pull request, the verdict first and the risks next; the same on GitHub and on Gitea. What has no room is left out
 * step by step, and said so. Ends with a line feed.
 */
export function previewMarkdown(report: PreviewReport, options: PreviewMarkdownOptions = {}): string {
  const { artifact } = options;
  const budget = Math.max(options.budget ?? DEFAULT_BUDGET, LEAST_BUDGET);
  for (const [index, detail] of DETAILS.entries()) {
    const text = written(report, options, detail, budget, index === 0);
    if (text !== undefined && byteLength(text) <= budget) return text;
  }
  const verdict = `### ${shortVerdict(report)}\n`;
  const note = `\n${leftOutText('the rest of the report', budget, artifact)}\n`;
  return byteLength(verdict + note) <= budget ? verdict + note : verdict;
}

/** `undefined` where it needs more room than there is, or, with `whole`, where anything is left out. */
function written(
  report: PreviewReport,
  { link, docs, artifact }: PreviewMarkdownOptions,
  detail: Detail,
  budget: number,
  whole: boolean,
): string | undefined {
  const writing = new Writing(detail, link, docs);
  const before = [
    verdictLine(report, writing),
    ...verdictNotes(report),
    ...riskSection(report, writing),
    ...imageSection(report, writing),
    ...environmentSection(report, writing),
    ...hostSection(report, writing),
  ];
  const after = [
    ...lintSection(report, writing),
    ...waiverSection(report, writing),
    ...problemSection(report, writing),
    ...columnSection(report, writing),
    ...lastSection(report, writing),
  ];
  const room = budget - byteLength([...before, ...after].join('\n\n')) - FOOTER;
  if (room < 0 && !writing.isBare) return undefined;
  const objects = objectSection(report, writing, room);
  if (whole && !objects.complete) return undefined;
  const { leftOut } = writing;
  return `${[
    ...before,
    ...objects.parts,
    ...after,
    ...(leftOut.length === 0 ? [] : [leftOutText(countedList(leftOut), budget, artifact)]),
  ].join('\n\n')}\n`;
}

function countedList(things: readonly (readonly [string, number])[]): string {
  return things.map(([thing, count]) => `${thing} (${count})`).join(', ');
}

function leftOutText(what: string, budget: number, artifact: string | undefined): string {
  return `Left out to stay readable and below ${budget} bytes: ${what}.${whereText(artifact)}`;
}

function whereText(artifact: string | undefined): string {
  if (artifact === undefined) return '';
  const place = clipped(artifact, ARTIFACT);
  // An address that is written out is a link of both forges.
  return ` The whole report: ${/^https?:\/\/[\w\-./:?=&%#~]+$/.test(artifact) && artifact.length <= ARTIFACT ? `<${artifact}>` : mdInline(place) || mdCode('')}`;
}

const DEFAULT_BUDGET = 60_000;

/** Room for the verdict alone. */
const LEAST_BUDGET = 400;

/** Bytes that the line of what was left out may need. */
const FOOTER = 900;

const ARTIFACT = 200;
