import { K3stackError } from '../../lib/errors';
import { codeSpan } from './forge-text';

/** First line of a project's comment. What is no letter, digit, dot, slash or underscore is written as `%` and its code, so a name cannot end the HTML comment. */
export function markerOf(project: string): string {
  const name = project.replace(
    /[^A-Za-z0-9._/]/gu,
    (character) => `%${character.codePointAt(0)?.toString(16)};`,
  );
  return name === '' ? '<!-- k3stack-preview -->' : `<!-- k3stack-preview: ${name} -->`;
}

/** Whether a comment begins with the marker. One that quotes it further down is someone else's. */
export function hasMarker(text: string, marker: string): boolean {
  return firstLine(text) === marker;
}

/**
 * The comment of a report.
 *
 * @throws K3stackError `FORGE_COMMENT_TOO_LARGE`
 */
export function reportComment(marker: string, body: string): string {
  const text = `${marker}\n\n${withoutMarker(unixLines(body), marker).trim()}\n`;
  if (text.length > REPORT_LIMIT)
    throw new K3stackError(
      'FORGE_COMMENT_TOO_LARGE',
      `the comment has ${text.length} characters, and a forge takes ${REPORT_LIMIT}; render it with a smaller budget`,
    );
  return text;
}

/** Why there is no report of a commit. */
export interface StaleReport {
  readonly commit: string;

  /** Plain text of a stranger. */
  readonly reason: string;
}

/** What is left of a comment when a newer report could not be made: its last report with one warning above it, or the warning alone. */
export function staleComment(marker: string, earlier: string | undefined, stale: StaleReport): string {
  const report =
    earlier === undefined ? '' : withoutWarning(withoutMarker(unixLines(earlier), marker)).trim();
  const commit = codeSpan(stale.commit, 40);
  const said =
    report === ''
      ? `**There is no preview of ${commit}.** It could not be rendered:`
      : `**What follows is an earlier preview.** That of ${commit} could not be rendered:`;
  const warning = [BEGIN, `> ⚠️ ${said} ${codeSpan(stale.reason, REASON_LIMIT)}`, '', END].join('\n');
  return `${marker}\n${warning}\n${report === '' ? '' : `\n${report}\n`}`;
}

/** Whether two texts are one comment: a forge may change the ends of lines, and blanks at the end. */
export function sameComment(one: string, other: string): boolean {
  return unixLines(one).trimEnd() === unixLines(other).trimEnd();
}

function withoutMarker(text: string, marker: string): string {
  return firstLine(text) === marker ? text.slice(marker.length).replace(/^\s*\n/, '') : text;
}

/** Only right at the beginning, and to a line of its own: a report may show these lines as text of an object, and a reason is one line. */
function withoutWarning(text: string): string {
  const body = text.trimStart();
  const end = body.indexOf(`\n${END}`);
  return body.startsWith(BEGIN) && end > 0 ? body.slice(end + END.length + 1) : body;
}

function firstLine(text: string): string {
  return (unixLines(text).split('\n', 1)[0] ?? '').trimEnd();
}

function unixLines(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

const BEGIN = '<!-- k3stack-preview-stale -->';
const END = '<!-- /k3stack-preview-stale -->';

/**
 * GitHub says that a comment may have 65,536 characters; more were taken in tests by others, which nobody has promised. Gitea's column is a
 * LONGTEXT (code.gitea.io/gitea@v1.26.4:models/issues/comment.go). A later warning has to fit as well.
 */
const REPORT_LIMIT = 64_000;
const REASON_LIMIT = 300;
