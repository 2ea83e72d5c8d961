import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { parseYaml } from '../../lib/manifests/parse-yaml';
import { toYaml } from '../../lib/yaml';
import { goProgram } from '../support/go-program';
import { comparable, type KubernetesReading, readingOf, yamlCorpus } from '../support/yaml-corpus';

const FIXTURE = 'test/fixtures/yaml-reading/kubernetes.json';

/** What sigs.k8s.io/yaml makes of texts. */
function readByKubernetes(texts: readonly string[]): KubernetesReading[] {
  const program = goProgram({
    title: 'the YAML parser of Kubernetes',
    sources: resolve('test/api/yaml-reading'),
    folder: 'yaml-reading',
    name: 'yaml-reading',
  });
  const output = execFileSync(program, {
    input: JSON.stringify(texts),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return JSON.parse(output) as KubernetesReading[];
}

test('the recorded readings are those of the parser of Kubernetes', () => {
  const corpus = yamlCorpus();
  const readings = readByKubernetes(corpus).map((reading, index) => ({ yaml: corpus[index], ...reading }));
  if (process.env['K3STACK_UPDATE_FIXTURES'] === '1')
    writeFileSync(FIXTURE, `${JSON.stringify(readings, null, 2)}\n`);
  expect(JSON.parse(readFileSync(FIXTURE, 'utf8'))).toEqual(readings);
});

test('data of any shape is read as Kubernetes reads it, in block style, in flow style and as JSON', () => {
  const data = fc.sample(DATA, { numRuns: 1_500, seed: 20_261 });
  const texts = data.flatMap((one) => [
    toYaml(one),
    stringify(one, { version: '1.1', lineWidth: 40 }),
    stringify(one, { version: '1.1', collectionStyle: 'flow' }),
    JSON.stringify(one),
  ]);
  const readings = readByKubernetes(texts);
  let compared = 0;
  texts.forEach((text, index) => {
    const { json } = readings[index] as KubernetesReading;
    // Some of what the writer of block style makes is refused there, such as a tab in an unquoted text.
    if (json === undefined) return;
    compared++;
    expect([text, parseYaml(text).values.map(comparable)]).toEqual([text, [readingOf(json)]]);
  });
  expect(compared).toBeGreaterThan(texts.length * 0.9);
});

const WORD = fc.constantFrom(
  'a',
  'yes',
  'NO',
  'null',
  '~',
  '0644',
  '1e3',
  '1_000',
  '0x1F',
  '<<',
  '- x',
  'a: b',
  '#c',
  ' s ',
);
// In brackets, Kubernetes' parser takes `?a` for the key `a`: one of the differences that are declared.
const TEXT = fc
  .oneof(WORD, fc.string({ maxLength: 60 }), fc.stringMatching(/^[ -~\n]{0,80}$/))
  .filter((text) => !/^[?:]|:$/.test(text));
const SCALAR = fc.oneof(
  TEXT,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const DATA = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    SCALAR,
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(
        fc.stringMatching(/^[a-z][a-zA-Z./-]{0,20}$/),
        TEXT.filter((key) => key !== ''),
      ),
      tie('node'),
      { maxKeys: 5 },
    ),
  ),
  root: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tie('node'), { minKeys: 1, maxKeys: 6 }),
})).root;
