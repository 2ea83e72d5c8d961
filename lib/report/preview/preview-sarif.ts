import { createHash } from 'node:crypto';
import type { Origin } from '../../diff/object-change';
import type { InputProblem, LintFinding, PreviewReport, Risk } from '../../diff/report';
import { visible } from './escape';
import { sarifRules } from './sarif-rules';
import type { SarifLocation, SarifLog, SarifNotification, SarifResult } from './sarif-types';
import { environmentTexts, subjectText } from './words';

/** What SARIF is written with. */
export interface PreviewSarifOptions {
  /** Version of this tool. @default - not said */
  readonly version?: string;

  /** Address of a page of the documentation, such as `risks.md#pvc-shrink`. @default - rules have no address */
  readonly docs?: (page: string) => string | undefined;

  /**
   * File that stands for what nobody knows the file of, relative to the root of the repository: GitHub takes only results that have one.
   *
   * @default - such results have a name, and no file
   */
  readonly fallbackFile?: string;
}

/** Risks and new findings of a preview as SARIF 2.1.0, in one run. Ends with a line feed. */
export function previewSarif(report: PreviewReport, options: PreviewSarifOptions = {}): string {
  const { version, docs, fallbackFile } = options;
  const { rules, indexOf } = sarifRules(report, docs);
  const results = [
    ...report.risks.map((risk) => riskResult(risk, fallbackFile)),
    ...report.lint.introduced.map((finding) => findingResult(finding, fallbackFile)),
  ].map((result) => ({ ...result, ruleIndex: indexOf(result.ruleId) }));
  const log: SarifLog = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'k3stack', ...(version !== undefined && { version }), rules } },
        automationDetails: { id: `k3stack/${visible(report.project)}/` },
        invocations: [
          {
            executionSuccessful: !report.verdict.incomplete,
            toolExecutionNotifications: report.problems.map(notification),
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: withFingerprints(results),
        properties: { base: report.base, head: report.head, verdict: report.verdict.level },
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

type Unmarked = Omit<SarifResult, 'ruleIndex' | 'partialFingerprints'>;

function riskResult(risk: Risk, fallbackFile: string | undefined): Unmarked {
  const { rule, level, title, reason, what, onApply, fix, subject, field, environments, origin, waived } =
    risk;
  const where = subjectText(subject);
  const place = environmentTexts(environments).join(', ');
  return {
    ruleId: rule,
    level: level === 'caution' ? 'warning' : 'error',
    message: {
      text: messageText(
        `${title}: ${what} (${where}${place === '' ? '' : `; ${place}`}). ${reason} ${onApply} ${fix}`,
      ),
    },
    locations: [location(origin, where, field, fallbackFile)],
    ...(waived !== undefined && {
      suppressions: [
        {
          kind: 'inSource',
          status: 'accepted',
          justification: visible(`${waived.reason} (until ${waived.until})`),
        } as const,
      ],
    }),
    properties: { risk: level, environments },
  };
}

function findingResult(finding: LintFinding, fallbackFile: string | undefined): Unmarked {
  const { check, rule, subject, field, problem, fix, environments, origin } = finding;
  return {
    ruleId: rule,
    level: check === 'schema' ? 'error' : 'warning',
    message: { text: messageText(`${subject}: ${problem}. ${fix}`) },
    locations: [location(origin, subject, field, fallbackFile)],
    properties: { check, environments },
  };
}

function location(
  { path, file = '', line }: Origin,
  subject: string,
  field: string | undefined,
  fallbackFile = '',
): SarifLocation {
  const place = file === '' ? fallbackFile : file;
  return {
    ...(place !== '' && {
      physicalLocation: {
        artifactLocation: { uri: uriOf(place), uriBaseId: '%SRCROOT%' },
        region: { startLine: file === '' ? 1 : Math.max(line ?? 1, 1) },
      },
    }),
    logicalLocations: [
      {
        fullyQualifiedName: visible([subject, ...(field === undefined ? [] : [field])].join(' ')),
        ...(path !== undefined && { decoratedName: visible(path) }),
        kind: 'resource',
      },
    ],
  };
}

function notification({ side, file, line, column, problem, fix }: InputProblem): SarifNotification {
  return {
    level: 'warning',
    message: { text: messageText(`${side}: ${problem}; ${fix}`) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file), uriBaseId: '%SRCROOT%' },
          ...(line !== undefined &&
            line > 0 && {
              region: { startLine: line, ...(column !== undefined && column > 0 && { startColumn: column }) },
            }),
        },
      },
    ],
  };
}

/**
 * The same risk of the same thing has the same mark from run to run, whatever its values, so that it is one alert. Nothing of an object's
 * content is in it.
 */
function withFingerprints(results: readonly Omit<SarifResult, 'partialFingerprints'>[]): SarifResult[] {
  const seen = new Map<string, number>();
  return results.map((result) => {
    const name = result.locations[0]?.logicalLocations?.[0]?.fullyQualifiedName ?? '';
    const mark = createHash('sha256')
      .update(JSON.stringify([result.ruleId, name]))
      .digest('hex')
      .slice(0, 32);
    const nth = (seen.get(mark) ?? 0) + 1;
    seen.set(mark, nth);
    return { ...result, partialFingerprints: { 'k3stack/v1': `${mark}:${nth}` } };
  });
}

/** Braces and links mean something in a message: SARIF 2.1.0, 3.11.5 and 3.11.6. */
function messageText(text: string): string {
  return visible(text).replace(/[{}]/g, '$&$&').replaceAll('](', '] (');
}

function uriOf(file: string): string {
  return file
    .split('/')
    .map((part) => encodeURIComponent(part.replace(/\p{Cs}/gu, '\ufffd')))
    .join('/');
}

/** `$id` of the schema: oasis-tcs/sarif-spec@e0583813964ec43cea53b6b531b402866095ed1f:sarif-2.1/schema/sarif-schema-2.1.0.json */
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
