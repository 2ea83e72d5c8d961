import type { ComparedObject, Origin } from './object-change';
import { idText, type ObjectId } from './object-id';
import type { Waiver } from './report';

/** A waiver as somebody wrote it, before it is known what it covers. */
export interface WrittenWaiver {
  readonly rule: string;

  /** Object or host, as `PersistentVolumeClaim shop/data`. @default - of a comment: what is declared right below it */
  readonly subject?: string;

  /** The one object that it is an annotation of: it is for no other of this name, in another environment or cluster. @default - it is a comment */
  readonly on?: { readonly environment: string; readonly id: ObjectId };
  readonly reason: string;

  /** As written: to be a day such as `2026-12-31`. */
  readonly until: string;
  readonly origin: Origin;
}

/** Key of the annotation that waives a rule for an object, such as `k3stack.dev/waive-claim-shrinks: 'until 2026-12-31: moved by hand'`. */
export const WAIVER_ANNOTATION = 'k3stack.dev/waive-';

/** Begins a waiver in a comment. */
export const WAIVER_MARK = 'k3stack-waive';

/** Waivers in the annotations of an object. */
export function annotatedWaivers(
  { id, object, origin }: ComparedObject,
  environment: string,
): WrittenWaiver[] {
  const on = { environment, id };
  return Object.entries(object.metadata?.annotations ?? {}).flatMap(([key, text]): WrittenWaiver[] => {
    if (!key.startsWith(WAIVER_ANNOTATION)) return [];
    const { until, reason } = termsOf(String(text));
    return [{ rule: key.slice(WAIVER_ANNOTATION.length), subject: idText(id), on, until, reason, origin }];
  });
}

/**
 * Waivers in the comments of a file: `# k3stack-waive RULE [SUBJECT] until 2026-12-31: REASON`, or with `//`. One without a subject is for what is
 * declared right below it.
 *
 * In a program only `//` and `/*` begin a comment, and not where a quote is open before them on their line: text that a program makes waives nothing.
 * A quote that a comment or a regular expression before it leaves open counts as well; a waiver on a line of its own is always read, also inside a template
 * literal of several lines.
 */
export function commentedWaivers(text: string, file: string): WrittenWaiver[] {
  if (!text.includes(WAIVER_MARK)) return [];
  const isProgram = PROGRAM.test(file);
  return text.split('\n').flatMap((line, index): WrittenWaiver[] => {
    const match = COMMENT.exec(line);
    if (match === null || (isProgram && isInText(line, match.index))) return [];
    const [, rule = '', subject = '', rest = ''] = match;
    const { until, reason } = termsOf(rest);
    return [
      {
        rule,
        ...(subject.trim() !== '' && { subject: subject.trim() }),
        until,
        reason,
        origin: { file, line: index + 1 },
      },
    ];
  });
}

function isInText(line: string, at: number): boolean {
  const hasMark = line.startsWith('//', at) || line.startsWith('/*', at);
  return !hasMark || /["'`]/.test(line.slice(0, at).replace(CLOSED_TEXT, ''));
}

/** What makes a waiver void; `undefined` for one that is well written. */
export function waiverProblem(
  { rule, until, reason }: WrittenWaiver,
  rules: ReadonlySet<string>,
): string | undefined {
  if (!rules.has(rule)) return `there is no rule ${JSON.stringify(rule)}`;
  if (!isDay(until)) return `has no day on which it ends; write 'until 2026-12-31: why'`;
  return reason === '' ? `says no reason; write 'until ${until}: why'` : undefined;
}

/** Whether a waiver is over on a day such as `2026-11-21`: its last day still counts. */
export function isExpired({ until }: Pick<Waiver, 'until'>, today: string): boolean {
  return today > until;
}

function termsOf(text: string): { readonly until: string; readonly reason: string } {
  const match = TERMS.exec(text.trim());
  return { until: match?.[1] ?? '', reason: (match?.[2] ?? '').trim() };
}

/** Whether text is a day that there is, such as `2026-12-31`. */
export function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return (
    /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
  );
}

/** What Node.js and TypeScript read. */
const PROGRAM = /\.[cm]?[jt]sx?$/;

/** Text in quotes that ends on its line. */
const CLOSED_TEXT = /(["'`])(?:\\.|(?!\1)[^\\])*\1/g;

const COMMENT =
  /(?:#|\/\/|\/\*|<!--)\s*k3stack-waive\s+([a-z0-9-]+)\s*(.*?)\s*(until\b.*?)?(?:\*\/|-->)?\s*$/;
const TERMS = /^until\s+(\S+?):?\s*(?::|\s|$)\s*(.*)$/s;
