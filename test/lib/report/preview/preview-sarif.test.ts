import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PreviewReport } from '../../../../lib/diff/report';
import { previewSarif, type PreviewSarifOptions } from '../../../../lib/report/preview/preview-sarif';
import type { SarifLog, SarifRun } from '../../../../lib/report/preview/sarif-types';
import { hostileText } from '../../../support/hostile-text';
import { emptyReport, sampleReport, sampleRisk } from '../../../support/preview-report';
import { withTexts } from '../../../support/report-texts';

/** The one run of a report. */
function runOf(report: PreviewReport, options?: PreviewSarifOptions): SarifRun {
  return (JSON.parse(previewSarif(report, options)) as SarifLog).runs[0];
}

const run = runOf(sampleReport(), {
  version: '0.1.0',
  docs: (page) => `https://docs.example.org/${page}`,
  fallbackFile: 'environments.ts',
});

test('the log names the version and the schema of SARIF 2.1.0, and ends with a line feed', () => {
  const text = previewSarif(emptyReport());
  expect(text).toMatch(/[^\n]\n$/);
  expect(JSON.parse(text)).toMatchObject({
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [{ results: [], invocations: [{ executionSuccessful: true, toolExecutionNotifications: [] }] }],
  });
});

describe('a result', () => {
  test('says what, where and what to do, and stands at the line that made it', () => {
    expect(run.results[0]).toMatchObject({
      ruleId: 'pvc-shrink',
      level: 'error',
      message: {
        text: 'A volume claim shrinks: 20Gi -> 10Gi (PersistentVolumeClaim shop/data; production). A claim can only grow. The API server refuses the update; nothing else of this release is applied. Keep 20Gi, or make a new claim and copy the data.',
      },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'src/shop.ts', uriBaseId: '%SRCROOT%' },
            region: { startLine: 41 },
          },
          logicalLocations: [
            {
              fullyQualifiedName: 'PersistentVolumeClaim shop/data spec.resources.requests.storage',
              decoratedName: 'shop/database/data',
              kind: 'resource',
            },
          ],
        },
      ],
      properties: { risk: 'block', environments: ['production'] },
    });
  });

  test('of a block and a high risk is an error, of caution a warning', () => {
    expect(run.results.map(({ level, properties }) => [properties['risk'] ?? 'lint', level])).toEqual([
      ['block', 'error'],
      ['high', 'error'],
      ['high', 'error'],
      ['high', 'error'],
      ['caution', 'warning'],
      ['caution', 'warning'],
      ['lint', 'warning'],
    ]);
  });

  test('of a waived risk is suppressed, with the reason', () => {
    const suppressed = run.results.filter(({ suppressions }) => suppressions !== undefined);
    expect(suppressed.map(({ ruleId, suppressions }) => [ruleId, suppressions])).toEqual([
      [
        'image-major',
        [
          {
            kind: 'inSource',
            status: 'accepted',
            justification: 'Release 2 was tested on staging for a week (until 2026-12-31)',
          },
        ],
      ],
    ]);
  });

  test('points at its rule', () => {
    const { rules } = run.tool.driver;
    for (const { ruleId, ruleIndex } of run.results) expect(rules[ruleIndex]?.id).toBe(ruleId);
    expect(rules.map(({ id }) => id)).toEqual([...rules.map(({ id }) => id)].sort());
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  });

  test('without a file stands at the file that stands for all, or at none', () => {
    const report = emptyReport({ risks: [sampleRisk({ origin: {} })] });
    expect(runOf(report, { fallbackFile: 'a b/#.ts' }).results[0]?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'a%20b/%23.ts', uriBaseId: '%SRCROOT%' },
      region: { startLine: 1 },
    });
    expect(runOf(report).results[0]?.locations[0]).not.toHaveProperty('physicalLocation');
  });
});

test('a rule has its help, and the address of its documentation', () => {
  expect(run.tool.driver.rules.find(({ id }) => id === 'pvc-shrink')).toEqual({
    id: 'pvc-shrink',
    shortDescription: { text: 'A volume claim shrinks' },
    fullDescription: { text: 'A claim can only grow.' },
    help: {
      text: 'A claim can only grow. Documented in https://docs.example.org/risks.md#pvc-shrink.',
      markdown: 'A claim can only grow. Documented in `https://docs.example.org/risks.md#pvc-shrink`.',
    },
    helpUri: 'https://docs.example.org/risks.md#pvc-shrink',
    defaultConfiguration: { level: 'error' },
    properties: { tags: ['kubernetes', 'block'] },
  });
});

test('input that could not be read is a notification, and the run no success', () => {
  expect(run.invocations[0]).toMatchObject({
    executionSuccessful: false,
    toolExecutionNotifications: [
      {
        level: 'warning',
        message: { text: 'head: a map has the key "name" twice; remove one of them' },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'extra/broken.yaml' },
              region: { startLine: 4, startColumn: 7 },
            },
          },
        ],
      },
      { locations: [{ physicalLocation: { artifactLocation: { uri: 'extra/logo.png' } } }] },
    ],
  });
});

describe('the fingerprint', () => {
  const marks = (report: PreviewReport) =>
    runOf(report).results.map(({ partialFingerprints }) => partialFingerprints['k3stack/v1']);

  test('is one for each result, also where two are alike', () => {
    const found = marks(emptyReport({ risks: [sampleRisk(), sampleRisk(), sampleRisk({ field: 'spec' })] }));
    expect(new Set(found).size).toBe(3);
  });

  test('stays when only values, lines or environments differ', () => {
    const other = sampleRisk({ what: 'otherwise', environments: ['a'], origin: { file: 'b', line: 1 } });
    expect(marks(emptyReport({ risks: [other] }))).toEqual(marks(emptyReport({ risks: [sampleRisk()] })));
  });
});

test('a message has no link and no placeholder of its own', () => {
  const [result] = runOf(emptyReport({ risks: [sampleRisk({ what: '[a](1) {0} {x}' })] })).results;
  expect(result?.message.text).toContain('[a] (1) {{0}} {{x}}');
});

test('any text makes a log of the same shape, without characters that cannot be seen', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const sarif = previewSarif(withTexts(sampleReport(), (own) => own + text));
      const { results } = (JSON.parse(sarif) as SarifLog).runs[0];
      expect(results).toHaveLength(7);
      for (const { message, locations } of results) {
        expect(message.text).not.toMatch(/[\p{Cc}\p{Cf}]|\]\(|(?<!\{)(?:\{\{)*\{\d/u);
        for (const { physicalLocation } of locations) {
          expect(physicalLocation?.artifactLocation.uri ?? '').toMatch(/^[\w\-.!~*'()%/]*$/);
        }
      }
    }),
    { numRuns: 40 },
  );
});
