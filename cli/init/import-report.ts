import { findOption } from '../../lib/distributions/k3s/options';
import { formatViolation, type Violation } from '../../lib/rules/violation';
import type { Difference } from './k3s/compare';
import { joinFindings, type ImportFinding } from './k3s/finding';

/** What became of an import. */
export interface ImportResult {
  readonly servers: readonly string[];
  readonly agents: readonly string[];
  readonly findings: readonly ImportFinding[];
  readonly differences: readonly Difference[];

  /** What stops the program from being synthesized. */
  readonly violations: readonly Violation[];
}

/** What was read, and what is to be known about it, as lines. */
export function importLines(result: ImportResult): string[] {
  const { servers, agents } = result;
  const findings = joinFindings(result.findings);
  return [
    `read ${[...named('server', servers), ...named('agent', agents)].join('; ')}`,
    ...section('K3s skips or misreads', findings.filter((finding) => !isNote(finding)).map(findingLine)),
    ...section('look at', findings.filter(isNote).map(findingLine)),
    ...section('written otherwise', joinDifferences(result.differences)),
    ...refusalLines(result),
    '',
    verdict(result),
  ];
}

/** The rules that the program breaks. */
export function refusalLines({ violations }: Pick<ImportResult, 'violations'>): string[] {
  return section('rules that refuse the program until they are met', violations.map(formatViolation));
}

/** The same for a comment in the program: only what is to be mended, not what was read. */
export function commentLines({ findings, differences }: ImportResult): string[] {
  const told = joinFindings(findings);
  // Secrets are not in the program any more, and the release that it assumes has a comment of its own.
  const notes = told.filter(
    (finding) => isNote(finding) && finding.subject !== 'version' && !isAboutSecret(finding),
  );
  return [
    'Written by k3stack init --from.',
    ...section(
      'K3s skips or misreads in the files it was made of',
      told.filter((finding) => !isNote(finding)).map(findingLine),
    ),
    ...section('Written otherwise', joinDifferences(differences)),
    ...section('Look at', notes.map(findingLine)),
  ];
}

/** What is not about K3s: what the program assumes, and what the files do not tell. */
function isNote(finding: ImportFinding): boolean {
  return finding.level === 'note' || ABOUT_PROGRAM.has(finding.subject) || isAboutSecret(finding);
}

function isAboutSecret({ subject }: ImportFinding): boolean {
  return findOption(subject)?.spec.secret === true;
}

function verdict({ servers, agents, differences }: ImportResult): string {
  const count = servers.length + agents.length;
  const hosts = count === 1 ? 'the host' : count === 2 ? 'both hosts' : `all ${count} hosts`;
  return differences.length === 0
    ? `the program renders the same settings on ${hosts}`
    : `the program renders the same settings on ${hosts}, but for what is written otherwise`;
}

function named(role: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${role}${names.length === 1 ? '' : 's'} ${names.join(', ')}`];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}

function findingLine({ hosts, subject, problem, fix }: ImportFinding): string {
  const place = hosts.length === 0 ? '' : `${hosts.join(', ')}  `;
  return `${place}${subject === '' ? '' : `${subject}: `}${problem}${fix === '' ? '' : `; ${fix}`}`;
}

function joinDifferences(differences: readonly Difference[]): string[] {
  const joined = new Map<string, string[]>();
  for (const { host, subject, before, after, reason } of differences) {
    const because = reason === '' ? 'nobody knows why: please report it' : reason;
    const text = `${subject}: ${shown(before)} becomes ${shown(after)}; ${because}`;
    joined.set(text, [...(joined.get(text) ?? []), host]);
  }
  return [...joined].map(([text, hosts]) => `${hosts.join(', ')}  ${text}`);
}

function shown(value: string): string {
  return value === '' ? 'the default' : value;
}

/** Nothing that K3s does: what the program assumes. */
const ABOUT_PROGRAM = new Set(['version', 'node-name', 'server', 'ssh']);
