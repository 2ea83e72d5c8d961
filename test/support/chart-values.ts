import { readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import type { ChartPin } from '../../constructs/helm/chart-catalogue';
import { isMap, type HelmValues } from '../../constructs/helm/helm-values';
import { nearest } from '../../lib/nearest';

/** What a chart takes, recorded from its values.yaml by scripts/record-chart-values.mjs. */
export interface RecordedChart {
  readonly chart: string;
  readonly version: string;
  readonly appVersion: string;
  readonly source: string;

  /** Paths that values.yaml does not have, or only in a comment, and templates read. */
  readonly also: readonly string[];

  /** Paths of all leaves; `.*` after what takes anything. */
  readonly paths: readonly string[];
}

/** @throws Error when the values of that version were not recorded */
export function recordedChart({ chart, version }: Pick<ChartPin, 'chart' | 'version'>): RecordedChart {
  return JSON.parse(readFileSync(`test/fixtures/charts/${chart}-${version}.json`, 'utf8')) as RecordedChart;
}

/** Fails on a value at a path that the chart does not have, and would pass over without a word. */
export function expectKnownValues(chart: Pick<ChartPin, 'chart' | 'version'>, values: HelmValues): void {
  expect(unknownValues(chart, values)).toEqual([]);
}

/** Paths in `values` that the chart does not have, each with the nearest that it has. */
export function unknownValues(
  chart: Pick<ChartPin, 'chart' | 'version'>,
  values: HelmValues,
): readonly string[] {
  const { paths, also } = recordedChart(chart);
  const known = [...paths, ...also];
  return leaves(values)
    .filter((leaf) => !known.some((path) => takes(path, leaf)))
    .map(({ path }) => {
      const near = nearest(path, known);
      return near === undefined ? path : `${path} (has ${near})`;
    });
}

interface Leaf {
  readonly path: string;

  /** `null` removes a default, an empty map changes none: either may stand where the chart has more below. */
  readonly isEmpty: boolean;
}

function leaves(values: HelmValues, path = ''): Leaf[] {
  return Object.entries(values).flatMap(([key, value]) => {
    if (value === undefined) return [];
    const at = below(path, key);
    if (isMap(value) && Object.keys(value).length > 0) return leaves(value, at);
    return [{ path: at, isEmpty: value === null || isMap(value) }];
  });
}

/** As scripts/record-chart-values.mjs writes it. */
function below(path: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

function takes(known: string, { path, isEmpty }: Leaf): boolean {
  if (isEmpty && isBelow(known, path)) return true;
  if (!known.endsWith('.*')) return known === path;
  const map = known.slice(0, -2);
  return path === map || isBelow(path, map);
}

function isBelow(path: string, map: string): boolean {
  return path.startsWith(`${map}.`) || path.startsWith(`${map}[`);
}
