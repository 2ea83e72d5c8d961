import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { dataProblem } from '../../../lib/manifests/data-problem';
import { parseYaml } from '../../../lib/manifests/parse-yaml';
import {
  comparable,
  type KubernetesReading,
  READING_DIFFERENCES,
  readingOf,
} from '../../support/yaml-corpus';

/** What sigs.k8s.io/yaml v1.6.0 made of each text: `test/api/yaml-reading.test.ts` records it, and asks it again. */
const readings = JSON.parse(readFileSync('test/fixtures/yaml-reading/kubernetes.json', 'utf8')) as readonly ({
  readonly yaml: string;
} & KubernetesReading)[];

const differenceOf = (reading: (typeof readings)[number]): string | undefined =>
  READING_DIFFERENCES.find(({ applies }) => applies(reading.yaml, reading))?.what;

/** Data, or `refused`. */
function ours(yaml: string): unknown {
  const { values, problem } = parseYaml(yaml);
  if (values.length === 0 && problem !== undefined) return 'refused';
  const value = values[0] ?? null;
  return dataProblem(value, 1_000) === undefined ? comparable(value) : 'refused';
}

const theirs = ({ json, error }: KubernetesReading): unknown =>
  error === undefined && json !== undefined ? readingOf(json) : 'refused';

describe('against the parser of Kubernetes', () => {
  const same = readings.filter((reading) => differenceOf(reading) === undefined);

  test.each(same.map((reading) => [JSON.stringify(reading.yaml), reading] as const))(
    '%s is read the same',
    (_, reading) => {
      expect(ours(reading.yaml)).toEqual(theirs(reading));
    },
  );

  test('all but a few texts are read the same, and every declared difference is one', () => {
    expect(same.length).toBeGreaterThan(readings.length * 0.85);
    for (const { what } of READING_DIFFERENCES) {
      const declared = readings.filter((reading) => differenceOf(reading) === what);
      const real = declared.filter(
        (reading) => JSON.stringify(ours(reading.yaml)) !== JSON.stringify(theirs(reading)),
      );
      expect([what, real.length > 0]).toEqual([what, true]);
    }
  });
});

test('a file that ends without a line break is read as kubectl reads it, which adds one', () => {
  // k8s.io/apimachinery@v0.36.3:pkg/util/yaml/decoder.go, LineReader.Read
  expect(parseYaml('a: |\n  x').values).toEqual([{ a: 'x\n' }]);
});

test('whole numbers that a number cannot hold keep their digits', () => {
  expect(
    parseYaml('a: 9007199254740993\nb: -9223372036854775808\nc: 18446744073709551615\nd: 9007199254740991')
      .values,
  ).toEqual([
    { a: '9007199254740993', b: '-9223372036854775808', c: '18446744073709551615', d: 9007199254740991 },
  ]);
});

test('a key that is given twice counts as its last one, and is a problem with its place', () => {
  expect(parseYaml('a: 1\nb:\n  c: 2\n  c: 3\n')).toEqual({
    values: [{ a: 1, b: { c: 3 } }],
    problem: { line: 3, column: 2, problem: 'has the same key twice in one map' },
  });
});

test('keys that objects of JavaScript have by birth are plain data', () => {
  const [value] = parseYaml(
    '__proto__: {polluted: true}\nconstructor: 1\n<<: {__proto__: {a: 1}, toString: 2}\n',
  ).values as [object];
  expect(Object.keys(value)).toEqual(['__proto__', 'constructor', 'toString']);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test.each([
  ['a: *hunter2'],
  ['a: !hunter2!x y'],
  ['a: !<hunter2 y'],
  ['a: !%hunter2 y'],
  ['%TAG hunter2 x\n--- a'],
  ['a: "hunter2'],
  ['hunter2: b: c'],
  ['a: !!int hunter2'],
  ['hunter2\n  a: b'],
])('what is wrong with %j is said without quoting it', (yaml) => {
  const { problem } = parseYaml(yaml);
  expect(problem?.problem).toMatch(/^does not parse: \w+/);
  expect(problem?.problem).not.toContain('hunter2');
});

test('brackets that are nested ten thousand times are a problem, not a crash', () => {
  expect(parseYaml(`a: ${'['.repeat(10_000)}${']'.repeat(10_000)}`).problem?.problem).toBe(
    'is nested deeper than 512 levels',
  );
  const steps = Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n');
  expect(parseYaml(steps).problem?.problem).toBe('is nested deeper than 512 levels');
});

test('merge keys that multiply are stopped', () => {
  const keys = Array.from({ length: 1_000 }, (_, index) => `k${index}: 1`).join(', ');
  const yaml = [
    `base: &base {${keys}}`,
    ...Array.from({ length: 200 }, (_, index) => `u${index}: {<<: *base}`),
  ].join('\n');
  expect(parseYaml(yaml)).toEqual({
    values: [],
    problem: { problem: 'does not parse: << makes more than 100000 keys' },
  });
});
