import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { pulumiColumn } from '../../adapters/pulumi-preview';
import type { ColumnAnswer } from '../../lib/diff/column';
import type { Comparison } from '../../lib/diff/comparison';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import { folderWith } from '../support/cli';
import { comparisonOf } from '../support/comparison';

const fixtures = join(__dirname, '../fixtures/pulumi-preview');

describe.each(['digest.json', 'events.ndjson'])('Pulumi, in %s, says', (file) => {
  const { says, notes, failed } = columnOf(shopComparison(), file);

  test('of each object what becomes of it, and which property makes it be replaced', () => {
    expect(failed).toBeUndefined();
    expect(byName(says)).toEqual({
      'ConfigMap|shop|new': 'create',
      'ConfigMap|shop|old': 'delete',
      'ConfigMap|shop|settings': 'replace (delete and make again): data.colour',
      'Deployment|shop|web': 'replace (delete and make again): spec.selector.matchLabels.tier',
      'Issuer|shop|own': 'update: spec.selfSigned.crlDistributionPoints',
      'Secret|shop|password': 'replace (delete and make again): data.word',
    });
  });

  test('how many of what there are, and which commands run on hosts', () => {
    expect(notes.slice(0, 2)).toEqual([
      'test: 1 create, 1 delete, 4 replace, 5 same, 1 update',
      'test: 1 command on hosts: replace edge/stage/server-1',
    ]);
  });

  test('where it disagrees with what the API server does', () => {
    expect(notes.slice(2)).toEqual([
      'test: Pulumi deletes and makes again what the API server would update: ConfigMap shop/settings, Secret shop/password',
    ]);
  });

  test('no value', () => {
    const text = JSON.stringify([[...says], notes]);
    expect(text).not.toMatch(/secret\]|4dabf|ciphertext|crl\.example|a\.example|nginx|red|blue/);
  });
});

describe('Pulumi and the comparison disagree', () => {
  test('about what either of them leaves alone', () => {
    const only = comparisonOf([], [configMap('first', { a: 'b' })]);
    const { notes } = columnOf(only, 'digest.json');
    expect(notes.slice(2)).toEqual([
      'test: Pulumi changes what this comparison does not: replace Secret shop/password, replace Deployment shop/web, update Issuer shop/own, create ConfigMap shop/new, replace ConfigMap shop/settings, delete ConfigMap shop/old',
      'test: Pulumi leaves what this comparison changes: ConfigMap shop/first',
    ]);
  });

  test('about an update that the API server refuses', () => {
    const before = deployment('nginx:1.28', { app: 'web' });
    const after = deployment('nginx:1.28', { app: 'web', tier: 'front' });
    const text = JSON.stringify({
      steps: [step('update', 'kubernetes:apps/v1:Deployment', { newState: { inputs: before } })],
    });
    const { notes } = columnOf(
      comparisonOf([before], [after]),
      'pulumi.json',
      folderWith({ 'pulumi.json': text }),
    );
    expect(notes.slice(1)).toEqual([
      'test: Pulumi updates what the API server refuses to update: Deployment shop/web',
    ]);
  });
});

test('where Pulumi names no reasons, those properties are told that make an object be replaced', () => {
  const detailedDiff = { 'data.size': { kind: 'update' }, 'data.colour': { kind: 'update-replace' } };
  const newState = { inputs: configMap('settings', {}) };
  const steps = [step('replace', 'kubernetes:core/v1:ConfigMap', { newState, detailedDiff })];
  const folder = folderWith({ 'pulumi.json': JSON.stringify({ steps }) });
  expect([...columnOf(shopComparison(), 'pulumi.json', folder).says.values()]).toEqual([
    'replace (delete and make again): data.colour',
  ]);
});

test('one of several clusters is that whose name its resources begin with', () => {
  const steps = ['east', 'west'].map((cluster) =>
    step(cluster === 'east' ? 'create' : 'update', 'kubernetes:core/v1:ConfigMap', {
      urn: `urn:pulumi:prod::shop::k3stack:index:Workloads$kubernetes:core/v1:ConfigMap::${cluster}/shop/settings`,
      newState: { inputs: configMap('settings', {}) },
    }),
  );
  const comparison = comparisonOf([], [configMap('settings', { a: 'b' })]);
  const changes = comparison.changes.map((change) => ({ ...change, id: { ...change.id, cluster: 'west' } }));
  const folder = folderWith({ 'pulumi.json': JSON.stringify({ steps }) });
  const { says } = columnOf({ ...comparison, changes }, 'pulumi.json', folder);
  expect([...says.values()]).toEqual(['update']);
});

describe('a preview that fails', () => {
  test('is told without its stack and the places of its machine, and nothing is concluded from its steps', () => {
    const { notes, failed } = columnOf(shopComparison(), 'failed.json');
    expect(failed).toBeUndefined();
    expect(notes).toEqual([
      'test: 1 replace, 9 same',
      "test: Pulumi fails: error: Running program '…/index.js' failed with an unhandled exception: Error: a program that fails with no reason",
      'test: 1 command on hosts: replace edge/stage/server-1',
    ]);
  });

  test('is not quoted where it speaks of a Secret, and cannot steer a terminal elsewhere', () => {
    const urn = (type: string, name: string): string =>
      `urn:pulumi:prod::shop::kubernetes:core/v1:${type}::${name}`;
    const diagnostics = [
      { severity: 'error', urn: urn('Secret', 'password'), message: 'Invalid value: "plum"' },
      { severity: 'error', urn: urn('ConfigMap', 'a'), message: '\u001b[31mred\u001b[0m \u0007bell' },
      { severity: 'warning', message: 'a warning' },
    ];
    const folder = folderWith({ 'pulumi.json': JSON.stringify({ diagnostics }) });
    expect(columnOf(shopComparison(), 'pulumi.json', folder).notes).toEqual([
      'test: no steps',
      'test: Pulumi fails: Secret password (what is said of it is left out)',
      'test: Pulumi fails: a: red bell',
    ]);
  });

  test('in the middle of its events says that it has no end', () => {
    const lines = readFileSync(join(fixtures, 'events.ndjson'), 'utf8').split('\n').slice(0, 10);
    const folder = folderWith({ 'pulumi.json': lines.join('\n') });
    expect(columnOf(shopComparison(), 'pulumi.json', folder).notes).toContain(
      'test: Pulumi fails: the preview has no end',
    );
  });
});

test.each([
  ['is not there', undefined],
  ['is empty: pulumi preview has ended before it wrote anything', ' \n'],
  ['is no JSON', 'Previewing update (prod)\n'],
  ['is no JSON', '{"steps": ['],
  ['has no JSON on line 2', '{"sequence":0,"preludeEvent":{}}\n{"sequ'],
  ['is JSON of something else', '{"kind":"List"}'],
  ['is no JSON', '[1]'],
  ['is what --output json writes, which has no names of objects', '{"result":"succeeded","resources":[]}'],
  ['has no events of a preview', '{"sequence":0,"preludeEvent":{}}'],
])('a file that %s fails the column and names what to write', (problem, text) => {
  const folder = folderWith(text === undefined ? {} : { 'pulumi.json': text });
  const { failed, says, notes } = columnOf(shopComparison(), 'pulumi.json', folder);
  expect(failed).toBe(`test: pulumi.json ${problem}; write it with: pulumi preview --json > FILE`);
  expect(says.size).toBe(0);
  expect(notes).toEqual([]);
});

test('a folder fails the column, and one usable file of two keeps it', () => {
  const comparison = shopComparison();
  const folder = folderWith({ 'a/b': '' });
  expect(columnOf(comparison, 'a', folder).failed).toMatch(/^test: a is a folder;/);
  const both = pulumiColumn(
    ['digest.json', 'none.json'].map((file) => ({ comparison, file })),
    fixtures,
  );
  expect(both.failed).toBeUndefined();
  expect(both.says.size).toBe(6);
  expect(both.notes.at(-1)).toMatch(/^could not be read: test: none\.json is not there/);
});

function columnOf(comparison: Comparison, file: string, folder = fixtures): ColumnAnswer {
  return pulumiColumn([{ comparison, file }], folder);
}

function byName(says: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...says].map(([key, text]) => [key.split('|').slice(3).join('|'), text]));
}

/** The change that the stack of the fixtures was in. */
function shopComparison(): Comparison {
  const issuer = (spec: unknown): KubernetesObject => ({
    apiVersion: 'cert-manager.io/v1',
    kind: 'Issuer',
    metadata: named('own'),
    spec,
  });
  const secret = (word: string): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: named('password'),
    stringData: { word },
  });
  const labels = { app: 'web' };
  return comparisonOf(
    [
      deployment('nginx:1.28', labels),
      configMap('settings', { colour: 'blue' }),
      configMap('old', { a: 'b' }),
      secret('1'),
      issuer({ selfSigned: {} }),
    ],
    [
      deployment('nginx:1.29', { ...labels, tier: 'front' }),
      configMap('settings', { colour: 'red' }),
      configMap('new', { a: 'c' }),
      secret('2'),
      issuer({ selfSigned: { crlDistributionPoints: ['http://a.example'] } }),
    ],
  );
}

function step(op: string, type: string, more: Readonly<Record<string, unknown>>): unknown {
  return { op, urn: `urn:pulumi:prod::shop::${type}::x`, detailedDiff: null, ...more };
}

function named(name: string): { name: string; namespace: string } {
  return { name, namespace: 'shop' };
}

function configMap(name: string, data: unknown): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: named(name), data };
}

function deployment(image: string, labels: Readonly<Record<string, string>>): KubernetesObject {
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: named('web'),
    spec: { selector: { matchLabels: labels }, template },
  };
}
