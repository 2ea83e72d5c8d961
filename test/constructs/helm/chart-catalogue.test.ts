import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { CHARTS, chartSource, type ChartPin } from '../../../constructs/helm/chart-catalogue';
import { HelmChart } from '../../../constructs/helm/helm-chart';
import { expectKnownValues, recordedChart, unknownValues } from '../../support/chart-values';
import { plainChart, problemsIn } from '../../support/synth';

const FILE = 'constructs/helm/chart-catalogue.ts';
const pins = Object.entries<ChartPin>(CHARTS);

describe.each(pins)('chart %s', (_name, pin) => {
  test('is one exact version that a HelmChart takes', () => {
    const chart = plainChart();
    new HelmChart(chart, 'release', { ...chartSource(pin), releaseName: 'release' });
    expect(problemsIn(chart)).toEqual([]);
  });

  test('says where it was read, at that version', () => {
    expect(pin.source).toMatch(/^[\w.-]+\/[\w.-]+@\S+.*:\S/);
    expect(pin.source).toContain(pin.version);
    expect(pin.source).toMatch(/\b[0-9a-f]{7,}\b/);
  });

  test('has its values recorded, and installs what the catalogue says', () => {
    expect(recordedChart(pin)).toMatchObject({
      chart: pin.chart,
      version: pin.version,
      appVersion: pin.appVersion,
    });
  });
});

test('no recorded values are left of a version that nothing installs', () => {
  const wanted = pins.map(([, { chart, version }]) => `${chart}-${version}.json`);
  expect(readdirSync('test/fixtures/charts').sort()).toEqual(wanted.sort());
});

test('every chart of it is installed by an add-on', () => {
  const sources = readdirSync('constructs', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !FILE.endsWith(file))
    .map((file) => readFileSync(`constructs/${file}`, 'utf8'));
  const unused = pins.filter(
    ([name]) => !sources.some((source) => new RegExp(`CHARTS\\.${name}\\b`).test(source)),
  );
  expect(unused).toEqual([]);
});

test('a bot finds every pin by the expressions in renovate.json, with repository and version', () => {
  const { customManagers } = JSON.parse(readFileSync('renovate.json', 'utf8')) as {
    customManagers: { managerFilePatterns: string[]; matchStrings: string[]; packageNameTemplate?: string }[];
  };
  const source = readFileSync(FILE, 'utf8');
  const found = customManagers.flatMap(({ managerFilePatterns, matchStrings, packageNameTemplate }) => {
    expect(managerFilePatterns.some((pattern) => new RegExp(pattern.slice(1, -1)).test(FILE))).toBe(true);
    return matchStrings.flatMap((expression) =>
      [...source.matchAll(new RegExp(expression, 'g'))].map(({ groups = {} }) => ({
        chart: groups.depName,
        repository: groups.registryUrl ?? `oci://${groups.registry}`,
        version: groups.currentValue,
        isImage: packageNameTemplate !== undefined,
      })),
    );
  });
  const byChart = (a: { chart?: string }, b: { chart?: string }) =>
    String(a.chart).localeCompare(String(b.chart));
  expect(found.sort(byChart)).toEqual(
    pins
      .map(([, pin]) => ({ ...chartSource(pin), isImage: pin.repository.startsWith('oci://') }))
      .sort(byChart),
  );
});

describe('values that a chart takes', () => {
  test('are its own, maps it leaves open, and what removes a default', () => {
    expectKnownValues(CHARTS.longhorn, {
      persistence: { defaultClassReplicaCount: 2, annotations: { 'a.b/c': 'd' } },
      longhornManager: { resources: { requests: { cpu: '50m' } }, tolerations: [{ operator: 'Exists' }] },
      longhornUI: { affinity: null },
      networkPolicies: {},
    });
  });

  test('are found out when the chart would pass over them', () => {
    expect(unknownValues(CHARTS.longhorn, { persistence: { defaultClassReplicas: 2 }, manager: {} })).toEqual(
      ['persistence.defaultClassReplicas (has persistence.defaultClassReplicaCount)', 'manager'],
    );
    expect(unknownValues(CHARTS.longhorn, { persistence: { defaultClass: { enabled: true } } })[0]).toContain(
      'persistence.defaultClass.enabled',
    );
  });
});
